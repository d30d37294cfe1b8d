"""The ground for the maps of pages."""

from django.http import JsonResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET

from grid.models import Area


@require_GET
@cache_control(private=True, max_age=86400)
def outline(request, code):
    """An area's outline as a GeoJSON geometry; apart from the pages, because it is heavy and hardly ever changes."""
    area = get_object_or_404(Area.objects.only("outline"), pk=code, outline__isnull=False)
    return JsonResponse(area.outline, json_dumps_params={"separators": (",", ":")})
