"""The kinds of rule a formula is made of. Each turns figures into one figure, and says so as a line of arithmetic."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from assessment.formulas.measures import MEASURES
from assessment.states import Enters, Zero

HUNDREDTH = Decimal("0.01")
HUNDRED = Decimal(100)

Figures = Mapping[str, Decimal]
Values = Mapping[str, Decimal | None]


def rounded(value: Decimal) -> Decimal:
    """To two places, halves away from zero: as a person with a pocket calculator would."""
    return value.quantize(HUNDREDTH, rounding=ROUND_HALF_UP)


def percentage(part: Decimal | int, whole: Decimal | int) -> Decimal | None:
    """`part` of `whole` in percent; None where there is nothing to be a part of."""
    return rounded(HUNDRED * part / whole) if whole else None


def plain(value: Decimal) -> str:
    """A figure without needless zeros: 12, 0.5."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


class Term(NamedTuple):
    """So much of a measure: `0.9 × fairly satisfied`."""

    measure: str
    factor: Decimal = Decimal(1)

    def figure(self, figures: Figures) -> Decimal:
        return self.factor * figures.get(self.measure, Decimal(0))

    def said(self, figures: Figures) -> str:
        label = f"{MEASURES[self.measure].label} {plain(figures.get(self.measure, Decimal(0)))}"
        return label if self.factor == 1 else f"{plain(self.factor)} × {label}"


Terms = tuple[Term, ...]


def total(terms: Terms, figures: Figures) -> Decimal:
    return sum((term.figure(figures) for term in terms), Decimal(0))


def said(terms: Terms, figures: Figures) -> str:
    text = " + ".join(term.said(figures) for term in terms)
    return f"({text})" if len(terms) > 1 else text


@dataclass(frozen=True)
class Part:
    """What every kind has: a name, and how it enters the total. `weight` in percent, 0 where it has none."""

    code: str
    name: str
    name_en: str
    enters: Enters
    weight: Decimal

    def __str__(self) -> str:
        return self.name_en if self.name_en and (get_language() or "").startswith("en") else self.name

    def reads(self) -> set[str]:
        """The measures it needs."""
        return set()

    def leans_on(self) -> str | None:
        """The other part it is computed from, if any."""
        return None

    def first(self) -> str:
        """The figure that tells most of it: what was reached, of what could be; empty where another part says it."""
        return ""

    def value(self, figures: Figures, values: Values) -> Decimal | None:
        """The part's figure, rounded; None where it is undefined and left out."""
        raise NotImplementedError

    def line(self, figures: Figures, values: Values) -> str:
        """The arithmetic with the numbers in place, without the result; in the reader's language."""
        raise NotImplementedError


@dataclass(frozen=True)
class Ratio(Part):
    """`numerator` over `denominator`, times `scale`; with `complement` what is left to `scale`; at most `cap`."""

    numerator: Terms
    denominator: Terms
    scale: Decimal
    complement: bool
    cap: Decimal | None
    zero: Zero

    def reads(self):
        return {term.measure for term in (*self.numerator, *self.denominator)}

    def first(self):
        return self.numerator[0].measure

    def value(self, figures, values):
        base = total(self.denominator, figures)
        if base == 0:
            return {Zero.SKIP: None, Zero.FULL: rounded(HUNDRED), Zero.NONE: rounded(Decimal(0))}[self.zero]
        value = self.scale * total(self.numerator, figures) / base
        value = self.scale - value if self.complement else value
        return rounded(value if self.cap is None else min(value, self.cap))

    def line(self, figures, values):
        if total(self.denominator, figures) == 0:
            return _("%(base)s: %(rule)s") % {"base": said(self.denominator, figures), "rule": self.zero.label}
        text = f"{said(self.numerator, figures)} ÷ {said(self.denominator, figures)}"
        if self.complement:
            text = f"(1 − {text})"
        text = text if self.scale == 1 else f"{text} × {plain(self.scale)}"
        return text if self.cap is None else _("%(line)s, at most %(cap)s") % {"line": text, "cap": plain(self.cap)}


@dataclass(frozen=True)
class Points(Part):
    """So many points for each of a measure, at most `cap`: a deduction or a bonus."""

    terms: Terms
    points: Decimal
    cap: Decimal | None

    def reads(self):
        return {term.measure for term in self.terms}

    def first(self):
        return self.terms[0].measure

    def value(self, figures, values):
        value = self.points * total(self.terms, figures)
        return rounded(value if self.cap is None else min(value, self.cap))

    def line(self, figures, values):
        text = f"{said(self.terms, figures)} × {plain(self.points)}"
        return text if self.cap is None else _("%(line)s, at most %(cap)s") % {"line": text, "cap": plain(self.cap)}


@dataclass(frozen=True)
class Normaliser(Part):
    """Another part, made comparable: times `reference` over a measure such as difficulty or population."""

    of: str
    by: str
    reference: Decimal

    def reads(self):
        return {self.by}

    def leans_on(self):
        return self.of

    def value(self, figures, values):
        value, by = values[self.of], figures.get(self.by, Decimal(0))
        return None if value is None or by == 0 else rounded(value * self.reference / by)

    def line(self, figures, values):
        value = values[self.of]
        if value is None or figures.get(self.by, Decimal(0)) == 0:
            return _("left out: there is nothing to compute it from")
        reference = "" if self.reference == 1 else f" × {plain(self.reference)}"
        return f"{plain(value)}{reference} ÷ {Term(self.by).said(figures)}"


class Step(NamedTuple):
    """From this figure on, so many points."""

    from_: Decimal
    points: Decimal


@dataclass(frozen=True)
class Tier(Part):
    """The points of the highest step that is reached by a sum of measures or by another part; below all steps 0."""

    terms: Terms
    of: str | None
    steps: tuple[Step, ...]

    def reads(self):
        return {term.measure for term in self.terms}

    def leans_on(self):
        return self.of

    def first(self):
        return "" if self.of else self.terms[0].measure

    def _measured(self, figures, values):
        return values[self.of] if self.of else total(self.terms, figures)

    def value(self, figures, values):
        measured = self._measured(figures, values)
        if measured is None:
            return None
        reached = [step.points for step in self.steps if measured >= step.from_]
        return rounded(reached[-1] if reached else Decimal(0))

    def line(self, figures, values):
        measured = self._measured(figures, values)
        if measured is None:
            return _("left out: there is nothing to compute it from")
        steps = " · ".join(f"≥ {plain(step.from_)}: {plain(step.points)}" for step in self.steps)
        return f"{plain(measured) if self.of else said(self.terms, figures)} → {steps}"


@dataclass(frozen=True)
class Manual(Part):
    """What an assessor enters by hand, with a reason; each entry between `low` and `high`."""

    low: Decimal
    high: Decimal

    @property
    def measure(self) -> str:
        """Under which name the sum of the entries stands among the figures."""
        return f"manual:{self.code}"

    def reads(self):
        return {self.measure}

    def first(self):
        return self.measure

    def value(self, figures, values):
        return rounded(figures.get(self.measure, Decimal(0)))

    def line(self, figures, values):
        return _("entered by hand, with a reason: %(sum)s") % {"sum": plain(figures.get(self.measure, Decimal(0)))}
