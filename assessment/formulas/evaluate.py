"""A unit's score by a formula, and its place among others."""

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any, NamedTuple, TypeVar

from django.utils.translation import gettext as _

from assessment.formulas.definition import Definition
from assessment.formulas.parts import Figures, Part, plain, rounded
from assessment.states import Enters, Ties

Row = TypeVar("Row")


class Line(NamedTuple):
    """One part of a score. `share`: what it brings to the total, before the total is rounded; None if left out."""

    part: Part
    value: Decimal | None
    share: Decimal | None


class Result(NamedTuple):
    total: Decimal | None
    lines: tuple[Line, ...]


def evaluate(definition: Definition, figures: Figures) -> Result:
    """A unit's score from its figures by name; a missing figure is 0.

    Parts are rounded to two places, and so is the total, which is computed from the rounded parts: whoever adds up
    what is printed gets what is printed. Weights of parts that are undefined go to the others in proportion. The
    total is None where no weighted part is defined.
    """
    values = part_values(definition, figures)
    weighted = [part for part in definition.parts if part.enters == Enters.WEIGHT]
    defined = sum((part.weight for part in weighted if values[part.code] is not None), Decimal(0))
    lines = tuple(Line(part, values[part.code], _share(part, values[part.code], defined)) for part in definition.parts)
    if weighted and not defined:
        return Result(None, lines)
    total = rounded(_unbounded(definition, lines, defined))
    return Result(min(max(total, rounded(definition.floor)), rounded(definition.ceiling)), lines)


def _unbounded(definition: Definition, lines: tuple[Line, ...], defined: Decimal) -> Decimal:
    """The sum before it is rounded and held within the bounds; `defined`: the weight of the parts that count."""
    # One division for all weighted parts: shares that are rounded each could miss a half by a hair.
    weighed = sum((line.part.weight * (line.value or 0) for line in lines if _is_weighted(line)), Decimal(0))
    others = sum((line.share or Decimal(0) for line in lines if not _is_weighted(line)), Decimal(0))
    return definition.base + (weighed / defined if defined else Decimal(0)) + others


def _is_weighted(line: Line) -> bool:
    return line.part.enters == Enters.WEIGHT


def total_line(definition: Definition, result: Result) -> str:
    """The arithmetic of the total with the numbers in place, without the result; in the reader's language."""
    weighted = [line for line in result.lines if _is_weighted(line)]
    defined = [(line.part.weight, line.value) for line in weighted if line.value is not None]
    if weighted and not defined:
        return _("no part of it has anything to be computed from")
    weight = sum((weight for weight, _value in defined), Decimal(0))
    if weighted:
        products = " + ".join(f"{plain(weight)} × {plain(value)}" for weight, value in defined)
        text = f"({products}) ÷ {plain(weight)}"
    else:
        text = plain(definition.base)
    for line in result.lines:
        if not _is_weighted(line) and line.share:
            text += f" {'−' if line.share < 0 else '+'} {plain(abs(line.share))}"
    if rounded(_unbounded(definition, result.lines, weight)) != result.total:
        bounds = {"line": text, "floor": plain(definition.floor), "ceiling": plain(definition.ceiling)}
        return _("%(line)s, at least %(floor)s and at most %(ceiling)s") % bounds
    return text


def part_values(definition: Definition, figures: Figures) -> Mapping[str, Decimal | None]:
    """The figure of each part by its code."""
    values: dict[str, Decimal | None] = {}
    for part in definition.in_order:
        values[part.code] = part.value(figures, values)
    return values


def _share(part: Part, value: Decimal | None, defined: Decimal) -> Decimal | None:
    if value is None:
        return None
    if part.enters == Enters.WEIGHT:
        return value * part.weight / defined if defined else None
    return {Enters.ADD: value, Enters.SUBTRACT: -value, Enters.NOT: None}[part.enters]


def ranked(
    rows: Iterable[Row],
    *,
    ties: str,
    score: Callable[[Row], Decimal],
    sample: Callable[[Row], Decimal],
    name: Callable[[Row], Any],
) -> list[tuple[int, Row]]:
    """Pairs of rank and row, best first. The order of `rows` has no say: what is equal is listed by `name`."""
    by_sample = ties == Ties.SAMPLE
    listed = sorted(rows, key=lambda row: (-score(row), -sample(row) if by_sample else 0, name(row)))
    result: list[tuple[int, Row]] = []
    for position, row in enumerate(listed, start=1):
        rank = position if ties != Ties.DENSE else (result[-1][0] + 1 if result else 1)
        if result:
            before_rank, before = result[-1]
            equal = score(before) == score(row) and (not by_sample or sample(before) == sample(row))
            rank = before_rank if equal else rank
        result.append((rank, row))
    return result
