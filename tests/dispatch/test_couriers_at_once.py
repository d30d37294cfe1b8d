"""Two couriers at the same moment, a courier that is killed, and a clock beside one that waits for an answer."""

import os
import signal
import threading
import time
from datetime import timedelta

import psutil
import pytest
from django.db import connection

from dispatch import clocks, couriers
from dispatch.couriers.claiming import claim, lease_time
from dispatch.couriers.packing import pack
from dispatch.models import Deadline, Delivery, Message
from tests.calls import LIAISON, SOON, call, channel_to
from tests.factories import MONDAY
from tests.outside import HANGS
from tests.threads import PATIENCE, alone, together

pytestmark = pytest.mark.django_db(transaction=True)


def until(condition):
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_two_couriers_at_once_send_everything_once(wuhua, outside):
    sides = {who: outside(200) for who in (LIAISON, "liaison.gas", "liaison.road")}
    for who, side in sides.items():
        channel_to(side, who)
        channel_to(side, who)
    for lead in ("water", "gas", "road"):
        call(wuhua, lead)
        call(wuhua, lead)
    arrived = together(*[lambda: couriers.make_round(now=SOON)] * 3)
    assert sum(arrived) == 6
    for side in sides.values():
        assert side.titles == ["哨响：2 条消息"] * 2
        assert len(set(side.keys)) == 2
    assert {delivery.tries for delivery in Delivery.objects.all()} == {1}


def test_of_two_who_claim_at_once_each_gets_another_channel(wuhua, outside):
    for who in (LIAISON, "liaison.gas"):
        channel_to(outside(200), who)
    call(wuhua)
    call(wuhua, "gas")
    pack(SOON, limit=10)
    first, second = together(*[lambda: claim(SOON, limit=1)] * 2)
    claimed = [delivery.channel_id for delivery in [*first, *second]]
    assert len(claimed) == len(set(claimed)) > 0


def test_two_who_pack_at_once_make_one_digest_of_everything(wuhua, outside):
    channel_to(outside(200))
    for _ in range(6):
        call(wuhua)
    together(*[lambda: pack(SOON, limit=3)] * 3)
    assert Delivery.objects.get().messages.count() == 6
    assert not Message.objects.exclude(leaves_at=None).exists()


def test_a_clock_fires_in_time_beside_a_courier_that_waits_for_an_answer(wuhua, outside):
    """And nothing in the database is held meanwhile."""
    side = outside(HANGS)
    channel_to(side)
    call(wuhua)
    courier = threading.Thread(target=alone, args=(lambda: couriers.make_round(now=SOON),))
    courier.start()
    until(lambda: side.got)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            " AND (state LIKE 'idle in transaction%' OR wait_event_type = 'Lock')"
        )
        assert cursor.fetchone() == (0,)
    began = time.monotonic()
    assert clocks.fire_due(limit=100, now=MONDAY + timedelta(minutes=111)) > 0
    assert time.monotonic() - began < 1
    assert courier.is_alive()
    assert Deadline.objects.exclude(breached_at=None).exists()
    courier.join(PATIENCE)
    assert Delivery.objects.earliest("id").trouble == "silent"


def test_killed_between_sending_and_writing_it_down_it_is_sent_again_with_the_same_key_and_says_so(wuhua, outside):
    side = outside(200)
    channel_to(side)
    call(wuhua)
    connection.close()
    courier = os.fork()
    if courier == 0:
        couriers.settle = lambda *arguments, **options: os.kill(os.getpid(), signal.SIGKILL)
        try:
            couriers.make_round(now=SOON)
        finally:
            os._exit(1)
    _pid, status = os.waitpid(courier, 0)
    assert os.WTERMSIG(status) == signal.SIGKILL
    assert len(side.got) == 1
    left = Delivery.objects.get()
    assert (left.state, left.sent_at) == ("under_way", None)
    assert couriers.make_round(now=SOON + timedelta(seconds=5)) == 0
    assert couriers.make_round(now=SOON + lease_time() + timedelta(seconds=5)) == 1
    assert side.keys == [str(left.key)] * 2
    assert ["可能已经收到过" in got["message"] for got in side.got] == [False, True]
    assert Delivery.objects.get().state == "sent"


def test_a_courier_that_is_stopped_leaves_no_child_behind(wuhua, outside):
    side = outside(HANGS)
    channel_to(side)
    call(wuhua)
    connection.close()
    courier = os.fork()
    if courier == 0:
        try:
            couriers.make_round(now=SOON)
        finally:
            os._exit(1)
    until(lambda: side.got)
    [errand] = psutil.Process(courier).children()
    os.kill(courier, signal.SIGKILL)
    os.waitpid(courier, 0)
    # Nobody is left to end it, so it ends itself.
    until(lambda: not errand.is_running())
