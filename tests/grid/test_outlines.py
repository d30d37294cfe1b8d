import json

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from grid.datum import Datum
from grid.divisions import BadFile, load_areas
from grid.geo import inside
from grid.models import Area
from grid.outlines import load_outlines

DATA = settings.BASE_DIR / "grid" / "data"
TIANANMEN = {"code": "530102", "center": [116.38404722, 39.91334546]}
SQUARE_OF_TIANANMEN = [[[116.38404722, 39.91334546], [116.4, 39.9], [116.3, 39.9], [116.38404722, 39.91334546]]]
SQUARE = [[[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]]

pytestmark = pytest.mark.django_db


@pytest.fixture
def areas():
    load_areas(DATA / "divisions")


def write(path, geometry, **properties):
    feature = {"type": "Feature", "properties": properties, "geometry": geometry}
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    return path


def test_the_shipped_outlines_give_both_districts_a_centre_inside_their_outline(areas):
    assert load_outlines([DATA / "outlines.geojson"], datum=Datum.GCJ02) == (2, [])
    for district in Area.objects.filter(pk__in=["530102", "530111"]):
        assert inside(district.lat, district.lng, district.outline)


def test_loading_the_outlines_twice_changes_nothing(areas):
    load_outlines([DATA / "outlines.geojson"], datum=Datum.GCJ02)
    before = list(Area.objects.values())
    load_outlines([DATA / "outlines.geojson"], datum=Datum.GCJ02)
    assert list(Area.objects.values()) == before


def test_outlines_are_kept_as_satellites_would_see_them(areas, tmp_path):
    file = write(tmp_path / "one.geojson", {"type": "Polygon", "coordinates": SQUARE_OF_TIANANMEN}, **TIANANMEN)
    load_outlines([file], datum=Datum.GCJ02)
    shifted = Area.objects.get(pk="530102")
    assert (shifted.lat, shifted.lng) == (39.911954, 116.377817)
    assert shifted.outline["coordinates"][0][0] == [116.377817, 39.911954]
    call_command("load_outlines", str(file), datum="wgs84")
    assert Area.objects.get(pk="530102").lng == 116.384047


def test_the_outline_of_an_area_that_is_not_loaded_is_left_out_and_told(areas, tmp_path, capsys):
    file = write(
        tmp_path / "one.geojson",
        {"type": "Polygon", "coordinates": SQUARE},
        code="530103",
        name="盘龙区",
        center=[0, 0],
    )
    call_command("load_outlines", str(file))
    assert "530103 盘龙区" in capsys.readouterr().err


@pytest.mark.parametrize(
    "geometry",
    [
        None,
        {"type": "Point", "coordinates": [0, 0]},
        {"type": "MultiPolygon", "coordinates": []},
        {"type": "Polygon", "coordinates": []},
        {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 1]]]},
        {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [0, 0]]]},
        {"type": "Polygon", "coordinates": [[[0, 0], [1, "east"], [1, 1], [0, 0]]]},
        {"type": "Polygon", "coordinates": [[[0, 0], [1, True], [1, 1], [0, 0]]]},
        {"type": "Polygon", "coordinates": [[[0, 0], [25, 102], [1, 1], [0, 0]]]},
        {"type": "Polygon", "coordinates": [[[0], [1], [1], [0]]]},
    ],
)
def test_what_is_no_closed_polygon_is_refused_with_file_and_feature(areas, tmp_path, geometry):
    file = write(tmp_path / "bad.geojson", geometry, code="530102", center=[102.7, 25.0])
    with pytest.raises(BadFile, match=r"bad\.geojson.*1"):
        load_outlines([DATA / "outlines.geojson", file], datum=Datum.GCJ02)
    assert not Area.objects.filter(outline__isnull=False).exists()


@pytest.mark.parametrize("properties", [{}, {"code": "530102"}, {"code": "530102", "center": [1]}])
def test_a_feature_without_code_or_centre_is_refused(areas, tmp_path, properties):
    file = write(tmp_path / "bad.geojson", {"type": "Polygon", "coordinates": SQUARE}, **properties)
    with pytest.raises(BadFile):
        load_outlines([file], datum=Datum.GCJ02)


@pytest.mark.parametrize("text", ["{", "[]", '{"type": "FeatureCollection"}'])
def test_what_is_no_geojson_is_refused(tmp_path, text):
    (tmp_path / "bad.geojson").write_text(text)
    with pytest.raises(CommandError, match=r"bad\.geojson"):
        call_command("load_outlines", str(tmp_path / "bad.geojson"))


def test_a_missing_file_is_refused_by_its_name(tmp_path):
    with pytest.raises(BadFile, match=r"gone\.geojson"):
        load_outlines([tmp_path / "gone.geojson"], datum=Datum.GCJ02)
