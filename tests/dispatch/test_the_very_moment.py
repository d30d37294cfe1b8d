"""Kept or not by timestamps alone, for every kind of clock that an act stops: a microsecond before, at and after the
due moment, with the sweep before the act and after it.
"""

from datetime import timedelta

import pytest
from django.db import transaction

from dispatch import clocks, services
from dispatch.models import Deadline, Firing
from dispatch.states import OF_A_DISTRICT, ClockKind
from tests.acting import act, clocks_of
from tests.factories import MONDAY, orders_of, people
from whistle.models import Event

MICROSECOND, LATER = timedelta(microseconds=1), timedelta(minutes=10)
ALONE = {"lead": "water", "assisting": []}


def of_an_order(make, name, **data):
    def begin(wuhua):
        order = orders_of(getattr(wuhua, make)(**ALONE))["water"]
        return order, lambda at: act(order, name, "liaison.water", at, **data)

    return begin


def of_a_whistle(make, name, who, **data):
    def begin(wuhua):
        whistle = getattr(wuhua, make)()
        return whistle, lambda at: act(whistle, name, who, at, **data)

    return begin


def signed_by_one(wuhua):
    whistle = wuhua.dispatched(type="emergency", **ALONE)
    given = {"opinion": "情况属实。", "inspected_at": MONDAY.isoformat()}
    act(whistle, "sign", "secretary.fengning", MONDAY + timedelta(hours=1), **given)
    return whistle, lambda at: act(whistle, "sign", "community.hongshan", at, **given)


def one_to_score(wuhua):
    whistle = wuhua.verified(**ALONE)
    order = orders_of(whistle)["water"]
    return whistle, lambda at: act(order, "score", "officer.fengning", at, cooperation=80, resolution=80)


def asked(wuhua):
    order = orders_of(wuhua.on_site(**ALONE))["water"]
    asked_at = MONDAY + timedelta(hours=3)
    services.ask_extension(order, by=people["liaison.water"], at=asked_at, amount=1, reason="管线要改线")
    return order, lambda at: act(order, "grant", "dispatcher", at, amount=1)


# By kind: from a case in which the clock runs to whose clock it is, and the act that stops it.
STOPPED = {
    "triage": of_a_whistle("filed", "dispatch", "dispatcher", lead="water"),
    "sign_after": signed_by_one,
    "acknowledge": of_an_order("dispatched", "acknowledge"),
    "report": of_an_order("acknowledged", "report", rank="head"),
    "resolve": of_an_order("on_site", "submit-result", note="已处置完毕。"),
    "verify": of_a_whistle("finished", "verify", "officer.fengning", solved=True, note="已解决。"),
    "score": one_to_score,
    "answer": asked,
}


def sweep(now):
    while clocks.fire_due(limit=100, now=now):
        pass


def test_every_kind_is_tried_here_but_those_of_leads_and_letters():
    assert set(STOPPED) == set(ClockKind) - set(OF_A_DISTRICT)


@pytest.mark.parametrize("kind", STOPPED)
def test_the_verdict_is_the_same_whether_the_sweep_came_before_the_act_or_after(wuhua, kind):
    owner, do = STOPPED[kind](wuhua)
    due_at = clocks_of(owner)[kind].due_at
    for offset, verdict in ((-MICROSECOND, "met"), (timedelta(0), "met"), (MICROSECOND, "met_late")):
        for sweep_first in (True, False):
            with transaction.atomic():
                key = clocks_of(owner)[kind].pk
                if sweep_first:
                    sweep(due_at + LATER)
                    assert Firing.objects.filter(deadline=key, rung="breach").exists()
                do(due_at + offset)
                sweep(due_at + LATER)
                clock = Deadline.objects.get(pk=key)
                assert clock.state_at(due_at + LATER) == verdict, (offset, sweep_first)
                assert (clock.met_at, clock.next_at) == (due_at + offset, None)
                # What the sweep said too early was taken back; it doesn't speak of clocks that have stopped.
                said = list(
                    Event.objects.filter(kind__startswith="clock.breach", data__clock=kind, whistle=clock.whistle)
                    .order_by("id")
                    .values_list("kind", flat=True)
                )
                breached, lifted = ["clock.breached"], ["clock.breach_lifted"] * (verdict == "met")
                assert said == (breached + lifted if sweep_first else []), (offset, sweep_first)
                assert (clock.breached_at is not None) == (verdict == "met_late" and sweep_first)
                transaction.set_rollback(True)
