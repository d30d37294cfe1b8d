"""What the charts of the rankings show; see `common.charts`."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from assessment.analysis import STAGES, Community, Flow, Span, Spans
from assessment.explain import Rates
from assessment.formulas import Definition
from assessment.models import Score
from assessment.standings import Standing
from assessment.states import Ending
from assessment.whatif import Move, WhatIf
from assessment.yearly import Year, YearStanding
from common.charts import Chart, Figure, Link, Node, Series, bars, flow, lines, radar
from common.moments import span
from whistle.states import Source


def figure_of(value: Decimal | None, url: str = "", unit: str = "") -> Figure | None:
    return None if value is None else Figure(float(value), f"{value:.2f}{unit}", url)


def totals(
    name: str, title: str, rows: Sequence[Standing], definition: Definition, url: Callable[[str], str]
) -> Chart:
    """The total scores of the units of a list, best first; a click opens the unit."""
    figures = [figure_of(row.score.total, url(row.score.unit)) for row in rows]
    most = float(definition.ceiling)
    return bars(name, title, [row.name for row in rows], [Series(_("Total score"), figures)], most=most)


def before_and_after(name: str, title: str, moves: Sequence[Move], found: WhatIf) -> Chart:
    """The total scores by the formula of the month and by the draft, in the order of `moves`."""
    was = _("Version %(version)s") % {"version": found.ranking.formula.version}
    series = [
        Series(was, [figure_of(move.before.score.total) if move.before else None for move in moves]),
        Series(_("This formula"), [figure_of(move.after.score.total) for move in moves]),
    ]
    most = float(max(found.definition.ceiling, found.ranking.formula.read.ceiling))
    return bars(name, title, [move.after.name for move in moves], series, most=most)


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


# Lines that can still be told apart.
LINES = 6


def through_the_year(name: str, title: str, rows: Sequence[YearStanding], found: Year) -> Chart:
    """The months of the first units of a list, the best of the year first; a gap where a month does not count."""
    first = [row for row in rows if row.year.rank][:LINES]
    series = [
        Series(
            row.name,
            [
                figure_of(there.total) if (there := row.months.get(month)) and there.counts else None
                for month in found.months
            ],
        )
        for row in first
    ]
    return lines(name, title, [date_format(month, "M") for month in found.months], series)


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


def stages(name: str, title: str, spans: Spans) -> Chart:
    """How long each stage took, in the order of the stages that apply."""
    there = [stage for stage in STAGES if stage in spans]
    return _layered(name, title, [str(STAGES[stage]) for stage in there], [spans[stage] for stage in there])


def stage(name: str, title: str, stage: str, rows: Sequence[tuple[str, Spans]]) -> Chart:
    """How long one stage took with each, the slowest first."""
    passed = [(label, spans[stage]) for label, spans in rows if stage in spans and spans[stage].count]
    passed.sort(key=lambda row: -(row[1].median or 0))
    return _layered(name, title, [label for label, _span in passed], [span for _label, span in passed])


def _layered(name: str, title: str, labels: Sequence[str], spans: Sequence[Span]) -> Chart:
    series = [
        Series(_("Median"), [_length(each.median) for each in spans]),
        Series(_("Nine of ten within"), [_length(each.ninth) for each in spans]),
    ]
    return bars(name, title, labels, series, layered=True)


def _length(seconds: float | None) -> Figure | None:
    return None if seconds is None else Figure(round(seconds), span(seconds))


def hot(
    name: str, title: str, rows: Sequence[Community], label: Callable[[str], str], url: Callable[[str], str]
) -> Chart:
    """Where most whistles were blown, beside how many before; a click opens them."""
    series = [
        Series(_("In this period"), [Figure(row.count, str(row.count), url(row.code)) for row in rows]),
        Series(_("In the period before"), [Figure(row.before, str(row.before)) for row in rows]),
    ]
    return bars(name, title, [label(row.code) for row in rows], series)


TONES = {Ending.SOLVED: "ok", Ending.UNSOLVED: "warn", Ending.LATE: "late", Ending.RUNNING: "rest"}


def ways(name: str, title: str, flows: Sequence[Flow], types: Mapping[str, str]) -> Chart:
    """From source by type to what became of them. `types`: names by code."""
    sources, endings = {each.source for each in flows}, {each.ending for each in flows}
    nodes = [Node(f"source-{each}", str(each.label), 0) for each in Source if each in sources]
    nodes += [Node(f"type-{code}", label, 1) for code, label in types.items()]
    nodes += [Node(f"end-{each}", str(each.label), 2, TONES.get(each, "")) for each in Ending if each in endings]
    links: dict[tuple[str, str], int] = {}
    for each in flows:
        for way in ((f"source-{each.source}", f"type-{each.type}"), (f"type-{each.type}", f"end-{each.ending}")):
            links[way] = links.get(way, 0) + each.count
    order = [node.key for node in nodes]
    drawn = [
        Link(*way, Figure(count, str(count)))
        for way, count in sorted(links.items(), key=lambda link: [order.index(key) for key in link[0]])
    ]
    return flow(name, title, nodes, drawn)
