"""What happened that this person should know of."""

from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from dispatch import pages
from dispatch.queries import inbox_of
from dispatch.services.inbox import mark_read
from dispatch.views.lists import slice_of


@require_GET
def inbox(request):
    """My messages, the newest first."""
    page = slice_of(inbox_of(request.user), request.GET.get("page", "1"))
    context = {
        "list": page,
        "lines": [pages.message(message) for message in page.rows],
        "last": page.rows[0].pk if page.rows else None,
        "unread": any(message.read_at is None for message in page.rows),
    }
    return render(request, "dispatch/inbox.html", context)


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
