"""The month's figures, read from orders, clocks and marks; nothing is stored that these do not say."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Count, F, Q, Sum

from assessment import formula
from assessment.models import Evaluation
from dispatch.models import Deadline
from dispatch.states import OF_AN_ORDER, ClockKind
from grid.models import Department

SHARE_OF = {
    ClockKind.ACKNOWLEDGE: "acknowledge",
    ClockKind.REPORT: "report",
    ClockKind.RESOLVE: "resolve",
}


@dataclass(frozen=True)
class Standing:
    """A department's place in a month."""

    rank: int | None
    department: Department
    score: Decimal
    parts: dict[str, Decimal | None]
    counts: formula.Counts


def month_bounds(month):
    """The first moment of a month given as its first day, and of the next one (Asia/Shanghai)."""
    zone = ZoneInfo(settings.TIME_ZONE)
    start = datetime(month.year, month.month, 1, tzinfo=zone)
    following = (start + timedelta(days=32)).replace(day=1)
    return start, following


def scored_in(district, month):
    """The marks that count in a month: those given in it."""
    start, end = month_bounds(month)
    return Evaluation.objects.filter(district=district, at__gte=start, at__lt=end)


def rank_departments(district, month, *, now):
    """Every department with scored orders in the month, ranked within its group: `{group: [Standing, …]}`.

    `district`: six digits; `month`: a date in it; `now` decides which clocks are overdue. Three queries at any size.
    """
    scored = scored_in(district, month)
    sums = {
        row["order__department"]: row
        for row in scored.values("order__department").annotate(
            cases=Count("id"), cooperation_sum=Sum("cooperation"), resolution_sum=Sum("resolution")
        )
    }
    counts = _count_clocks(scored, now)
    departments = Department.objects.filter(pk__in=sums).select_related("group", "district")
    groups = {}
    for department in departments.order_by("group__position", "group__code", "code"):
        groups.setdefault(department.group, []).append(
            _standing(department, sums[department.pk], counts.get(department.pk, {}))
        )
    return {group: _ranked(standings) for group, standings in groups.items()}


def _count_clocks(scored, now):
    """How many clocks of each kind ran out or were met, and how many of them in time, by department."""
    over = Q(met_at__isnull=False) | Q(due_at__lt=now)
    rows = (
        Deadline.objects.filter(order__in=scored.values("order"), kind__in=OF_AN_ORDER, cancelled_at=None)
        .filter(over)
        .values("order__department", "kind")
        .annotate(every=Count("id"), met=Count("id", filter=Q(met_at__lte=F("due_at"))))
    )
    counts = {}
    for row in rows:
        name = SHARE_OF[row["kind"]]
        counts.setdefault(row["order__department"], {}).update(
            {f"{name}_met": row["met"], f"{name}_all": row["every"]}
        )
    return counts


def _standing(department, sums, clocks):
    none = {f"{name}_{what}": 0 for name in SHARE_OF.values() for what in ("met", "all")}
    counts = formula.Counts(
        cases=sums["cases"],
        cooperation_sum=sums["cooperation_sum"],
        resolution_sum=sums["resolution_sum"],
        **(none | clocks),
    )
    parts = formula.parts_of(counts)
    return Standing(rank=None, department=department, score=formula.composite(parts), parts=parts, counts=counts)


def _ranked(standings):
    pairs = formula.ranked(standings, lambda row: row.score, lambda row: row.counts.cases)
    return [
        Standing(rank=rank, department=row.department, score=row.score, parts=row.parts, counts=row.counts)
        for rank, row in pairs
    ]
