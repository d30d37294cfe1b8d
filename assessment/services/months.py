"""A month is computed: its period is tallied, and every unit scored by the formula in force."""

import hashlib
import json
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from assessment.formulas import Definition, evaluate, ranked
from assessment.models import Bulletin, Formula, Period, Ranking, Score
from assessment.presets import formula_in_force
from assessment.standings import find
from assessment.states import BulletinState, Ranked
from assessment.tallies import tally
from assessment.units import Figures, Unit, figures_of, manual_of, rankings_in, traits_of, units_of
from common.errors import Invalid, WrongState
from grid.models import AreaLevel, Department


def bounds(month: date, cut_off: int) -> tuple[datetime, datetime]:
    """The first moment of a month (a date in it) and the first one after it, in Asia/Shanghai.

    `cut_off` 0: the calendar month. 19: from the 20th of the month before until the 19th, both included.
    """
    zone = ZoneInfo(settings.TIME_ZONE)
    first = datetime(month.year, month.month, 1, tzinfo=zone)
    if not cut_off:
        return first, (first + timedelta(days=32)).replace(day=1)
    before = (first - timedelta(days=1)).replace(day=1)
    return before + timedelta(days=cut_off), first + timedelta(days=cut_off)


def month_of(moment: datetime, cut_off: int) -> date:
    """The month (its first day) in which a moment counts."""
    day = moment.astimezone(ZoneInfo(settings.TIME_ZONE)).date()
    first = day.replace(day=1)
    return (first + timedelta(days=32)).replace(day=1) if cut_off and day.day > cut_off else first


def ends_at(bulletin: Bulletin, *, now: datetime) -> datetime:
    """The first moment after the last of its periods."""
    area, month = bulletin.area_id, bulletin.month
    formulas = [formula_in_force(area, what, month, now=now) for what in rankings_in(area)]
    return max(bounds(month, formula.read.cut_off)[1] for formula in formulas)


@transaction.atomic
def compute(area: str, month: date, *, now: datetime, afresh: bool = False) -> Bulletin:
    """Computes a month of a district (six digits) or city (four) as the record stands, and returns its bulletin.

    May be run as often as one likes, and by several workers: they wait for each other, and the same record gives the
    same scores. `afresh` counts everything again instead of what has changed. Refuses with Invalid a month that has
    not begun, and with WrongState one that is no longer running.
    """
    month = month.replace(day=1)
    bulletin, _made = Bulletin.objects.get_or_create(area_id=area, month=month)
    bulletin = Bulletin.objects.select_for_update(no_key=True).get(pk=bulletin.pk)
    if not bulletin.is_running:
        raise WrongState(_("This month is no longer running: its figures are fixed."))
    count(bulletin, now=now, afresh=afresh)
    return bulletin


def running_months(now: datetime) -> list[date]:
    """Those that are counted by themselves: the last one, which runs until its review begins, and this one."""
    this = now.astimezone(ZoneInfo(settings.TIME_ZONE)).date().replace(day=1)
    return [(this - timedelta(days=1)).replace(day=1), this]


def compute_running(*, now: datetime) -> list[Bulletin]:
    """Brings the months that run up to `now`: this one, and the last one until its review begins.

    Every district with departments, and their cities.
    """
    districts = list(Department.objects.active().values_list("district", flat=True).distinct().order_by("district"))
    found = []
    for area in [*districts, *sorted({code[: AreaLevel.CITY] for code in districts})]:
        for month in running_months(now):
            closed = Bulletin.objects.filter(area=area, month=month).exclude(state=BulletinState.RUNNING)
            if not closed.exists():
                found.append(compute(area, month, now=now))
    return found


def compute_touched(district: str, since: datetime, *, now: datetime) -> None:
    """Brings all months of a district up to `now` that run and in which something since `since` counts."""
    month, last = since.astimezone(ZoneInfo(settings.TIME_ZONE)).date().replace(day=1), running_months(now)[-1]
    while month <= last:
        closed = Bulletin.objects.filter(area=district, month=month).exclude(state=BulletinState.RUNNING)
        if not closed.exists():
            compute(district, month, now=now)
        month = (month + timedelta(days=32)).replace(day=1)


def ranking_for(area: str, of: str, month: date, *, now: datetime) -> Ranking | None:
    """A month's ranking (the first day of the month) as it was last computed; None where none ever was.

    A month that runs and that nobody has computed yet is computed now.
    """
    found = find(area, of, month)
    if found is None and month in running_months(now):
        compute(area, month, now=now)
        found = find(area, of, month)
    return found


def count(bulletin: Bulletin, *, now: datetime, afresh: bool, seal: bool = False) -> None:
    """Tallies the periods of a bulletin, which must be locked, and scores its rankings.

    `seal` writes down the checksums of what was counted.
    """
    fresh: set[int] = set()
    for what in rankings_in(bulletin.area_id):
        formula = formula_in_force(bulletin.area_id, what, bulletin.month, now=now)
        start, end = bounds(bulletin.month, formula.read.cut_off)
        if start > now:
            raise Invalid(fields={"month": [_("This month has not begun.")]})
        period, _made = Period.objects.get_or_create(area_id=bulletin.area_id, starts_at=start, ends_at=end)
        if period.pk not in fresh:
            period = Period.objects.select_for_update(no_key=True).get(pk=period.pk)
            tally(period, now=now, afresh=afresh)
            fresh.add(period.pk)
        ranking, _made = Ranking.objects.update_or_create(
            bulletin=bulletin,
            ranked=what,
            defaults={"formula": formula, "period": period, "computed_at": now},
        )
        rescore(ranking, seal=seal)


def rescore(ranking: Ranking, *, seal: bool = False) -> list[Score]:
    """Scores every unit of a ranking from its tallies as they stand; rows that come out the same are not written."""
    figures = all_figures(ranking)
    units = units_of(ranking.bulletin.area_id, ranking.ranked, figures)
    rows = scored(ranking.formula, units, figures)
    for row in rows:
        row.ranking = ranking
    there = dict(Score.objects.filter(ranking=ranking).values_list("unit", "checksum"))
    Score.objects.filter(ranking=ranking).exclude(unit__in=[row.unit for row in rows]).delete()
    Score.objects.bulk_create(
        [row for row in rows if there.get(row.unit) != row.checksum],
        update_conflicts=True,
        unique_fields=["ranking", "unit"],
        update_fields=SCORED,
        batch_size=1000,
    )
    if seal:
        # So that the same can be proved later, whatever an administrator changes meanwhile.
        ranking.inputs_checksum = checksum([[unit, texts(figures[unit])] for unit in sorted(figures)])
        ranking.checksum = checksum([row.checksum for row in rows])
        ranking.save(update_fields=["inputs_checksum", "checksum"])
    return rows


SCORED = [
    *("unit_name", "group", "group_name", "figures", "values", "sample", "total", "rank", "checksum"),
]


def all_figures(ranking: Ranking) -> dict[str, Figures]:
    """By unit: what was tallied, what was entered by hand, and what the unit is."""
    figures = figures_of(ranking.period, ranking.ranked)
    for unit, entered in manual_of(ranking.bulletin, ranking.ranked).items():
        figures.setdefault(unit, {}).update(entered)
    units = units_of(ranking.bulletin.area_id, ranking.ranked, figures)
    if ranking.ranked in (Ranked.STREETS, Ranked.COMMUNITIES, Ranked.DISTRICTS):
        # An area stands in its list with nothing too: that a street blew no whistle is a result.
        figures = {unit: figures.get(unit, {}) for unit in units}
    for unit, traits in traits_of(figures, ranking.ranked).items():
        figures[unit] = figures[unit] | traits
    return {unit: found for unit, found in figures.items() if unit in units}


def scored(formula: Formula, units: dict[str, Unit], figures: dict[str, Figures]) -> list[Score]:
    """Unsaved scores of all units by a formula, each ranked within its group. Pure arithmetic: for what-if too."""
    definition = formula.read
    rows = [_scored(definition, units[unit], figures[unit]) for unit in sorted(figures)]
    for group in {row.group for row in rows}:
        counted = [row for row in rows if row.group == group and row.total is not None]
        enough = [row for row in counted if row.sample >= definition.minimum]
        places = ranked(
            enough,
            ties=definition.ties,
            score=lambda row: row.total or Decimal(0),
            sample=lambda row: row.sample,
            name=lambda row: row.unit,
        )
        for rank, row in places:
            row.rank = rank
    for row in rows:
        row.checksum = checksum(
            [row.unit, row.group, row.figures, row.values, str(row.total), row.rank, str(formula.version)]
        )
    return rows


def _scored(definition: Definition, unit: Unit, figures: Figures) -> Score:
    result = evaluate(definition, figures)
    return Score(
        unit=unit.key,
        unit_name=unit.name,
        group=unit.group,
        group_name=unit.group_name,
        figures=texts(figures),
        values={line.part.code: None if line.value is None else str(line.value) for line in result.lines},
        sample=figures.get(definition.sample, Decimal(0)),
        total=result.total,
    )


def texts(figures: Figures) -> dict[str, str]:
    """Figures as they are kept: decimals in text, without needless zeros, so that equal figures are equal text."""
    return {name: f"{value.normalize():f}" for name, value in sorted(figures.items()) if value}


def decimals(kept: dict[str, str]) -> Figures:
    return {name: Decimal(value) for name, value in kept.items()}


def checksum(content: Any) -> str:
    """SHA-256 of the content as canonical JSON."""
    return hashlib.sha256(json.dumps(content, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
