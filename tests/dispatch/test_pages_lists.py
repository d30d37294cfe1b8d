"""The list of whistles."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import factories
from tests.copies import copied
from tests.factories import HEILINPU, MONDAY, people

LIMIT = 60_000


@pytest.fixture(autouse=True)
def tuesday_evening(wuhua):
    with time_machine.travel(MONDAY.replace(day=24, hour=20), tick=False):
        yield


@pytest.fixture
def look(client):
    """`look(username, **what)`: the list as this person sees it, in English."""

    def get(username="dispatcher", **what):
        client.force_login(people[username])
        client.cookies["django_language"] = "en"
        return client.get("/whistles/", what)

    return get


def titles(response):
    return [card["title"] for card in response.context["cards"]]


@pytest.fixture
def three():
    factories.filed(title="未结")
    factories.closed(title="已结")
    factories.dispatched(title="别处", area=f"{HEILINPU}001", type="emergency", lead="gas", assisting=())


def test_the_open_ones_are_shown_first_and_the_ended_ones_when_asked_for(look, three):
    assert titles(look()) == ["别处", "未结"]
    assert titles(look(open="false")) == ["已结"]
    assert titles(look(open="")) == ["别处", "已结", "未结"]


def test_everybody_sees_what_concerns_them(look, three):
    assert titles(look("officer.fengning", open="")) == ["已结", "未结"]
    assert titles(look("liaison.gas", open="")) == ["别处"]
    assert titles(look("admin", open="")) == []


def test_a_search_finds_what_has_ended_too(look, three):
    assert titles(look(search="已结")) == ["已结"]
    assert titles(look(search="530102-20261123-0001")) == ["未结"]


def test_a_search_finds_by_place_department_and_who_drafted_it(look, three):
    assert titles(look(search="虹山东路")) == ["别处", "已结", "未结"]
    assert titles(look(search="虹山南路社区")) == ["已结", "未结"]
    assert titles(look(search="水务")) == ["已结"]
    assert titles(look(search="Kunlun")) == ["别处"]
    assert titles(look(search="黑林铺街道工作人员")) == ["别处"]


def test_the_list_is_narrowed_by_place_type_department_and_clock(look, three):
    assert titles(look(area=HEILINPU)) == ["别处"]
    assert titles(look(type="emergency")) == ["别处"]
    assert titles(look(department="housing", open="")) == ["已结"]
    assert titles(look(overdue="true", type="emergency")) == ["别处"]
    assert titles(look(state="filed")) == ["未结"]


def test_the_address_keeps_how_the_list_was_narrowed(look, three):
    said = look(area=HEILINPU, level="general").content.decode()
    assert f'<option value="{HEILINPU}" selected>' in said
    assert '<option value="general" selected>' in said


def test_a_filter_that_means_nothing_is_told_and_a_page_that_is_none_refused(look, three):
    response = look(state="flying")
    assert response.status_code == 400
    assert titles(response) == []
    for number in ("0", "-1", "x", "1001", "9" * 30, "１"):
        assert look(page=number).status_code == 400, number


def test_an_empty_list_says_what_would_stand_here(look):
    assert "No open whistles" in look().content.decode()
    assert "No whistle fits" in look(search="没有").content.decode()


def test_the_list_costs_the_same_for_one_whistle_and_for_fifty_and_stays_light(look):
    factories.filed()
    look()
    with CaptureQueriesContext(connection) as one:
        look()
    copied(factories.filed(at=MONDAY + timedelta(minutes=1)), 50)
    with CaptureQueriesContext(connection) as fifty:
        response = look()
    assert len(response.context["cards"]) == 50
    assert len(fifty) == len(one)
    assert len(response.content) <= LIMIT
    assert response.context["list"].has_next
    last = look(page="2")
    assert len(last.context["cards"]) == 2
    assert not last.context["list"].has_next
