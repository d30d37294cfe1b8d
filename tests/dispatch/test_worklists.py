"""What a work list shows is what one may do: the lists ask the database, the actions ask the row, and both agree."""

from datetime import timedelta

import pytest

from dispatch import worklists
from dispatch.models import Order
from grid.demo import ACCOUNTS
from tests.acting import act, again, offered
from tests.factories import MONDAY, orders_of, people
from whistle.models import Whistle

AT = MONDAY + timedelta(days=2)
SIGNED = {"inspected_at": MONDAY.isoformat(), "opinion": "属实"}


@pytest.fixture
def everything(wuhua):
    """Cases in every situation, in two streets."""
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


def has_lead(whistle):
    return any(order.is_lead and (order.is_open or order.finished_at) for order in whistle.orders.all())


def test_a_departments_list_holds_its_open_orders(everything):
    for code in ("housing", "water", "gas"):
        who = f"liaison.{code}"
        listed = set(worklists.to_handle(people[who]))
        mine = [order for order in Order.objects.all() if order.department.code == code]
        assert listed == {order for order in mine if offered(order, who) or order.is_disputed}
        assert listed.isdisjoint(worklists.done_with(people[who]))


def test_who_has_signed_in_one_role_is_not_asked_in_another(wuhua):
    whistle, both = wuhua.signing(), people["secretary.fengning"]
    both.posts.create(role="community_secretary", area_id=wuhua.HONGSHAN)
    act(whistle, "sign", both, AT, **SIGNED)
    assert not worklists.to_sign(people["secretary.fengning"]).exists()
    assert list(worklists.to_sign(people["community.hongshan"])) == [again(whistle)]
