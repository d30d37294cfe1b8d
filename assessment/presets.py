"""Formulas that ship with the system, and which of them a city uses."""

import json
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from django.db.models import Max
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from assessment.formulas import Definition, read
from assessment.formulas.words import lines
from assessment.models import Formula
from assessment.states import FormulaState, Ranked
from common.errors import Invalid

FOLDER = Path(__file__).parent / "formulas" / "presets"
# Where no city has a practice of its own.
USUAL = {
    Ranked.DEPARTMENTS: "wuhua-departments",
    Ranked.STREETS: "wuhua-streets",
    Ranked.COMMUNITIES: "taihe-communities",
    Ranked.DISPATCHERS: "dispatchers",
    Ranked.DISTRICTS: "districts",
}
# Before the first month of any record.
ALWAYS = date(2000, 1, 1)


def formula_names() -> list[str]:
    return sorted(path.stem for path in FOLDER.glob("*.json"))


@cache
def read_formula(name: str) -> dict[str, Any]:
    """A shipped formula: `of`, `name`, `sources`, both with `_en`, `used_by` (presets of cities) and `definition`.

    Refuses with Invalid a name that is none, naming those there are.
    """
    if name not in formula_names():
        raise Invalid(
            _("There is no formula “%(name)s”. There are: %(names)s.")
            % {"name": name, "names": ", ".join(formula_names())}
        )
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))


@cache
def definition_of(name: str) -> Definition:
    """What a shipped formula computes."""
    shipped = read_formula(name)
    return read(shipped["definition"], shipped["of"])


def said_of(name: str) -> dict[str, Any]:
    """A shipped formula in the reader's language: `code`, `of`, `name`, `sources`, and its `lines` in words."""
    shipped = read_formula(name)
    suffix = "_en" if (get_language() or "").startswith("en") else ""
    return {
        "code": name,
        "of": shipped["of"],
        "name": shipped[f"name{suffix}"],
        "sources": shipped[f"sources{suffix}"],
        "lines": lines(definition_of(name)),
    }


def shipped_for(ranked: str) -> list[str]:
    """The names of the shipped formulas for a kind of unit, the usual one first."""
    found = [name for name in formula_names() if read_formula(name)["of"] == ranked]
    return sorted(found, key=lambda name: name != USUAL[Ranked(ranked)])


def usual_for(ranked: str, preset: str = "") -> str:
    """The shipped formula for a kind of unit, by the practice of a city's preset."""
    for name in formula_names():
        shipped = read_formula(name)
        if shipped["of"] == ranked and preset in shipped["used_by"]:
            return name
    return USUAL[Ranked(ranked)]


def adopt_shipped(area: str, ranked: str, name: str, *, now: datetime) -> Formula:
    """Makes a shipped formula the first version for an area, in force from ever; leaves what there is."""
    there = Formula.objects.adopted().filter(area=area, ranked=ranked).order_by("applies_from").first()
    if there is not None:
        return there
    shipped = read_formula(name)
    if shipped["of"] != ranked:
        raise Invalid(_("The formula “%(name)s” is not made for these units.") % {"name": name})
    last = Formula.objects.filter(area=area, ranked=ranked).aggregate(last=Max("version"))["last"] or 0
    formula, _made = Formula.objects.get_or_create(
        area_id=area,
        ranked=ranked,
        version=last + 1,
        defaults={
            "name": shipped["name"],
            "definition": shipped["definition"],
            "state": FormulaState.ADOPTED,
            "applies_from": ALWAYS,
            "created_at": now,
            "adopted_at": now,
        },
    )
    return formula


def load_formulas(preset: str, area: str, *, now: datetime) -> list[Formula]:
    """The formulas of a city's practice for one of its districts."""
    return [
        adopt_shipped(area, ranked, usual_for(ranked, preset), now=now)
        for ranked in Ranked
        if ranked != Ranked.DISTRICTS
    ]


def formula_in_force(area: str, ranked: str, month: date, *, now: datetime) -> Formula:
    """The formula for a month (its first day); where none was ever adopted the usual one is."""
    found = Formula.objects.in_force(area, ranked, month)
    return found or adopt_shipped(area, ranked, usual_for(ranked), now=now)
