"""The editor of a draft: every part a row in words, checked while it is typed, computed for a real unit beside it."""

from django.contrib import messages
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from assessment.editor import KIND_HINTS, KIND_LABELS, kept, rules_of, sent, shown
from assessment.finding import by_key, formulas_of
from assessment.formula_actions import formula_actions
from assessment.formulas import examine
from assessment.formulas.definition import MOST_PARTS
from assessment.formulas.words import rules
from assessment.permissions import can_keep_formulas
from assessment.views.formulas import frame, links, version
from assessment.whatif import example
from common.errors import Refusal, require
from common.web import after_post, new_key
from whistle.requests import act_once


@require_http_methods(["GET", "POST"])
def formula(request, pk):
    """One formula: line by line, or, as long as it is a draft of this person's area, to be written."""
    row = by_key(formulas_of(request.user), pk)
    if request.method == "POST" or (row.is_draft and can_keep_formulas(request.user, row)):
        return _edit(request, row)
    return version(request, row)


def _edit(request, row):
    """The draft as it is kept (GET); or, of what was typed, either saved or shown again after one of its buttons."""
    if request.method == "GET":
        return _page(request, row, kept(row.name, row.revision, row.definition))
    require(can_keep_formulas(request.user, row))
    draft, what = sent(request.POST), request.POST.get("do", "")
    if what in ("save", "overwrite"):
        return _save(request, row, draft, over=what == "overwrite")
    return _page(request, row, draft.does(what), unsaved=True)


@require_POST
def formula_check(request, pk):
    """What is wrong with what is being typed, each row in words, and what it would compute; nothing is kept."""
    row = by_key(formulas_of(request.user), pk)
    require(can_keep_formulas(request.user, row))
    context = _context(request, row, sent(request.POST))
    return render(request, "assessment/formula_editor.html#checked", context | {"oob": True})


def _save(request, row, draft, *, over):
    """`over`: over what somebody else saved meanwhile, which was shown to this person before."""
    theirs = request.POST.get("theirs", "")
    revision = int(theirs) if over and theirs.isdecimal() and len(theirs) < 9 else draft.revision
    here = reverse("formula", args=[row.pk])

    def act():
        data = {"name": draft.name, "definition": draft.definition, "revision": revision}
        formula_actions.get("save").perform(row, by=request.user, at=request.received_at, data=data)
        return 303, here

    try:
        _status, to = act_once(request, key=request.POST.get("idempotency_key"), data=request.POST, act=act)
    except Refusal as refusal:
        return _page(request, row, draft, refusal=refusal, unsaved=True)
    if examine(draft.definition, row.ranked).problems:
        messages.warning(request, _("Saved. It cannot be adopted yet: what is missing stands beside the parts."))
    else:
        messages.success(request, _("Saved. It can be adopted; see first what it would have changed last month."))
    return after_post(request, to)


def _page(request, row, draft, *, refusal=None, unsaved=False):
    context = _context(request, row, draft) | {
        "refusal": refusal,
        "refused": [text for texts in refusal.fields.values() for text in texts] if refusal else [],
        "theirs": row.revision if refusal and refusal.code == "stale" else None,
        "unsaved": unsaved,
    }
    template = "assessment/formula_editor.html#editor" if request.htmx else "assessment/formula_editor.html"
    return render(request, template, context, status=refusal.status if refusal else 200)


def _context(request, row, draft):
    examined = examine(draft.definition, row.ranked)
    return frame(row.area_id, row.ranked) | {
        "formula": row,
        "draft": draft,
        "rows": shown(draft, examined, row.ranked),
        "rules": rules_of(draft, examined, row.ranked),
        "faults": examined.problems.get("parts", []),
        "count": len(examined.problems),
        "weight": examined.weight,
        "weighted": any(part and part.weight for part in examined.parts),
        "said": rules(examined.definition) if examined.definition else [],
        "example": example(row.area_id, row.ranked, examined.definition, now=request.received_at),
        "kinds": [(kind, label, KIND_HINTS[kind]) for kind, label in KIND_LABELS.items()],
        "full": len(draft.rows) >= MOST_PARTS,
        "acts": row.acts.order_by("-id")[:5],
        "actions": links(request.user, row),
        "key": new_key(),
    }
