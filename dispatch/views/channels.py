"""By which channels messages reach me outside, when not, and in which language."""

from functools import partial

from django.conf import settings
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from common.errors import Refusal
from common.web import after_post, new_key, tell
from dispatch import addresses, pages
from dispatch.channel_actions import ChannelForm, PreferencesForm, channel_actions
from dispatch.queries import channels_of
from dispatch.services.channels import add_channel, set_preferences
from dispatch.views.acting import take
from whistle.requests import act_once


@never_cache
@require_GET
def channels(request):
    """My channels, and a form for one more."""
    return _page(request)


@never_cache
@sensitive_post_parameters("address")
@require_POST
def add(request):
    """One more channel; a refused address is told beside what was typed."""
    form = ChannelForm(request.POST, person=request.user)
    if _done(request, form, add_channel):
        return after_post(request, reverse("channels"))
    return _page(request, form=form)


@require_POST
def prefer(request):
    """Quiet hours, and the language of what is sent out."""
    form = PreferencesForm(request.POST, person=request.user)
    if _done(request, form, set_preferences):
        return after_post(request, reverse("channels"))
    return _page(request, hours=form)


@never_cache
@require_GET
def channel(request, pk):
    """One channel as it stands now, for a page that waits for a test; by itself it leads to the page."""
    found = _find(request, pk)
    if not request.htmx:
        return redirect("channels")
    return render(request, "dispatch/channel.html", {"channel": _shown(request, found)})


@never_cache
@sensitive_post_parameters("address")
@require_http_methods(["GET", "POST"])
def channel_act(request, pk, action):
    """Asks for what an act needs (GET), or does it (POST)."""
    act = channel_actions.get(action)
    if act is None:
        raise Http404
    row = _find(request, pk)
    url = reverse("channel-act", args=[pk, action])
    back = reverse("channels")
    return take(request, act, row, url=url, back=back, ask=partial(_ask, request, row, back=back))


def _ask(request, row, entry, status, *, back):
    context = {"channel": row, "kind": addresses.kind(row.schema), "action": entry, "back": back}
    return render(request, "dispatch/channel_act.html", context, status=status)


def _find(request, pk):
    found = channels_of(request.user, pk=pk)
    if not found:
        raise Http404
    return found[0]


def _done(request, form, run):
    """Runs a service with what a form holds, once; says whether it did. What is refused stands in the form."""
    if not form.is_valid():
        return False

    def act():
        run(request.user, by=request.user, at=request.received_at, **form.cleaned_data)
        return 303, reverse("channels")

    try:
        act_once(request, key=request.POST.get("idempotency_key"), data=request.POST, act=act)
    except Refusal as refusal:
        tell(form, refusal)
        return False
    return True


def _page(request, *, form=None, hours=None):
    kept = PreferencesForm(person=request.user)
    with translation.override(kept.fields["language"].initial or settings.LANGUAGE_CODE):
        # Every title that is sent out begins with it.
        keyword = _("Shaoxiang")
    context = {
        "channels": [_shown(request, channel) for channel in channels_of(request.user)],
        "form": form or ChannelForm(person=request.user),
        "hours": hours or kept,
        "keyword": keyword,
        "kinds": addresses.examples(),
        "key": new_key(),
    }
    return render(request, "dispatch/channels.html", context, status=400 if form or hours else 200)


def _shown(request, channel):
    """A channel as `dispatch/channel.html` shows it."""
    acts = [
        pages.act(action, request.user, channel, reverse("channel-act", args=[channel.pk, action.name]))
        for action in channel_actions.open_to(request.user, channel)
    ]
    return {
        "row": channel,
        "kind": addresses.kind(channel.schema),
        "actions": acts,
        "test": channel.last_test,
        "sent": channel.last_sent,
    }
