"""A formula line by line, in words: for whoever decides on it without having to compute. Pure, like its neighbours."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessment.formulas.definition import Definition
from assessment.formulas.measures import MEASURES
from assessment.formulas.parts import HUNDRED, Manual, Normaliser, Part, Points, Ratio, Terms, Tier, plain
from assessment.states import Enters

Names = Mapping[str, str]
# Where something is not chosen yet.
OPEN = "…"


class Said(NamedTuple):
    """One line: what it is about, and what the formula says of it."""

    about: str
    text: str


class Changed(NamedTuple):
    """One line that is not the same in two formulas; empty where there was or will be none."""

    about: str
    before: str
    after: str


def names_of(parts: Iterable[Part | None]) -> Names:
    return {part.code: str(part) for part in parts if part}


def sentence(part: Part, names: Names, weight: str | None = None) -> str:
    """What a part brings to the total: “40 points × acknowledged in time ÷ acknowledgements due”.

    `names`: of all parts by their code. `weight`: what is to stand where the weight stands, for a form.
    """
    body = _body(part, names)
    weight = plain(part.weight) if weight is None else weight
    if part.enters == Enters.WEIGHT:
        if isinstance(part, Ratio) and part.scale == HUNDRED:
            return _("%(weight)s points × %(body)s") % {"weight": weight, "body": body}
        return _("%(weight)s %% of: %(body)s") % {"weight": weight, "body": body}
    if part.enters == Enters.ADD:
        return _("Added: %(body)s") % {"body": body}
    if part.enters == Enters.SUBTRACT:
        return _("Taken off: %(body)s") % {"body": body}
    return _("Counted for other parts only: %(body)s") % {"body": body}


def remark(part: Part) -> str:
    """What else must be known of a part; empty where nothing."""
    if isinstance(part, Ratio):
        return _("With nothing to divide by: %(rule)s.") % {"rule": part.zero.label}
    return ""


def rules(definition: Definition) -> list[Said]:
    """What the formula says beside its parts."""
    said = [
        Said(_("Month"), _month(definition.cut_off)),
        Said(_("Rank"), _least(definition)),
        Said(_("Equal scores"), str(definition.ties.label)),
        Said(_("Starts from"), _points(definition.base)),
        Said(
            _("Bounds"),
            _("at least %(floor)s, at most %(ceiling)s")
            % {"floor": plain(definition.floor), "ceiling": plain(definition.ceiling)},
        ),
        Said(_("Rounding"), _("every part and the total to two places, halves away from zero")),
    ]
    if definition.quota:
        expected = ngettext("%(count)d whistle a month", "%(count)d whistles a month", definition.quota)
        said.append(Said(_("Expected of a street"), expected % {"count": definition.quota}))
    return said


def lines(definition: Definition) -> list[Said]:
    """The whole formula, part by part and rule by rule."""
    names = names_of(definition.parts)
    return [Said(str(part), _whole(part, names)) for part in definition.parts] + rules(definition)


def changes(old: Definition, new: Definition) -> list[Changed]:
    """What differs, in words: parts by their code, then the rules. Empty where both compute the same."""
    before, after = _by_code(old), _by_code(new)
    found = []
    for code in [*after, *(code for code in before if code not in after)]:
        was, will = before.get(code, ("", "")), after.get(code, ("", ""))
        if was != will:
            renamed = was[0] and will[0] and was[0] != will[0]
            about = f"{was[0]} → {will[0]}" if renamed else will[0] or was[0]
            found.append(Changed(about, was[1], will[1]))
    were, will_be = dict(rules(old)), dict(rules(new))
    for about in [*will_be, *(about for about in were if about not in will_be)]:
        if were.get(about) != will_be.get(about):
            found.append(Changed(about, were.get(about, ""), will_be.get(about, "")))
    return found


def _by_code(definition: Definition) -> dict[str, tuple[str, str]]:
    names = names_of(definition.parts)
    return {part.code: (str(part), _whole(part, names)) for part in definition.parts}


def _whole(part: Part, names: Names) -> str:
    said, more = sentence(part, names), remark(part)
    return _("%(line)s. %(more)s") % {"line": said, "more": more} if more else said


def _terms(terms: Terms) -> str:
    said = [
        str(MEASURES[term.measure].label)
        if term.factor == 1
        else f"{plain(term.factor)} × {MEASURES[term.measure].label}"
        for term in terms
    ]
    text = " + ".join(said) or OPEN
    return f"({text})" if len(said) > 1 else text


def _body(part: Part, names: Names) -> str:
    if isinstance(part, Ratio):
        text = f"{_terms(part.numerator)} ÷ {_terms(part.denominator)}"
        text = f"(1 − {text})" if part.complement else text
        text = text if part.scale in (1, HUNDRED) else f"{text} × {plain(part.scale)}"
        if part.enters != Enters.WEIGHT and part.scale == HUNDRED:
            text = _("%(rate)s, in percent") % {"rate": text}
        # What is left of a whole is never more than the whole.
        if part.cap is None or (part.complement and part.cap >= part.scale):
            return text
        return _at_most(text, part.cap)
    if isinstance(part, Points):
        text = _("%(points)s points for each: %(terms)s") % {"points": plain(part.points), "terms": _terms(part.terms)}
        return text if part.cap is None else _at_most(text, part.cap)
    if isinstance(part, Normaliser):
        reference = "" if part.reference == 1 else f" × {plain(part.reference)}"
        return f"“{names.get(part.of, OPEN)}”{reference} ÷ {MEASURES[part.by].label}"
    if isinstance(part, Tier):
        measured = f"“{names.get(part.of, OPEN)}”" if part.of else _terms(part.terms)
        steps = [
            _("from %(from)s on %(points)s points") % {"from": plain(step.from_), "points": plain(step.points)}
            for step in part.steps
        ]
        return f"{measured} → {' · '.join(steps) or OPEN}"
    if isinstance(part, Manual):
        bounds = {"low": plain(part.low), "high": plain(part.high)}
        return _("entered by hand with a reason, each between %(low)s and %(high)s") % bounds
    return OPEN


def _at_most(text: str, cap: Decimal) -> str:
    return _("%(line)s, at most %(cap)s") % {"line": text, "cap": plain(cap)}


def _month(cut_off: int) -> str:
    if not cut_off:
        return _("the calendar month")
    return _("ends with day %(day)d, and begins on the day after it in the month before") % {"day": cut_off}


def _least(definition: Definition) -> str:
    if definition.minimum <= 0:
        return _("for every unit of the list")
    return _("from %(least)s on in “%(sample)s”; below, a unit is listed without a rank") % {
        "least": definition.minimum,
        "sample": MEASURES[definition.sample].label,
    }


def _points(value: Decimal) -> str:
    return _("%(points)s points") % {"points": plain(value)}
