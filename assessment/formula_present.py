"""Formulas, drafts and what they would have changed, as the API says them: ready for JSON."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from assessment.explain import Explained
from assessment.formula_actions import formula_actions
from assessment.formulas import Examined
from assessment.formulas.words import Said, lines
from assessment.models import Formula, Score
from assessment.permissions import can_keep_formulas
from assessment.present import head, part
from assessment.presets import said_of
from assessment.whatif import Move, SideBySide, WhatIf
from dispatch.present import actions_on
from grid.models import Person


def line(row: Formula) -> dict[str, Any]:
    """A formula in a list."""
    return {
        "number": str(row.pk),
        "district": row.area_id,
        "of": row.ranked,
        "version": row.version,
        "name": row.name,
        "state": row.state,
        "state_label": str(row.get_state_display()),
        "revision": row.revision,
        "applies_from": f"{row.applies_from:%Y-%m}" if row.applies_from else None,
        "created_by": str(row.created_by) if row.created_by else None,
        "created_at": row.created_at,
        "adopted_by": str(row.adopted_by) if row.adopted_by else None,
        "adopted_at": row.adopted_at,
    }


def formula(row: Formula, *, person: Person) -> dict[str, Any]:
    """A formula with what it says, as data and in words; what was done to it is for whoever keeps it."""
    acts = row.acts.order_by("id") if can_keep_formulas(person, row) else []
    return (
        line(row)
        | {"definition": row.definition}
        | examined(row.examined)
        | {
            "acts": [
                {
                    "at": act.at,
                    "kind": act.kind,
                    "label": str(act.get_kind_display()),
                    "person": act.person_name,
                    "post": act.post_name,
                }
                for act in acts
            ],
            "actions": actions_on(formula_actions, row, person),
        }
    )


def examined(found: Examined) -> dict[str, Any]:
    """A definition in words, or else what is wrong with it, by place."""
    return {
        "weight": found.weight,
        "lines": _lines(lines(found.definition)) if found.definition else [],
        "problems": found.problems,
    }


def _lines(said: Iterable[Said]) -> list[dict[str, str]]:
    return [{"about": each.about, "text": each.text} for each in said]


def preset(name: str) -> dict[str, Any]:
    """A formula that ships with the system."""
    said = said_of(name)
    return said | {"lines": _lines(said["lines"])}


# --- what a draft would have changed ----------------------------------------------------------------


def what_if(row: Formula, found: WhatIf | None, asked: date) -> dict[str, Any]:
    """A month by the formula beside what it was; without moves where the month (`asked`) was never computed."""
    if found is None:
        return _head(row, None, asked) | {"moves": []}
    return _head(row, found, asked) | {"moves": [move(each) for each in found.moves]}


def _head(row: Formula, found: WhatIf | None, asked: date) -> dict[str, Any]:
    ranking = found.ranking if found else None
    said = head(row.area_id, row.ranked, ranking.bulletin.month if ranking else asked, ranking)
    return said | {
        "by": str(row.pk),
        "period_differs": bool(found and found.period_differs),
        "uncounted": found.uncounted if found else [],
    }


def move(each: Move) -> dict[str, Any]:
    """A unit before and after, and which parts move it, the largest first."""
    return {
        "unit": each.after.score.unit,
        "name": each.after.name,
        "group": each.after.score.group,
        "group_name": each.after.group,
        "before": _place(each.before.score) if each.before else None,
        "after": _place(each.after.score),
        "places": each.places,
        "points": each.points,
        "reasons": [{"name": reason.name, "change": reason.change} for reason in each.reasons],
    }


def _place(score: Score) -> dict[str, Any]:
    return {"rank": score.rank, "total": score.total, "sample": score.sample}


def both(row: Formula, found: WhatIf, moved: Move, sides: SideBySide) -> dict[str, Any]:
    """One unit's two scores, part by part."""
    return _head(row, found, found.ranking.bulletin.month) | {
        "move": move(moved),
        "before_line": sides.before.line if sides.before else None,
        "after_line": sides.after.line,
        "parts": [
            {"name": each.name, "before": _part(each.before), "after": _part(each.after)} for each in sides.parts
        ],
    }


def _part(explained: Explained | None) -> Mapping[str, Any] | None:
    return part(explained) if explained else None
