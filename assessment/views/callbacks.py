"""The centre calls residents back: who is to be called, and what was heard of late."""

from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from assessment.sheets import CALLBACK_TITLES, TO_CALL_TITLES, callback_line, to_call_line
from assessment.worklists import called_back, longest_waiting_first, to_call_back
from common.errors import require
from common.moments import moment
from common.sheets import CHUNK, asks_for_sheet, sheet
from dispatch import pages
from dispatch.permissions import can_reopen
from dispatch.views.lists import slice_of
from grid.models import Role
from whistle.states import WhistleState

RECENT = 10


@require_GET
def callbacks(request):
    """Whom do I call next, and what did the others say?"""
    person, now = request.user, request.received_at
    require(person.holds(Role.DISPATCHER))
    waiting = longest_waiting_first(to_call_back(person, now=now)).select_related("type", "lead")
    if asks_for_sheet(request):
        if request.GET.get("list") == "called":
            made = called_back(person).iterator(chunk_size=CHUNK)
            return sheet("callbacks", CALLBACK_TITLES, map(callback_line, made))
        return sheet("to-call-back", TO_CALL_TITLES, map(to_call_line, waiting.iterator(chunk_size=CHUNK)))
    page = slice_of(waiting, request.GET.get("page", "1"))
    context = {
        "cards": [_card(whistle, now) for whistle in page.rows],
        "list": page,
        "recent": [_told(call, person, now) for call in called_back(person)[:RECENT]],
    }
    return render(request, "assessment/callbacks.html", context)


def _card(whistle, now):
    whistle.urgent = None
    note = [whistle.lead.contact if whistle.lead else "", pages.card(whistle)["note"]]
    if whistle.called_at:
        note.append(_("called in vain %(moment)s") % {"moment": moment(whistle.called_at, now=now)})
    url = reverse("whistle-act", args=[whistle.number, "call-back"])
    return pages.card(whistle) | {
        "since": whistle.closed_at,
        "note": " · ".join(str(part) for part in note if part),
        "act": {"label": _("Call"), "url": f"{url}?next={reverse('callbacks')}", "asks": True},
    }


def _told(call, person, now):
    """A call that was made; `reopen`: where this person can reopen a case that is not solved."""
    whistle = call.whistle
    still_there = call.contacted and not call.solved
    open_to = whistle.state == WhistleState.CLOSED and whistle.can_be_reopened_at(now) and can_reopen(person, whistle)
    reopen = reverse("whistle-act", args=[whistle.number, "reopen"]) if still_there and open_to else ""
    return {"call": call, "still_there": still_there, "reopen": reopen}
