"""The pages of one whistle and one order, and of their acts."""

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests import factories
from tests.factories import HEILINPU, MONDAY, orders_of, people
from whistle.models import Whistle

LIMIT = 60_000
FIVE = {"lead": "housing", "assisting": ("water", "road", "gas", "drainage")}
FIVE_MB = "长" * (5 * 1024 * 1024 // 3)


@pytest.fixture(autouse=True)
def monday_noon(wuhua):
    with time_machine.travel(MONDAY.replace(hour=11), tick=False):
        yield


@pytest.fixture
def browse(client):
    """`browse(username)`: a browser in which this person is logged in, in English."""

    def log_in(username):
        client.force_login(people[username])
        client.cookies["django_language"] = "en"
        return client

    return log_in


def page_of(whistle):
    return reverse("whistle", args=[whistle.number])


def act_of(row, name):
    kind = "whistle-act" if isinstance(row, Whistle) else "order-act"
    return reverse(kind, args=[row.number, name])


def text(response):
    return response.content.decode()


SEEN_BY = {
    "drafted": {"officer.fengning", "community.hongshan", "dispatcher"},
    "filed": {"officer.fengning", "secretary.fengning", "dispatcher", "assessor", "city", "leader.fengning"},
    "dispatched": {"officer.fengning", "liaison.water", "head.water", "dispatcher", "city"},
    "finished": {"officer.fengning", "liaison.water", "dispatcher"},
    "closed": {"officer.fengning", "liaison.water", "dispatcher"},
}


@pytest.mark.parametrize("state", SEEN_BY)
def test_a_whistle_opens_for_those_concerned_and_exists_for_nobody_else(browse, state):
    with time_machine.travel(MONDAY.replace(day=26), tick=False):
        whistle = getattr(factories, state)()
        for username in SEEN_BY[state]:
            assert browse(username).get(page_of(whistle)).status_code == 200, username
        for username in ("officer.heilinpu", "liaison.fire", "admin"):
            assert browse(username).get(page_of(whistle)).status_code == 404, username


def test_a_whistle_shows_what_where_who_and_what_is_awaited(browse):
    whistle = factories.dispatched()
    said = text(browse("dispatcher").get(page_of(whistle)))
    assert whistle.title in said
    assert whistle.description in said
    assert "虹山东路60号" in said
    assert "Wuhua Housing and Construction" in said
    assert "Cannot be solved without joint effort" in said
    assert "The departments are called" in said
    assert "情况属实。" in said


def test_a_returned_whistle_shows_why_and_the_way_to_put_it_right(browse):
    whistle = factories.filed()
    factories.services.return_to_street(whistle, by=people["dispatcher"], at=MONDAY, reason="请补充现场照片。")
    said = text(browse("officer.fengning").get(page_of(whistle)))
    assert "请补充现场照片。" in said
    assert reverse("whistle-edit", args=[whistle.number]) in said
    assert reverse("whistle-edit", args=[whistle.number]) not in text(browse("dispatcher").get(page_of(whistle)))


def test_a_department_finds_its_own_act_and_no_way_into_the_orders_of_others(browse):
    whistle = factories.dispatched()
    orders = orders_of(whistle)
    said = text(browse("liaison.water").get(page_of(whistle)))
    assert act_of(orders["water"], "acknowledge") in said
    assert reverse("order", args=[orders["water"].number]) in said
    assert reverse("order", args=[orders["housing"].number]) not in said
    assert act_of(orders["housing"], "acknowledge") not in said


def test_the_centre_rules_on_a_return_from_the_page_of_the_whistle(browse):
    whistle = factories.dispatched()
    order = orders_of(whistle)["water"]
    factories.services.return_order(
        order, by=people["liaison.water"], at=MONDAY, reason="管网未移交。", suggested_department=None
    )
    said = text(browse("dispatcher").get(page_of(whistle)))
    assert "管网未移交。" in said
    assert act_of(order, "uphold-return") in said


def test_a_whistle_costs_the_same_for_one_department_and_for_five(browse):
    counts = []
    for called in ({"lead": "housing", "assisting": ()}, FIVE):
        whistle = factories.dispatched(**called)
        client = browse("dispatcher")
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(page_of(whistle))
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert counts[0] <= 22


def test_a_whistle_with_five_departments_is_a_light_page(browse):
    whistle = factories.on_site(**FIVE)
    for username in ("dispatcher", "liaison.water", "officer.fengning"):
        assert len(browse(username).get(page_of(whistle)).content) <= LIMIT, username


def test_an_order_opens_for_its_department_and_for_no_other(browse):
    order = orders_of(factories.dispatched())["water"]
    url = reverse("order", args=[order.number])
    for username in ("liaison.water", "head.water", "dispatcher", "officer.fengning"):
        response = browse(username).get(url)
        assert response.status_code == 200, username
        assert order.whistle.title in text(response)
    for username in ("liaison.housing", "liaison.fire", "officer.heilinpu"):
        assert browse(username).get(url).status_code == 404, username


def test_an_order_shows_what_happened_to_it_and_nothing_of_the_others(browse):
    whistle = factories.dispatched()
    orders = orders_of(whistle)
    factories.services.add_progress(orders["water"], by=people["liaison.water"], at=MONDAY, note="正在抽排。")
    factories.services.add_progress(orders["housing"], by=people["liaison.housing"], at=MONDAY, note="已派人。")
    said = text(browse("liaison.water").get(reverse("order", args=[orders["water"].number])))
    assert "正在抽排。" in said
    assert "已派人。" not in said


def test_an_act_has_a_page_of_its_own_for_who_may_do_it_now(browse):
    whistle = factories.filed()
    assert browse("dispatcher").get(act_of(whistle, "dispatch")).status_code == 200
    assert browse("officer.fengning").get(act_of(whistle, "dispatch")).status_code == 403
    assert browse("officer.heilinpu").get(act_of(whistle, "dispatch")).status_code == 404
    assert browse("officer.fengning").get(act_of(whistle, "verify")).status_code == 409
    assert browse("dispatcher").get(act_of(whistle, "sing")).status_code == 404


def test_the_report_on_site_takes_position_and_photos_with_the_right_rank_first(browse):
    order = orders_of(factories.acknowledged(level="larger"))["water"]
    said = text(browse("liaison.water").get(act_of(order, "report")))
    assert '<input type="hidden" name="lat"' in said
    assert 'type="file"' in said
    assert said.index('value="head"') < said.index('value="deputy"')


def test_an_act_is_done_and_leads_back_to_its_case_or_to_where_it_was_started(browse):
    whistle = factories.dispatched()
    orders = orders_of(whistle)
    url = act_of(orders["water"], "acknowledge")
    response = browse("liaison.water").post(url, {"idempotency_key": "one"})
    assert (response.status_code, response.url) == (302, reverse("order", args=[orders["water"].number]))
    url = act_of(orders["housing"], "acknowledge")
    response = browse("liaison.housing").post(url, {"idempotency_key": "two", "next": "/whistles/"})
    assert response.url == "/whistles/"


def test_nobody_is_led_away_to_a_strangers_address(browse):
    order = orders_of(factories.dispatched())["water"]
    response = browse("liaison.water").post(act_of(order, "acknowledge"), {"next": "https://example.com/"})
    assert response.url == reverse("order", args=[order.number])


def test_a_form_sent_twice_is_answered_twice_and_done_once(browse):
    order = orders_of(factories.dispatched())["water"]
    client = browse("liaison.water")
    sent = {"idempotency_key": "once", "note": "正在抽排。"}
    urls = [client.post(act_of(order, "progress"), sent).url for _time in range(2)]
    assert urls[0] == urls[1]
    assert order.whistle.events.filter(kind="order.progress").count() == 1


def test_a_refused_act_comes_back_with_everything_typed(browse):
    whistle = factories.filed()
    sent = {"lead": "water", "assisting": ["water", "gas"], "note": "请当日到场。"}
    response = browse("dispatcher").post(act_of(whistle, "dispatch"), sent)
    assert response.status_code == 400
    said = text(response)
    assert "The lead department cannot assist itself." in said
    assert "请当日到场。" in said
    assert '<option value="water" selected>' in said
    whistle.refresh_from_db()
    assert whistle.state == "filed"


def test_an_act_that_comes_too_late_says_so_and_keeps_what_was_typed(browse):
    whistle = factories.filed()
    factories.services.escalate(whistle, by=people["dispatcher"], at=MONDAY, reason="跨区。")
    response = browse("dispatcher").post(act_of(whistle, "return"), {"reason": "请补充照片。"})
    assert response.status_code == 409
    assert "This can no longer be done in the present state." in text(response)
    assert "请补充照片。" in text(response)


@pytest.mark.parametrize("field", ["note"])
def test_five_megabytes_of_text_come_back_with_the_fields_own_sentence(browse, field):
    order = orders_of(factories.dispatched())["water"]
    response = browse("liaison.water").post(act_of(order, "progress"), {field: FIVE_MB})
    assert response.status_code == 400
    assert "Ensure this value has at most 2000 characters" in text(response)


def test_text_beyond_all_reading_is_refused_in_words(browse):
    order = orders_of(factories.dispatched())["water"]
    response = browse("liaison.water").post(act_of(order, "progress"), {"note": FIVE_MB * 3})
    assert response.status_code == 400
    assert "This is far too much text to be read." in text(response)


def test_a_case_of_another_street_is_found_by_its_own_officer_only(browse):
    whistle = factories.filed(area=f"{HEILINPU}001")
    assert browse("officer.heilinpu").get(page_of(whistle)).status_code == 200
    assert browse("officer.fengning").get(page_of(whistle)).status_code == 404


def test_whoever_is_not_logged_in_is_asked_to_log_in_and_comes_back(client):
    whistle = factories.filed()
    response = client.get(page_of(whistle))
    assert response.status_code == 302
    assert response.url == f"/login/?next={page_of(whistle)}"
    assert client.get("/login/").status_code == 200


def test_the_log_in_page_changes_its_language_for_whoever_is_not_logged_in(client):
    response = client.post(reverse("set_language"), {"language": "en", "next": "/login/"})
    assert response.url == "/login/"
    assert "Log in" in text(client.get("/login/"))


def test_an_outline_is_shown_to_the_maps_and_a_missing_one_is_missing(browse):
    client = browse("officer.fengning")
    response = client.get(reverse("area-outline", args=["530102"]))
    assert response.json()["type"] in ("Polygon", "MultiPolygon")
    assert client.get(reverse("area-outline", args=["530102005008"])).status_code == 404
