"""The year of a unit from its published months: pure arithmetic, like the month's own.

The year's mark is the plain mean of the months in which the unit had a rank, rounded to two places, halves away from
zero. A month that was not published counts for nobody; one in which the unit did not exist, or was listed without a
rank, does not count for this unit. Whoever has fewer than half of the published months is listed without a rank.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import NamedTuple

from assessment.formulas.evaluate import ranked
from assessment.formulas.parts import rounded


class MonthMark(NamedTuple):
    """What a month says of a unit. `total`: as corrected, where it was; None without one. `has_rank`: in the month."""

    total: Decimal | None
    sample: Decimal
    has_rank: bool
    group: str = ""

    @property
    def counts(self) -> bool:
        return self.has_rank and self.total is not None


@dataclass(frozen=True)
class YearMark:
    """`mark`: None where no month counts. `months`: how many count. `sample`: of the months that count."""

    unit: str
    group: str
    mark: Decimal | None
    months: int
    sample: Decimal
    rank: int | None = None


def enough(published: int) -> int:
    """Of so many published months so many must count for a rank in the year: half of them, rounded up."""
    return (published + 1) // 2


def year_marks(units: Mapping[str, Sequence[MonthMark]], published: int, *, ties: str) -> list[YearMark]:
    """Every unit's year, in the order of `units`, ranked within its group.

    `units`: by key the months that it stands in, the earliest first; it belongs where the last one lists it. `ties`:
    see `assessment.states.Ties`.
    """
    marks = [_mark(unit, months) for unit, months in units.items()]
    ranks = {}
    for group in {each.group for each in marks}:
        places = ranked(
            [each for each in marks if each.group == group and each.months >= max(1, enough(published))],
            ties=ties,
            score=lambda each: each.mark or Decimal(0),
            sample=lambda each: each.sample,
            name=lambda each: each.unit,
        )
        ranks |= {each.unit: rank for rank, each in places}
    return [replace(each, rank=ranks.get(each.unit)) for each in marks]


def _mark(unit: str, months: Sequence[MonthMark]) -> YearMark:
    counted = [month for month in months if month.counts]
    total = sum((month.total or Decimal(0) for month in counted), Decimal(0))
    sample = sum((month.sample for month in counted), Decimal(0))
    mark = rounded(total / len(counted)) if counted else None
    return YearMark(unit, months[-1].group, mark, len(counted), sample)
