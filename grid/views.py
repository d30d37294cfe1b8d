"""The ground for the maps of pages."""

from django.http import Http404, JsonResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET

from grid.models import Area, AreaLevel


@require_GET
@cache_control(private=True, max_age=86400)
def outline(request, code):
    """An area's outline as a GeoJSON geometry; apart from the pages, because it is heavy and hardly ever changes."""
    area = get_object_or_404(Area.objects.only("outline"), pk=code, outline__isnull=False)
    return JsonResponse(area.outline, json_dumps_params={"separators": (",", ":")})


@require_GET
@cache_control(private=True, max_age=86400)
def outlines(request, code):
    """The districts and streets of an area (its code) that have an outline, itself included, as GeoJSON features."""
    if not (code.isascii() and code.isdigit()):
        raise Http404
    found = Area.objects.under(code).filter(level__in=(AreaLevel.DISTRICT, AreaLevel.STREET), outline__isnull=False)
    features = [
        {
            "type": "Feature",
            "properties": {"code": area.code, "name": area.name, "level": area.level},
            "geometry": area.outline,
        }
        for area in found.only("code", "name", "level", "outline")
    ]
    content = {"type": "FeatureCollection", "features": features}
    return JsonResponse(content, json_dumps_params={"separators": (",", ":"), "ensure_ascii": False})
