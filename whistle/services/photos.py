"""Keeps photos with the act they came with."""

import hashlib
import io
import uuid

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone
from PIL import Image

from common.fields import PHOTO_FORMATS
from whistle.models import Photo

THUMBNAIL = (480, 480)
ORIENTATION = 0x0112
# How a phone says that it was held otherwise, and what puts the picture upright.
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def add_photos(subject, event, photos):
    """Stores `photos` (uploads checked by `PhotosField`) and their thumbnails with an event; returns the rows.

    Files cannot be rolled back: should anything fail, those written here are removed again.
    """
    names = []
    try:
        return [_keep(subject, event, photo, names) for photo in photos]
    except Exception:
        for name in names:
            default_storage.delete(name)
        raise


def carry_photos(photos, subject, event):
    """Shows photos that are kept already with another matter too; the files stay as they are. Returns the rows."""
    kept = ("file", "thumbnail", "content_type", "width", "height", "size", "sha256")
    return Photo.objects.bulk_create(
        Photo(**{subject.about: subject}, event=event, **{name: getattr(photo, name) for name in kept})
        for photo in photos
    )


def _keep(subject, event, photo, names):
    photo.seek(0)
    content = photo.read()
    stem = f"photos/{timezone.localdate(event.at):%Y/%m}/{uuid.uuid4().hex}"
    with Image.open(io.BytesIO(content), formats=list(PHOTO_FORMATS)) as image:
        kind = image.format
        upright = _upright(image)
        width, height = upright.size
        upright.thumbnail(THUMBNAIL)
        small = io.BytesIO()
        upright.convert("RGB").save(small, "JPEG", quality=80)
    names.append(default_storage.save(f"{stem}.{PHOTO_FORMATS[kind]}", ContentFile(content)))
    names.append(default_storage.save(f"{stem}-small.jpg", ContentFile(small.getvalue())))
    return Photo.objects.create(
        **{subject.about: subject},
        event=event,
        file=names[-2],
        thumbnail=names[-1],
        content_type=Image.MIME[kind],
        width=width,
        height=height,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
    )


def _upright(image):
    """The picture as it was seen. Reads one tag only: Pillow's own way rewrites all and breaks on odd ones."""
    turn = TURNS.get(image.getexif().get(ORIENTATION))
    return image if turn is None else image.transpose(turn)
