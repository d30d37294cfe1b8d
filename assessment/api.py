"""Rankings for programs."""

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from assessment.formula import LEAST_CASES, WEIGHTS
from assessment.permissions import ranking_district
from assessment.queries import rank_departments
from common.errors import Invalid


class PartsSerializer(serializers.Serializer):
    acknowledgement = serializers.FloatField(allow_null=True)
    report = serializers.FloatField(allow_null=True)
    resolution_in_time = serializers.FloatField(allow_null=True)
    cooperation = serializers.FloatField(allow_null=True)
    resolution = serializers.FloatField(allow_null=True)


class StandingSerializer(serializers.Serializer):
    rank = serializers.IntegerField(allow_null=True, help_text="Within the group; null with too few cases.")
    department = serializers.CharField()
    department_name = serializers.CharField()
    group = serializers.CharField()
    group_name = serializers.CharField()
    score = serializers.FloatField(allow_null=True)
    parts = PartsSerializer()
    cases = serializers.IntegerField(help_text="Scored orders behind the row.")
    counts = serializers.DictField(child=serializers.IntegerField(), help_text="What the parts were computed from.")


class RankingSerializer(serializers.Serializer):
    month = serializers.CharField()
    of = serializers.CharField()
    district = serializers.CharField()
    weights = serializers.DictField(child=serializers.IntegerField())
    least_cases = serializers.IntegerField()
    results = StandingSerializer(many=True)


def parse_month(text, *, now):
    """`2026-11` as the first day of that month; the present month for None. Refuses nonsense and the future."""
    today = timezone.localdate(now)
    if not text:
        return today.replace(day=1)
    try:
        month = datetime.strptime(text, "%Y-%m").date()
    except ValueError as error:
        raise Invalid(fields={"month": [_("Write the month as 2026-11.")]}) from error
    if month > today:
        raise Invalid(fields={"month": [_("This month has not begun.")]})
    return month


class RankingView(APIView):
    """The month's ranking of departments, each within its group, with the figures behind every part."""

    @extend_schema(
        tags=["rankings"],
        parameters=[
            OpenApiParameter("month", str, description="2026-11; without it the present month."),
            OpenApiParameter("of", str, enum=["departments"]),
            OpenApiParameter("district", str, description="Six digits; for whoever sees several districts."),
        ],
        responses=RankingSerializer,
    )
    def get(self, request):
        of = request.query_params.get("of", "departments")
        if of != "departments":
            raise Invalid(fields={"of": [_("Rankings are made of departments.")]})
        month = parse_month(request.query_params.get("month"), now=request.received_at)
        district = ranking_district(request.user, request.query_params.get("district"))
        groups = rank_departments(district, month, now=request.received_at)
        rows = [
            {
                "rank": row.rank,
                "department": row.department.code,
                "department_name": str(row.department),
                "group": group.code,
                "group_name": str(group),
                "score": row.score,
                "parts": row.parts,
                "cases": row.counts.cases,
                "counts": vars(row.counts),
            }
            for group, standings in groups.items()
            for row in standings
        ]
        return Response(
            {
                "month": f"{month:%Y-%m}",
                "of": of,
                "district": district,
                "weights": WEIGHTS,
                "least_cases": LEAST_CASES,
                "results": rows,
            }
        )
