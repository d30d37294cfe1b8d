"""The wall screen: who may have one, what is on it, and what it costs."""

from datetime import timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dispatch import clocks, services
from tests.factories import HEILINPU, MONDAY, orders_of, people

NOW = MONDAY.replace(hour=15)


@pytest.fixture(autouse=True)
def monday_afternoon(wuhua):
    cache.clear()
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def panels(as_):
    """`panels(username, **what)`: the panels alone, in English, made anew."""

    def get(username="dispatcher", **what):
        cache.clear()
        return as_(username).get("/wall/", what, headers={"HX-Request": "true"}).content.decode()

    return get


def figure(said, label):
    """The figure above a label, as text."""
    before = said[: said.index(f"<span>{label}</span>")]
    return before[before.rindex("<b>") : before.rindex("</b>")].rpartition(">")[2].strip() or before


def test_the_day_is_told_in_figures_that_add_up(wuhua, panels):
    wuhua.acknowledged(lead="water", assisting=["road"], at=NOW - timedelta(hours=4))
    wuhua.closed(lead="water", assisting=(), at=NOW - timedelta(hours=1))
    late = wuhua.dispatched(lead="gas", assisting=(), at=NOW - timedelta(hours=2))
    wuhua.dispatched(lead="gas", assisting=(), at=NOW - timedelta(days=1), drill=True)
    clocks.fire_due(limit=100, now=NOW)
    said = panels()
    assert figure(said, "Whistles blown") == "2"
    assert figure(said, "Orders sent") == "3"
    assert figure(said, "Closed") == "1"
    # Both of the first whistle in time and, of the last, one not at all.
    assert "66.7" in said[: said.index("Acknowledged in time")]
    assert late.title in said


def test_what_runs_out_next_stands_first_and_a_drill_nowhere(wuhua, panels):
    wuhua.dispatched(title="后到", lead="water", assisting=(), at=NOW - timedelta(minutes=5))
    wuhua.dispatched(title="先到", lead="gas", assisting=(), at=NOW - timedelta(minutes=40))
    wuhua.dispatched(title="演练一场", lead="gas", assisting=(), at=NOW - timedelta(minutes=50), drill=True)
    said = panels()
    clocks_said = said[said.index('data-panel="clocks"') : said.index('data-panel="arrivals"')]
    assert clocks_said.index("先到") < clocks_said.index("后到")
    assert "data-digits" in clocks_said
    assert "演练一场" not in said


def test_arrivals_and_news_name_departments_and_nobody(wuhua, panels):
    whistle = wuhua.acknowledged(title="污水外溢", lead="water", assisting=(), at=NOW - timedelta(hours=1))
    order = orders_of(whistle)["water"]
    services.report(order, by=people["liaison.water"], at=NOW, rank=order.must_come)
    said = panels()
    arrivals = said[said.index('data-panel="arrivals"') : said.index('data-panel="ranking"')]
    assert "污水外溢" in arrivals
    assert "Wuhua Water Affairs" in arrivals
    for person in ("liaison.water", "dispatcher", "officer.fengning"):
        assert people[person].name not in said


def test_a_streets_wall_shows_that_street_alone(wuhua, panels):
    wuhua.dispatched(title="丰宁的事", lead="water", assisting=(), at=NOW - timedelta(minutes=5))
    elsewhere = {"area": f"{HEILINPU}001", "lead": "gas", "assisting": ()}
    wuhua.dispatched(title="黑林铺的事", at=NOW - timedelta(minutes=5), **elsewhere)
    said = panels("leader.fengning")
    assert "丰宁的事" in said
    assert "黑林铺的事" not in said
    assert "黑林铺的事" in panels()


def test_an_empty_wall_says_what_would_stand_there(wuhua, panels):
    said = panels()
    for sentence in ("No clock is running.", "Nobody in the last two days.", "What happens is told here."):
        assert sentence in said


@pytest.mark.parametrize("every", ["4", "601", "x", "-5", "５", "9" * 30, "1.5"])
def test_a_turn_too_short_too_long_or_none_at_all_is_refused_in_words(wuhua, as_, every):
    answer = as_("city").get("/wall/", {"every": every})
    assert answer.status_code == 400
    assert "5 to 600 seconds" in answer.content.decode()


@pytest.mark.parametrize("area", ["x", "", "\0", "5301"])
def test_the_wall_of_no_area_is_not_found(wuhua, as_, area):
    assert as_("city").get("/wall/", {"area": area}).status_code == 404


def test_ten_walls_cost_as_one_and_rights_are_asked_each_time(wuhua, as_, client, monday_afternoon):
    wuhua.dispatched(title="头一件", lead="water", assisting=(), at=NOW - timedelta(minutes=5))
    as_("dispatcher").get("/wall/")
    with CaptureQueriesContext(connection) as again:
        client.get("/wall/", headers={"HX-Request": "true"})
    # The session, the person, their posts and the areas of these.
    assert len(again) <= 5
    wuhua.dispatched(title="第二件", lead="water", assisting=(), at=NOW - timedelta(minutes=4))
    assert "第二件" not in client.get("/wall/").content.decode()
    client.force_login(people["liaison.water"])
    assert client.get("/wall/").status_code == 403
    monday_afternoon.shift(timedelta(seconds=2))
    assert "第二件" in as_("dispatcher").get("/wall/").content.decode()


def test_the_wall_costs_the_same_on_a_quiet_day_and_on_a_busy_one(wuhua, as_):
    client = as_("dispatcher")

    def cost():
        cache.clear()
        with CaptureQueriesContext(connection) as queries:
            client.get("/wall/", headers={"HX-Request": "true"})
        return len(queries)

    wuhua.acknowledged(at=NOW - timedelta(minutes=5))
    cost()
    quiet = cost()
    for minutes in range(6, 12):
        wuhua.acknowledged(at=NOW - timedelta(minutes=minutes))
    assert cost() == quiet <= 25
