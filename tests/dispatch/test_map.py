"""The map: what is counted in the database is what the rows say, and nobody sees more than elsewhere."""

from datetime import date, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dispatch import clocks, mapping, services
from dispatch.queries import whistles_of, with_urgency
from tests.factories import FENGNING, HEILINPU, MONDAY, orders_of, people
from whistle.models import Whistle

BOX = "102.60,25.00,102.80,25.20"
# About five kilometres apart; the second lies some ten metres from the first.
HERE, BESIDE, THERE = {"lat": 25.05, "lng": 102.68}, {"lat": 25.0501, "lng": 102.68}, {"lat": 25.09, "lng": 102.71}
NOW = MONDAY.replace(day=24, hour=20)


@pytest.fixture(autouse=True)
def tuesday_evening(wuhua):
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def ask(as_):
    """`ask("points", username, **what)`: the JSON of the map, or the page for "" and the answer for a refusal."""

    def get(name="points", username="dispatcher", **what):
        usual = {"bbox": BOX, "zoom": 12} if name == "points" else {}
        return as_(username).get(f"/map/{name}/" if name else "/map/", usual | what)

    return get


def numbers(points):
    return {point["number"] for point in points}


def test_what_lies_close_together_is_one_mark_with_its_most_urgent_clock(wuhua, ask):
    wuhua.dispatched(at=NOW - timedelta(minutes=5), **HERE)
    wuhua.dispatched(at=NOW - timedelta(hours=2), **BESIDE)
    alone = wuhua.filed(**THERE)
    found = ask().json()
    assert found["total"] == 3
    assert [cell[2:] for cell in found["cells"]] == [[2, "late", 1]]
    assert found["cells"][0][:2] == pytest.approx([25.05005, 102.68])
    assert numbers(found["points"]) == {alone.number}


def test_from_near_each_has_a_mark_of_its_own(wuhua, ask):
    both = {wuhua.filed(**HERE).number, wuhua.filed(**BESIDE).number}
    found = ask(zoom=17, bbox="102.67,25.04,102.69,25.06").json()
    assert (found["cells"], numbers(found["points"])) == ([], both)
    point = found["points"][0]
    assert (point["state"], point["tone"]) == ("Awaiting triage", "late")
    assert point["url"] == f"/whistles/{point['number']}/"


def test_what_has_no_point_or_lies_outside_the_view_is_not_counted(wuhua, ask):
    wuhua.filed(lat=None, lng=None)
    wuhua.filed(**THERE)
    assert ask(bbox="102.67,25.04,102.69,25.06").json()["total"] == 0


def test_everybody_sees_on_the_map_what_they_see_elsewhere(wuhua, ask):
    wuhua.dispatched(lead="water", assisting=(), **HERE)
    wuhua.filed(area=f"{HEILINPU}001", **THERE)
    seen = {"dispatcher": 2, "city": 2, "officer.fengning": 1, "liaison.water": 1, "liaison.gas": 0, "admin": 0}
    assert {username: ask(username=username).json()["total"] for username in seen} == seen
    assert {username: ask(username=username, heat=1).json()["heat"] == [] for username in seen} == {
        username: not count for username, count in seen.items()
    }
    streets = {username: sum(s["whistles"] for s in ask("streets", username).json()["streets"]) for username in seen}
    assert streets == seen


def test_the_database_tells_the_colour_of_a_clock_as_the_pages_do(wuhua):
    """Fresh, half used, nearly due, overdue, standing still, and running on after having stood still."""
    for minutes in (1, 31, 49, 90):
        wuhua.dispatched(lead="water", assisting=(), at=NOW - timedelta(minutes=minutes), **HERE)
    for review_on in (date(2026, 11, 25), date(2026, 12, 24)):
        whistle = wuhua.on_site(lead="water", assisting=(), at=NOW - timedelta(days=5), **THERE)
        order, centre = orders_of(whistle)["water"], people["dispatcher"]
        services.suspend(order, by=centre, at=NOW - timedelta(days=4), review_on=review_on, reason="x")
    wuhua.drafted(**THERE)
    seen = whistles_of(people["dispatcher"])
    tones = set()
    for hours in (0, 12, 24, 24 * 7, 24 * 20, 24 * 29, 24 * 32, 24 * 60):
        now = NOW + timedelta(hours=hours)
        with time_machine.travel(now, tick=False):
            for whistle in with_urgency(list(seen)):
                (cell,) = mapping.cells(Whistle.objects.filter(pk=whistle.pk), zoom=12, now=now)
                assert cell.tone == mapping.tone_of(whistle.urgent, now), (whistle, now)
                tones.add(cell.tone)
    assert tones == set(mapping.TONES)


def test_the_load_of_a_street_counts_its_whistles_and_those_that_are_late(wuhua, ask):
    wuhua.dispatched(at=NOW - timedelta(hours=2), **HERE)
    wuhua.dispatched(at=NOW - timedelta(minutes=5), **THERE)
    wuhua.filed(at=NOW, area=f"{HEILINPU}001", lat=None, lng=None)
    clocks.fire_due(limit=100, now=NOW)
    page = ask("", side="streets")
    loads = {row["load"].code: (row["load"].whistles, row["load"].overdue) for row in page.context["streets"]}
    assert loads == {FENGNING: (2, 1), HEILINPU: (1, 0)}
    said = {street["code"]: street["text"] for street in ask("streets").json()["streets"]}
    # Nobody knows where the other street's only whistle lies: it stands in the table, and not on the map.
    assert said == {FENGNING: "2, 1 overdue"}


def test_the_list_holds_what_is_in_view_the_most_urgent_first(wuhua, ask):
    later = wuhua.dispatched(at=NOW - timedelta(minutes=5), **HERE)
    first = wuhua.dispatched(at=NOW - timedelta(hours=2), **BESIDE)
    wuhua.filed(at=NOW - timedelta(hours=5), **THERE)
    page = ask("", bbox="102.67,25.04,102.69,25.06")
    assert [card["number"] for card in page.context["cards"]] == [first.number, later.number]
    assert len(ask("").context["cards"]) == 3


def test_filters_narrow_map_list_and_streets_alike(wuhua, ask):
    emergency = wuhua.dispatched(type="emergency", lead="gas", assisting=(), **HERE)
    wuhua.filed(**THERE)
    closed = wuhua.closed(at=NOW, **THERE)
    for what, number in (({"type": "emergency"}, emergency.number), ({"state": "closed"}, closed.number)):
        assert numbers(ask(**what).json()["points"]) == {number}
        assert [card["number"] for card in ask("", **what).context["cards"]] == [number]
        assert sum(street["whistles"] for street in ask("streets", **what).json()["streets"]) == 1
    assert ask(filed_after="2026-11-24").json()["total"] == 0
    assert '<option value="emergency" selected>' in ask("", type="emergency").content.decode()


NONSENSE = [
    ({"bbox": "x"}, "Write the view as west,south,east,north in degrees."),
    ({"bbox": "1,2,3"}, "Write the view as west,south,east,north in degrees."),
    ({"bbox": "nan,25,102,26"}, "Write the view as west,south,east,north in degrees."),
    ({"bbox": "103,25,102,26"}, "There is no such view: west lies before east, south before north."),
    ({"bbox": "102,25,103,95"}, "There is no such view: west lies before east, south before north."),
    ({"bbox": "102,\0,103,26"}, "Null characters are not allowed."),
    ({"type": "whisper"}, "There is no such type of whistle in this district."),
    ({"state": "flying"}, "Select a valid choice."),
    ({"level": "huge"}, "Select a valid choice."),
    ({"filed_after": "2026-11-25"}, "This moment has not come yet."),
    ({"filed_after": "yesterday"}, "Enter a valid date/time."),
    ({"filed_after": "2026-11-20", "filed_before": "2026-11-19"}, "The period ends before it begins."),
]


@pytest.mark.parametrize(("what", "sentence"), NONSENSE)
def test_nonsense_is_refused_in_words_by_the_page_and_by_its_data(wuhua, ask, what, sentence):
    page = ask("", **what)
    assert page.status_code == 400
    assert sentence in page.content.decode()
    data = ask(**what)
    assert (data.status_code, data.json()["code"]) == (400, "invalid")
    assert sentence in data.json()["detail"]


@pytest.mark.parametrize(
    ("what", "sentence"),
    [
        ({"zoom": "2"}, "greater than or equal to 3"),
        ({"zoom": "23"}, "less than or equal to 22"),
        ({"zoom": "x"}, "Enter a whole number."),
        ({"zoom": ""}, "This field is required."),
        ({"bbox": ""}, "This field is required."),
        ({"heat": "hot"}, "Select a valid choice."),
        ({"zoom": "22"}, "This view is too large for its zoom."),
        ({"bbox": "-180,-90,180,90", "zoom": "9"}, "This view is too large for its zoom."),
    ],
)
def test_a_view_that_cannot_be_shown_is_refused_in_words(wuhua, ask, what, sentence):
    answer = ask(**what)
    assert answer.status_code == 400
    assert sentence in answer.json()["detail"]


def test_the_whole_world_can_be_looked_at_from_far_off(wuhua, ask):
    wuhua.filed(lat=-89.9, lng=179.9)
    wuhua.filed(**HERE)
    assert ask(bbox="-180,-90,180,90", zoom=3).json()["total"] == 1


def test_what_is_unchanged_is_not_sent_again_and_rights_are_asked_each_time(wuhua, ask, client):
    wuhua.dispatched(lead="water", assisting=(), **HERE)
    first = ask()
    again = client.get("/map/points/", {"bbox": BOX, "zoom": 12}, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    client.force_login(people["liaison.gas"])
    other = client.get("/map/points/", {"bbox": BOX, "zoom": 12}, headers={"If-None-Match": first["ETag"]})
    assert other.json()["total"] == 0
    assert "private" in first["Cache-Control"]


def test_a_pop_up_tells_the_cases_of_its_mark_but_none_that_one_may_not_see(wuhua, ask):
    seen = wuhua.dispatched(lead="water", assisting=(), title="黑臭水", **HERE)
    hidden = wuhua.filed(title="别家的事", **HERE)
    asked = {"numbers": f"{seen.number},{hidden.number},\0,{'9' * 300}"}
    said = ask("cards", "liaison.water", **asked).content.decode()
    assert "黑臭水" in said
    assert f"/whistles/{seen.number}/" in said
    assert "别家的事" not in said
    assert "data-clock" in said
    assert "no longer shown" in ask("cards", numbers="").content.decode()


@pytest.mark.parametrize("name", ["", "points", "streets"])
def test_the_map_costs_the_same_for_one_whistle_and_for_many(wuhua, as_, name):
    client, address = as_("dispatcher"), f"/map/{name}/" if name else "/map/"
    for zoom in (12, 17):
        what = {"zoom": zoom, "bbox": BOX if zoom == 12 else "102.67,25.04,102.69,25.06"}
        wuhua.filed(**HERE)
        client.get(address, what)
        with CaptureQueriesContext(connection) as one:
            client.get(address, what)
        for step in range(5):
            wuhua.filed(lat=25.05 + step / 1000, lng=102.68)
        with CaptureQueriesContext(connection) as many:
            client.get(address, what)
        # Where nothing stands alone there is nothing more to read.
        assert len(many) <= len(one) <= 15


def test_without_scripts_the_list_stands_for_the_map_and_the_empty_one_says_so(wuhua, ask):
    said = ask("").content.decode()
    assert "Nothing lies here" in said
    assert "data-district-map" in said
    assert "hidden" in said[said.index("data-district-map") : said.index("map-grounds")]


def test_the_outlines_of_a_city_are_those_of_its_districts(wuhua, as_):
    client = as_("city")
    features = client.get("/areas/5301/outlines/").json()["features"]
    assert {feature["properties"]["code"] for feature in features} == {"530102", "530111"}
    assert client.get("/areas/5305/outlines/").json()["features"] == []
    assert client.get("/areas/x%00/outlines/").status_code == 404
