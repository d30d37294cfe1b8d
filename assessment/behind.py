"""Every figure of a unit opens to the rows it is the sum of: orders, whistles or decisions, and what each brings."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from django.db.models import F, Model, Q, QuerySet, Value
from django.db.models.expressions import Combinable

from assessment.models import CallTally, LeadTally, ManualItem, OrderTally, Ranking, WhistleTally
from assessment.states import Ranked
from assessment.units import SOURCES
from dispatch.models import Order
from grid.models import Person
from whistle.models import Event, Lead, Whistle

# Rows on one page.
PAGE = 20


class Rule(NamedTuple):
    """`rows`: which say something of the figure. `brings`: what one brings, unweighted. `order`: what cost first."""

    rows: Q
    brings: Combinable
    order: tuple[str, ...] = ()
    weighted: bool = True


def _asked(column: str) -> Rule:
    """Each row in which the question came up."""
    return Rule(Q(**{f"{column}__isnull": False}), Value(1), (column,))


def _answered(column: str, *, where: str = "") -> Rule:
    """The same rows, each with its answer: what counts 0 is as telling as what counts."""
    return Rule(Q(**{f"{where or column}__isnull": False}), F(column), (column,))


def _times(column: str) -> Rule:
    return Rule(Q(**{f"{column}__gt": 0}), F(column), (f"-{column}",))


def _plainly(column: str) -> Rule:
    return _times(column)._replace(weighted=False)


def _of(column: str, *, among: str) -> Rule:
    return Rule(Q(**{f"{among}__gt": 0}), F(column), (column,))


HEARD = {"callbacks": _asked("contacted")} | {
    name: _answered(name) for name in ("contacted", "solved", "satisfied", "fairly")
}
# By the table of `units.SOURCES` and the measure.
RULES: dict[str, dict[str, Rule]] = {
    "ordertally": {
        "orders": Rule(Q(), Value(1), weighted=False),
        **{f"{clock}_due": _asked(clock) for clock in ("acknowledge", "report", "resolve")},
        **{f"{clock}_met": _answered(clock) for clock in ("acknowledge", "report", "resolve")},
        "handled": _answered("handled", where="resolve"),
        "overdue_open": _times("overdue_open"),
        "scored": _asked("cooperation"),
        "cooperation": _answered("cooperation"),
        "resolution": _answered("resolution"),
        "extended": Rule(Q(extended__gt=0), Value(1)),
        **{name: _times(name) for name in ("reworked", "results", "supervisions", "returns_overruled")},
        **HEARD,
    },
    "whistletally": {
        "whistles": Rule(Q(filed__gt=0), Value(1), weighted=False),
        "upheld": _of("upheld", among="triaged"),
        "verify_met": _of("verify_met", among="verify_due"),
        "score_met": _of("score_met", among="score_due"),
        **{
            name: _times(name)
            for name in ("filed", "triaged", "frivolous", "empty", "verify_due", "score_due", "accountability")
        },
        **HEARD,
    },
    "leadtally": {
        "leads": _plainly("reported"),
        "leads_due": _asked("answer")._replace(weighted=False),
        "leads_met": _answered("answer")._replace(weighted=False),
        "leads_solved": _plainly("solved"),
        "leads_passed_up": _plainly("passed_up"),
        "leads_whistled": _plainly("whistled"),
    },
    "calltally": {
        "dispatches": _asked("right"),
        "right_dispatches": _answered("right"),
        "triage_due": _asked("triage"),
        "triage_met": _answered("triage"),
    },
}
TALLIES: dict[str, Any] = {
    "ordertally": OrderTally,
    "whistletally": WhistleTally,
    "leadtally": LeadTally,
    "calltally": CallTally,
}


def opens(ranked: str, figure: str) -> bool:
    """Whether a figure has rows behind it: what an area is, has none."""
    return figure.startswith("manual:") or any(figure in names for _table, _column, names in SOURCES[Ranked(ranked)])


def table_behind(ranked: str, figure: str) -> type[Model] | None:
    """The model of the rows behind a figure."""
    names = (table for table, _column, names in SOURCES[Ranked(ranked)] if figure in names)
    return TALLIES.get(next(names, ""))


class Row(NamedTuple):
    """What one row brings to a figure. `about`: the order, whistle, lead, or line of the record that it is about."""

    tally: Any
    about: Any

    @property
    def brings(self):
        return self.tally.brings


class Behind(NamedTuple):
    """`hidden`: how many rows belong to cases that the person's posts do not cover."""

    kind: str
    rows: list[Row]
    number: int
    more: bool
    hidden: int


def behind(
    ranking: Ranking, unit: str, figure: str, *, person: Person, number: int = 1, size: int = PAGE
) -> Behind | None:
    """A page of the rows behind a unit's figure, those that cost first; None where there are none to open.

    Only what the person may see stands there, and how much else counts.
    """
    for table, column, names in SOURCES[Ranked(ranking.ranked)]:
        if figure in names:
            rule = RULES[table][figure]
            there = TALLIES[table].objects.filter(period=ranking.period_id, **{column: unit}).filter(rule.rows)
            seen = _seen(there, table, person)
            start = (number - 1) * size
            weight = F("weight") if rule.weighted else Value(1)
            brings = seen.annotate(brings=rule.brings * weight).order_by(*rule.order, "-pk")
            page = list(brings[start : start + size + 1])
            hidden = there.count() - seen.order_by().count()
            return Behind(table, _with_subjects(table, page[:size]), number, len(page) > size, hidden)
    return None


def _seen(rows: QuerySet, table: str, person: Person) -> QuerySet:
    """By the one right to read: of orders and leads for their rows, of whistles for all others."""
    if table == "ordertally":
        return rows.filter(order__in=Order.objects.visible_to(person))
    if table == "leadtally":
        return rows.filter(lead__in=Lead.objects.visible_to(person))
    return rows.filter(whistle__in=Whistle.objects.visible_to(person))


def _with_subjects(table: str, page: list[Any]) -> list[Row]:
    """Each row with what it is about, as lists show it; a constant number of queries."""
    if table == "ordertally":
        orders = Order.objects.for_display().prefetch_related("appeals")
        found = _by_key(orders.filter(pk__in=[row.order_id for row in page]))
        return [Row(row, found[row.order_id]) for row in page]
    if table == "leadtally":
        found = _by_key(Lead.objects.prefetch_related("deadlines").filter(pk__in=[row.lead_id for row in page]))
        return [Row(row, found[row.lead_id]) for row in page]
    if table == "calltally":
        lines = Event.objects.select_related("whistle__type")
        found = _by_key(lines.filter(pk__in=[row.event_id for row in page]))
        return [Row(row, found[row.event_id]) for row in page]
    whistles = Whistle.objects.select_related("type").prefetch_related("deadlines")
    found = _by_key(whistles.filter(pk__in=[row.whistle_id for row in page]))
    return [Row(row, found[row.whistle_id]) for row in page]


def _by_key(rows: Iterable[Model]) -> dict[Any, Any]:
    return {row.pk: row for row in rows}


def entered_by_hand(ranking: Ranking, unit: str) -> list[ManualItem]:
    """The points that were entered by hand for a unit, with who and why; also those that were taken back."""
    rows = ManualItem.objects.filter(bulletin=ranking.bulletin_id, ranked=ranking.ranked, unit=unit)
    return list(rows.select_related("by", "withdrawn_by"))
