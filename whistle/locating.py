"""In which community a point lies, and where an area is: by outlines where they are known, else by known places."""

from math import cos, radians

from django.db.models import Avg, Count, Q

from grid.geo import distance_m, inside
from grid.ground import outline_of
from grid.models import Area, AreaLevel
from whistle.models import Lead, Whistle
from whistle.models.whistles import in_area
from whistle.queries import METRES_PER_DEGREE

# Farther from every known place, the nearest one says nothing.
FAR_M = 1500
# Of the newest cases around a point.
KNOWN = 200


def area_at(lat, lng, within):
    """`(code, sure)`: the community of one of the areas with the codes `within` in which a point (degrees) lies.

    By its outline (sure), else that of the nearest known place: the centre of a community, or where a whistle or a
    lead was. `("", False)` where nothing is known around it.
    """
    there = Q(pk__in=[])
    for code in within:
        there |= Q(code__startswith=code)
    communities = Area.objects.filter(there, level=AreaLevel.COMMUNITY)
    for code, outline in communities.filter(outline__isnull=False).values_list("code", "outline"):
        if inside(lat, lng, outline):
            return code, True
    high = FAR_M / METRES_PER_DEGREE
    wide = high / max(cos(radians(lat)), 0.01)
    around = {"lat__range": (lat - high, lat + high), "lng__range": (lng - wide, lng + wide)}
    places = list(communities.filter(**around).values_list("code", "lat", "lng"))
    cases = Q(pk__in=[])
    for code in within:
        cases |= in_area(code)
    for model in (Whistle, Lead):
        found = model.objects.filter(cases, **around).order_by("-id")
        places += found.values_list("area_id", "lat", "lng")[:KNOWN]
    measured = [
        (distance_m(lat, lng, *point), code[: AreaLevel.COMMUNITY])
        for code, *point in places
        if len(code) >= AreaLevel.COMMUNITY
    ]
    distance, code = min(measured, default=(FAR_M + 1, ""))
    return (code, False) if distance <= FAR_M else ("", False)


def point_of(code):
    """`[lat, lng]` of the area with this code: its centre, or the middle of what was blown there; None if unknown."""
    centre = Area.objects.filter(pk=code, lat__isnull=False).values_list("lat", "lng").first()
    if centre:
        return list(centre)
    middle = Whistle.objects.filter(in_area(code), lat__isnull=False).aggregate(Avg("lat"), Avg("lng"), Count("pk"))
    return [middle["lat__avg"], middle["lng__avg"]] if middle["pk__count"] else None


def km_outside(lat, lng, district):
    """Kilometres from a point to the outline of a district; None inside it, or where the outline is not known.

    To the nearest corner of the outline: true to some hundred metres, which is what the outlines are.
    """
    outline = outline_of(district)
    if outline is None or inside(lat, lng, outline):
        return None
    polygons = [outline["coordinates"]] if outline["type"] == "Polygon" else outline["coordinates"]
    return min(distance_m(lat, lng, y, x) for polygon in polygons for x, y, *_ in polygon[0]) / 1000
