"""What a work list shows is what one may do: the lists ask the database, the actions ask the row, and both agree."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dispatch import worklists
from dispatch.models import Order
from grid.demo import ACCOUNTS
from tests.acting import act, offered
from tests.factories import MONDAY, filed, orders_of, people, reported, sent
from whistle.models import Whistle

AT = MONDAY + timedelta(days=2)
SIGNED = {"inspected_at": MONDAY.isoformat(), "opinion": "属实"}


@pytest.fixture(scope="module")
def played(wuhua_of_file):
    """Cases in every situation, in two streets; played once for this file."""
    wuhua = wuhua_of_file
    wuhua.signing(area=wuhua.FENGNING)
    for area in (wuhua.HONGSHAN, "530102008001"):
        wuhua.drafted(area=area)
        wuhua.signing(area=area)
        wuhua.filed(area=area)
        wuhua.dispatched(area=area, level="major")
        wuhua.on_site(area=area)
        wuhua.finished(area=area)
        wuhua.confirmed(area=area)
        wuhua.closed(area=area)
        wuhua.filed(type="emergency", area=area)
        wuhua.closed(type="emergency", area=area)
        act(wuhua.filed(area=area), "escalate", "dispatcher", AT, reason="x")
        act(wuhua.filed(area=area), "return", "dispatcher", AT, reason="x")
    act(wuhua.signing(), "sign", "secretary.fengning", AT, **SIGNED)
    act(wuhua.filed(type="emergency"), "sign", "community.hongshan", AT, **SIGNED)
    half = wuhua.verified()
    act(orders_of(half)["water"], "score", "officer.fengning", AT, cooperation=90, resolution=90)
    for name in ("uphold-return", "overrule-return", None):
        order = orders_of(wuhua.dispatched())["housing"]
        act(order, "return", "liaison.housing", AT, reason="x")
        if name:
            act(order, name, "dispatcher", AT)


@pytest.fixture
def everything(played, db):
    """What a test adds to it is taken back after the test."""


LISTS = {
    "sign": (worklists.to_sign, Whistle),
    "verify": (worklists.to_verify, Whistle),
    "confirm": (worklists.to_confirm, Whistle),
    "dispatch": (worklists.to_triage, Whistle),
    "hand-back": (worklists.to_hand_back, Whistle),
    "score": (worklists.to_score, Order),
    "uphold-return": (worklists.to_rule_on, Order),
}


def test_every_list_holds_what_the_person_may_do_and_nothing_else(everything):
    rows = {Whistle: list(Whistle.objects.all()), Order: list(Order.objects.all())}
    filled = set()
    for account in ACCOUNTS:
        may = {row: set(offered(row, account.username)) for model in rows for row in rows[model]}
        for name, (found, model) in LISTS.items():
            listed = set(found(people[account.username]))
            expected = {row for row in rows[model] if name in may[row]}
            if name == "dispatch" and account.username == "dispatcher":
                # Those that have lost their lead need a new one.
                expected |= {row for row in rows[Whistle] if "redispatch" in may[row] and not has_lead(row)}
            assert listed == expected, (account.username, name)
            filled |= {name} if listed else set()
    assert filled == set(LISTS)


def test_every_count_of_the_workbench_is_the_length_of_the_list_it_leads_to(everything, client):
    wuhua_leads()
    filled = set()
    with time_machine.travel(AT, tick=False):
        for account in ACCOUNTS:
            client.force_login(people[account.username])
            counts = re.findall(r'<a href="(/waiting/([\w-]+)/)">[^<]* <b>(\d+)</b>', client.get("/").text)
            for address, name, count in counts:
                page = client.get(address)
                assert page.status_code == 200
                assert page.text.count('<article class="case') == int(count), (account.username, name)
                filled.add(name)
    assert filled >= {"handle", "triage", "returns", "confirm", "overdue", "sign", "verify", "score", "late"}
    assert filled >= {"leads", "letters", "drafts", "escalated", "major", "streets", "around"}


def wuhua_leads():
    for _each in range(2):
        reported()
        sent()


@pytest.mark.parametrize("account", ["officer.fengning", "liaison.water", "dispatcher", "community.hongshan"])
def test_the_whistles_counted_this_month_are_those_of_the_list_that_the_figure_leads_to(everything, client, account):
    with time_machine.travel(AT, tick=False):
        client.force_login(people[account])
        found = re.search(
            r'href="(/whistles/\?[^"]*month=2026-11[^"]*)">.*?stat-value">(\d+)', client.get("/").text, re.DOTALL
        )
        address, count = found[1].replace("&amp;", "&"), int(found[2])
        assert count > 0
        assert client.get(address).text.count('<article class="case') == count


def test_a_month_that_is_none_is_refused_in_words(everything, client):
    client.force_login(people["dispatcher"])
    page = client.get("/whistles/?month=2026-13")
    assert page.status_code == 400


def test_a_list_of_another_role_is_not_found(everything, client):
    client.force_login(people["liaison.water"])
    assert client.get("/waiting/triage/").status_code == 404
    assert client.get("/waiting/cloak/").status_code == 404


def test_a_list_in_full_costs_the_same_for_few_rows_and_for_many(everything, client):
    client.force_login(people["dispatcher"])

    def statements():
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/waiting/triage/").status_code == 200
        return len(queries)

    statements()
    few = statements()
    for _each in range(5):
        filed()
    assert statements() == few


def has_lead(whistle):
    return any(order.is_lead and (order.is_open or order.finished_at) for order in whistle.orders.all())


def test_a_departments_list_holds_its_open_orders(everything):
    for code in ("housing", "water", "gas"):
        who = f"liaison.{code}"
        listed = set(worklists.to_handle(people[who]))
        mine = [order for order in Order.objects.all() if order.department.code == code]
        assert listed == {order for order in mine if offered(order, who) or order.is_disputed}
        assert listed.isdisjoint(worklists.done_with(people[who]))
