"""A month computed a second time, by a draft: who would stand where, and which parts move them. Nothing is written."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from django.utils.translation import gettext as _

from assessment.explain import Explained, Explanation, explain
from assessment.formulas import Definition, evaluate
from assessment.formulas.evaluate import Result
from assessment.formulas.measures import MEASURES, OF_AREAS
from assessment.models import Formula, Period, Ranking, Score
from assessment.services.months import all_figures, bounds, running_months, scored
from assessment.standings import Standing, find, listed, standings
from assessment.states import Ranked
from assessment.units import SOURCES, units_of

# Less than this is nothing to anybody.
LEAST = Decimal("0.005")


class Reason(NamedTuple):
    """A part, and by how much it changes the total. `name`: of the part, or of what stands beside the parts."""

    name: str
    change: Decimal


@dataclass(frozen=True)
class Move:
    """A unit before and after. `before` is None for a unit that did not stand in the month."""

    before: Standing | None
    after: Standing
    reasons: list[Reason]

    @property
    def places(self) -> int | None:
        """How many places it gains (or, below 0, loses); None unless it has a rank both times."""
        ranks = self.before and self.before.score.rank, self.after.score.rank
        return ranks[0] - ranks[1] if ranks[0] and ranks[1] else None

    @property
    def lost(self) -> int:
        return max(0, -(self.places or 0))

    @property
    def points(self) -> Decimal | None:
        """By how much the total changes; None unless there is one both times."""
        before, after = self.before.score.total if self.before else None, self.after.score.total
        return None if before is None or after is None else after - before

    @property
    def enters(self) -> bool:
        """Whether it gets a rank that it did not have."""
        return bool(self.after.score.rank and not (self.before and self.before.score.rank))

    @property
    def leaves(self) -> bool:
        return bool(self.before and self.before.score.rank and not self.after.score.rank)


@dataclass(frozen=True)
class WhatIf:
    """`uncounted`: measures the draft uses which nothing in a month counts; `period_differs`: the draft's month would
    have other days than the one that was counted."""

    ranking: Ranking
    definition: Definition
    moves: list[Move]
    uncounted: list[str]
    period_differs: bool

    def move(self, unit: str) -> Move | None:
        return next((move for move in self.moves if move.after.score.unit == unit), None)


def latest(area: str, ranked: str, *, now: datetime) -> Ranking | None:
    """The ranking of last month, or else of this one; None where neither was computed. Computes nothing."""
    for month in running_months(now):
        found = find(area, ranked, month)
        if found is not None:
            return found
    return None


def what_if(formula: Formula, month: date | None, *, now: datetime) -> WhatIf | None:
    """The month (its first day; the latest for None) by this formula beside what it was computed to be.

    From the rows that the month counted: a constant number of queries. None where the month was never computed.
    Refuses with Unsound a draft that cannot be used yet.
    """
    definition = formula.read
    found = find(formula.area_id, formula.ranked, month) if month else latest(formula.area_id, formula.ranked, now=now)
    if found is None:
        return None
    before = {each.score.unit: each for each in standings(listed(found), found.ranked)}
    differs = _choose_period(found, definition)
    figures = all_figures(found)
    units = units_of(found.bulletin.area_id, found.ranked, figures)
    scores = scored(formula, units, figures)
    places = {unit: place for place, unit in enumerate(before)}
    scores.sort(key=lambda score: (places.get(score.unit, len(places)), score.unit))
    old = found.formula.read
    moves = [
        Move(before.get(after.score.unit), after, _reasons(old, before.get(after.score.unit), definition, after))
        for after in standings(scores, found.ranked)
    ]
    return WhatIf(found, definition, moves, uncounted(definition, found.ranked), differs)


def uncounted(definition: Definition, ranked: str) -> list[str]:
    """The measures of a formula that no month counts yet: they are 0 for everybody."""
    held = {name for _table, _column, names in SOURCES[Ranked(ranked)] for name in names} | set(OF_AREAS)
    names = {name for part in definition.parts for name in part.reads()} | {definition.sample}
    return [str(MEASURES[name].label) for name in MEASURES if name in names - held]


def _choose_period(ranking: Ranking, definition: Definition) -> bool:
    """Reads the rows of the days that the draft's month has, where these were counted; says whether they were not."""
    start, end = bounds(ranking.bulletin.month, definition.cut_off)
    if (ranking.period.starts_at, ranking.period.ends_at) == (start, end):
        return False
    other = Period.objects.filter(
        area=ranking.bulletin.area_id, starts_at=start, ends_at=end, tallied_at__isnull=False
    )
    period = other.first()
    if period is not None:
        ranking.period = period
    return period is None


def _reasons(old: Definition, before: Standing | None, new: Definition, after: Standing) -> list[Reason]:
    """What changes the total, the largest first; empty where there is no total on either side."""
    if before is None or before.score.total is None or after.score.total is None:
        return []
    was, will = evaluate(old, before.figures), evaluate(new, after.figures)
    shares, names = _shares(was), {line.part.code: str(line.part) for line in (*was.lines, *will.lines)}
    reached = _shares(will)
    changes = [
        Reason(name, reached.get(code, Decimal(0)) - shares.get(code, Decimal(0))) for code, name in names.items()
    ]
    rest = after.score.total - before.score.total - sum((each.change for each in changes), Decimal(0))
    changes.append(Reason(_("points to start from, bounds and rounding"), rest))
    return sorted(
        (each for each in changes if abs(each.change) >= LEAST), key=lambda each: (-abs(each.change), each.name)
    )


def _shares(result: Result) -> dict[str, Decimal]:
    return {line.part.code: line.share for line in result.lines if line.share is not None}


class Compared(NamedTuple):
    """A part in both formulas; None where one of them has none of this code."""

    name: str
    before: Explained | None
    after: Explained | None


@dataclass(frozen=True)
class SideBySide:
    before: Explanation | None
    after: Explanation
    parts: list[Compared]


def side_by_side(found: WhatIf, move: Move) -> SideBySide:
    """A unit's two scores, opened part by part."""
    of = found.ranking.ranked
    before = explain(move.before, found.ranking.formula.read, of) if move.before else None
    after = explain(move.after, found.definition, of)
    were = {each.part.code: each for each in before.parts} if before else {}
    will = {each.part.code: each for each in after.parts}
    codes = [*will, *(code for code in were if code not in will)]
    parts = [Compared(str((will.get(code) or were[code]).part), were.get(code), will.get(code)) for code in codes]
    return SideBySide(before, after, parts)


class Example(NamedTuple):
    """A real unit's month by a draft."""

    month: date
    name: str
    explained: Explanation
    kept: Score


def example(area: str, ranked: str, definition: Definition | None, *, now: datetime) -> Example | None:
    """The first unit of the latest month, computed from the figures that are kept with its score."""
    ranking = latest(area, ranked, now=now)
    score = listed(ranking).first() if ranking else None
    if definition is None or ranking is None or score is None:
        return None
    [standing] = standings([score], ranked)
    return Example(ranking.bulletin.month, standing.name, explain(standing, definition, ranked), score)
