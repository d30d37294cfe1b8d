"""Photos, for those who may see what they are about."""

from django.core.files.storage import default_storage
from django.http import FileResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET

from whistle.models import Photo


def _photo(request, pk):
    return get_object_or_404(Photo.objects.visible_to(request.user), pk=pk)


@require_GET
@cache_control(private=True, max_age=86400, immutable=True)
def photo(request, pk):
    found = _photo(request, pk)
    return FileResponse(default_storage.open(found.file.name), content_type=found.content_type)


@require_GET
@cache_control(private=True, max_age=86400, immutable=True)
def photo_thumbnail(request, pk):
    return FileResponse(default_storage.open(_photo(request, pk).thumbnail.name), content_type="image/jpeg")
