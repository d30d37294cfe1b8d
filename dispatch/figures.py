"""How punctual this month is, in few figures; drills count in none. Rankings and scores are `assessment`'s."""

from dataclasses import dataclass

from django.db.models import Count, F, Q

from dispatch.models import Deadline
from dispatch.states import ClockKind
from whistle.models import Whistle
from whistle.models.whistles import in_area
from whistle.states import OPEN


@dataclass(frozen=True)
class Month:
    """`filed`: whistles blown; the shares are (met in time, ran out or were met) of the month's clocks."""

    filed: int
    acknowledged: tuple[int, int]
    reported: tuple[int, int]


def month_of_area(code, month, *, now):
    """The month (a date in it) of an area of a district, from the whistles that were numbered in it. Two queries."""
    whistles = Whistle.objects.in_earnest().filter(in_area(code), number__startswith=_numbered(code[:6], month))
    clocks = Deadline.objects.filter(whistle__in=whistles)
    return Month(filed=whistles.filter(filed_at__isnull=False).count(), **punctuality(clocks, now))


def month_of_department(department, month, *, now):
    """The same of a department, from the orders it was sent; `filed`: the whistles it was called to."""
    orders = department.orders.in_earnest().filter(number__startswith=_numbered(department.district_id, month))
    clocks = Deadline.objects.filter(order__in=orders)
    return Month(filed=orders.values("whistle").distinct().count(), **punctuality(clocks, now))


def _numbered(district, month):
    """How the numbers of a month begin: the index of the numbers finds them, however many there are."""
    return f"{district}-{month:%Y%m}"


def punctuality(clocks, now):
    """The shares of a month, of those of these clocks that were met or have run out. One query."""
    over = Q(met_at__isnull=False) | Q(due_at__lt=now)
    rows = (
        clocks.filter(over, kind__in=[ClockKind.ACKNOWLEDGE, ClockKind.REPORT], cancelled_at=None)
        .values("kind")
        .annotate(every=Count("id"), met=Count("id", filter=Q(met_at__lte=F("due_at"))))
        .order_by()
    )
    found = {row["kind"]: (row["met"], row["every"]) for row in rows}
    return {
        "acknowledged": found.get(ClockKind.ACKNOWLEDGE, (0, 0)),
        "reported": found.get(ClockKind.REPORT, (0, 0)),
    }


def open_by_district(codes, *, now):
    """For each district in the cities or districts `codes`: its name, open whistles, and how many are overdue.

    Those without an open whistle are left out. Two queries.
    """
    here = Q(pk__in=[])
    for code in codes:
        here |= in_area(code)
    whistles = Whistle.objects.in_earnest().filter(here, state__in=OPEN)
    late = dict(
        Deadline.objects.overdue(now)
        .filter(whistle__in=whistles)
        .values_list("district")
        .annotate(Count("whistle", distinct=True))
        .order_by()
    )
    rows = whistles.values("district", "district__name").annotate(many=Count("pk"))
    return [
        {
            "code": row["district"],
            "name": row["district__name"],
            "open": row["many"],
            "overdue": late.get(row["district"], 0),
        }
        for row in rows.order_by("district")
    ]
