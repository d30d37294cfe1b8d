"""Keeps the form of a whistle while it is written, and its photos ahead of it: what static/js/autosave.js calls."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.http import FileResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET, require_POST

from common.errors import Invalid, Refusal
from common.fields import PhotosField
from common.moments import moment
from dispatch.queries import find_whistle
from grid.models import Role
from whistle.forms import WhistleForm
from whistle.models import Unfinished, UnfinishedPhoto
from whistle.services.unfinished import add_unfinished_photo, discard, keep, remove_unfinished_photo

# Of the form; photos come ahead of it one by one.
KEPT = tuple(name for name in WhistleForm.base_fields if name != "photos")
SEVERAL = ("criteria", "departments")


def _told(view):
    """A refusal as JSON, because a script asked; the page itself stays as it is."""

    def told(request, *args, **kwargs):
        try:
            return view(request, *args, **kwargs)
        except Refusal as refusal:
            sentences = [sentence for each in refusal.fields.values() for sentence in each]
            said = {"code": refusal.code, "detail": " ".join(map(str, sentences)) or str(refusal.detail)}
            row = getattr(refusal, "row", None)
            if row is not None:
                said["other"] = address_of(row)
            return JsonResponse(said, status=refusal.status)

    return told


def address_of(row):
    """Where it goes on: the form with what was typed, or the whistle that it became."""
    if row.became:
        return reverse("whistle", args=[row.became.number])
    page = reverse("whistle-edit", args=[row.whistle.number]) if row.whistle else reverse("blow")
    return f"{page}?draft={row.key}"


def unfinished_of(person):
    """What a person has begun to write and not finished: `[{row, title, url}, …]`, the newest first. One query."""
    if not person.holds(Role.STREET_OFFICER):
        return []
    rows = Unfinished.objects.visible_to(person).open().select_related("became", "whistle")
    return [{"row": row, "title": row.typed.get("title", "").strip(), "url": address_of(row)} for row in rows]


def _about(request):
    """The whistle that is being put right, or None."""
    number = request.POST.get("besides") or ""
    return find_whistle(request.user, number) if number else None


@require_POST
@_told
def keep_typed(request, key):
    """Keeps what stands in the form; answers with the version it now has."""
    sent = request.POST
    typed = {name: sent.getlist(name) if name in SEVERAL else sent.get(name, "") for name in KEPT if name in sent}
    try:
        version = int(sent.get("version", ""))
    except ValueError:
        raise Invalid(_("The version is missing.")) from None
    row = keep(key, by=request.user, at=request.received_at, typed=typed, version=version, whistle=_about(request))
    return JsonResponse({"version": row.version, "kept_at": moment(row.kept_at, now=request.received_at, short=True)})


@require_POST
@_told
def keep_photo(request, key):
    """Keeps one photo ahead of its form."""
    try:
        photos = PhotosField(required=True).clean(request.FILES.getlist("photos"))
    except ValidationError as error:
        raise Invalid(fields={"photos": error.messages}) from error
    row = add_unfinished_photo(key, by=request.user, at=request.received_at, photo=photos[0], whistle=_about(request))
    return JsonResponse({"id": row.pk, "name": row.name, "url": reverse("unfinished-photo", args=[row.pk])})


def _photo(request, pk):
    photos = UnfinishedPhoto.objects.filter(unfinished__in=Unfinished.objects.visible_to(request.user))
    return get_object_or_404(photos.select_related("unfinished"), pk=pk)


@require_GET
@cache_control(private=True, max_age=86400)
def photo(request, pk):
    found = _photo(request, pk)
    return FileResponse(default_storage.open(found.file.name), content_type=found.content_type)


@require_POST
def remove_photo(request, pk):
    found = _photo(request, pk)
    row = found.unfinished
    remove_unfinished_photo(found, by=request.user)
    return redirect(address_of(row))


@require_POST
def throw_away(request, key):
    """What was typed is not needed any more."""
    row = get_object_or_404(Unfinished.objects.visible_to(request.user).open(), key=key)
    discard(row, by=request.user)
    messages.success(request, _("What you had typed is thrown away."))
    return redirect("workbench")
