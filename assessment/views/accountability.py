"""What is held against whom, and what becomes of appeals against it."""

from functools import partial

from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from assessment.actions import accountability_actions
from assessment.models import Accountability
from assessment.sheets import ACCOUNTABILITY_TITLES, accountability_line
from assessment.worklists import records_waiting_for
from common.sheets import CHUNK, asks_for_sheet, sheet
from common.web import back_to
from dispatch import pages
from dispatch.views.acting import take
from dispatch.views.lists import slice_of
from whistle.models import Event, Whistle

# Those that wait for this person, above the list of all.
FIRST = 10


@require_GET
def accountabilities(request):
    """What waits for me, and all that I may see, the latest first."""
    waiting = records_waiting_for(request.user, now=request.received_at).select_related("whistle")
    rows = _seen(request).order_by("-id")
    if asks_for_sheet(request):
        lines = map(accountability_line, rows.iterator(chunk_size=CHUNK))
        return sheet("accountability", ACCOUNTABILITY_TITLES, lines)
    page = slice_of(rows, request.GET.get("page", "1"))
    context = {"waiting": waiting.order_by("id")[:FIRST], "rows": page.rows, "list": page}
    return render(request, "assessment/accountabilities.html", context)


@require_GET
def accountability(request, number):
    """Why is it held against whom, and what do they and the assessor say?"""
    held = get_object_or_404(_seen(request), number=number)
    lines = Event.objects.filter(whistle=held.whistle, data__accountability=number).prefetch_related("photos")
    actions = [
        # Both rulings are as likely as each other.
        pages.entry(action, request.user, held, reverse("accountability-act", args=[number, action.name]))
        | {"even": True}
        for action in accountability_actions.open_to(request.user, held)
    ]
    context = {
        "held": held,
        "actions": actions,
        "events": pages.lines(lines.order_by("id")),
        # Whoever has left the post in which they signed still sees what is held against them, not the whistle.
        "opens": Whistle.objects.visible_to(request.user).filter(pk=held.whistle_id).exists(),
    }
    return render(request, "assessment/accountability.html", context)


@require_http_methods(["GET", "POST"])
def accountability_act(request, number, action):
    """Asks for what an act needs (GET), or does it (POST)."""
    given = accountability_actions.get(action)
    if given is None:
        raise Http404
    held = get_object_or_404(_seen(request), number=number)
    url = reverse("accountability-act", args=[number, action])
    back = back_to(request, reverse("accountability", args=[number]))
    return take(request, given, held, url=url, back=back, ask=partial(_ask, request, held, back=back))


def _ask(request, held, entry, status, *, back):
    context = {"held": held, "action": entry, "back": back}
    return render(request, "assessment/accountability_act.html", context, status=status)


def _seen(request):
    seen = Accountability.objects.visible_to(request.user)
    return seen.select_related("whistle__type", "ruled_by", "decided_by")
