"""Loads outlines and centres of areas from GeoJSON."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from grid.datum import Datum, to_wgs84
from grid.divisions import BadFile
from grid.models import Area


class Outlined(NamedTuple):
    """How many areas have the outline now, and the names of features whose area is not loaded."""

    areas: int
    unknown: list[str]


@transaction.atomic
def load_outlines(paths: Iterable[Path], *, datum: Datum) -> Outlined:
    """Gives areas the outlines (geometry) and centres (properties `code`, `center` [lng, lat]) of the files' features.

    `datum`: of the files; what is kept is WGS-84, rounded to what a coarse outline can mean (some 10 cm). Areas that
    are not loaded are left out and told. Refuses with BadFile, naming file and feature, whatever is no
    FeatureCollection of polygons with closed rings; then nothing was changed.
    """
    found: dict[str, Area] = {}
    names: dict[str, str] = {}
    for path in paths:
        for number, feature in enumerate(_features(path), 1):
            try:
                code, name = str(feature["properties"]["code"]), str(feature["properties"].get("name", ""))
                lng, lat = _kept(feature["properties"]["center"], datum)
                outline = _geometry(feature["geometry"], datum)
            except (KeyError, TypeError, ValueError, AttributeError) as error:
                raise BadFile(
                    _("%(path)s, feature %(number)d: no code, no centre or no closed polygon (%(reason)s).")
                    % {"path": path, "number": number, "reason": error}
                ) from None
            found[code] = Area(code=code, lat=lat, lng=lng, outline=outline)
            names[code] = name
    known = set(Area.objects.filter(code__in=found).values_list("code", flat=True))
    Area.objects.bulk_update([found[code] for code in sorted(known)], ["lat", "lng", "outline"], batch_size=50)
    return Outlined(len(known), [f"{code} {names[code]}".strip() for code in sorted(found.keys() - known)])


def _features(path: Path) -> list[dict]:
    try:
        content = json.loads(path.read_bytes())
    except OSError as error:
        raise BadFile(_("%(path)s cannot be read: %(reason)s.") % {"path": path, "reason": error.strerror}) from None
    except ValueError as error:
        raise BadFile(_("%(path)s is no JSON: %(reason)s.") % {"path": path, "reason": error}) from None
    if not isinstance(content, dict) or not isinstance(content.get("features"), list):
        raise BadFile(_("%(path)s is no GeoJSON FeatureCollection.") % {"path": path})
    return content["features"]


def _geometry(given, datum) -> dict:
    """The geometry with nothing but its type and coordinates in WGS-84, or a ValueError."""
    polygons = {"Polygon": [given["coordinates"]], "MultiPolygon": given["coordinates"]}[given["type"]]
    if not polygons:
        raise ValueError("no polygon")
    for polygon in polygons:
        if not polygon:
            raise ValueError("a polygon without a ring")
        for ring in polygon:
            points = [[_number(value) for value in point] for point in ring]
            if len(points) < 4 or points[0] != points[-1]:
                raise ValueError("a ring that is not closed")
            if any(len(point) < 2 or abs(point[0]) > 180 or abs(point[1]) > 90 for point in points):
                raise ValueError("a point that is not [longitude, latitude]")
    kept = [[[_kept(point[:2], datum) for point in ring] for ring in polygon] for polygon in polygons]
    return {"type": given["type"], "coordinates": kept if given["type"] == "MultiPolygon" else kept[0]}


def _kept(point, datum) -> list[float]:
    """[longitude, latitude] as they are kept."""
    lng, lat = map(_number, point)
    lat, lng = to_wgs84(lat, lng, datum)
    return [round(lng, 6), round(lat, 6)]


def _number(value) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(f"{value!r} is no number")
    return float(value)
