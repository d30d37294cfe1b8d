"""What happened that this person should know of."""

from django.conf import settings
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from common.sheets import CHUNK, asks_for_sheet, sheet
from dispatch import pages
from dispatch.queries import inbox_of
from dispatch.services.inbox import mark_read
from dispatch.sheets import MESSAGE_TITLES, message_line
from dispatch.views.lists import slice_of

# As many as the bell shows; the page has them all.
LATEST = 6


@require_GET
def inbox(request):
    """My messages, the newest first."""
    rows = inbox_of(request.user)
    if asks_for_sheet(request):
        return sheet("messages", MESSAGE_TITLES, map(message_line, rows.iterator(chunk_size=CHUNK)))
    page = slice_of(rows, request.GET.get("page", "1"))
    context = {
        "live": "message",
        "list": page,
        "lines": [pages.message(message) for message in page.rows],
        "last": page.rows[0].pk if page.rows else None,
        "unread": any(message.read_at is None for message in page.rows),
    }
    return render(request, "dispatch/inbox.html", context)


@require_GET
def latest(request):
    """The latest unread messages, for the bell."""
    rows = inbox_of(request.user).unread()[:LATEST]
    context = {"lines": [pages.message(row) for row in rows], "by_push": bool(settings.WEB_PUSH_PUBLIC_KEY)}
    return render(request, "dispatch/latest_messages.html", context)


@require_GET
def message(request, pk):
    """Leads to what a message is about, and marks it as read."""
    found = get_object_or_404(inbox_of(request.user), pk=pk)
    mark_read(request.user, at=request.received_at, only=found.pk)
    return redirect(pages.message(found)["about"])


@require_POST
def read(request):
    """Marks as read what stood on the page: what came since stays unread."""
    until = request.POST.get("until", "")
    if not (until.isascii() and until.isdigit() and len(until) < 19):
        raise Http404
    mark_read(request.user, at=request.received_at, until=int(until))
    return redirect(reverse("messages"))
