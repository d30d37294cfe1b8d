"""Where time goes and what comes again: figures over the whistles blown in a period, on some ground.

All of it is about the same whistles: blown (for the last time) in the period, where they lie or whom they called, and
no drill. Each figure is one statement over them, whatever their number.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection
from django.utils.translation import gettext_lazy as _

from assessment.models import Ranking
from assessment.standings import computed_at
from assessment.states import Ending
from grid.geo import EARTH_RADIUS_M
from grid.models import AreaLevel
from whistle.models import Whistle
from whistle.queries import METRES_PER_DEGREE, NEAR_M, RECENT

# Communities and groups that are named; of a group, the latest whistles.
MOST = 12
MOST_OF_A_GROUP = 8

# From where to where: of a whistle, and of each of its orders. In the order in which they come.
STAGES = {
    "dispatch": _("blown → dispatched"),
    "acknowledge": _("dispatched → acknowledged"),
    "report": _("acknowledged → on site"),
    "resolve": _("on site → result"),
    "verify": _("result → verified"),
    "close": _("verified → closed"),
}
OF_WHISTLES = {
    "dispatch": "w.dispatched_at - w.filed_at",
    "verify": "w.verified_at - w.handled_at",
    "close": "w.closed_at - w.verified_at",
}
OF_ORDERS = {
    "acknowledge": "o.acknowledged_at - o.sent_at",
    "report": "o.on_site_at - o.acknowledged_at",
    "resolve": "o.finished_at - o.on_site_at",
}


@dataclass(frozen=True)
class Scope:
    """Which whistles: blown in [start, end), in the area with the code `area` (from a city to a community).

    `types`: keys of their types; `departments`: keys of those of which at least one must have been called: then only
    their orders count. None: whichever. `districts`: the codes of the districts of the area. `now`: when it is asked.
    """

    start: datetime
    end: datetime
    area: str
    districts: Sequence[str]
    now: datetime
    types: Sequence[int] | None = None
    departments: Sequence[int] | None = None

    @property
    def given(self) -> dict[str, Any]:
        return {
            "start": self.start,
            "end": self.end,
            "before": self.start - (self.end - self.start),
            "under": f"{self.area}%",
            "districts": list(self.districts),
            "types": list(self.types or ()),
            "departments": list(self.departments or ()),
            "now": self.now,
        }

    def called(self, whistle: str) -> str:
        """The condition "one of the departments was called to it"; nothing where all may be."""
        if self.departments is None:
            return ""
        return f"""AND EXISTS (SELECT 1 FROM dispatch_order called
            WHERE called.whistle_id = {whistle}.id AND called.department_id = ANY(%(departments)s))"""  # noqa: S608

    def here(self, since: str = "start") -> str:
        """The condition that makes `w` one of these whistles; conditions that hold for all are left out."""
        return f"""NOT w.drill AND w.district_id = ANY(%(districts)s)
            AND w.filed_at >= %({since})s AND w.filed_at < %(end)s
            {"AND w.area_id LIKE %(under)s" if len(self.area) > AreaLevel.DISTRICT else ""}
            {"" if self.types is None else "AND w.type_id = ANY(%(types)s)"} {self.called("w")}"""


@dataclass(frozen=True)
class Span:
    """How long a stage took: the median and what nine of ten did not exceed, in seconds; None where nobody passed."""

    count: int
    median: float | None
    ninth: float | None


# By the name of the stage; what does not apply is missing.
Spans = dict[str, Span]


class Stages(NamedTuple):
    """`types`: by the code of the type; `departments`: by the key of the department, only the stages of orders."""

    all: Spans
    types: dict[str, Spans]
    departments: dict[int, Spans]


@dataclass(frozen=True)
class Community:
    """`code`: a community's, or a street's for what concerns all of it. `types`: how many by the code of the type."""

    code: str
    count: int
    before: int
    types: dict[str, int]

    @property
    def more(self) -> int:
        return self.count - self.before

    @property
    def fewer(self) -> int:
        return -self.more


@dataclass(frozen=True)
class Flow:
    source: str
    type: str
    ending: str
    count: int


@dataclass(frozen=True)
class Group:
    """Whistles about the same matter in the same place, the latest first; `count`: also those that are not named."""

    count: int
    whistles: list[Whistle]


class Repeats(NamedTuple):
    """`whistles`: how many came after one like it; `groups`: how many groups there are; `largest`: these."""

    whistles: int
    groups: int
    largest: list[Group]


@dataclass(frozen=True)
class Analysis:
    scope: Scope
    stages: Stages
    communities: list[Community]
    flows: list[Flow]
    repeats: Repeats
    demonstration: bool

    @property
    def count(self) -> int:
        return sum(flow.count for flow in self.flows)


@dataclass(frozen=True)
class Whole:
    """How many whistles there are, and whether the demonstration's are among them."""

    count: int
    demonstration: bool


def whole_of(scope: Scope) -> Whole:
    """Of all that is analysed, before any of it is: one query."""
    [row] = _rows(
        f"SELECT count(*), coalesce(bool_or(w.demonstration), FALSE) FROM whistle_whistle w WHERE {scope.here()}",  # noqa: S608
        scope,
    )
    return Whole(*row)


def analyse(scope: Scope) -> Analysis:
    """Every figure of a scope: six queries."""
    flows, demonstration = flows_of(scope)
    return Analysis(scope, stages_of(scope), communities_of(scope), flows, repeats_of(scope), demonstration)


def _rows(sql: str, scope: Scope) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql, scope.given)
        return cursor.fetchall()


# --- how long stages take ---------------------------------------------------------------------------


def stages_of(scope: Scope) -> Stages:
    """The spans of all, of each type and of each department; two queries."""
    found = Stages({}, {}, {})
    mine = "" if scope.departments is None else "AND o.department_id = ANY(%(departments)s)"
    # A reopened whistle is blown anew: its orders of before belong to its first life.
    orders = f"JOIN dispatch_order o ON o.whistle_id = w.id AND o.sent_at >= w.filed_at {mine}"
    for stages, joined, department, sets in (
        (OF_WHISTLES, "", "NULL::bigint", "(), (t.code)"),
        (OF_ORDERS, orders, "o.department_id", "(), (t.code), (o.department_id)"),
    ):
        for code, key, *figures in _rows(_spans(scope, stages, joined, department, sets), scope):
            if key is not None:
                spans = found.departments.setdefault(key, {})
            else:
                spans = found.all if code is None else found.types.setdefault(code, {})
            spans |= _read(stages, figures)
    return found


def stages_behind(ranking: Ranking, department: str) -> Spans:
    """How long each stage took with the orders behind a department's month, by the key of the department.

    As of when the month was counted: what came later is not in its figures either. One query.
    """
    ends = ", ".join(
        f"CASE WHEN {end} <= %(until)s THEN {end} END AS {end}"
        for end in ("acknowledged_at", "on_site_at", "finished_at")
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT {_columns(OF_ORDERS)} FROM (
                SELECT sent_at, {ends} FROM assessment_ordertally tally
                JOIN dispatch_order called ON called.id = tally.order_id
                WHERE tally.period_id = %(period)s AND tally.department_id = %(department)s) AS o""",  # noqa: S608
            {"period": ranking.period_id, "department": department, "until": computed_at(ranking)},
        )
        return _read(OF_ORDERS, cursor.fetchone())


def _columns(stages: dict[str, str]) -> str:
    """Of each stage how many passed it, and its median and ninth tenth."""
    return ", ".join(
        # date_part, for extract would make half a million numerics first.
        f"count({span}), percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY date_part('epoch', {span}))"
        for span in stages.values()
    )


def _read(stages: Iterable[str], figures: Sequence[Any]) -> Spans:
    """What `_columns` has found."""
    return {
        name: Span(count, *(parts or (None, None)))
        for name, count, parts in zip(stages, figures[::2], figures[1::2], strict=True)
    }


def _spans(scope: Scope, stages: dict[str, str], joined: str, department: str, sets: str) -> str:
    return f"""SELECT t.code, {department}, {_columns(stages)}
        FROM whistle_whistle w JOIN whistle_whistletype t ON t.id = w.type_id {joined}
        WHERE {scope.here()} GROUP BY GROUPING SETS ({sets})"""  # noqa: S608 (made of our own parts)


# --- where they come from, and what becomes of them -------------------------------------------------


def communities_of(scope: Scope) -> list[Community]:
    """Where most whistles were blown, and how many in the time before that is as long; one query."""
    rows = _rows(
        f"""SELECT left(w.area_id, 12), t.code,
            count(*) FILTER (WHERE w.filed_at >= %(start)s), count(*) FILTER (WHERE w.filed_at < %(start)s)
        FROM whistle_whistle w JOIN whistle_whistletype t ON t.id = w.type_id
        WHERE {scope.here("before")} GROUP BY 1, 2 ORDER BY 1, 2""",  # noqa: S608
        scope,
    )
    found: dict[str, Community] = {}
    for code, type, count, before in rows:
        there = found.get(code, Community(code, 0, 0, {}))
        types = there.types | ({type: count} if count else {})
        found[code] = Community(code, there.count + count, there.before + before, types)
    hot = [there for there in found.values() if there.count]
    return sorted(hot, key=lambda there: (-there.count, -there.more, there.code))[:MOST]


ENDING = f"""CASE w.state
    WHEN 'closed' THEN CASE WHEN heard.solved IS FALSE THEN '{Ending.UNSOLVED}' ELSE '{Ending.SOLVED}' END
    WHEN 'declined' THEN '{Ending.DECLINED}'
    WHEN 'withdrawn' THEN '{Ending.WITHDRAWN}'
    WHEN 'escalated' THEN '{Ending.ESCALATED}'
    WHEN 'returned' THEN '{Ending.RETURNED}'
    WHEN 'draft' THEN '{Ending.RETURNED}'
    WHEN 'signing' THEN '{Ending.RETURNED}'
    ELSE CASE WHEN EXISTS (
        SELECT 1 FROM dispatch_deadline clock
        WHERE clock.whistle_id = w.id AND clock.met_at IS NULL AND clock.cancelled_at IS NULL
            AND clock.due_at < %(now)s) THEN '{Ending.LATE}' ELSE '{Ending.RUNNING}' END
    END"""  # noqa: S608


def flows_of(scope: Scope) -> tuple[list[Flow], bool]:
    """How many went from which source, as which type, to which end; and whether the demonstration's are among them."""
    rows = _rows(
        f"""SELECT source, code, ending, count(*), bool_or(demonstration) FROM (
            SELECT w.source, t.code, w.demonstration, {ENDING} AS ending
            FROM whistle_whistle w JOIN whistle_whistletype t ON t.id = w.type_id
            LEFT JOIN assessment_callback heard
                ON heard.whistle_id = w.id AND heard.closing = w.closed_at AND heard.contacted
            WHERE {scope.here()}) AS ended
        GROUP BY 1, 2, 3 ORDER BY 1, 2, 3""",  # noqa: S608
        scope,
    )
    return [Flow(*row[:4]) for row in rows], any(row[4] for row in rows)


# --- what comes again -------------------------------------------------------------------------------

HIGH = NEAR_M / METRES_PER_DEGREE
METRES = f"""2 * {EARTH_RADIUS_M} * asin(least(1, sqrt(power(sind((e.lat - w.lat) / 2), 2)
    + cosd(w.lat) * cosd(e.lat) * power(sind((e.lng - w.lng) / 2), 2))))"""
# The box first: what can be told without reckoning the distance.
NEAR = f"""abs(e.lat - w.lat) <= {HIGH} AND abs(e.lng - w.lng) * greatest(cosd(w.lat), 0.01) <= {HIGH}
    AND round({METRES}) <= {NEAR_M}"""


def repeats_of(scope: Scope) -> Repeats:
    """Whistles that came within 90 days of another about the same matter in the same place; two queries.

    The same matter is the same item of the responsibility list, or without an item the same type; the same place is
    the same community, and there within 300 m or the same address: as `whistle.queries.similar` sees it. Each follows
    the latest one before it that is like it, which may lie before the period; so groups are chains, and the index
    finds each link without comparing all with all. What was withdrawn is no matter.
    """
    rows = _rows(
        f"""SELECT w.id, earlier.id FROM whistle_whistle w
        JOIN LATERAL (
            SELECT e.id FROM whistle_whistle e
            WHERE left(e.area_id, 12) = left(w.area_id, 12)
                AND coalesce(e.item_id, e.type_id * -1) = coalesce(w.item_id, w.type_id * -1)
                AND (e.filed_at, e.id) < (w.filed_at, w.id)
                AND e.filed_at >= w.filed_at - interval '{RECENT.days} days'
                AND e.filed_at IS NOT NULL AND NOT e.drill AND e.state <> 'withdrawn' {scope.called("e")}
                AND ((e.address <> '' AND e.address = w.address) OR ({NEAR}))
            ORDER BY e.filed_at DESC, e.id DESC LIMIT 1
        ) AS earlier ON TRUE
        WHERE w.state <> 'withdrawn' AND {scope.here()}
        ORDER BY w.filed_at, w.id""",  # noqa: S608
        scope,
    )
    chains = _chains(rows)
    largest = sorted(chains, key=lambda chain: (-len(chain), -chain[-1]))[:MOST]
    named = [key for chain in largest for key in chain[-MOST_OF_A_GROUP:]]
    whistles = Whistle.objects.select_related("type", "item").in_bulk(named)
    groups = [Group(len(chain), [whistles[key] for key in reversed(chain) if key in whistles]) for chain in largest]
    return Repeats(len(rows), len(chains), groups)


def _chains(links: Iterable[tuple[int, int]]) -> list[list[int]]:
    """Links from a later to an earlier key, in the order of the later ones, as groups; each from the earliest on."""
    found: dict[int, list[int]] = {}
    for later, earlier in links:
        chain = found.setdefault(earlier, [earlier])
        chain.append(later)
        found[later] = chain
    return list({id(chain): chain for chain in found.values()}.values())
