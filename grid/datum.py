"""Positions in the three datums that maps of China use. Stored is always WGS-84, what satellites say.

GCJ-02 is WGS-84 shifted by some hundred metres, as maps for the public must be; BD-09 is GCJ-02 shifted once more, by
Baidu. This is the only place that converts; static/js/datum.js is the same for tiles in the browser, and a test holds
the two together. The formulas are public knowledge: Krasovsky's ellipsoid, and two series of sines.
"""

from collections.abc import Callable
from enum import StrEnum
from math import atan2, cos, hypot, pi, radians, sin, sqrt


class Datum(StrEnum):
    WGS84 = "wgs84"
    GCJ02 = "gcj02"
    BD09 = "bd09"


Point = tuple[float, float]

AXIS_M = 6_378_245.0
ECCENTRICITY_SQUARED = 0.00669342162296594323
# Outside this box nothing is shifted: south, north, west, east.
SHIFTED = (0.8293, 55.8271, 72.004, 137.8347)
BD_ANGLE = pi * 3000 / 180
BD_LAT, BD_LNG = 0.006, 0.0065
# Each step of the way back leaves about a thousandth of the error: after these it is far below a millimetre.
STEPS = 4


def to_wgs84(lat: float, lng: float, datum: Datum) -> Point:
    """A position (degrees) in `datum` as WGS-84: to within a millimetre of what the way there would shift to it."""
    if datum == Datum.BD09:
        lat, lng = _back(_gcj02_to_bd09, lat, lng)
    return (lat, lng) if datum == Datum.WGS84 else _back(_wgs84_to_gcj02, lat, lng)


def from_wgs84(lat: float, lng: float, datum: Datum) -> Point:
    """A WGS-84 position (degrees) in `datum`."""
    if datum == Datum.WGS84:
        return lat, lng
    shifted = _wgs84_to_gcj02(lat, lng)
    return _gcj02_to_bd09(*shifted) if datum == Datum.BD09 else shifted


def _back(way: Callable[[float, float], Point], lat: float, lng: float) -> Point:
    """Where `way` leads to (lat, lng) from: there is no formula, so the guess is mended by what it misses."""
    guess_lat, guess_lng = lat, lng
    for _step in range(STEPS):
        there_lat, there_lng = way(guess_lat, guess_lng)
        guess_lat, guess_lng = guess_lat + lat - there_lat, guess_lng + lng - there_lng
    return guess_lat, guess_lng


def _wgs84_to_gcj02(lat: float, lng: float) -> Point:
    south, north, west, east = SHIFTED
    if not (south <= lat <= north and west <= lng <= east):
        return lat, lng
    x, y = lng - 105, lat - 35
    root, product = sqrt(abs(x)), x * y
    both = 20 * sin(6 * pi * x) + 20 * sin(2 * pi * x)
    north_m = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * product + 0.2 * root
    north_m += (
        (both + 20 * sin(pi * y) + 40 * sin(pi / 3 * y) + 160 * sin(pi / 12 * y) + 320 * sin(pi / 30 * y)) * 2 / 3
    )
    east_m = 300 + x + 2 * y + 0.1 * x * x + 0.1 * product + 0.1 * root
    east_m += (
        (both + 20 * sin(pi * x) + 40 * sin(pi / 3 * x) + 150 * sin(pi / 12 * x) + 300 * sin(pi / 30 * x)) * 2 / 3
    )
    phi = radians(lat)
    flat = 1 - ECCENTRICITY_SQUARED * sin(phi) ** 2
    metres_north = AXIS_M * (1 - ECCENTRICITY_SQUARED) / (flat * sqrt(flat)) * pi / 180
    metres_east = AXIS_M / sqrt(flat) * cos(phi) * pi / 180
    return lat + north_m / metres_north, lng + east_m / metres_east


def _gcj02_to_bd09(lat: float, lng: float) -> Point:
    far = hypot(lng, lat) + 0.00002 * sin(lat * BD_ANGLE)
    turned = atan2(lat, lng) + 0.000003 * cos(lng * BD_ANGLE)
    return far * sin(turned) + BD_LAT, far * cos(turned) + BD_LNG
