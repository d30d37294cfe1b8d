"""The map in a real browser: marks, pop-ups, list and address; and the browser's own conversion of datums."""

import json
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect

from grid.datum import Datum, from_wgs84, to_wgs84
from grid.geo import distance_m
from tests.browser.conftest import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PLACES = [(25.0586, 102.6869), (39.911954, 116.377817), (18.2, 109.5), (47.3, 123.9), (51.5, -0.12)]
CONVERTED = """async (places) => {
  const { gcj02, wgs84 } = await import("/static/js/datum.js");
  return places.map(([lat, lng]) => [gcj02(lat, lng), wgs84(...gcj02(lat, lng))]);
}"""
# Where the middle of the map lies on the screen, and what the map says lies there.
PROJECTED = """async (place) => {
  const { ground } = await import("/static/js/ground.js?" + JSON.stringify(place));
  const box = document.body.appendChild(document.createElement("div"));
  box.style.cssText = "width: 400px; height: 400px";
  const { map } = ground(box, { type: "FeatureCollection", features: [] });
  map.setView(place, 18, { animate: false });
  const { lat, lng } = map.containerPointToLatLng([200, 200]);
  const { x, y } = map.project(place, 18);
  return [lat, lng, x, y];
}"""


def test_a_mark_tells_its_cases_and_the_address_keeps_the_view(somebody, district):
    late = district.dispatched(title="管线爆裂", lat=25.05, lng=102.68)
    district.filed(title="井盖缺失", lat=25.07, lng=102.70)
    dispatcher = somebody("dispatcher")
    page = dispatcher.go("map")
    expect(page.locator(".mark-place")).to_have_count(2)
    expect(page.locator("[data-total]")).to_have_text("2")
    mark = page.locator(".mark-place[aria-label^='管线爆裂']")
    mark.focus()
    page.keyboard.press("Enter")
    popup = page.locator(".leaflet-popup")
    expect(popup.locator("[data-clock]")).to_be_visible()
    expect(popup.get_by_role("link", name="管线爆裂")).to_have_attribute("href", f"/whistles/{late.number}/")
    # What is not in view is not in the list; the address says what is.
    page.keyboard.press("Escape")
    page.goto(f"{dispatcher.address}/map/?bbox=102.675,25.045,102.685,25.055")
    expect(page.locator(".map-rows .case")).to_have_count(1)
    assert "bbox" in parse_qs(urlsplit(page.url).query)
    # The load of the streets in place of the list, and heat beside it.
    page.get_by_role("link", name="街道").last.click()
    expect(page.locator(".map-loads tbody tr")).to_have_count(1)
    page.get_by_role("button", name="热力").click()
    expect(page.locator("canvas.map-heat")).to_be_attached()
    assert "heat=1" in page.url
    assert "side=streets" in page.url


def test_the_map_fits_a_phone_and_datums_are_those_of_the_server(somebody, district):
    page = somebody("officer.fengning", viewport=PHONE).go("map")
    expect(page.locator(".map-ground svg path").first).to_be_attached()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    for (there, back), place in zip(page.evaluate(CONVERTED, PLACES), PLACES, strict=True):
        assert distance_m(*there, *from_wgs84(*place, Datum.GCJ02)) < 0.01
        assert distance_m(*back, *place) < 0.01


def test_over_tiles_of_the_other_datum_what_is_shown_is_shifted_and_what_is_clicked_is_not(
    somebody, district, settings
):
    settings.MAP_TILES, settings.MAP_DATUM = "http://127.0.0.1:9/{z}/{x}/{y}", "gcj02"
    page = somebody("officer.fengning").go("map")
    assert json.loads(page.locator("#map-tiles").inner_text())["datum"] == "gcj02"
    place = PLACES[0]
    lat, lng, x, y = page.evaluate(PROJECTED, place)
    assert distance_m(lat, lng, *place) < 1
    shifted = page.evaluate(
        "([x, y]) => { const p = L.CRS.EPSG3857.pointToLatLng(L.point(x, y), 18); return [p.lat, p.lng]; }", [x, y]
    )
    assert distance_m(*shifted, *from_wgs84(*place, Datum.GCJ02)) < 1
    assert distance_m(*to_wgs84(*shifted, Datum.GCJ02), *place) < 1
