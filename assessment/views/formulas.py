"""The formulas of the rankings: what is in force since when, what is drafted, and what other cities do."""

from functools import partial

from django.contrib import messages
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from assessment.finding import by_key, formulas_of
from assessment.formula_actions import begin_draft, formula_actions
from assessment.formula_history import acts_on, drafts_of, in_force, taking_over, versions_of
from assessment.formulas.words import changes, lines
from assessment.permissions import can_keep_formulas, formulas_asked
from assessment.presets import ALWAYS, said_of, shipped_for
from assessment.states import Ranked
from assessment.units import rankings_in
from common.web import after_post, new_key
from dispatch.views.acting import take
from grid.ground import name_of
from whistle.requests import act_once


@require_GET
def formulas(request):
    """By which formula is each ranking computed, since when, and what is being prepared?"""
    area, of = formulas_asked(request.user, request.GET.get("of"), request.GET.get("district"))
    month = timezone.localdate(request.received_at).replace(day=1)
    versions = versions_of(area, of)
    now = in_force(versions, month)
    context = frame(area, of) | {
        "in_force": now,
        "lines": lines(now.read) if now else [],
        "coming": [each for each in reversed(versions) if each.applies_from > month],
        "versions": versions,
        "drafts": drafts_of(area, of),
        "acts": acts_on(area, of),
        "presets": [said_of(name) for name in shipped_for(of)],
        "always": ALWAYS,
        "tabs": [{"label": each.label, "url": _list(area, each), "active": each == of} for each in rankings_in(area)],
        "key": new_key(),
    }
    return render(request, "assessment/formulas.html", context)


@require_POST
def formula_start(request):
    """A new draft, with what a preset or another formula says."""

    def act():
        draft = begin_draft(request.POST, by=request.user, at=request.received_at)
        messages.success(request, _("The draft is begun. It counts nowhere until it is adopted."))
        return 303, reverse("formula", args=[draft.pk])

    _status, to = act_once(request, key=request.POST.get("idempotency_key"), data=request.POST, act=act)
    return after_post(request, to)


def version(request, row):
    """One formula, line by line: what it says, who wrote and adopted it."""
    keeps = can_keep_formulas(request.user, row)
    examined = row.examined
    context = frame(row.area_id, row.ranked) | {
        "formula": row,
        "lines": lines(examined.definition) if examined.definition else [],
        "problems": [sentence for sentences in examined.problems.values() for sentence in sentences],
        "acts": row.acts.order_by("-id") if keeps else [],
        "always": ALWAYS,
        "keeps": keeps,
        "key": new_key(),
    }
    return render(request, "assessment/formula_page.html", context)


def links(person, row):
    """The acts open to this person that have a page of their own; what is written is saved where it is written."""
    return [
        {"action": action, "url": reverse("formula-act", args=[row.pk, action.name])}
        for action in formula_actions.open_to(person, row)
        if action.name != "save"
    ]


@require_http_methods(["GET", "POST"])
def formula_act(request, pk, action):
    """Asks for what an act needs (GET), saying what changes by it, or does it (POST)."""
    act = formula_actions.get(action)
    row = by_key(formulas_of(request.user), pk)
    if act is None or action == "save":
        raise Http404
    url = reverse("formula-act", args=[pk, action])
    back = reverse("formula", args=[pk]) if action == "adopt" else _list(row.area_id, row.ranked)
    return take(request, act, row, url=url, back=back, ask=partial(_ask, request, row))


def _ask(request, row, entry, status):
    versions = versions_of(row.area_id, row.ranked)
    month = timezone.localdate(request.received_at).replace(day=1)
    now, later = in_force(versions, month), taking_over(versions, month)
    definition = row.examined.definition
    context = frame(row.area_id, row.ranked) | {
        "formula": row,
        "action": entry,
        "in_force": now,
        "taking_over": later,
        "problems": [sentence for sentences in row.examined.problems.values() for sentence in sentences],
        "changes": changes(now.read, definition) if now and definition else [],
        "back": reverse("formula", args=[row.pk]),
    }
    return render(request, "assessment/formula_act.html", context, status=status)


def frame(area, of):
    """What every page about a formula shows: whose it is, and the way back."""
    of = Ranked(of)
    return {"area": area, "place": name_of(area), "of": of, "list_url": _list(area, of)}


def _list(area, of):
    return f"{reverse('formulas')}?of={of}&district={area}"
