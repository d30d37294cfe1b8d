"""A street officer blows a whistle: writes it down, sees what is like it, and submits it."""

from dataclasses import dataclass
from hashlib import sha256

from django.contrib import messages
from django.http import JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from common.errors import Invalid, KeyReused, Refusal, WrongState, require
from common.fields import PHOTOS_PER_ACT
from common.web import after_post, new_key, tell
from dispatch.beside_forms import PlaceForm, SuggestionForm
from dispatch.queries import find_whistle
from dispatch.services import request_signatures
from grid.models import Role
from whistle.forms import SimilarForm, WhistleForm, warnings_about
from whistle.models import Unfinished, Whistle
from whistle.permissions import can_edit
from whistle.requests import act_once
from whistle.services import create_draft, edit_draft
from whistle.services.drafts import last_written
from whistle.services.unfinished import KEY, finish, photos_ahead
from whistle.states import WITH_THE_STREET, WhistleState


@require_http_methods(["GET", "POST"])
def blow(request):
    """A form of two minutes; beside it what was blown nearby, so that nobody blows twice."""
    require(request.user.holds(Role.STREET_OFFICER), _("Only a street officer can blow a whistle."))
    draft = Draft.of(request)
    if draft.became:
        return _sent_already(request, draft.became)
    if request.method == "GET":
        return _ask(request, WhistleForm(person=request.user, initial=draft.typed or _given(request)), draft)

    def save(cleaned):
        return create_draft(by=request.user, at=request.received_at, **cleaned)

    return _save(request, WhistleForm(request.POST, request.FILES, person=request.user), save, draft)


@require_http_methods(["GET", "POST"])
def edit(request, number):
    """A draft, or a whistle that came back, is put right."""
    whistle = find_whistle(request.user, number)
    require(can_edit(request.user, whistle))
    draft = Draft.of(request, whistle)
    if request.method == "GET":
        if whistle.state not in WITH_THE_STREET:
            raise WrongState(_("This whistle has left your desk; it can no longer be changed."))
        initial = draft.typed or _as_typed(whistle)
        return _ask(request, WhistleForm(person=request.user, initial=initial, whistle=whistle), draft)

    written = request.POST.get("written", "")

    def save(cleaned):
        seen = int(written) if written.isascii() and written.isdigit() else None
        return edit_draft(whistle, by=request.user, at=request.received_at, written=seen, **cleaned)

    form = WhistleForm(request.POST, request.FILES, person=request.user, whistle=whistle)
    return _save(request, form, save, draft)


@require_GET
def similar_whistles(request):
    """What is like the whistle that is being written: a fragment that follows the form."""
    form = SimilarForm(request.GET, person=request.user)
    return render(request, "whistle/blow.html#similar", {"similar": form.found(at=request.received_at)})


@require_GET
def where(request):
    """In which community a point lies, and what is odd about it; or where an area is. For the map and the picker."""
    form = PlaceForm(request.GET, person=request.user)
    return JsonResponse(form.found())


@require_GET
def suggested_departments(request):
    """Who may be the right ones for what is being written, each with the reasons: a fragment that follows the form."""
    form = SuggestionForm(request.GET, person=request.user)
    context = {"suggestions": form.found(at=request.received_at)}
    return render(request, "whistle/blow.html#suggested", context)


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


@dataclass
class Draft:
    """What is kept of a form while it is written: under its key, which each page that shows the form brings along."""

    key: str
    whistle: Whistle | None = None
    row: Unfinished | None = None

    @classmethod
    def of(cls, request, whistle=None):
        """As the page says; a page that says nothing begins a new one."""
        key = request.POST.get("draft") or request.GET.get("draft") or ""
        own = Unfinished.objects.visible_to(request.user).select_related("became", "whistle")
        row = own.filter(key=key).first() if KEY.fullmatch(key) else None
        if row and row.whistle != whistle:
            # Typed about another whistle: it has its own page.
            row, key = None, ""
        return cls(key if KEY.fullmatch(key) else new_key(), whistle, row)

    @property
    def became(self):
        return self.row.became if self.row else None

    @property
    def typed(self):
        return self.row.typed if self.row else {}

    @property
    def version(self):
        return self.row.version if self.row else 0

    @property
    def photos(self):
        return list(self.row.photos.all()) if self.row else []


def _sent_already(request, whistle):
    """An old page was sent or opened again."""
    messages.info(request, _("You had sent this already. Nothing was sent twice; this is what it has become."))
    return after_post(request, reverse("whistle", args=[whistle.number]))


def _save(request, form, save, draft):
    """Saves what was typed and, if that button was pressed, submits it: both or neither."""
    news = []

    def act():
        ahead = photos_ahead(draft.key, by=request.user)
        if not form.is_valid():
            raise Invalid(fields=form.errors)
        photos = [*ahead, *_besides(ahead, form.cleaned_data.pop("photos"))]
        if len(photos) > PHOTOS_PER_ACT:
            sentence = _("At most %(most)d photos with one act.") % {"most": PHOTOS_PER_ACT}
            raise Invalid(fields={"photos": [sentence]})
        saved = save(form.cleaned_data | {"photos": photos})
        news.extend(warnings_about(saved))
        finish(draft.key, by=request.user, at=request.received_at, whistle=saved)
        if "submit" in request.POST:
            saved = request_signatures(saved, by=request.user, at=request.received_at)
        news.append(SAVED.get(saved.state, _("Saved as a draft. It is not blown yet: submit it.")))
        return 303, {"number": saved.number}

    try:
        _status, said = act_once(
            request, key=request.POST.get("idempotency_key"), data=request.POST, files=request.FILES, act=act
        )
    except KeyReused:
        again = WrongState(
            _("This page was sent already. What stands here now is not saved: look, and send it again.")
        )
        form.full_clean()
        tell(form, again)
        return _ask(request, form, draft, again.status)
    except Refusal as refusal:
        # Told on the form itself, so that nothing typed is lost.
        form.full_clean()
        tell(form, refusal)
        return _ask(request, form, draft, refusal.status)
    if not news:
        messages.info(request, _("You had sent this already. Nothing was sent twice; this is what it has become."))
    for sentence in news[:-1]:
        messages.warning(request, sentence)
    for sentence in news[-1:]:
        messages.success(request, sentence)
    return after_post(request, reverse("whistle", args=[said["number"]]))


def _besides(ahead, photos):
    """A photo that was on its way ahead of the form when the form was sent may come by both ways: it is taken once."""
    there = {sha256(photo.read()).digest() for photo in ahead}
    new = [photo for photo in photos if sha256(photo.read()).digest() not in there]
    for photo in [*ahead, *photos]:
        # A form that is refused looks at them again.
        photo.seek(0)
    return new


def _ask(request, form, draft, status=200):
    form.with_choices()
    whistle, given = draft.whistle, _as_given(form, draft.whistle)
    others = Unfinished.objects.visible_to(request.user).open().filter(whistle=whistle).exclude(key=draft.key)
    suggesting = SuggestionForm(given | {"type": form["type"].value()}, person=request.user)
    context = {
        "form": form,
        "whistle": whistle,
        "draft": draft,
        "others": others if request.method == "GET" else [],
        "written": last_written(whistle).pk if whistle else "",
        "types": list(form.fields["type"].queryset),
        "chosen_type": str(form["type"].value() or ""),
        "root": form.streets[0] if len(form.streets) == 1 else form.district,
        "items": _calls(form.fields["item"].queryset),
        "similar": SimilarForm(given, person=request.user).found(at=request.received_at),
        "suggestions": suggesting.found(at=request.received_at),
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
