"""The clock board: every open order in the lane of what it is waited for, the late ones in a lane of their own."""

from collections import Counter
from datetime import datetime
from heapq import nsmallest
from typing import Any, NamedTuple

from django.db.models import OuterRef, Prefetch, Q, Subquery
from django.utils.translation import gettext_lazy as _

from dispatch import pages
from dispatch.models import Deadline, Order
from dispatch.queries import with_urgency
from dispatch.states import ClockKind, OrderState
from grid.models import Department
from whistle.models import Whistle
from whistle.states import WhistleState

# Of each lane so many; who wants to see them all has the list.
SHOWN = 5

LATE = "late"
# What an order in this state is waited for, from left to right.
LANES = {
    OrderState.SENT: _("Awaiting acknowledgement"),
    OrderState.ACKNOWLEDGED: _("Awaiting the report on site"),
    OrderState.ON_SITE: _("Awaiting the result"),
    WhistleState.HANDLED: _("Awaiting verification"),
    LATE: _("Overdue"),
}


class Lane(NamedTuple):
    """`cards`: the most urgent ones; `many`: how many there are in all."""

    name: str
    title: Any
    cards: list[dict[str, Any]]
    many: int

    @property
    def beyond(self):
        return self.many - len(self.cards)


class Load(NamedTuple):
    """What a department has in hand; `late`: of these, with a clock that has run out."""

    department: Department
    open: int
    late: int


class _Waiting(NamedTuple):
    """An order, or a whistle that waits for the street's look, with the first of its clocks to be due."""

    due: datetime
    key: int
    lane: str
    department: int | None


class Board:
    """`cases`: the whistles a person may see, narrowed as the board is; `department`: its code, or empty.

    Seven queries, however much is open.
    """

    def __init__(self, cases, *, department="", now):
        self.now = now
        orders = Order.objects.open().filter(whistle__in=cases.order_by().values("pk"))
        if department:
            orders = orders.filter(department__code=department)
        self._waiting = [*_of_orders(orders, now), *_of_whistles(cases, now)]

    def lanes(self) -> list[Lane]:
        lanes: dict[str, list[_Waiting]] = {name: [] for name in LANES}
        for each in self._waiting:
            lanes[each.lane].append(each)
        shown = {name: nsmallest(SHOWN, rows) for name, rows in lanes.items()}
        cards = self._cards([each for rows in shown.values() for each in rows])
        return [
            Lane(name, title, [cards[each] for each in shown[name] if each in cards], len(lanes[name]))
            for name, title in LANES.items()
        ]

    def loads(self) -> list[Load]:
        """Of the departments with open orders, the most loaded first."""
        having = Counter(each.department for each in self._waiting if each.department)
        late = Counter(each.department for each in self._waiting if each.department and each.lane == LATE)
        found = Department.objects.filter(pk__in=having).in_bulk()
        loads = [Load(found[key], many, late[key]) for key, many in having.items() if key in found]
        return sorted(loads, key=lambda load: (-load.late, -load.open, load.department.code))

    def _cards(self, shown):
        clocks = Prefetch("deadlines", Deadline.objects.running())
        wanted = [each.key for each in shown if each.department]
        orders = Order.objects.with_parts().prefetch_related(clocks).in_bulk(wanted)
        looked_at = [each.key for each in shown if not each.department]
        rows = list(Whistle.objects.filter(pk__in=looked_at).select_related("type"))
        whistles = {whistle.pk: whistle for whistle in with_urgency(rows)}
        cards = {}
        for each in shown:
            if each.department and (order := orders.get(each.key)):
                cards[each] = pages.order_card(order, now=self.now) | {"order": order}
            elif not each.department and (whistle := whistles.get(each.key)):
                cards[each] = pages.card(whistle) | {"note": _("the street")}
        return cards


def _of_orders(orders, now):
    due = Deadline.objects.running().filter(order=OuterRef("pk")).order_by("due_at").values("due_at")[:1]
    rows = orders.order_by().annotate(due=Subquery(due)).filter(due__isnull=False)
    for key, state, department, due in rows.values_list("pk", "state", "department", "due"):
        if due < now or state in LANES:
            yield _Waiting(due, key, LATE if due < now else state, department)


def _of_whistles(cases, now):
    running = Q(deadlines__met_at=None, deadlines__cancelled_at=None, deadlines__kind=ClockKind.VERIFY)
    rows = cases.filter(running, state=WhistleState.HANDLED).order_by().values_list("pk", "deadlines__due_at")
    for key, due in rows:
        yield _Waiting(due, key, LATE if due < now else WhistleState.HANDLED, None)
