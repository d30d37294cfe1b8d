"""The ranking of a year for programs, with the months it follows from."""

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from assessment import present
from assessment.api import DISTRICT
from assessment.permissions import ranking_asked
from assessment.states import Ranked, Ties
from assessment.yearly import year_asked, year_of


class MonthOfYearSerializer(serializers.Serializer):
    month = serializers.CharField()
    total = serializers.FloatField(allow_null=True, help_text="As corrected, where it was.")
    rank = serializers.IntegerField(allow_null=True, help_text="In that month, as published.")
    counts = serializers.BooleanField(help_text="false: listed without a rank in that month.")
    published_total = serializers.FloatField(allow_null=True)
    corrected_at = serializers.DateTimeField(allow_null=True, help_text="Of the notice that counts; null without one.")


class YearStandingSerializer(serializers.Serializer):
    unit = serializers.CharField(help_text="For the address of the unit's own scores.")
    name = serializers.CharField()
    group = serializers.CharField()
    group_name = serializers.CharField()
    rank = serializers.IntegerField(allow_null=True, help_text="Within the group; null with too few months.")
    mark = serializers.FloatField(allow_null=True, help_text="Mean of the months that count, to two places.")
    months_counted = serializers.IntegerField()
    months = MonthOfYearSerializer(many=True, help_text="The published months in which the unit stands.")


class YearSerializer(serializers.Serializer):
    year = serializers.IntegerField()
    of = serializers.ChoiceField(Ranked.choices)
    district = serializers.CharField()
    published = serializers.ListField(child=serializers.CharField(), help_text="The months that are published.")
    enough = serializers.IntegerField(help_text="So many months must count for a rank.")
    ties = serializers.ChoiceField(Ties.choices)
    results = YearStandingSerializer(many=True)


class YearView(APIView):
    """A year's ranking, each unit within its group, from the months that are published."""

    @extend_schema(
        tags=["rankings"],
        parameters=[
            OpenApiParameter("year", int, description="2026; without it the present year."),
            OpenApiParameter("of", str, enum=Ranked.values),
            DISTRICT,
        ],
        responses=YearSerializer,
    )
    def get(self, request):
        asked = request.query_params
        area, of = ranking_asked(request.user, asked.get("of") or Ranked.DEPARTMENTS, asked.get("district") or None)
        found = year_of(area, of, year_asked(asked.get("year"), now=request.received_at))
        return Response(present.year(area, of, found))
