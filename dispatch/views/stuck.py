"""What did not arrive, for the administrators of those who wait for it."""

from datetime import timedelta
from functools import partial

from django.conf import settings
from django.contrib import messages
from django.db.models import Count, Prefetch
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from common.errors import require
from common.web import after_post, new_key
from dispatch import addresses, pages, worklists
from dispatch.channel_actions import delivery_actions
from dispatch.models import ChannelEvent, Delivery, Message
from dispatch.services.deliveries import retry_all
from dispatch.views.acting import take
from dispatch.views.lists import slice_of
from grid.permissions import administers
from whistle.requests import act_once


@require_GET
def stuck_messages(request):
    """What could not be sent, why, how often it was tried, and when it is tried again."""
    require(administers(request.user))
    page = slice_of(_rows(request.user), request.GET.get("page", "1"))
    late = request.received_at - timedelta(seconds=settings.CLOCK_GRACE_SECONDS)
    context = {
        "list": page,
        "rows": [_shown(request, delivery) for delivery in page.rows],
        # No courier has come for these: that is nobody's channel, but the couriers themselves.
        "uncollected": Message.objects.leaving(late).count() + Delivery.objects.due(late).count(),
        "key": new_key(),
    }
    return render(request, "dispatch/stuck_messages.html", context)


@require_POST
def stuck_retry(request):
    """All of it once more."""
    require(administers(request.user))

    def act():
        count = retry_all(by=request.user, at=request.received_at)
        said = ngettext("%(count)d delivery is tried again.", "%(count)d deliveries are tried again.", count)
        messages.success(request, said % {"count": count})
        return 303, reverse("stuck-messages")

    _status, to = act_once(request, key=request.POST.get("idempotency_key"), data=request.POST, act=act)
    return after_post(request, to)


@require_http_methods(["GET", "POST"])
def stuck_act(request, pk, action):
    """Asks whether (GET), or does it (POST)."""
    require(administers(request.user))
    act = delivery_actions.get(action)
    if act is None:
        raise Http404
    row = get_object_or_404(_rows(request.user), pk=pk)
    url, back = reverse("stuck-act", args=[pk, action]), reverse("stuck-messages")
    return take(request, act, row, url=url, back=back, ask=partial(_ask, request, row, back=back))


def _rows(person):
    return (
        worklists.undelivered(person)
        .select_related("channel__person")
        .prefetch_related(Prefetch("events", ChannelEvent.objects.order_by("id")))
        .annotate(count=Count("messages"))
        .order_by("-id")
    )


def _ask(request, row, entry, status, *, back):
    context = {"delivery": row, "channel": row.channel, "kind": addresses.kind(row.channel.schema)}
    context |= {"action": entry, "back": back}
    return render(request, "dispatch/channel_act.html", context, status=status)


def _shown(request, delivery):
    """A delivery as `dispatch/stuck_messages.html` shows it."""
    return {
        "row": delivery,
        "channel": delivery.channel,
        "kind": addresses.kind(delivery.channel.schema),
        # Whether they are this person's to decide was asked of all rows at once.
        "actions": [
            pages.act(action, request.user, delivery, reverse("stuck-act", args=[delivery.pk, action.name]))
            for action in delivery_actions
            if action.fits(delivery)
        ],
    }
