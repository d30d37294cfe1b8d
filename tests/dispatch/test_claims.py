"""What a phone says of an act made without a network is kept beside it, and moves no clock."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import translation

from common.errors import Invalid
from dispatch.actions import order_actions
from dispatch.headlines import headline
from tests.acting import act, clocks_of, last_event
from tests.factories import HONGSHAN, MONDAY, orders_of, people
from whistle.models import Event, Lead

LIAISON = "liaison.housing"
DUE = MONDAY + timedelta(minutes=110)


@pytest.fixture
def order(wuhua):
    return orders_of(wuhua.dispatched())["housing"]


def said(event):
    with translation.override("en"):
        return headline(event, "")


def test_every_act_that_may_wait_keeps_the_claim(order):
    at = MONDAY + timedelta(minutes=92)
    claim = (at - timedelta(minutes=27)).isoformat()
    for name, given in (("acknowledge", {}), ("progress", {"note": "路上"}), ("report", {"rank": "head"})):
        order = act(order, name, LIAISON, at, claimed_at=claim, **given)
        event = last_event(order)
        assert (event.at, event.data["claimed_at"]) == (at, claim)
        assert said(event).endswith("made without a network: the phone says 10:05; received 10:32")
    assert order.reports.get().claimed_at.isoformat() != order.reports.get().at.isoformat()
    assert {action.name for action in order_actions if action.offline} == {"acknowledge", "progress", "report"}


def test_the_servers_time_decides_whatever_the_phone_says(order):
    late = clocks_of(order)["acknowledge"].due_at + timedelta(minutes=1)
    order = act(order, "acknowledge", LIAISON, late, claimed_at=(late - timedelta(minutes=30)).isoformat())
    assert (order.acknowledged_at, clocks_of(order)["acknowledge"].met_at) == (late, late)


@pytest.mark.parametrize("off", [timedelta(days=1), timedelta(days=-2), timedelta(days=-9000), timedelta(minutes=6)])
def test_a_phone_whose_clock_is_wrong_is_said_to_be(order, off):
    order = act(
        order,
        "acknowledge",
        LIAISON,
        MONDAY + timedelta(minutes=60),
        claimed_at=(MONDAY + off + timedelta(hours=1)).isoformat(),
    )
    assert "which cannot be right; received 10:00" in said(last_event(order))
    assert order.acknowledged_at == MONDAY + timedelta(hours=1)


@pytest.mark.parametrize("claim", ["gestern", "9999-12-31T23:59:59Z", 5, ["x"]])
def test_what_is_no_moment_is_refused(order, claim):
    with pytest.raises(Invalid) as refused:
        act(order, "acknowledge", LIAISON, MONDAY + timedelta(hours=1), claimed_at=claim)
    assert list(refused.value.fields) == ["claimed_at"]


def test_an_act_sent_again_from_the_phone_is_done_once(client, wuhua, time_machine):
    time_machine.move_to(MONDAY + timedelta(hours=1), tick=False)
    order = orders_of(wuhua.dispatched())["housing"]
    client.force_login(people[LIAISON])
    address = reverse("order-act", args=[order.number, "progress"])
    first = {"note": "路上", "idempotency_key": "k1"}
    assert client.post(address, first).status_code == 302
    # The answer was lost: the phone kept it and sends it with its time.
    again = client.post(address, first | {"claimed_at": "2026-11-23T09:59:00+08:00"})
    assert again.status_code == 302
    assert Event.objects.filter(kind="order.progress").count() == 1


def test_a_lead_reported_without_a_network_keeps_the_claim(client, wuhua, time_machine):
    time_machine.move_to(MONDAY + timedelta(hours=1), tick=False)
    client.force_login(people["officer.fengning"])
    given = {"title": "井盖缺失", "area": HONGSHAN, "claimed_at": "2026-11-23T01:40:00.000Z"}
    assert client.post(reverse("lead-new"), given).status_code == 302
    event = Event.objects.get(lead=Lead.objects.get(), kind="lead.reported")
    assert "the phone says 9:40" in said(event).replace("09:40", "9:40")
    refused = client.post(reverse("lead-new"), given | {"claimed_at": "x", "title": "又一条"})
    assert (refused.status_code, "又一条" in refused.content.decode()) == (400, True)
