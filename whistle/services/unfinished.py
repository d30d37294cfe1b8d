"""What is typed is kept as it is typed: across crashes, sessions that end, dead networks, and from desk to phone."""

import io
import json
import re
import uuid

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext as _
from PIL import Image

from common.errors import Invalid, WrongState, require
from common.fields import PHOTO_FORMATS, PHOTOS_PER_ACT
from common.moments import exactly
from grid.models import Role
from whistle.models import Unfinished, UnfinishedPhoto

# As `common.web.new_key` gives them.
KEY = re.compile(r"[0-9a-f]{32}")
# Characters of all that is typed; the longest form that can be sent holds less.
MOST_TYPED = 40_000
MOST_AT_ONCE = 20


class Elsewhere(WrongState):
    """It was kept, sent or thrown away from another tab or device since this one began."""

    code = "changed_elsewhere"

    def __init__(self, detail, *, row=None):
        super().__init__(detail)
        self.row = row


@transaction.atomic
def keep(key, *, by, at, typed, version, whistle=None):
    """Keeps what stands in a form. `typed`: texts or lists of texts by field; `version`: the one that was begun with.

    Returns the row. Refuses with Elsewhere if another tab kept something since, or sent it: nothing is written over.
    """
    typed = {name: _plain(value) for name, value in typed.items()}
    if len(json.dumps(typed, ensure_ascii=False)) > MOST_TYPED:
        raise Invalid(_("This is far too much text to be kept. Please shorten it."))
    row = _own(key, by, at, whistle)
    if row.became_id:
        raise Elsewhere(_("This was sent already, from another tab or device."), row=row)
    if row.version != version:
        sentence = _("This was changed in another tab or on another device at %(moment)s.")
        raise Elsewhere(sentence % {"moment": exactly(row.kept_at)}, row=row)
    row.typed, row.version, row.kept_at = typed, version + 1, at
    row.save(update_fields=["typed", "version", "kept_at"])
    return row


@transaction.atomic
def add_unfinished_photo(key, *, by, at, photo, whistle=None):
    """Keeps a photo, an upload checked by `PhotosField`, until its form is sent. Returns its row."""
    row = _own(key, by, at, whistle)
    if row.became_id:
        raise Elsewhere(_("This was sent already, from another tab or device."), row=row)
    if row.photos.count() >= PHOTOS_PER_ACT:
        raise Invalid(fields={"photos": [_("At most %(most)d photos with one act.") % {"most": PHOTOS_PER_ACT}]})
    photo.seek(0)
    content = photo.read()
    with Image.open(io.BytesIO(content), formats=list(PHOTO_FORMATS)) as image:
        kind = image.format
    name = default_storage.save(f"unfinished/{uuid.uuid4().hex}.{PHOTO_FORMATS[kind]}", ContentFile(content))
    try:
        return UnfinishedPhoto.objects.create(
            unfinished=row, file=name, name=photo.name[:100], content_type=Image.MIME[kind]
        )
    except Exception:
        # Files are not rolled back.
        default_storage.delete(name)
        raise


@transaction.atomic
def remove_unfinished_photo(photo, *, by):
    require(photo.unfinished.person_id == by.pk)
    _delete_files([photo])
    photo.delete()


@transaction.atomic
def discard(row, *, by):
    """Thrown away by whoever typed it, with its photos."""
    require(row.person_id == by.pk)
    _empty(row)
    row.delete()


def finish(key, *, by, at, whistle):
    """What was typed under this key has become a whistle, or changed one. In the transaction that wrote it."""
    row = Unfinished.objects.select_for_update(no_key=True).filter(key=key, person=by, became=None).first()
    if row is None:
        # Nothing was kept; what it became is remembered all the same, see `Unfinished`.
        if whistle.created_at == at:
            Unfinished.objects.bulk_create(
                [Unfinished(key=key, person=by, became=whistle, kept_at=at)], ignore_conflicts=True
            )
        return
    _empty(row)
    if row.whistle_id:
        # A whistle that is put right can be put right again from the same page.
        row.delete()
        return
    row.typed, row.became, row.kept_at = {}, whistle, at
    row.save(update_fields=["typed", "became", "kept_at"])


def photos_ahead(key, *, by):
    """The photos that were sent ahead of a form, opened as `add_photos` takes them."""
    rows = UnfinishedPhoto.objects.filter(unfinished__key=key, unfinished__person=by, unfinished__became=None)
    return [default_storage.open(row.file.name) for row in rows]


def _own(key, by, at, whistle):
    """The person's own row with this key, locked; a new one where there is none."""
    require(by.holds(Role.STREET_OFFICER), _("Only a street officer can blow a whistle."))
    if not KEY.fullmatch(key):
        raise Invalid(_("This is not the key of a form."))
    row = Unfinished.objects.select_for_update(no_key=True).filter(key=key).first()
    if row is not None:
        # Keys are random: one that is somebody else's was not given by a page.
        require(row.person_id == by.pk)
        return row
    if Unfinished.objects.filter(person=by).open().count() >= MOST_AT_ONCE:
        raise Invalid(
            _("You have %(most)d unfinished whistles. Send one or throw one away on your workbench, then go on.")
            % {"most": MOST_AT_ONCE}
        )
    return Unfinished.objects.create(key=key, person=by, whistle=whistle, kept_at=at)


def _plain(value):
    """Without the one character that no database takes."""
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return str(value).replace("\0", "")


def _empty(row):
    photos = list(row.photos.all())
    _delete_files(photos)
    row.photos.all().delete()


def _delete_files(photos):
    names = [photo.file.name for photo in photos]
    # Only once it is certain that nobody needs them.
    transaction.on_commit(lambda: [default_storage.delete(name) for name in names])
