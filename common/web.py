"""What pages share: how a refusal is told, and where a person lands after a POST."""

import uuid

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_htmx.http import HttpResponseClientRedirect

from common.errors import Refusal


def refused(request, error):
    """A refusal as a page (or, for htmx, as the sentence alone); None for any other exception."""
    if not isinstance(error, Refusal):
        return None
    if request.path.startswith("/api/"):
        return None
    context = {"sentence": str(error.detail), "code": error.code, "fields": error.fields, "status": error.status}
    template = "refusal.html#sentence" if request.htmx else "refusal.html"
    return render(request, template, context, status=error.status)


TOO_MUCH = {
    RequestDataTooBig: gettext_lazy("This is far too much text to be read. Please shorten it and send it again."),
    TooManyFieldsSent: gettext_lazy("This form has far too many fields to be read."),
    TooManyFilesSent: gettext_lazy("These are far too many files at once. Please send fewer."),
}


def not_understood(request, exception):
    """What cannot even be read (handler400): said in words where we know why."""
    sentence = next((said for kind, said in TOO_MUCH.items() if isinstance(exception, kind)), "")
    if request.path.startswith("/api/"):
        detail = sentence or _("The server could not understand what was sent.")
        return JsonResponse({"code": "bad_request", "detail": str(detail)}, status=400)
    template = "refusal.html" if sentence else "400.html"
    return render(request, template, {"sentence": sentence, "status": 400}, status=400)


def tell(form, refusal):
    """Adds to a bound form what a service refused and the form itself did not: about its fields, or about all."""
    said = set(form.errors)
    for name, sentences in refusal.fields.items():
        if name not in said:
            for sentence in sentences:
                form.add_error(name if name in form.fields else None, sentence)
    if not refusal.fields:
        form.add_error(None, str(refusal.detail))


def after_post(request, to):
    """Post/redirect/get. `to` is a URL; htmx is told to go there itself."""
    return HttpResponseClientRedirect(to) if request.htmx else HttpResponseRedirect(to)


def back_to(request, otherwise):
    """The page of ours that the act was started from (`next`); `otherwise` for a stranger's address or none."""
    to = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(to, {request.get_host()}, require_https=request.is_secure())
    return to if safe else otherwise


def new_key():
    """An idempotency key for a form that is about to be shown."""
    return uuid.uuid4().hex


def locked_out(request, response=None, credentials=None):
    """Too many wrong passwords: said in words, on the log-in page's own terms."""
    sentence = _("Too many failed attempts to log in. Please wait 15 minutes or ask your administrator.")
    if request.path.startswith("/api/"):
        return JsonResponse({"code": "locked_out", "detail": sentence}, status=429)
    return render(request, "refusal.html", {"sentence": sentence, "code": "locked_out", "status": 429}, status=429)
