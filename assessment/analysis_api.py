"""The analysis for programs: the same figures as on its page."""

from dataclasses import asdict

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from assessment.analysis import STAGES, analyse
from assessment.forms import AnalysisForm
from assessment.permissions import can_see_analysis
from assessment.states import Ending
from common.errors import Invalid, require
from whistle.states import Source

PARAMETERS = [
    OpenApiParameter("from", str, description="The first day, 2026-11-01; without it 90 days ago."),
    OpenApiParameter("to", str, description="The last day, included; without it today. Two years at most."),
    OpenApiParameter("area", str, description="Code of a city, district, street or community; one's own without it."),
    OpenApiParameter("type", str, description="Code of a type of whistle."),
    OpenApiParameter("department", str, description="Code of a department: what it was called to, and its orders."),
]


class SpanSerializer(serializers.Serializer):
    stage = serializers.ChoiceField(list(STAGES))
    count = serializers.IntegerField(help_text="How many passed it.")
    median = serializers.FloatField(allow_null=True, help_text="Seconds.")
    ninth = serializers.FloatField(allow_null=True, help_text="Seconds within which nine of ten passed it.")


class SpansOfSerializer(serializers.Serializer):
    code = serializers.CharField()
    name = serializers.CharField()
    stages = SpanSerializer(many=True)


class CommunitySerializer(serializers.Serializer):
    area = serializers.CharField(help_text="Of a community; of a street for what concerns all of it.")
    count = serializers.IntegerField()
    before = serializers.IntegerField(help_text="In the time before that is as long.")
    types = serializers.DictField(child=serializers.IntegerField(), help_text="By the code of the type.")


class FlowSerializer(serializers.Serializer):
    source = serializers.ChoiceField(Source.choices)  # type: ignore[assignment]
    type = serializers.CharField()
    ending = serializers.ChoiceField(Ending.choices)
    count = serializers.IntegerField()


class GroupSerializer(serializers.Serializer):
    count = serializers.IntegerField()
    whistles = serializers.ListField(child=serializers.CharField(), help_text="Their numbers, the eight latest.")


class AnalysisSerializer(serializers.Serializer):
    area = serializers.CharField()
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField(help_text="The first moment after the period.")
    count = serializers.IntegerField(help_text="Whistles blown.")
    demonstration = serializers.BooleanField(help_text="Whether made up cases are among them.")
    stages = SpanSerializer(many=True)
    types = SpansOfSerializer(many=True)
    departments = SpansOfSerializer(many=True, help_text="Only the stages of their orders.")
    communities = CommunitySerializer(many=True, help_text="The twelve with most whistles.")
    flows = FlowSerializer(many=True)
    repeated = serializers.IntegerField(help_text="Whistles that came within 90 days of one like it.")
    repeats = GroupSerializer(many=True, help_text="The twelve largest groups.")


class AnalysisView(APIView):
    """Where time goes and what comes again, over the whistles blown in a period."""

    @extend_schema(tags=["analysis"], parameters=PARAMETERS, responses=AnalysisSerializer)
    def get(self, request):
        require(can_see_analysis(request.user))
        form = AnalysisForm(request.query_params, person=request.user, now=request.received_at)
        if not form.is_valid():
            raise Invalid(fields=form.errors)
        found = analyse(form.scope())
        by_type, by_department = found.stages.types, found.stages.departments
        types = {row.code: str(row) for row in form.types}
        return Response(
            {
                "area": found.scope.area,
                "starts_at": found.scope.start,
                "ends_at": found.scope.end,
                "count": found.count,
                "demonstration": found.demonstration,
                "stages": _spans(found.stages.all),
                "types": [
                    {"code": code, "name": name, "stages": _spans(by_type[code])}
                    for code, name in types.items()
                    if code in by_type
                ],
                "departments": [
                    {"code": row.code, "name": str(row), "stages": _spans(by_department[row.pk])}
                    for row in form.departments
                    if row.pk in by_department
                ],
                "communities": [
                    {"area": row.code, "count": row.count, "before": row.before, "types": row.types}
                    for row in found.communities
                ],
                "flows": [asdict(flow) for flow in found.flows],
                "repeated": found.repeats.whistles,
                "repeats": [
                    {"count": group.count, "whistles": [whistle.number for whistle in group.whistles]}
                    for group in found.repeats.largest
                ],
            }
        )


def _spans(spans):
    return [{"stage": stage} | asdict(spans[stage]) for stage in STAGES if stage in spans]
