"""Proves a computed month: its figures from the record, its scores from its figures, its checksums from its rows."""

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from assessment.models import AssessmentRule, Bulletin, Ranking
from assessment.proof import Difference, Figures, differences, proved
from assessment.services.months import checksum, decimals, manual_of, scored, texts
from assessment.units import Unit
from common.errors import Invalid


def verify(bulletin: Bulletin, *, now: datetime) -> Iterator[tuple[Ranking, Difference]]:
    """Everything in a month's rankings that does not follow from the record. `now` counts where the month still runs.

    A bulletin under review or published is proved by the record as it stood when it was counted, with the weights
    of that day.
    """
    rankings = list(bulletin.rankings.select_related("period", "formula"))
    records: dict[int, dict[str, dict[str, Figures]]] = {}
    for ranking in rankings:
        period = ranking.period
        if period.pk not in records:
            until = bulletin.as_of or period.tallied_at or now
            records[period.pk] = proved(
                period, now=until, weights=weights_of(bulletin), published=bulletin.published_at
            )
        for difference in _of_ranking(ranking, records[period.pk][ranking.ranked]):
            yield ranking, difference


def weights_of(bulletin: Bulletin) -> dict[int, Decimal]:
    """By the key of a type: what a case of it weighs in this month."""
    if bulletin.weights is not None:
        return {int(key): Decimal(value) for key, value in bulletin.weights.items()}
    return dict(AssessmentRule.objects.values_list("type", "weight"))


def _of_ranking(ranking: Ranking, record: dict[str, Figures]) -> Iterator[Difference]:
    kept = {row.unit: row for row in ranking.scores.all()}
    figures = {unit: decimals(row.figures) for unit, row in kept.items()}
    entered = manual_of(ranking.bulletin, ranking.ranked)
    expected = {unit: dict(record.get(unit, {})) for unit in record.keys() | kept.keys()}
    for unit, points in entered.items():
        expected.setdefault(unit, {}).update(points)
    # What an area is may change; what it was is what the month says.
    traits = ("difficulty", "population", "area_km2")
    for unit in kept:
        expected[unit] |= {name: figures[unit][name] for name in traits if name in figures[unit]}
    yield from differences(figures, expected)
    units = {unit: Unit(unit, row.unit_name, row.group, row.group_name) for unit, row in kept.items()}
    for again in scored(ranking.formula, units, figures):
        row = kept[again.unit]
        for name in ("total", "rank", "values", "checksum"):
            if getattr(row, name) != getattr(again, name):
                yield Difference(again.unit, name, str(getattr(row, name)), str(getattr(again, name)))
    if ranking.checksum:
        sums = {
            "inputs_checksum": checksum([[unit, texts(figures[unit])] for unit in sorted(figures)]),
            "checksum": checksum([kept[unit].checksum for unit in sorted(kept)]),
        }
        for name, value in sums.items():
            if getattr(ranking, name) != value:
                yield Difference("", name, getattr(ranking, name), value)


def bulletin_for(area: str, month: date) -> Bulletin:
    """The bulletin of an area and month. Refuses with Invalid where there is none."""
    found = Bulletin.objects.filter(area=area, month=month).first()
    if found is None:
        raise Invalid(_("There is no month %(month)s of %(area)s.") % {"month": f"{month:%Y-%m}", "area": area})
    return found
