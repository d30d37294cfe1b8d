"""Who stands where in a month: read from its rankings as they were last computed. Nothing here counts anything."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property

from django.db.models import F, IntegerField, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from assessment.formulas import Definition
from assessment.formulas.measures import MEASURES
from assessment.formulas.parts import Part
from assessment.models import LeadTally, Ranking, Score, WhistleTally
from assessment.permissions import can_see_figures
from assessment.states import Enters, Ranked
from common.errors import Invalid
from grid.models import Department, DepartmentGroup, Person

# Units on one page.
PAGE = 40
# Months of a unit in a row.
MONTHS = 12


@dataclass(frozen=True)
class Standing:
    """A unit's place in a month. `name`, `group`: in the reader's language, where there is one."""

    score: Score
    name: str
    group: str

    def value(self, part: Part) -> Decimal | None:
        kept = self.score.values.get(part.code)
        return None if kept is None else Decimal(kept)

    def figure(self, name: str) -> Decimal:
        return Decimal(self.score.figures.get(name, 0))

    @cached_property
    def figures(self) -> dict[str, Decimal]:
        return {name: Decimal(value) for name, value in self.score.figures.items()}


def month_asked(text: str | None, *, now: datetime) -> date:
    """`2026-11` as the first day of that month; the present month for nothing. Refuses nonsense and the future."""
    today = timezone.localdate(now)
    if not text:
        return today.replace(day=1)
    try:
        month = datetime.strptime(text, "%Y-%m").date()
    except ValueError as error:
        raise Invalid(fields={"month": [_("Write the month as 2026-11.")]}) from error
    if month > today:
        raise Invalid(fields={"month": [_("This month has not begun.")]})
    return month


def find(area: str, of: str, month: date) -> Ranking | None:
    """The ranking of a month (its first day) in a district or city; None where nothing has been computed."""
    rows = Ranking.objects.select_related("bulletin__area", "formula", "period")
    return rows.filter(bulletin__area=area, bulletin__month=month, ranked=of).first()


def listed(ranking: Ranking) -> QuerySet[Score]:
    """The scores as they are listed: by group, the ranked first, then those without a rank."""
    position = DepartmentGroup.objects.filter(code=OuterRef("group")).values("position")[:1]
    return ranking.scores.order_by(
        Coalesce(Subquery(position, output_field=IntegerField()), Value(0)),
        "group",
        F("rank").asc(nulls_last=True),
        F("total").desc(nulls_last=True),
        "unit",
    )


def standings(scores: Iterable[Score], of: str) -> list[Standing]:
    """The scores with names for whoever reads. A month keeps the names of its day; only languages are added."""
    scores = list(scores)
    names, groups = _translated(scores) if of == Ranked.DEPARTMENTS else ({}, {})
    return [
        Standing(score, names.get(score.unit, score.unit_name), groups.get(score.group, score.group_name))
        for score in scores
    ]


def _translated(scores: Sequence[Score]) -> tuple[dict[str, str], dict[str, str]]:
    """The English names of departments and of their groups; one query, none for a Chinese page."""
    if not (get_language() or "").startswith("en"):
        return {}, {}
    rows = Department.objects.filter(pk__in=[score.unit for score in scores]).select_related("group")
    names, groups = {}, {}
    for row in rows:
        names[str(row.pk)], groups[row.group.code] = str(row), str(row.group)
    return names, groups


def standing_of(ranking: Ranking, unit: str) -> Standing | None:
    found = ranking.scores.filter(unit=unit).first()
    return standings([found], ranking.ranked)[0] if found else None


def counted(definition: Definition) -> list[Part]:
    """The parts that enter the total, as columns."""
    return [part for part in definition.parts if part.enters != Enters.NOT]


def sample_label(definition: Definition):
    return MEASURES[definition.sample].label


def months_of(ranking: Ranking, unit: str, *, person: Person) -> list[tuple[date, Score]]:
    """The unit's scores in the year that ends with this month, the earliest first, as far as the person may see them.

    One query.
    """
    last = ranking.bulletin.month
    first = date(last.year - (last.month < MONTHS), last.month % MONTHS + 1, 1)
    rows = Score.objects.filter(
        unit=unit,
        ranking__ranked=ranking.ranked,
        ranking__bulletin__area=ranking.bulletin.area_id,
        ranking__bulletin__month__range=(first, last),
    )
    rows = rows.select_related("ranking__bulletin").order_by("ranking__bulletin__month")
    return [(score.ranking.bulletin.month, score) for score in rows if can_see_figures(person, score.ranking.bulletin)]


def quota_of(definition: Definition, standing: Standing) -> dict[str, int] | None:
    """How many whistles a street is expected to blow in a month, and has blown; None where nothing is expected."""
    if not definition.quota:
        return None
    blown = int(standing.figure("whistles"))
    return {"expected": definition.quota, "blown": blown, "unused": max(0, definition.quota - blown)}


def holds_demonstration(*rankings: Ranking) -> bool:
    """Whether cases of the demonstration count in any of them."""
    periods = {ranking.period_id for ranking in rankings}
    cases = WhistleTally.objects.filter(period__in=periods, whistle__demonstration=True)
    return cases.exists() or LeadTally.objects.filter(period__in=periods, lead__demonstration=True).exists()


def computed_at(ranking: Ranking) -> datetime:
    """As of when its figures are: fixed when the review began."""
    return ranking.bulletin.as_of or ranking.computed_at or ranking.period.ends_at
