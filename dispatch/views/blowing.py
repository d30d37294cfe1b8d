"""A street officer blows a whistle: writes it down, sees what is like it, and submits it."""

from django.contrib import messages
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from common.errors import Invalid, Refusal, WrongState, require
from common.web import after_post, new_key, tell
from dispatch.queries import find_whistle
from dispatch.services import request_signatures
from grid.models import Role
from whistle.forms import SimilarForm, WhistleForm, warnings_about
from whistle.permissions import can_edit
from whistle.requests import act_once
from whistle.services import create_draft, edit_draft
from whistle.states import WITH_THE_STREET, WhistleState


@require_http_methods(["GET", "POST"])
def blow(request):
    """A form of two minutes; beside it what was blown nearby, so that nobody blows twice."""
    require(request.user.holds(Role.STREET_OFFICER), _("Only a street officer can blow a whistle."))
    if request.method == "GET":
        return _ask(request, WhistleForm(person=request.user, initial=_given(request)))

    def save(cleaned):
        return create_draft(by=request.user, at=request.received_at, **cleaned)

    return _save(request, WhistleForm(request.POST, request.FILES, person=request.user), save)


@require_http_methods(["GET", "POST"])
def edit(request, number):
    """A draft, or a whistle that came back, is put right."""
    whistle = find_whistle(request.user, number)
    require(can_edit(request.user, whistle))
    if request.method == "GET":
        if whistle.state not in WITH_THE_STREET:
            raise WrongState(_("This whistle has left your desk; it can no longer be changed."))
        return _ask(request, WhistleForm(person=request.user, initial=_as_typed(whistle), whistle=whistle), whistle)

    def save(cleaned):
        return edit_draft(whistle, by=request.user, at=request.received_at, **cleaned)

    form = WhistleForm(request.POST, request.FILES, person=request.user, whistle=whistle)
    return _save(request, form, save, whistle)


@require_GET
def similar_whistles(request):
    """What is like the whistle that is being written: a fragment that follows the form."""
    form = SimilarForm(request.GET, person=request.user)
    return render(request, "whistle/blow.html#similar", {"similar": form.found(at=request.received_at)})


# What is said after saving, by the state it led to; anything else is still on the street's desk.
SAVED = {
    WhistleState.SIGNING: gettext_lazy("Submitted: both secretaries are asked to sign."),
    WhistleState.FILED: gettext_lazy("The whistle is blown: the district centre triages it."),
    WhistleState.DISPATCHED: gettext_lazy("The whistle is blown: the departments are called at once."),
}


def _given(request):
    """What the address already says, for links such as “blow one here”."""
    return {name: request.GET[name] for name in ("type", "area", "lat", "lng", "item") if name in request.GET}


def _as_typed(whistle):
    """A whistle as its form once held it."""
    return {
        "type": whistle.type.code,
        "level": whistle.level,
        "title": whistle.title,
        "description": whistle.description,
        "area": whistle.area_id,
        "address": whistle.address,
        "lat": whistle.lat,
        "lng": whistle.lng,
        "criteria": [criterion["code"] for criterion in whistle.criteria],
        "departments": whistle.suggested,
        "leads": next(iter(whistle.suggested), ""),
        "source": whistle.source,
        "item": whistle.item.code if whistle.item else "",
        "drill": whistle.drill,
    }


def _save(request, form, save, whistle=None):
    """Saves what was typed and, if that button was pressed, submits it: both or neither."""

    def act():
        if not form.is_valid():
            raise Invalid(fields=form.errors)
        saved = save(form.cleaned_data)
        warnings = warnings_about(saved)
        if "submit" in request.POST:
            saved = request_signatures(saved, by=request.user, at=request.received_at)
        return 303, {"number": saved.number, "state": str(saved.state), "warnings": warnings}

    try:
        _status, said = act_once(
            request, key=request.POST.get("idempotency_key"), data=request.POST, files=request.FILES, act=act
        )
    except Refusal as refusal:
        # Told on the form itself, so that nothing typed is lost.
        form.full_clean()
        tell(form, refusal)
        return _ask(request, form, whistle, refusal.status)
    for sentence in said["warnings"]:
        messages.warning(request, sentence)
    messages.success(request, SAVED.get(said["state"], _("Saved as a draft. It is not blown yet: submit it.")))
    return after_post(request, reverse("whistle", args=[said["number"]]))


def _ask(request, form, whistle=None, status=200):
    form.with_choices()
    near = SimilarForm(_as_given(form, whistle), person=request.user)
    context = {
        "form": form,
        "whistle": whistle,
        "types": list(form.fields["type"].queryset),
        "chosen_type": str(form["type"].value() or ""),
        "root": form.streets[0] if len(form.streets) == 1 else form.district,
        "items": _calls(form.fields["item"].queryset),
        "similar": near.found(at=request.received_at),
        "idempotency_key": new_key(),
    }
    return render(request, "whistle/blow.html", context, status=status)


def _as_given(form, whistle):
    given = {name: form[name].value() for name in ("area", "lat", "lng", "item")}
    return given | {"besides": whistle.number if whistle else ""}


def _calls(items):
    """Whom each item of the responsibility list calls, by its code: the page ticks them when it is chosen."""
    return {
        item.code: {"lead": item.lead.code, "assisting": [each.code for each in item.assisting.all()]}
        for item in items.select_related("lead").prefetch_related("assisting")
    }
