"""Points on the ground: pure, in degrees. Good enough for a warning and for "how far from the case"."""

from collections.abc import Mapping, Sequence
from math import asin, cos, radians, sin, sqrt
from typing import Any

EARTH_RADIUS_M = 6_371_008.8  # the mean radius, IUGG

Ring = Sequence[Sequence[float]]


def inside(lat: float, lng: float, geometry: Mapping[str, Any]) -> bool:
    """Whether the point lies in a GeoJSON Polygon or MultiPolygon, and not in one of its holes.

    Exactly on an edge it may fall either way: outlines are coarse. Other geometries hold no point.
    """
    if geometry["type"] == "Polygon":
        return _in_polygon(lat, lng, geometry["coordinates"])
    if geometry["type"] == "MultiPolygon":
        return any(_in_polygon(lat, lng, polygon) for polygon in geometry["coordinates"])
    return False


def _in_polygon(lat: float, lng: float, rings: Sequence[Ring]) -> bool:
    outer, *holes = rings
    return _in_ring(lat, lng, outer) and not any(_in_ring(lat, lng, hole) for hole in holes)


def _in_ring(lat: float, lng: float, ring: Ring) -> bool:
    """Counts how often a ray to the east crosses the ring: an odd number from inside."""
    crossings = 0
    for (lng_a, lat_a, *_), (lng_b, lat_b, *_) in zip(ring, ring[1:], strict=False):
        # Half-open in latitude, so that a ray through a corner counts it once.
        if (lat_a > lat) != (lat_b > lat) and lng < lng_a + (lat - lat_a) / (lat_b - lat_a) * (lng_b - lng_a):
            crossings += 1
    return crossings % 2 == 1


def distance_m(lat1: float, lng1: float, lat2: float, lng2: float) -> float:
    """Metres along the ground between two points (haversine; on a sphere, so true to about 0.5 %)."""
    phi1, phi2 = radians(lat1), radians(lat2)
    half = sin((phi2 - phi1) / 2) ** 2 + cos(phi1) * cos(phi2) * sin(radians(lng2 - lng1) / 2) ** 2
    return 2 * EARTH_RADIUS_M * asin(sqrt(min(half, 1.0)))
