"""How a month would have ranked by a draft, beside how it was ranked; nothing is written."""

from datetime import timedelta

from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from assessment import charts
from assessment.finding import by_key, formulas_of
from assessment.permissions import can_keep_formulas
from assessment.standings import month_asked
from assessment.views.formulas import frame
from assessment.views.rankings import UNITS
from assessment.whatif import side_by_side, what_if
from common.errors import require

# Units in one picture, reasons in one row.
DRAWN, REASONS = 20, 3


@require_GET
def formula_what_if(request, pk):
    """Who would stand where, who moves, and which parts move them?"""
    row, found, context = _asked(request, pk)
    if found:
        by_place = request.GET.get("order") == "place"
        context |= {"by_place": by_place, "groups": _groups(row, found, by_place, context["query"])}
    return render(request, "assessment/what_if.html", context)


@require_GET
def formula_what_if_unit(request, pk, unit):
    """One unit's two scores, part by part, side by side."""
    _row, found, context = _asked(request, pk)
    move = found.move(unit) if found else None
    if move is None:
        raise Http404
    context |= {"move": move, "both": side_by_side(found, move), "unit": unit}
    return render(request, "assessment/what_if_unit.html", context)


def _asked(request, pk):
    row = by_key(formulas_of(request.user), pk)
    require(can_keep_formulas(request.user, row))
    asked = request.GET.get("month")
    month = month_asked(asked, now=request.received_at) if asked else None
    found = None
    if not row.examined.problems:
        found = what_if(row, month, now=request.received_at)
    month = found.ranking.bulletin.month if found else month or timezone.localdate().replace(day=1)
    following = (month + timedelta(days=32)).replace(day=1)
    context = frame(row.area_id, row.ranked) | {
        "formula": row,
        "found": found,
        "problems": row.examined.problems,
        "month": month,
        "previous": (month - timedelta(days=1)).replace(day=1),
        "following": following if following <= timezone.localdate(request.received_at) else None,
        "query": f"month={month:%Y-%m}",
        "unit_word": UNITS[row.ranked],
    }
    return row, found, context


def _groups(row, found, by_place, query):
    """The moves by group, each group with its picture: those who move furthest first, or by their new place."""
    groups = {}
    for move in found.moves:
        groups.setdefault(move.after.group, []).append(move)
    return [
        {
            "name": name,
            "moves": [
                {
                    "move": move,
                    "url": f"{reverse('formula-what-if-unit', args=[row.pk, move.after.score.unit])}?{query}",
                    "reasons": move.reasons[:REASONS],
                    "more": len(move.reasons) > REASONS,
                }
                for move in sorted(moves, key=_place if by_place else _movement)
            ],
            "chart": charts.before_and_after(
                f"moved-{number}",
                name or _("Total score before and after"),
                sorted(moves, key=_place)[:DRAWN],
                found,
            ),
        }
        for number, (name, moves) in enumerate(groups.items())
    ]


def _place(move):
    score = move.after.score
    return (score.rank is None, score.rank or 0, -(score.total or 0), score.unit)


def _movement(move):
    """Who gets or loses a rank, then by places, then by points."""
    far = abs(move.places) if move.places is not None else 0
    return (not (move.enters or move.leaves), -far, -abs(move.points or 0), _place(move))
