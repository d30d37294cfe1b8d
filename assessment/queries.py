"""The month's figures, read from orders, clocks and marks; nothing is stored that these do not say."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Count, F, Q, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from assessment import formula
from assessment.models import Evaluation
from assessment.permissions import can_see_rankings
from dispatch import figures
from dispatch.models import Deadline, Order
from dispatch.states import OF_AN_ORDER, ClockKind
from dispatch.worklists import STREET
from grid.models import CalendarDay, Department, Person, Role
from whistle.models import Whistle, WhistleType
from whistle.models.whistles import in_area

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
    """The marks that count in a month: those given in it, but for drills."""
    start, end = month_bounds(month)
    return Evaluation.objects.in_earnest().filter(district=district, at__gte=start, at__lt=end)


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
    departments = Department.objects.filter(pk__in=sums).select_related("group")
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


# Orders on one page of those behind a department's month.
BEHIND = 20


def orders_behind(department, month):
    """The orders whose marks make up a department's month, newest mark first."""
    start, end = month_bounds(month)
    every = Order.objects.in_earnest().filter(department=department)
    scored = every.filter(evaluation__at__gte=start, evaluation__at__lt=end)
    return scored.order_by("-evaluation__at", "-id")


def explained(standing=None):
    """The parts of a score with names and weights; with a standing also their figures and what is behind them."""
    parts = []
    for name, label in formula.PARTS.items():
        part = {"label": label, "weight": formula.WEIGHTS[name], "value": None, "behind": ""}
        if standing and standing.parts[name] is not None:
            part |= {"value": standing.parts[name], "behind": _behind(name, standing.counts)}
        parts.append(part)
    return parts


def _behind(name, counts):
    """“11 of 12” for clocks; the sum of the marks over their number for means."""
    clocks = {"acknowledgement": "acknowledge", "report": "report", "resolution_in_time": "resolve"}
    if name in clocks:
        met, every = (getattr(counts, f"{clocks[name]}_{what}") for what in ("met", "all"))
        return _("%(met)d of %(every)d") % {"met": met, "every": every}
    return f"{getattr(counts, f'{name}_sum')} / {counts.cases}"


def told(order):
    """The order's clocks in the order in which they run; `order` as `for_display()` loads it."""
    clocks = {clock.kind: clock for clock in order.deadlines.all() if clock.cancelled_at is None}
    return [clocks[kind] for kind in OF_AN_ORDER if kind in clocks]


def punctuality_of(order, *, now):
    """The share of the order's clocks that were kept, in percent; None while none has run out or been met."""
    over = [clock for clock in told(order) if clock.met_at or clock.due_at < now]
    return formula.punctuality([clock.met_at is not None and clock.met_at <= clock.due_at for clock in over])


def scored_by_street(person):
    """The marks that the person's streets gave, newest first."""
    mine = Q(pk__in=[])
    for code in person.areas_as(*STREET):
        mine |= in_area(code)
    districts = {code[:6] for code in person.areas_as(*STREET)}
    marks = Evaluation.objects.filter(district__in=districts, order__whistle__in=Whistle.objects.filter(mine))
    return marks.select_related("order__department", "order__whistle", "by").order_by("-at")


@dataclass(frozen=True)
class Glance:
    """This month in few figures. `of`: whose; `rank`: a department's place in its group, if it has one.

    `opens`: whether this person may open the ranking behind them.
    """

    of: str
    opens: bool
    month: figures.Month
    acknowledged: Decimal | None
    reported: Decimal | None
    area: str = ""
    department: Department | None = None
    rank: int | None = None


def month_at_a_glance(person, *, now):
    """How the person's first department or area is doing this month; None for a whole city or without a post."""
    post = next((post for post in person.posts_now if len(post.district_code) == 6), None)
    if post is None:
        return None
    month = timezone.localdate(now).replace(day=1)
    if post.department_id:
        found = figures.month_of_department(post.department, month, now=now)
        rank = _rank_of(post.department, month, now)
        more = {"of": str(post.department), "department": post.department, "rank": rank}
    else:
        found = figures.month_of_area(post.area_id, month, now=now)
        more = {"of": post.place, "area": post.area_id}
    return Glance(
        month=found,
        acknowledged=formula.percentage(*found.acknowledged),
        reported=formula.percentage(*found.reported),
        opens=can_see_rankings(person),
        **more,
    )


def _rank_of(department, month, now):
    standings = rank_departments(department.district_id, month, now=now).values()
    return next((row.rank for rows in standings for row in rows if row.department == department), None)


def first_places(person, *, now):
    """The best three of each group so far this month, for whoever assesses a district: `{group: [Standing, …]}`."""
    district = next(iter(person.areas_as(Role.ASSESSOR)), None)
    if district is None:
        return {}
    groups = rank_departments(district, timezone.localdate(now).replace(day=1), now=now)
    return {group: [row for row in rows if row.rank][:3] for group, rows in groups.items()}


def districts_at_a_glance(person, *, now):
    """Open and overdue whistles of each district that a city observer sees."""
    codes = person.areas_as(Role.CITY_OBSERVER)
    return figures.open_by_district(codes, now=now) if codes else []


def configured(person):
    """What an administrator has set up, as figures by name; empty for everybody else."""
    codes = person.areas_as(Role.ADMINISTRATOR)
    if not codes:
        return {}
    here = Q(pk__in=[])
    for code in codes:
        here |= Q(district__code__startswith=code)
    return {
        "types": WhistleType.objects.filter(here, active=True).count(),
        "departments": Department.objects.filter(here, active=True).count(),
        "people": Person.objects.filter(is_active=True, posts__isnull=False).distinct().count(),
        "days": CalendarDay.objects.count(),
    }
