"""WGS-84, GCJ-02 and BD-09: against pairs that others publish, and there and back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grid.datum import Datum, from_wgs84, to_wgs84
from grid.geo import distance_m

# Published by makers of converters: the same place in both.
WGS84_AND_GCJ02 = [
    ((31.1774276, 121.5272106), (31.17530398364597, 121.531541859215)),
    ((22.543847, 113.912316), (22.540796131694766, 113.9171764808363)),
    ((39.911954, 116.377817), (39.91334545536069, 116.38404722455657)),
]
GCJ02_AND_BD09 = [((39.915, 116.404), (39.92133699351021, 116.41036949371029))]

lats, lngs = st.floats(3, 54), st.floats(73, 136)


@pytest.mark.parametrize(("wgs84", "gcj02"), WGS84_AND_GCJ02)
def test_what_satellites_say_is_shifted_as_others_shift_it(wgs84, gcj02):
    assert distance_m(*from_wgs84(*wgs84, Datum.GCJ02), *gcj02) < 0.05
    assert distance_m(*to_wgs84(*gcj02, Datum.GCJ02), *wgs84) < 0.05


@pytest.mark.parametrize(("gcj02", "bd09"), GCJ02_AND_BD09)
def test_baidu_shifts_once_more(gcj02, bd09):
    wgs84 = to_wgs84(*gcj02, Datum.GCJ02)
    assert distance_m(*from_wgs84(*wgs84, Datum.BD09), *bd09) < 0.05
    assert distance_m(*to_wgs84(*bd09, Datum.BD09), *wgs84) < 0.05


@given(lats, lngs, st.sampled_from(Datum))
def test_there_and_back_is_where_one_was(lat, lng, datum):
    assert distance_m(*to_wgs84(*from_wgs84(lat, lng, datum), datum), lat, lng) < 0.01


@given(lats, lngs)
def test_the_shift_is_some_hundred_metres_everywhere(lat, lng):
    assert 10 < distance_m(*from_wgs84(lat, lng, Datum.GCJ02), lat, lng) < 1500


@pytest.mark.parametrize("place", [(51.5, -0.12), (0, 0), (-33.9, 151.2), (60, 100)])
def test_outside_china_nothing_is_shifted(place):
    assert from_wgs84(*place, Datum.GCJ02) == place
