"""What the charts of the rankings show; see `common.charts`."""

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from assessment.explain import Rates
from assessment.formulas import Definition
from assessment.models import Score
from assessment.standings import Standing
from common.charts import Chart, Figure, Series, bars, lines, radar


def figure_of(value: Decimal | None, url: str = "", unit: str = "") -> Figure | None:
    return None if value is None else Figure(float(value), f"{value:.2f}{unit}", url)


def totals(
    name: str, title: str, rows: Sequence[Standing], definition: Definition, url: Callable[[str], str]
) -> Chart:
    """The total scores of the units of a list, best first; a click opens the unit."""
    figures = [figure_of(row.score.total, url(row.score.unit)) for row in rows]
    most = float(definition.ceiling)
    return bars(name, title, [row.name for row in rows], [Series(_("Total score"), figures)], most=most)


def year(
    months: Sequence[tuple[date, Score]], last: date, definition: Definition, url: Callable[[date], str]
) -> Chart:
    """A unit's total scores of twelve months; a gap where it had none."""
    totals = {month: score.total for month, score in months}
    every = [_before(last, number) for number in range(11, -1, -1)]
    figures = [figure_of(totals.get(month), url(month)) for month in every]
    labels = [date_format(month, "YEAR_MONTH_FORMAT") for month in every]
    most = float(definition.ceiling)
    return lines("year", _("Total score in twelve months"), labels, [Series(_("Total score"), figures)], most=most)


def _before(month: date, number: int) -> date:
    years, place = divmod(month.year * 12 + month.month - 1 - number, 12)
    return date(years, place + 1, 1)


def rates(found: Rates, name: str) -> Chart:
    """A street's three rates beside those of all streets together."""
    series = [
        Series(name, [figure_of(value, unit=" %") for value in found.own]),
        Series(_("All streets together"), [figure_of(value, unit=" %") for value in found.all]),
    ]
    return radar("rates", _("Response, resolution and satisfaction"), found.names, series)
