"""This browser notifies me, or no more. Asked by static/js/push.js."""

from django import forms
from django.contrib.auth.views import LogoutView
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from common.errors import Invalid
from dispatch import subscriptions
from dispatch.services.devices import add_device, forget_device
from dispatch.user_agents import browser_of
from whistle.requests import act_once

LONGEST = 4000


class DeviceForm(forms.Form):
    subscription = forms.CharField(max_length=LONGEST)


@never_cache
@sensitive_post_parameters("subscription")
@require_POST
def add(request):
    """`subscription`: what the browser's PushManager gave, as JSON. Answers 204, or a refusal in words."""
    form = DeviceForm(request.POST)
    if not form.is_valid():
        raise Invalid(_("This is no subscription to notifications, or part of it is missing."))
    given = subscriptions.read(form.cleaned_data["subscription"])

    def act():
        name = browser_of(request.headers.get("User-Agent", ""))
        add_device(request.user, by=request.user, at=request.received_at, name=name, subscription=given)
        return 204, None

    act_once(request, key=request.POST.get("idempotency_key"), data=request.POST, act=act)
    return HttpResponse(status=204)


@never_cache
@sensitive_post_parameters("endpoint")
@require_POST
def forget(request):
    """`endpoint`: which browser. Answers 204, also where it notified nobody."""
    _forget(request, "endpoint")
    return HttpResponse(status=204)


@never_cache
@sensitive_post_parameters("device")
@require_POST
def log_out(request):
    """Ends the session. The browser that says by `device` which it is notifies this person no more."""
    _forget(request, "device")
    return LogoutView.as_view()(request)


def _forget(request, field):
    endpoint = request.POST.get(field, "")
    if endpoint and "\0" not in endpoint:
        forget_device(request.user, by=request.user, at=request.received_at, endpoint=endpoint)
