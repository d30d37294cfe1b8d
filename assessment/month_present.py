"""A month on its way, its rows, appeals, points by hand and files, as the API says them: ready for JSON."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Count
from django.urls import reverse

from assessment.bulletin_actions import appeal_actions, bulletin_actions, export_actions, points_actions
from assessment.bulletins import acts_shown, as_it_counts, differences_of
from assessment.corrections import Correction, notices_among
from assessment.finding import appeals_of, points_of
from assessment.models import Appeal, Bulletin, BulletinAct, Export, ManualItem, Proof, Ranking, Score
from assessment.permissions import can_assess, rankings_open_to
from assessment.present import standing
from assessment.standings import standings
from assessment.states import ExportState, ExportTrouble, Ranked
from dispatch.present import actions_on
from grid.models import Person


def line(row: Bulletin) -> dict[str, Any]:
    """A month in a list; its area loaded with it."""
    return {
        "number": row.number,
        "month": f"{row.month:%Y-%m}",
        "district": row.area_id,
        "district_name": row.area.name,
        "state": row.state,
        "state_label": str(row.get_state_display()),
        "as_of": row.as_of,
        "appeals_until": row.appeals_until,
        "published_at": row.published_at,
        "checksum": row.checksum,
    }


def month(row: Bulletin, *, person: Person) -> dict[str, Any]:
    """A month and all about it that this person may see; `row` as `find_bulletin` loads it."""
    acts = acts_shown(person, row)
    appeals, points = appeals_of(person).filter(bulletin=row), points_of(person).filter(bulletin=row)
    proof = row.proofs.select_related("by").first()
    return line(row) | {
        "ends_at": row.ends_at,
        "published_by": str(row.published_by) if row.published_by else None,
        "rankings": _rankings(row, person),
        "appeals": appeals.count(),
        "appeals_waiting": appeals.waiting().count(),
        "points": points.count(),
        "corrections": [_correction(act, rows) for act, rows in notices_among(acts)],
        "acts": [_act(act) for act in acts],
        "proof": _proof(proof, with_differences=can_assess(person, row)) if proof else None,
        "actions": actions_on(bulletin_actions, row, person),
    }


def _rankings(row: Bulletin, person: Person) -> list[dict[str, Any]]:
    open_here = rankings_open_to(person, row.area_id)
    rankings = [each for each in row.rankings.all() if each.ranked in open_here]
    counts = Score.objects.filter(ranking__in=rankings).values("ranking").annotate(units=Count("pk"))
    units = dict(counts.order_by().values_list("ranking", "units"))
    return [_ranking(each, units.get(each.pk, 0)) for each in rankings]


def _ranking(row: Ranking, units: int) -> dict[str, Any]:
    return {
        "of": row.ranked,
        "formula": {"number": str(row.formula_id), "name": row.formula.name, "version": row.formula.version},
        "starts_at": row.period.starts_at,
        "ends_at": row.period.ends_at,
        "computed_at": row.computed_at,
        "units": units,
        "inputs_checksum": row.inputs_checksum,
        "checksum": row.checksum,
    }


def _act(act: BulletinAct) -> dict[str, Any]:
    return {
        "at": act.at,
        "kind": act.kind,
        "label": str(act.get_kind_display()),
        "person": act.person_name,
        "post": act.post_name,
        "note": act.note,
        "data": act.data,
    }


def _correction(act: BulletinAct, rows: list[Correction]) -> dict[str, Any]:
    return {
        "at": act.at,
        "person": act.person_name,
        "post": act.post_name,
        "text": act.note,
        "accountability": act.data.get("accountability"),
        "scores": [
            {"of": each.ranked, "unit": each.unit, "name": each.name, "was": each.was, "total": each.total}
            for each in rows
        ],
    }


def _proof(proof: Proof, *, with_differences: bool) -> dict[str, Any]:
    return {
        "at": proof.at,
        "by": str(proof.by),
        "ended_at": proof.ended_at,
        "count": proof.count,
        "differences": [
            {
                "of": each["ranked"],
                "unit": each["unit"],
                "name": each["name"],
                "figure": each["figure"],
                "label": str(each["figure_label"]),
                "kept": each["kept"],
                "proved": each["proved"],
            }
            for each in (differences_of(proof) if with_differences else [])
        ],
    }


def rows(scores: Sequence[Score], bulletin: Bulletin, of: str, *, person: Person) -> list[dict[str, Any]]:
    """Rows of a ranking, each with what was appealed of it and what was entered by hand. Three queries."""
    units = [score.unit for score in scores]
    appeals: dict[str, list[Appeal]] = {unit: [] for unit in units}
    if of == Ranked.DEPARTMENTS:
        for each in appeals_of(person).filter(bulletin=bulletin, order__department__in=map(int, units)).order_by("id"):
            appeals[str(each.order.department_id)].append(each)
    points: dict[str, list[ManualItem]] = {unit: [] for unit in units}
    for item in points_of(person).filter(bulletin=bulletin, ranked=of, unit__in=units).order_by("id"):
        points[item.unit].append(item)
    return [
        standing(row)
        | {
            "checksum": row.score.checksum,
            "appeals": [_in_brief(each) for each in appeals[row.score.unit]],
            "points": [_entered(each) for each in points[row.score.unit]],
        }
        for row in standings(scores, of)
    ]


def _in_brief(row: Appeal) -> dict[str, Any]:
    return {
        "number": row.number,
        "order": row.order.number,
        "about": row.about,
        "old": row.old,
        "granted": row.granted,
        "new": row.new,
    }


def _entered(item: ManualItem) -> dict[str, Any]:
    return {"number": item.number, "part": item.part, "points": float(item.points), "state": item.state}


def appeal(row: Appeal, *, person: Person) -> dict[str, Any]:
    """An appeal; `row` as `appeals_of` loads it."""
    counts = row.new if row.granted else row.old
    return _in_brief(row) | {
        "bulletin": row.bulletin.number,
        "whistle": row.order.whistle.number,
        "title": row.order.whistle.title,
        "department": row.order.department.code,
        "department_name": str(row.order.department),
        "about_label": str(row.get_about_display()),
        "old_label": as_it_counts(row.about, row.old),
        "counts_label": as_it_counts(row.about, counts),
        "reason": row.reason,
        "by": str(row.by),
        "at": row.at,
        "answer_by": row.answer_by,
        "state": row.state,
        "opinion": row.opinion,
        "ruled_by": str(row.ruled_by) if row.ruled_by else None,
        "ruled_at": row.ruled_at,
        "actions": actions_on(appeal_actions, row, person),
    }


def points(items: Iterable[ManualItem], *, person: Person) -> list[dict[str, Any]]:
    """Points by hand as `points_of` loads them. One query more, for what their units are called."""
    items = list(items)
    names = _names(items)
    return [
        _entered(item)
        | {
            "bulletin": item.bulletin.number,
            "of": item.ranked,
            "unit": item.unit,
            "name": names.get((item.bulletin_id, item.ranked, item.unit), ""),
            "reason": item.reason,
            "by": str(item.by),
            "at": item.at,
            "withdrawn_by": str(item.withdrawn_by) if item.withdrawn_by else None,
            "withdrawn_at": item.withdrawn_at,
            "actions": actions_on(points_actions, item, person),
        }
        for item in items
    ]


def _names(items: Sequence[ManualItem]) -> dict[tuple[int, str, str], str]:
    """What the units of points were called in their month."""
    scores = Score.objects.filter(
        ranking__bulletin__in={item.bulletin_id for item in items}, unit__in={item.unit for item in items}
    )
    found = scores.values_list("ranking__bulletin", "ranking__ranked", "unit", "unit_name")
    return {(bulletin, ranked, unit): name for bulletin, ranked, unit, name in found}


def export(row: Export, *, person: Person) -> dict[str, Any]:
    """A file of this person's, and how far it is; `row` as `exports_of` loads it."""
    done = row.state == ExportState.DONE
    return {
        "number": row.number,
        "bulletin": row.bulletin.number,
        "kind": row.kind,
        "state": row.state,
        "state_label": str(row.get_state_display()),
        "at": row.at,
        "done": row.done,
        "total": row.total,
        "percent": 100 if done else row.percent,
        "ended_at": row.ended_at,
        "trouble": str(ExportTrouble(row.trouble).label) if row.trouble else "",
        "filename": row.filename,
        "file": reverse("api-export-file", args=[row.number]) if done else None,
        "actions": actions_on(export_actions, row, person),
    }
