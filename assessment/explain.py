"""A unit's score, opened: every part with its line of arithmetic, and every figure in it by its name."""

from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from assessment.behind import opens
from assessment.formulas import Definition, Line, evaluate
from assessment.formulas.evaluate import total_line
from assessment.formulas.measures import MEASURES
from assessment.formulas.parts import Part
from assessment.presets import definition_of
from assessment.standings import Standing

# Whose parts are the three rates.
THREE_RATES = "beijing-streets"


class Figure(NamedTuple):
    """`opens`: whether there are rows behind it."""

    name: str
    label: str | Promise
    value: Decimal
    opens: bool


class Explained(NamedTuple):
    """A part: `line` is its arithmetic without the result, `figures` what stands in it, `share` what it brings."""

    part: Part
    value: Decimal | None
    share: Decimal | None
    line: str
    figures: list[Figure]


@dataclass(frozen=True)
class Explanation:
    parts: list[Explained]
    line: str
    total: Decimal | None


def explain(standing: Standing, definition: Definition, of: str) -> Explanation:
    """Computed again from the figures that are kept with the score, by the version of the formula it was made with."""
    result = evaluate(definition, standing.figures)
    values = {line.part.code: line.value for line in result.lines}
    parts = [_explained(line, values, standing, of) for line in result.lines]
    return Explanation(parts, total_line(definition, result), result.total)


def _explained(line: Line, values: dict[str, Decimal | None], standing: Standing, of: str) -> Explained:
    text = line.part.line(standing.figures, values)
    names = [name for name in _in_order(line.part) if name]
    return Explained(line.part, line.value, line.share, text, [figure(standing, name, of) for name in names])


def _in_order(part: Part) -> list[str]:
    """What it reads: the most telling first, the rest as measures are listed."""
    order = list(MEASURES)
    rest = sorted(part.reads() - {part.first()}, key=lambda name: order.index(name) if name in order else -1)
    return [part.first(), *rest] if part.first() in part.reads() else rest


def figure(standing: Standing, name: str, of: str) -> Figure:
    label = MEASURES[name].label if name in MEASURES else _("points entered by hand")
    return Figure(name, label, standing.figure(name), opens(of, name))


class Rates(NamedTuple):
    """The three rates of a street in percent, and of all streets of the list together; None where nobody was asked."""

    names: list[str]
    own: list[Decimal | None]
    all: list[Decimal | None]


def three_rates(standing: Standing, everybody: list[dict[str, str]]) -> Rates:
    """Response, resolution and satisfaction, as Beijing reckons them, whatever the formula of the month weighs.

    `everybody`: the figures of all streets as they are kept.
    """
    definition = definition_of(THREE_RATES)
    names = {name for part in definition.parts for name in part.reads()}
    together = {name: sum((Decimal(each.get(name, 0)) for each in everybody), Decimal(0)) for name in names}
    return Rates(
        [str(part) for part in definition.parts],
        [part.value(standing.figures, {}) for part in definition.parts],
        [part.value(together, {}) for part in definition.parts],
    )
