import json

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from grid.geo import distance_m, inside

SQUARE = [[0, 0], [4, 0], [4, 4], [0, 4], [0, 0]]
HOLE = [[1, 1], [3, 1], [3, 3], [1, 3], [1, 1]]
RING_LAND = {"type": "Polygon", "coordinates": [SQUARE, HOLE]}
ISLANDS = {"type": "MultiPolygon", "coordinates": [[SQUARE, HOLE], [[[10, 10], [12, 10], [11, 12], [10, 10]]]]}

lats = st.floats(-90, 90)
lngs = st.floats(-180, 180)


def test_a_point_in_the_polygon_is_inside_and_one_in_its_hole_is_not():
    assert inside(0.5, 2, RING_LAND)
    assert not inside(2, 2, RING_LAND)
    assert not inside(5, 2, RING_LAND)


def test_a_point_in_any_of_several_polygons_is_inside():
    assert inside(10.5, 11, ISLANDS)
    assert inside(3.5, 3.5, ISLANDS)
    assert not inside(7, 7, ISLANDS)


def test_a_ray_through_a_corner_is_counted_once():
    diamond = {"type": "Polygon", "coordinates": [[[0, -1], [1, 0], [0, 1], [-1, 0], [0, -1]]]}
    assert inside(0, 0, diamond)
    assert not inside(0, -2, diamond)
    assert not inside(1, -2, diamond)


def test_a_geometry_without_an_area_holds_no_point():
    assert not inside(0, 0, {"type": "Point", "coordinates": [0, 0]})


def test_the_two_districts_are_told_apart():
    features = json.loads((settings.BASE_DIR / "grid" / "data" / "outlines.geojson").read_text())["features"]
    outlines = {feature["properties"]["code"]: feature["geometry"] for feature in features}
    hongshan, airport = (25.0617, 102.6823), (25.10, 102.93)
    assert inside(*hongshan, outlines["530102"])
    assert not inside(*hongshan, outlines["530111"])
    assert inside(*airport, outlines["530111"])
    assert not inside(*airport, outlines["530102"])


@given(st.floats(-10, 10), st.floats(-10, 10))
def test_inside_a_square_is_what_the_coordinates_say(lat, lng):
    square = {"type": "Polygon", "coordinates": [[[-1, -1], [1, -1], [1, 1], [-1, 1], [-1, -1]]]}
    if abs(lat) != 1 and abs(lng) != 1:
        assert inside(lat, lng, square) == (abs(lat) < 1 and abs(lng) < 1)


def test_a_degree_of_latitude_is_about_111_kilometres():
    assert distance_m(25, 102, 26, 102) == pytest.approx(111_195, abs=1)


def test_a_degree_of_longitude_in_kunming_is_about_a_hundred_kilometres():
    assert distance_m(25, 102, 25, 103) == pytest.approx(100_775, rel=1e-3)


def test_opposite_points_of_the_globe_are_half_its_girth_apart():
    assert distance_m(0, 0, 0, 180) == pytest.approx(20_015_115, rel=1e-6)


@given(lats, lngs, lats, lngs)
def test_a_distance_is_the_same_both_ways_and_nothing_to_itself(lat1, lng1, lat2, lng2):
    assert distance_m(lat1, lng1, lat2, lng2) == pytest.approx(distance_m(lat2, lng2, lat1, lng1), abs=1e-3)
    assert distance_m(lat1, lng1, lat1, lng1) == 0
