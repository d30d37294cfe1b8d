"""Keeps photos with the act they came with."""

import hashlib
import io
import uuid

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone
from PIL import Image, ImageOps

from common.fields import PHOTO_FORMATS
from whistle.models import Photo

THUMBNAIL = (480, 480)


def add_photos(whistle, event, photos):
    """Stores `photos` (uploads checked by `PhotosField`) and their thumbnails with an event; returns the rows.

    Files cannot be rolled back: should anything fail, those written here are removed again.
    """
    names = []
    try:
        return [_keep(whistle, event, photo, names) for photo in photos]
    except Exception:
        for name in names:
            default_storage.delete(name)
        raise


def _keep(whistle, event, photo, names):
    photo.seek(0)
    content = photo.read()
    stem = f"photos/{timezone.localdate(event.at):%Y/%m}/{uuid.uuid4().hex}"
    with Image.open(io.BytesIO(content), formats=list(PHOTO_FORMATS)) as image:
        kind = image.format
        upright = ImageOps.exif_transpose(image)
        width, height = upright.size
        upright.thumbnail(THUMBNAIL)
        small = io.BytesIO()
        upright.convert("RGB").save(small, "JPEG", quality=80)
    names.append(default_storage.save(f"{stem}.{PHOTO_FORMATS[kind]}", ContentFile(content)))
    names.append(default_storage.save(f"{stem}-small.jpg", ContentFile(small.getvalue())))
    return Photo.objects.create(
        whistle=whistle,
        event=event,
        file=names[-2],
        thumbnail=names[-1],
        content_type=Image.MIME[kind],
        width=width,
        height=height,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
    )
