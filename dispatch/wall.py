"""What the wall of a command centre shows of a district or a street: the day in figures, the clocks about to run out,
who arrived, what happened, thirty days, and where things are open. See docs/adr/0021.

Drills are on no wall. Every function takes the code of the area: six digits or nine.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Q
from django.db.models.functions import TruncDate
from django.utils import timezone

from dispatch import figures, mapping, pages
from dispatch.models import Deadline, Order
from grid.ground import name_of
from grid.models import AreaLevel
from whistle.models import Event, EventKind, Whistle
from whistle.models.whistles import in_area
from whistle.states import WhistleState

# Rows of the panels; what there is room for on a wall.
CLOCKS, ARRIVALS, NEWS = 5, 4, 8
DAYS = 30
# What just ran out stays among what is about to, so that the room sees it happen.
STAYS = timedelta(minutes=15)
# How near the grid is laid over which a wall's points are counted: some 300 m a cell.
ZOOM = 15
# What a room wants to hear of; the rest is for the page of the case.
TOLD = (
    *(EventKind.FILED, EventKind.DISPATCHED, EventKind.ACKNOWLEDGED, EventKind.REPORTED, EventKind.RESULT),
    *(EventKind.VERIFIED, EventKind.NOT_SOLVED, EventKind.CLOSED, EventKind.REOPENED, EventKind.ESCALATED),
    *(EventKind.BREACHED, EventKind.REMINDED, EventKind.SUPERVISED, EventKind.PASSED_UP, EventKind.ORDER_RETURNED),
    *(EventKind.SUSPENDED, EventKind.LEADER_ON_SITE),
)


@dataclass(frozen=True)
class Today:
    """`filed`, `sent`, `closed`: whistles blown, orders sent, whistles closed since midnight; `overdue`: whistles of
    which some clock is overdue now; the shares are (met in time, met or run out) of the clocks that fell due
    since midnight, or were met since then before they did.
    """

    filed: int
    sent: int
    closed: int
    overdue: int
    acknowledged: tuple[int, int]
    reported: tuple[int, int]


@dataclass(frozen=True)
class Point:
    lat: float
    lng: float
    count: int
    tone: str


def _of(code: str) -> Q:
    """The condition "about a whistle in this area, and no drill" for events and clocks."""
    here = Q(district_id=code[: AreaLevel.DISTRICT], whistle__drill=False)
    return here if len(code) == AreaLevel.DISTRICT else here & Q(whistle__area__code__startswith=code)


def _midnight(now: datetime) -> datetime:
    return timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)


def today(code: str, *, now: datetime) -> Today:
    """Three queries."""
    since = _midnight(now)
    kinds = (EventKind.FILED, EventKind.ORDER_SENT, EventKind.CLOSED)
    happened = Event.objects.filter(_of(code), at__gte=since, kind__in=kinds)
    counts = dict(happened.order_by().values_list("kind").annotate(Count("pk")))
    late = Deadline.objects.overdue(now).filter(_of(code)).aggregate(many=Count("whistle", distinct=True))
    # Two spans of two indexes, and not all that will yet fall due.
    decided = Q(due_at__gte=since, due_at__lt=now) | Q(met_at__gte=since, due_at__gte=now)
    clocks = Deadline.objects.filter(_of(code), decided)
    return Today(
        filed=counts.get(EventKind.FILED, 0),
        sent=counts.get(EventKind.ORDER_SENT, 0),
        closed=counts.get(EventKind.CLOSED, 0),
        overdue=late["many"],
        **figures.punctuality(clocks, now),
    )


def running_out(code: str, *, now: datetime) -> list[dict]:
    """The clocks that run out next, those that just did first; with their whistles and departments. One query."""
    clocks = Deadline.objects.running().filter(_of(code), due_at__gt=now - STAYS)
    clocks = clocks.select_related("whistle", "order__department").defer("plan").order_by("due_at")[:CLOCKS]
    return [
        {
            "deadline": clock,
            "title": clock.whistle.title,
            "who": brief(clock.order.department, code) if clock.order else "",
        }
        for clock in clocks
    ]


def news(code: str, *, now: datetime) -> tuple[list[dict], list[dict]]:
    """Who arrived last, and what happened last, the newest first, told without anybody's name. Three queries."""
    recent = Event.objects.filter(_of(code), at__gt=now - timedelta(days=2)).select_related("whistle")
    arrivals = list(recent.filter(kind=EventKind.REPORTED).order_by("-at")[:ARRIVALS])
    happened = list(recent.filter(kind__in=TOLD).order_by("-at")[:NEWS])
    orders = Order.objects.select_related("department").in_bulk(
        {event.order_number for event in [*arrivals, *happened] if event.order_number}, field_name="number"
    )

    def lines(events):
        return [
            {
                "at": event.at,
                "who": brief(orders[event.order_number].department, code) if event.order_number in orders else "",
                "what": pages.headline(event, ""),
                "title": event.whistle.title,
                "tone": pages.TONES.get(event.kind, ""),
            }
            for event in events
        ]

    return lines(arrivals), lines(happened)


def brief(name, code: str) -> str:
    """A department's name without that of its district: everybody in the room knows where they are."""
    return str(name).removeprefix(name_of(code[: AreaLevel.DISTRICT]))


def days(code: str, *, now: datetime) -> list[tuple[date, int, int]]:
    """The last thirty days, today the last: (day, whistles blown, whistles closed). Two queries."""
    first = timezone.localdate(now) - timedelta(days=DAYS - 1)
    since = _midnight(now) - timedelta(days=DAYS - 1)
    whistles = Whistle.objects.in_earnest().filter(in_area(code)).order_by()
    blown = _by_day(whistles.filter(filed_at__gte=since), "filed_at")
    closed = _by_day(whistles.filter(state=WhistleState.CLOSED, closed_at__gte=since), "closed_at")
    every = [first + timedelta(days=step) for step in range(DAYS)]
    return [(day, blown.get(day, 0), closed.get(day, 0)) for day in every]


def _by_day(whistles, moment):
    return dict(whistles.values_list(TruncDate(moment)).annotate(Count("pk")))


def points(code: str, *, now: datetime) -> list[Point]:
    """Where whistles are open, by small cells and tone, the most urgent last. One query."""
    whistles = Whistle.objects.in_earnest().filter(in_area(code)).open()
    return [Point(*row) for row in mapping.points(whistles, zoom=ZOOM, now=now)]
