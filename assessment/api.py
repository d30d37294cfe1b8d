"""Rankings for programs, down to the rows behind each figure; whom to call back; what is held against whom."""

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param
from rest_framework.views import APIView

from assessment import present
from assessment.actions import accountability_actions
from assessment.behind import behind
from assessment.explain import explain, figure
from assessment.models import Accountability
from assessment.permissions import can_see_figures, ranking_asked
from assessment.services.months import ranking_for
from assessment.standings import listed, month_asked, months_of, standing_of, standings
from assessment.states import AccountabilityState, BulletinState, Ranked
from assessment.worklists import longest_waiting_first, to_call_back
from common.errors import Refusal, require
from dispatch import schema
from dispatch.api import KEY, ActingViewSet, WhistleViewSet
from grid.models import Role
from whistle.states import Ruling

MONTH = OpenApiParameter("month", str, description="2026-11; without it the present month.")
DISTRICT = OpenApiParameter(
    "district", str, description="Six digits of a district or four of a city; without it one's own."
)
PAGE = OpenApiParameter("page", int, description="From 1; twenty rows each.")


class FormulaNameSerializer(serializers.Serializer):
    name = serializers.CharField()
    version = serializers.IntegerField()
    sample = serializers.CharField(help_text="The figure that says how much a score stands on.")
    minimum = serializers.IntegerField(help_text="Below this sample a unit has no rank.")
    quota = serializers.IntegerField(help_text="Whistles a street is expected to blow in a month; 0 for none.")


class StandingSerializer(serializers.Serializer):
    unit = serializers.CharField(help_text="For the address of the unit's own score.")
    name = serializers.CharField()
    group = serializers.CharField()
    group_name = serializers.CharField()
    rank = serializers.IntegerField(allow_null=True, help_text="Within the group; null below the minimum sample.")
    total = serializers.FloatField(allow_null=True)
    sample = serializers.FloatField()
    parts = serializers.DictField(child=serializers.FloatField(allow_null=True), help_text="By the code of the part.")


class HeadSerializer(serializers.Serializer):
    month = serializers.CharField()
    of = serializers.ChoiceField(Ranked.choices)
    district = serializers.CharField()
    state = serializers.ChoiceField(BulletinState.choices, allow_null=True, help_text="null: never computed.")
    starts_at = serializers.DateTimeField(allow_null=True)
    ends_at = serializers.DateTimeField(allow_null=True, help_text="The first moment after the month.")
    computed_at = serializers.DateTimeField(allow_null=True)
    formula = FormulaNameSerializer(allow_null=True)


class RankingSerializer(HeadSerializer):
    results = StandingSerializer(many=True)


class FigureSerializer(serializers.Serializer):
    name = serializers.CharField()
    label = serializers.CharField()
    value = serializers.FloatField()
    opens = serializers.BooleanField(help_text="Whether rows stand behind it.")


class PartSerializer(serializers.Serializer):
    code = serializers.CharField()
    name = serializers.CharField()
    enters = serializers.CharField()
    weight = serializers.FloatField()
    value = serializers.FloatField(allow_null=True)
    share = serializers.FloatField(allow_null=True, help_text="What it brings to the total.")
    line = serializers.CharField(help_text="The arithmetic with the numbers in place, without the result.")
    figures = FigureSerializer(many=True)


class PastMonthSerializer(serializers.Serializer):
    month = serializers.CharField()
    total = serializers.FloatField(allow_null=True)
    rank = serializers.IntegerField(allow_null=True)


class UnitScoreSerializer(HeadSerializer):
    standing = StandingSerializer()
    line = serializers.CharField(help_text="The arithmetic of the total, without the result.")
    parts = PartSerializer(many=True)
    months = PastMonthSerializer(many=True, help_text="The year that ends with this month.")
    checksum = serializers.CharField()


class BehindRowSerializer(serializers.Serializer):
    whistle = serializers.CharField(help_text="Empty where the figure is about leads.")
    lead = serializers.CharField(help_text="Empty where it is not.")
    title = serializers.CharField()
    order = serializers.CharField(help_text="Empty where the figure is not about orders.")
    department = serializers.CharField()
    decision = serializers.CharField(help_text="What a dispatcher decided; empty where the figure is not about that.")
    at = serializers.DateTimeField(allow_null=True, help_text="Of the decision.")
    weight = serializers.FloatField()
    brings = serializers.FloatField(help_text="What the row brings to the figure; their sum is the figure.")
    counts = serializers.DictField(
        child=serializers.IntegerField(allow_null=True), help_text="All that counts of it in this month, unweighted."
    )


class BehindSerializer(serializers.Serializer):
    figure = FigureSerializer()
    hidden = serializers.IntegerField(help_text="Rows that count, but belong to cases your posts do not cover.")
    next = serializers.CharField(allow_null=True)
    previous = serializers.CharField(allow_null=True)
    results = BehindRowSerializer(many=True)


class _View(APIView):
    def asked(self, request, of, unit=None):
        """The head of the answer, the ranking and the unit's standing; Http404 for a unit that is not listed."""
        now = request.received_at
        area, of = ranking_asked(request.user, of, request.query_params.get("district") or None)
        month = month_asked(request.query_params.get("month"), now=now)
        ranking = ranking_for(area, of, month, now=now)
        if ranking and not can_see_figures(request.user, ranking.bulletin):
            # As on the page: that it is in review, and nothing else.
            if unit:
                raise Http404
            return present.head(area, of, month, None) | {"state": ranking.bulletin.state}, None, None
        standing = standing_of(ranking, unit) if ranking and unit else None
        if unit and standing is None:
            raise Http404
        return present.head(area, of, month, ranking), ranking, standing


class RankingView(_View):
    """A month's ranking, each unit within its group."""

    @extend_schema(
        tags=["rankings"],
        operation_id="rankings_list",
        parameters=[MONTH, OpenApiParameter("of", str, enum=Ranked.values), DISTRICT],
        responses=RankingSerializer,
    )
    def get(self, request):
        head, ranking, _none = self.asked(request, request.query_params.get("of") or Ranked.DEPARTMENTS)
        rows = standings(listed(ranking), head["of"]) if ranking else []
        return Response(head | {"results": [present.standing(row) for row in rows]})


class ScoreView(_View):
    """A unit's score: every part with its line of arithmetic and the figures in it."""

    @extend_schema(
        tags=["rankings"],
        operation_id="rankings_score",
        parameters=[MONTH, DISTRICT],
        responses=UnitScoreSerializer,
    )
    def get(self, request, of, unit):
        head, ranking, standing = self.asked(request, of, unit)
        explained = explain(standing, ranking.formula.read, head["of"])
        return Response(
            head
            | {
                "standing": present.standing(standing),
                "line": explained.line,
                "parts": [present.part(each) for each in explained.parts],
                "months": [
                    {"month": f"{month:%Y-%m}", "total": score.total, "rank": score.rank}
                    for month, score in months_of(ranking, unit, person=request.user)
                ],
                "checksum": standing.score.checksum,
            }
        )


class BehindView(_View):
    """The orders, whistles or decisions behind a figure, what cost points first."""

    @extend_schema(
        tags=["rankings"],
        operation_id="rankings_figure",
        parameters=[MONTH, DISTRICT, PAGE],
        responses=BehindSerializer,
    )
    def get(self, request, of, unit, figure_name):
        head, ranking, standing = self.asked(request, of, unit)
        number = request.query_params.get("page", "1")
        if not number.isdecimal() or not 1 <= int(number) <= 1000:
            raise Refusal(_("There is no such page. Narrow the list with a filter."), code="no_such_page")
        found = behind(ranking, unit, figure_name, person=request.user, number=int(number))
        if found is None:
            raise Http404
        return Response(
            {
                "figure": present.figure(figure(standing, figure_name, head["of"])),
                "hidden": found.hidden,
                "next": self.link(found.number + 1) if found.more else None,
                "previous": self.link(found.number - 1) if found.number > 1 else None,
                "results": [present.row(found.kind, row) for row in found.rows],
            }
        )

    def link(self, number):
        return replace_query_param(self.request.build_absolute_uri(), "page", number)


@extend_schema(tags=["callbacks"])
class CallbackViewSet(WhistleViewSet):
    """Closed whistles whose residents the caller has yet to call back, the longest waiting first.

    What was heard is the act `call-back` on the whistle, and a line of its record.
    """

    def rows(self, request):
        require(request.user.holds(Role.DISPATCHER))
        return longest_waiting_first(to_call_back(request.user, now=request.received_at))

    @extend_schema(operation_id="callbacks_list", responses=schema.WhistleRow(many=True))
    def list(self, request):
        return super().list(request)


class AccountabilitySerializer(serializers.Serializer):
    number = serializers.CharField()
    whistle = serializers.CharField()
    title = serializers.CharField()
    person = serializers.CharField()
    post = serializers.CharField(help_text="In which they signed, as it was then.")
    ruling = serializers.ChoiceField(Ruling.choices)
    reason = serializers.CharField()
    ruled_at = serializers.DateTimeField()
    opened_at = serializers.DateTimeField()
    appeal_until = serializers.DateTimeField(help_text="An appeal at this very moment is in time.")
    state = serializers.ChoiceField(AccountabilityState.choices)
    state_label = serializers.CharField()
    appeal = serializers.CharField()
    appealed_at = serializers.DateTimeField(allow_null=True)
    decision = serializers.CharField()
    decided_by = serializers.CharField(allow_null=True)
    decided_at = serializers.DateTimeField(allow_null=True)
    actions = schema.Action(many=True)


@extend_schema(tags=["accountability"])
class AccountabilityViewSet(ActingViewSet):
    """What is held against the caller, and in the area of posts that see it, against others."""

    queryset = Accountability.objects.none()
    serializer_class = AccountabilitySerializer
    table = accountability_actions

    def rows(self):
        seen = Accountability.objects.visible_to(self.request.user)
        return seen.select_related("whistle", "decided_by").order_by("-id")

    def find(self, number):
        return get_object_or_404(self.rows(), number=number)

    def say(self, number):
        return present.accountability(self.find(number), person=self.request.user)

    @extend_schema(operation_id="accountability_list", responses=AccountabilitySerializer(many=True))
    def list(self, request):
        page = self.paginate_queryset(self.rows())
        return self.get_paginated_response([present.accountability(row, person=request.user) for row in page])

    @extend_schema(responses=AccountabilitySerializer)
    def retrieve(self, request, number):
        return super().retrieve(request, number)

    @extend_schema(
        operation_id="accountability_act", request=schema.Act, responses=AccountabilitySerializer, parameters=[KEY]
    )
    def act(self, request, number, action):
        """Does one of the acts that `actions` offers."""
        return super().act(request, number, action)
