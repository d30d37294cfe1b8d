"""Reads a formula from its data and refuses what is unsound: every number in it may decide an appraisal.

    {"parts": [{"kind": "ratio", "code": "acknowledgement", "name": "签收率", "name_en": "Acknowledged in time",
                "weight": 15, "numerator": [["acknowledge_met", 1]], "denominator": [["acknowledge_due", 1]],
                "zero": "skip"}, …],
     "base": 0, "floor": 0, "ceiling": 100, "sample": "orders", "minimum": 3, "ties": "shared", "cut_off": 0,
     "quota": 0}

`cut_off` 0 is the calendar month; 19 a month that ends with the 19th. Below `minimum` of the measure `sample` a unit
is listed, but not ranked. `quota`: the whistles a month that a street is expected to blow; 0 for none.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cached_property
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from assessment.formulas.measures import measures_of
from assessment.formulas.parts import HUNDRED, Manual, Normaliser, Part, Points, Ratio, Step, Term, Terms, Tier
from assessment.states import Enters, Ties, Zero
from common.errors import Invalid

MOST_PARTS = 30
MOST_TERMS = 10
LARGEST = Decimal(100_000)
# Characters of a draft as JSON; thirty parts with all they can have take half of it.
LONGEST = 40_000
# The kinds of part, and how each enters the total unless it says otherwise.
KINDS = {
    "ratio": Enters.WEIGHT,
    "deduction": Enters.SUBTRACT,
    "bonus": Enters.ADD,
    "normaliser": Enters.SUBTRACT,
    "tier": Enters.WEIGHT,
    "manual": Enters.ADD,
}


class Unsound(Invalid):
    """A formula that cannot be. `fields`: where, as `parts.2.weight`, and what is wrong there."""

    code = "unsound_formula"


@dataclass(frozen=True)
class Definition:
    parts: tuple[Part, ...]
    base: Decimal
    floor: Decimal
    ceiling: Decimal
    sample: str
    minimum: int
    ties: Ties
    cut_off: int
    quota: int

    @cached_property
    def in_order(self) -> tuple[Part, ...]:
        """The parts such that each comes after the one it leans on."""
        found: dict[str, Part] = {}
        waiting = list(self.parts)
        while waiting:
            ready = [part for part in waiting if part.leans_on() is None or part.leans_on() in found]
            found |= {part.code: part for part in ready}
            waiting = [part for part in waiting if part not in ready]
        return tuple(found.values())

    def first_figure(self, part: Part) -> str:
        """The figure that tells most of a part, or of the one it leans on."""
        while not part.first() and part.leans_on():
            part = next(each for each in self.parts if each.code == part.leans_on())
        return part.first()

    def part(self, code: str) -> Part | None:
        return next((part for part in self.parts if part.code == code), None)


class Examined(NamedTuple):
    """A formula as far as it can be read. `parts`: by position, None for what is no part; `problems`: by place.

    `definition` is None while there are problems.
    """

    parts: tuple[Part | None, ...]
    problems: dict[str, list[str]]
    definition: Definition | None

    @property
    def weight(self) -> Decimal:
        """What the weights add up to."""
        return sum((part.weight for part in self.parts if part and part.enters == Enters.WEIGHT), Decimal(0))


def examine(data: Any, ranked: str) -> Examined:
    """What `data` describes, for units of the kind `ranked`, whatever is wrong with it; never refuses."""
    reader = _Reader(ranked)
    definition = reader.definition(data)
    return Examined(reader.parts, reader.problems, None if reader.problems else definition)


def read(data: Any, ranked: str) -> Definition:
    """The formula that `data` describes, for units of the kind `ranked`. Refuses with Unsound, naming each place."""
    found = examine(data, ranked)
    if found.definition is None:
        raise Unsound(_("This formula cannot be used yet."), fields=found.problems)
    return found.definition


def well_formed(data: Any) -> dict[str, Any]:
    """What may be kept of a draft: a list of parts of known kinds with its rules, plain data of bounded size.

    Refuses with Invalid all else. Whether it is sound is for `examine` to say.
    """
    try:
        text = json.dumps(data, allow_nan=False)
    except (TypeError, ValueError, RecursionError) as error:
        raise Invalid(fields={"parts": [_("A formula is a list of parts with its rules.")]}) from error
    parts = data.get("parts") if isinstance(data, dict) else None
    if not isinstance(parts, list) or "\\u0000" in text:
        raise Invalid(fields={"parts": [_("A formula is a list of parts with its rules.")]})
    if len(parts) > MOST_PARTS:
        raise Invalid(fields={"parts": [_("A formula has between 1 and %(most)d parts.") % {"most": MOST_PARTS}]})
    if len(text) > LONGEST:
        raise Invalid(fields={"parts": [_("This formula is far too long to be kept.")]})
    for position, part in enumerate(parts):
        if not isinstance(part, dict) or str(part.get("kind")) not in KINDS:
            raise Invalid(fields={f"parts.{position}.kind": [_no_part()]})
    return data


def _no_part() -> str:
    return _("A part is a ratio, deduction, bonus, normaliser, tier or manual item.")


class _Reader:
    """Walks through the data once and gathers everything that is wrong with it."""

    def __init__(self, ranked: str) -> None:
        self.known = measures_of(ranked)
        self.parts: tuple[Part | None, ...] = ()
        self.problems: dict[str, list[str]] = {}

    def no(self, place: str, sentence: str) -> None:
        self.problems.setdefault(place, []).append(sentence)

    # --- single values ---

    def number(self, given: Mapping, name: str, place: str, *, low: Any, high: Any = LARGEST, default: Any = None):
        raw = given.get(name)
        if raw in (None, ""):
            if default is None:
                self.no(f"{place}{name}", _("A number is needed here."))
                return Decimal(low)
            return Decimal(default)
        try:
            value = Decimal(str(raw).strip())
        except InvalidOperation:
            value = Decimal("NaN")
        if isinstance(raw, bool) or not value.is_finite():
            self.no(f"{place}{name}", _("This is not a number."))
            return Decimal(low)
        if not Decimal(low) <= value <= Decimal(high):
            bounds = {"low": low, "high": high}
            self.no(f"{place}{name}", _("Must lie between %(low)s and %(high)s.") % bounds)
            return Decimal(low)
        if value != value.quantize(Decimal("0.0001")):
            self.no(f"{place}{name}", _("At most four decimal places."))
        return value

    def whole(self, given: Mapping, name: str, *, low: int, high: int, default: int) -> int:
        value = self.number(given, name, "", low=low, high=high, default=default)
        if value != int(value):
            self.no(name, _("A whole number is needed here."))
        return int(value)

    def optional(self, given: Mapping, name: str, place: str) -> Decimal | None:
        return None if given.get(name) in (None, "") else self.number(given, name, place, low=0)

    def choice(self, given: Mapping, name: str, place: str, choices: Any, default: Any) -> Any:
        value = given.get(name) or default
        if value not in choices.values:
            self.no(f"{place}{name}", _("There is no “%(value)s” to choose here.") % {"value": value})
            return default
        return choices(value)

    def measure(self, name: Any, place: str) -> str:
        if not isinstance(name, str) or name not in self.known:
            self.no(place, _("There is no measure “%(name)s” for these units.") % {"name": name})
            return next(iter(self.known))
        return name

    def terms(self, given: Mapping, name: str, place: str) -> Terms:
        raw, here = given.get(name), f"{place}{name}"
        if not isinstance(raw, list) or not 1 <= len(raw) <= MOST_TERMS:
            self.no(here, _("Name one to ten measures."))
            return ()
        found = []
        for each in raw:
            if not isinstance(each, list | tuple) or len(each) != 2:
                self.no(here, _("Each measure needs its factor."))
                continue
            factor = self.number({"factor": each[1]}, "factor", f"{here}.", low=Decimal("0.0001"), high=1000)
            found.append(Term(self.measure(each[0], here), factor))
        return tuple(found)

    def text(self, given: Mapping, name: str, place: str, *, needed: bool) -> str:
        value = given.get(name) or ""
        if not isinstance(value, str) or len(value) > 60:
            self.no(f"{place}{name}", _("At most 60 characters."))
            return ""
        if needed and not value.strip():
            self.no(f"{place}{name}", _("A name is needed here."))
        return value.strip()

    # --- parts ---

    def part(self, given: Any, place: str) -> Part | None:
        if not isinstance(given, Mapping) or str(given.get("kind")) not in KINDS:
            self.no(f"{place}kind", _no_part())
            return None
        kind = given["kind"]
        code = given.get("code")
        if not isinstance(code, str) or not re.fullmatch(r"[a-z][a-z0-9_]{0,29}", code):
            self.no(f"{place}code", _("A code begins with a small letter; small letters, digits and _ follow."))
            code = ""
        enters = self.choice(given, "enters", place, Enters, KINDS[kind])
        weight = Decimal(0)
        if enters == Enters.WEIGHT:
            weight = self.number(given, "weight", place, low=Decimal("0.0001"), high=100)
            weight = Decimal(0) if f"{place}weight" in self.problems else weight
        shared = {
            "code": code,
            "name": self.text(given, "name", place, needed=True),
            "name_en": self.text(given, "name_en", place, needed=False),
            "enters": enters,
            "weight": weight,
        }
        make: Callable[[Mapping, str, dict], Part] = getattr(self, f"_{kind}")
        return make(given, place, shared)

    def _ratio(self, given, place, shared):
        return Ratio(
            **shared,
            numerator=self.terms(given, "numerator", place),
            denominator=self.terms(given, "denominator", place),
            scale=self.number(given, "scale", place, low=Decimal("0.0001"), default=HUNDRED),
            complement=given.get("complement") is True,
            cap=self.optional(given, "cap", place),
            zero=self._zero(given, place),
        )

    def _zero(self, given, place):
        if given.get("zero") not in Zero.values:
            self.no(f"{place}zero", _("Say what counts when there is nothing to divide by."))
            return Zero.SKIP
        return Zero(given["zero"])

    def _deduction(self, given, place, shared):
        return Points(
            **shared,
            terms=self.terms(given, "terms", place),
            points=self.number(given, "points", place, low=Decimal("0.0001"), high=1000),
            cap=self.optional(given, "cap", place),
        )

    _bonus = _deduction

    def _normaliser(self, given, place, shared):
        of = given.get("of")
        if not isinstance(of, str):
            self.no(f"{place}of", _("Name the part that is made comparable."))
        return Normaliser(
            **shared,
            of=of if isinstance(of, str) else "",
            by=self.measure(given.get("by"), f"{place}by"),
            reference=self.number(given, "reference", place, low=Decimal("0.0001"), default=1),
        )

    def _tier(self, given, place, shared):
        of = given.get("of") if isinstance(given.get("of"), str) and given.get("of") else None
        raw, steps = given.get("steps"), []
        if not isinstance(raw, list) or not 1 <= len(raw) <= MOST_TERMS:
            self.no(f"{place}steps", _("Name one to ten steps."))
            raw = []
        for each in raw:
            if not isinstance(each, list | tuple) or len(each) != 2:
                self.no(f"{place}steps", _("Each step needs a figure and its points."))
                continue
            from_ = self.number({"from": each[0]}, "from", f"{place}steps.", low=-LARGEST)
            steps.append(
                Step(from_, self.number({"points": each[1]}, "points", f"{place}steps.", low=-1000, high=1000))
            )
        if any(after.from_ <= before.from_ for before, after in zip(steps, steps[1:], strict=False)):
            self.no(f"{place}steps", _("The steps must go up."))
        return Tier(**shared, terms=() if of else self.terms(given, "terms", place), of=of, steps=tuple(steps))

    def _manual(self, given, place, shared):
        low = self.number(given, "low", place, low=-100, high=100)
        high = self.number(given, "high", place, low=-100, high=100)
        if low >= high:
            self.no(f"{place}high", _("The highest entry must lie above the lowest."))
        return Manual(**shared, low=low, high=high)

    # --- the whole ---

    def definition(self, data: Any) -> Definition | None:
        if not isinstance(data, Mapping):
            self.no("parts", _("A formula is a list of parts with its rules."))
            return None
        raw = data.get("parts")
        if not isinstance(raw, list) or not 1 <= len(raw) <= MOST_PARTS:
            self.no("parts", _("A formula has between 1 and %(most)d parts.") % {"most": MOST_PARTS})
            return None
        self.parts = tuple(self.part(each, f"parts.{position}.") for position, each in enumerate(raw))
        parts = tuple(part for part in self.parts if part is not None)
        self._refuse_twins(parts)
        self._refuse_circles(parts)
        base = self.number(data, "base", "", low=0, high=1000, default=0)
        floor = self.number(data, "floor", "", low=-1000, high=1000, default=0)
        ceiling = self.number(data, "ceiling", "", low=1, high=1000, default=100)
        if floor >= ceiling:
            self.no("ceiling", _("The highest score must lie above the lowest."))
        self._refuse_weights(parts, base)
        return Definition(
            parts=parts,
            base=base,
            floor=floor,
            ceiling=ceiling,
            sample=self.measure(data.get("sample"), "sample"),
            minimum=self.whole(data, "minimum", low=0, high=10_000, default=1),
            ties=self.choice(data, "ties", "", Ties, Ties.SHARED),
            cut_off=self.whole(data, "cut_off", low=0, high=28, default=0),
            quota=self.whole(data, "quota", low=0, high=1000, default=0),
        )

    def _refuse_twins(self, parts: tuple[Part, ...]) -> None:
        codes = [part.code for part in parts if part.code]
        for code in sorted({code for code in codes if codes.count(code) > 1}):
            self.no("parts", _("Two parts have the code “%(code)s”.") % {"code": code})

    def _refuse_circles(self, parts: tuple[Part, ...]) -> None:
        """Every part must lean on one that exists, and in the end on measures alone."""
        leans = {part.code: part.leans_on() for part in parts}
        for position, part in enumerate(parts):
            on, seen = part.leans_on(), {part.code}
            while on is not None:
                if on not in leans:
                    self.no(f"parts.{position}.of", _("There is no part “%(code)s”.") % {"code": on})
                    break
                if on in seen:
                    self.no(f"parts.{position}.of", _("A formula cannot refer to itself."))
                    break
                seen.add(on)
                on = leans[on]

    def _refuse_weights(self, parts: tuple[Part, ...], base: Decimal) -> None:
        weights = [part.weight for part in parts if part.enters == Enters.WEIGHT]
        if weights and sum(weights) != HUNDRED:
            self.no("parts", _("The weights add up to %(sum)s instead of 100.") % {"sum": f"{sum(weights):f}"})
        if not weights and not base:
            self.no("base", _("Without weighted parts a formula needs points to start from."))
        if weights and base:
            self.no("base", _("A formula with weights starts from 0."))
