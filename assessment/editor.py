"""The form of a draft: from what was sent to a definition, from a definition to rows and fields of a page.

Every part is a row. A row that is closed travels as JSON in one hidden field, with its weight in a field of its own; a
row that is open has a field for each thing it says. So any button redraws the form with all that was typed, with or
without scripts, and a page stays light with thirty parts.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessment.formulas import Examined
from assessment.formulas.definition import KINDS, MOST_PARTS, MOST_TERMS
from assessment.formulas.measures import measures_of
from assessment.formulas.words import names_of, remark, sentence
from assessment.states import Enters, Ranked, Ties, Zero

# What can be added, and what each is for.
KIND_LABELS: dict[str, Promise] = {
    "ratio": gettext_lazy("A share or a mean"),
    "deduction": gettext_lazy("Points off"),
    "bonus": gettext_lazy("Points more"),
    "tier": gettext_lazy("Steps"),
    "normaliser": gettext_lazy("Made comparable"),
    "manual": gettext_lazy("By hand"),
}
KIND_HINTS: dict[str, Promise] = {
    "ratio": gettext_lazy("for instance acknowledged in time ÷ acknowledgements due"),
    "deduction": gettext_lazy("for instance half a point for each supervision order, at most 5"),
    "bonus": gettext_lazy("for instance half a point for each lead solved, at most 5"),
    "tier": gettext_lazy("for instance 50 points from one whistle on, 100 from two on"),
    "normaliser": gettext_lazy("another part divided by difficulty, population or area"),
    "manual": gettext_lazy("points that an assessor enters with a reason"),
}
# The marker where the weight's own field stands in a sentence.
HERE = "\x00"
PLAIN = ("name", "name_en", "enters", "scale", "cap", "zero", "points", "of", "by", "reference", "low", "high")
LISTS = ("numerator", "denominator", "terms")
RULES = ("base", "floor", "ceiling", "sample", "minimum", "ties", "cut_off", "quota")


class Row(NamedTuple):
    """A part as data, and whether its fields are shown."""

    data: dict[str, Any]
    open: bool = False


@dataclass(frozen=True)
class Draft:
    """What stands in the form. `revision`: the state of the draft that was read before."""

    name: str
    revision: int
    rows: tuple[Row, ...]
    rules: Mapping[str, Any] = field(default_factory=dict)

    @property
    def definition(self) -> dict[str, Any]:
        return {"parts": [row.data for row in self.rows], **self.rules}

    def does(self, what: str) -> "Draft":
        """The form after one of its buttons: `add:ratio`, `up:2`, `down:2`, `remove:2`, `open:2`, `close:2`."""
        act, _colon, about = what.partition(":")
        rows = list(self.rows)
        if act == "add" and about in KINDS and len(rows) < MOST_PARTS:
            rows = [Row(row.data) for row in rows] + [Row(_new(about, rows), open=True)]
        place = int(about) if about.isdecimal() and int(about) < len(rows) else None
        if place is None:
            return replace(self, rows=tuple(rows))
        if act == "remove":
            del rows[place]
        elif act == "up" and place:
            rows[place - 1 : place + 1] = rows[place], rows[place - 1]
        elif act == "down" and place + 1 < len(rows):
            rows[place : place + 2] = rows[place + 1], rows[place]
        elif act in ("open", "close"):
            rows = [Row(row.data, open=act == "open" and number == place) for number, row in enumerate(rows)]
        return replace(self, rows=tuple(rows))


def kept(name: str, revision: int, definition: Mapping[str, Any]) -> Draft:
    """The form of a draft as it is kept; `definition` is well formed."""
    rows = tuple(Row(part) for part in definition["parts"])
    return Draft(name, revision, rows, {rule: definition[rule] for rule in RULES if rule in definition})


def sent(post: QueryDict) -> Draft:
    """What was typed, whatever it is; what is no part at all is left out."""
    opened = set(post.getlist("open"))
    rows = []
    for position, text in enumerate(post.getlist("part")[: MOST_PARTS + 1]):
        data = _loaded(text)
        if data is not None:
            given = _given(post, position) if str(position) in opened else {}
            if f"{position}-weight" in post:
                given["weight"] = _text(post, f"{position}-weight")
            rows.append(Row(data | given, open=str(position) in opened))
    revision = post.get("revision", "")
    return Draft(
        _text(post, "name"),
        int(revision) if revision.isdecimal() and len(revision) < 9 else 0,
        tuple(rows),
        {rule: _text(post, rule) for rule in RULES if rule in post},
    )


def _loaded(text: str) -> dict[str, Any] | None:
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return data if isinstance(data, dict) and str(data.get("kind")) in KINDS else None


def _text(post: QueryDict, name: str) -> str:
    return post.get(name, "").replace("\0", "").strip()


def _given(post: QueryDict, position: int) -> dict[str, Any]:
    """What the fields of an open row say; only those that its kind has were sent."""
    at = f"{position}-"
    given: dict[str, Any] = {name: _text(post, at + name) for name in PLAIN if at + name in post}
    for name in LISTS:
        if at + name in post:
            pairs = zip(post.getlist(at + name), post.getlist(f"{at}{name}-factor"), strict=False)
            given[name] = [[measure, factor.strip() or "1"] for measure, factor in pairs if measure]
    if f"{at}from" in post:
        pairs = zip(post.getlist(f"{at}from"), post.getlist(f"{at}step"), strict=False)
        given["steps"] = [
            [start.strip(), points.strip()] for start, points in pairs if start.strip() or points.strip()
        ]
    if f"{at}asks-complement" in post:
        given["complement"] = f"{at}complement" in post
    return given


def _new(kind: str, rows: Iterable[Row]) -> dict[str, Any]:
    """An empty part of a kind, with a code that no other has."""
    codes = {row.data.get("code") for row in rows}
    number = next(number for number in range(1, MOST_PARTS + 2) if f"{kind}_{number}" not in codes)
    data = {"kind": kind, "code": f"{kind}_{number}", "name": "", "name_en": ""}
    return data | {"ratio": {"scale": "100", "zero": Zero.SKIP.value}, "normaliser": {"reference": "1"}}.get(kind, {})


# --- what the page shows --------------------------------------------------------------------------------------------


class Field(NamedTuple):
    """One field of a form. `shape`: text, number, choice, tick, terms or steps; `slot`: where its faults are said."""

    name: str
    slot: str
    label: str | Promise
    shape: str
    value: Any = ""
    choices: Iterable[tuple[str, str]] = ()
    hint: str | Promise = ""
    faults: Iterable[str] = ()

    @property
    def asks(self) -> str:
        """The name that is sent with a tick, ticked or not."""
        position, _dash, name = self.name.partition("-")
        return f"{position}-asks-{name}"

    @property
    def step_from(self) -> str:
        return f"{self.name.partition('-')[0]}-from"

    @property
    def step_points(self) -> str:
        return f"{self.name.partition('-')[0]}-step"


class Shown(NamedTuple):
    """A row on the page. `before`, `after`: the sentence around the weight's field, or all of it in `after`."""

    position: int
    kind: str | Promise
    name: str
    json: str
    weight: str | None
    before: str
    after: str
    remark: str
    fields: list[Field]
    faults: list[str]
    last: bool
    open: bool


def shown(draft: Draft, examined: Examined, ranked: str) -> list[Shown]:
    """The rows as the page draws them; `examined` is what the draft's definition was found to be."""
    names = names_of(examined.parts)
    faults = _by_field(examined.problems)
    found = []
    for position, row in enumerate(draft.rows):
        part = examined.parts[position] if position < len(examined.parts) else None
        said = faults.get(position, {})
        weighted = part is not None and part.enters == Enters.WEIGHT
        before, after = "", ""
        if part is not None:
            text = sentence(part, names, weight=HERE if weighted else None)
            before, after = text.split(HERE, 1) if weighted else ("", text)
        fields = _fields(position, row.data, ranked, names, said) if row.open else []
        covered = {each.slot for each in fields} | {_slot(position, "weight")}
        rest = [text for name, texts in said.items() if _slot(position, name) not in covered for text in texts]
        found.append(
            Shown(
                position=position,
                kind=KIND_LABELS[row.data["kind"]],
                name=str(part or "") or _("without a name"),
                json=json.dumps(row.data, ensure_ascii=False),
                weight=_as_text(row.data.get("weight")) if weighted else None,
                before=before,
                after=after,
                remark=remark(part) if part else "",
                fields=fields,
                faults=rest + said.get("weight", []),
                last=position == len(draft.rows) - 1,
                open=row.open,
            )
        )
    return found


def rules_of(draft: Draft, examined: Examined, ranked: str) -> list[Field]:
    """The fields of what a formula says beside its parts."""
    measures = [(name, str(measure.label)) for name, measure in measures_of(ranked).items()]

    def made(name, label, shape="number", hint="", choices=()):
        value = _as_text(draft.rules.get(name))
        return Field(name, f"said-{name}", label, shape, value, choices, hint, examined.problems.get(name, ()))

    fields = [
        made("cut_off", _("Last day of the month"), hint=_("0: the calendar month; 19: from the 20th to the 19th.")),
        made("sample", _("What a score stands on"), "choice", choices=measures),
        made("minimum", _("Least sample for a rank"), hint=_("Below it a unit is listed without a rank.")),
        made("ties", _("Equal scores"), "choice", choices=[(value, str(label)) for value, label in Ties.choices]),
        made("base", _("Points to start from"), hint=_("0 with weights; 100 where points are only taken off.")),
        made("floor", _("Lowest score")),
        made("ceiling", _("Highest score")),
    ]
    if ranked == Ranked.STREETS:
        fields.append(made("quota", _("Whistles a street is expected to blow in a month"), hint=_("0: none.")))
    return fields


def _by_field(problems: Mapping[str, list[str]]) -> dict[int, dict[str, list[str]]]:
    """What is wrong with the parts: by position and name of the field."""
    found: dict[int, dict[str, list[str]]] = {}
    for place, sentences in problems.items():
        _parts, position, *rest = [*place.split("."), ""]
        if position.isdecimal() and rest:
            found.setdefault(int(position), {}).setdefault(rest[0], []).extend(sentences)
    return found


def _slot(position: int, name: str) -> str:
    return f"said-{position}-{name}"


def _as_text(value: Any) -> str:
    return str(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else ""


def _pairs(value: Any) -> list[tuple[str, str]]:
    """Pairs as they can be typed, and an empty one for one more."""
    rows = [pair for pair in value if isinstance(pair, list) and len(pair) == 2] if isinstance(value, list) else []
    found = [(_as_text(first), _as_text(second)) for first, second in rows[:MOST_TERMS]]
    return found if len(found) == MOST_TERMS else [*found, ("", "")]


def _fields(position, data, ranked, names, faults) -> list[Field]:
    measures = [(name, str(measure.label)) for name, measure in measures_of(ranked).items()]
    others = [(code, name) for code, name in names.items() if code != data.get("code")]

    def made(name, label, shape="number", choices=(), hint="", value=None):
        value = _as_text(data.get(name)) if value is None else value
        return Field(
            f"{position}-{name}", _slot(position, name), label, shape, value, choices, hint, faults.get(name, ())
        )

    def terms(name, label, hint=""):
        return made(name, label, "terms", measures, hint, value=_pairs(data.get(name)))

    kind = data["kind"]
    fields = [
        made("name", _("Name"), "text"),
        made("name_en", _("English name"), "text", hint=_("May be left empty.")),
    ]
    if kind == "ratio":
        scales = [("100", _("as a share in percent: × 100")), ("1", _("as a mean of marks: × 1"))]
        scale = _as_text(data.get("scale", "100")) or "100"
        scales += [] if scale in dict(scales) else [(scale, f"× {scale}")]
        fields += [
            terms(
                "numerator", _("What was reached"), _("An empty line adds a measure; a line left empty is dropped.")
            ),
            terms("denominator", _("Out of")),
            made("scale", _("Counted"), "choice", scales, value=scale),
            made(
                "complement",
                _("What is missing counts: 1 − reached ÷ out of"),
                "tick",
                value=data.get("complement") is True,
            ),
            made("zero", _("With nothing to divide by"), "choice", [("", "—"), *_labels(Zero)]),
            made("cap", _("At most"), hint=_("Empty: without a limit.")),
        ]
    elif kind in ("deduction", "bonus"):
        fields += [
            made("points", _("Points for each")),
            terms("terms", _("For each of"), _("An empty line adds a measure; a line left empty is dropped.")),
            made("cap", _("At most"), hint=_("Empty: without a limit.")),
        ]
    elif kind == "normaliser":
        fields += [
            made("of", _("The part that is made comparable"), "choice", [("", "—"), *others]),
            made("by", _("Divided by"), "choice", [("", "—"), *measures]),
            made(
                "reference", _("Times"), hint=_("What is usual, for instance the mean population; 1 changes nothing.")
            ),
        ]
    elif kind == "tier":
        fields += [
            made("of", _("What decides"), "choice", [("", _("the measures below")), *others]),
            terms("terms", _("Measures"), _("An empty line adds a measure; a line left empty is dropped.")),
            made("steps", _("Steps, going up"), "steps", value=_pairs(data.get("steps"))),
        ]
    else:
        fields += [made("low", _("Lowest entry")), made("high", _("Highest entry"))]
    usual = KINDS[kind]
    enters = _as_text(data.get("enters")) or usual.value
    return [*fields, made("enters", _("How it counts"), "choice", _labels(Enters), value=enters)]


def _labels(choices) -> list[tuple[str, str]]:
    return [(value, str(label)) for value, label in choices.choices]
