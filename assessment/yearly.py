"""Who stands where in a year: from its published months as they were frozen, and what was corrected of them since.

Nothing of it is stored: the months never change, and notices are only added, so it is the same whenever it is read.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property

from django.utils import timezone
from django.utils.translation import gettext as _

from assessment.corrections import Correction, corrections_of
from assessment.formulas.year import MonthMark, YearMark, enough, year_marks
from assessment.models import Formula, Ranking, Score
from assessment.standings import standings
from assessment.states import BulletinState, Ties
from common.errors import Invalid
from grid.models import DepartmentGroup


@dataclass(frozen=True)
class MonthScore:
    """A unit's score of a published month; `correction`: the notice that counts instead, if there is one."""

    score: Score
    correction: Correction | None = None

    @property
    def total(self) -> Decimal | None:
        return self.correction.total if self.correction else self.score.total

    @property
    def counts(self) -> bool:
        return self.mark.counts

    @property
    def mark(self) -> MonthMark:
        return MonthMark(self.total, self.score.sample, self.score.rank is not None, self.score.group)


@dataclass(frozen=True)
class YearStanding:
    """A unit's place in a year. `name`, `group`: in the reader's language, where there is one; `months`: by month
    (its first day) those in which it stands.
    """

    year: YearMark
    name: str
    group: str
    months: dict[date, MonthScore]


@dataclass(frozen=True)
class Year:
    """`rankings`: of the published months, the earliest first. `rows`: as they are listed."""

    year: int
    rankings: list[Ranking]
    rows: list[YearStanding]

    @cached_property
    def months(self) -> list[date]:
        """The twelve first days."""
        return [date(self.year, month, 1) for month in range(1, 13)]

    @property
    def published(self) -> list[date]:
        return [ranking.bulletin.month for ranking in self.rankings]

    @property
    def enough(self) -> int:
        """So many months must count for a rank."""
        return enough(len(self.rankings))

    @property
    def formulas(self) -> list[Formula]:
        """Those by which the months were scored, in the order in which they came into force."""
        return list({ranking.formula_id: ranking.formula for ranking in self.rankings}.values())

    @property
    def ties(self) -> str:
        """What happens with equal marks: as the formula of the last month says."""
        return self.rankings[-1].formula.read.ties if self.rankings else Ties.SHARED


def year_asked(text: str | None, *, now: datetime) -> int:
    """`2026` as a number; the present year for nothing. Refuses nonsense and the future."""
    this = timezone.localdate(now).year
    if not text:
        return this
    if not (text.isascii() and text.isdecimal() and len(text) == 4 and int(text)):
        raise Invalid(fields={"year": [_("Write the year as 2026.")]})
    if int(text) > this:
        raise Invalid(fields={"year": [_("This year has not begun.")]})
    return int(text)


def year_of(area: str, of: str, year: int) -> Year:
    """The year of a district or city. Four queries, whatever the number of months and units; one more for names."""
    found = Ranking.objects.filter(
        bulletin__area=area,
        bulletin__month__year=year,
        bulletin__state=BulletinState.PUBLISHED,
        ranked=of,
    )
    rankings = list(found.select_related("bulletin", "formula").order_by("bulletin__month"))
    empty = Year(year, rankings, [])
    if not rankings:
        return empty
    months = _months(rankings, of)
    marks = year_marks(
        {unit: [month.mark for month in there.values()] for unit, there in months.items()},
        len(rankings),
        ties=empty.ties,
    )
    # What a unit was called when it last stood in a month.
    named = standings([list(months[each.unit].values())[-1].score for each in marks], of)
    rows = [
        YearStanding(each, last.name, last.group, months[each.unit]) for each, last in zip(marks, named, strict=True)
    ]
    return Year(year, rankings, _listed(rows))


def _months(rankings: Iterable[Ranking], of: str) -> dict[str, dict[date, MonthScore]]:
    """By unit its scores by month, the earliest first."""
    by_key = {ranking.pk: ranking for ranking in rankings}
    corrections = corrections_of([ranking.bulletin for ranking in by_key.values()], of)
    columns = ("ranking", "unit", "unit_name", "group", "group_name", "sample", "total", "rank")
    found: dict[str, dict[date, MonthScore]] = {}
    scores = Score.objects.filter(ranking__in=by_key).only(*columns)
    for score in sorted(scores, key=lambda score: by_key[score.ranking_id].bulletin.month):
        month = by_key[score.ranking_id].bulletin
        correction = corrections.get((month.pk, score.unit))
        found.setdefault(score.unit, {})[month.month] = MonthScore(score, correction)
    return found


def _listed(rows: list[YearStanding]) -> list[YearStanding]:
    """By group in its order, the ranked first, then the others by their mark."""
    position = dict(DepartmentGroup.objects.values_list("code", "position"))

    def place(row):
        year = row.year
        return (
            position.get(year.group, 0),
            year.group,
            year.rank is None,
            year.rank or 0,
            -(year.mark or Decimal(0)),
            year.unit,
        )

    return sorted(rows, key=place)
