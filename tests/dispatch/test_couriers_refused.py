"""Messages that do not get through: tried again, given up, or found again after a courier that vanished."""

from datetime import timedelta

import pytest
from django.utils import timezone

from dispatch import couriers
from dispatch.couriers.claiming import LONGEST_WAIT, claim, lease_time, wait_after
from dispatch.couriers.packing import pack
from dispatch.models import Delivery
from tests.calls import LIAISON, SOON, call, channel_to, press
from tests.factories import people
from tests.outside import CUTS, DRIPS, HANGS


def only(**fields):
    return Delivery.objects.get(**fields)


@pytest.fixture
def side(wuhua, outside):
    return outside(200)


# --- when it does not go ---


def test_a_refusal_is_tried_again_later_with_the_same_key_and_how_late_it_was_is_kept(wuhua, outside):
    side = outside(500, 200)
    channel = channel_to(side)
    call(wuhua)
    assert couriers.make_round(now=SOON) == 0
    failed = only()
    assert (failed.state, failed.trouble, failed.answered, failed.tries) == ("failing", "rejected", 500, 1)
    wait = wait_after(1, channel.pk)
    assert failed.next_at - SOON == pytest.approx(wait, abs=timedelta(seconds=1))
    assert couriers.make_round(now=failed.next_at - timedelta(seconds=1)) == 0
    assert len(side.got) == 1
    assert couriers.make_round(now=failed.next_at) == 1
    sent = only()
    assert side.keys == [str(sent.key)] * 2
    assert (sent.state, sent.tries, sent.trouble) == ("sent", 2, "")
    assert sent.late_by == sent.sent_at - sent.planned_at >= wait
    # A refusal is an answer: nothing has arrived twice.
    assert "可能已经收到过" not in side.got[1]["message"]
    channel.refresh_from_db()
    assert (channel.failures, channel.retry_at) == (0, None)


def test_the_waits_double_up_to_a_limit_and_the_last_try_is_the_last(wuhua, outside, settings):
    settings.SEND_TRIES = 4
    side = outside(500)
    channel = channel_to(side)
    call(wuhua)
    now, waits = SOON, []
    for _ in range(3):
        couriers.make_round(now=now)
        waits.append(only().next_at - now)
        now = only().next_at
    assert [round(wait / waits[0]) for wait in waits] == [1, 2, 4]
    couriers.make_round(now=now)
    stuck = only()
    assert (stuck.state, stuck.tries, stuck.next_at) == ("stuck", 4, None)
    assert couriers.make_round(now=now + timedelta(days=400)) == 0
    assert len(side.got) == 4
    assert wait_after(1000, channel.pk) <= LONGEST_WAIT * 1.1


def test_what_comes_while_a_channel_rests_gathers_behind_it_and_goes_out_as_one(wuhua, outside, settings):
    side = outside(500, 200)
    channel_to(side)
    order = call(wuhua)
    couriers.make_round(now=SOON)
    settings.MESSAGE_GATHER_SECONDS = 0
    for number in range(10):
        now = SOON + timedelta(seconds=number)
        press(order, at=now, times=2)
        couriers.make_round(now=now)
    # One that was tried, one that gathers; the other side was not asked again.
    assert Delivery.objects.filter(channel__person=people[LIAISON]).count() == 2
    assert len(side.got) == 1
    for minutes in (5, 10):
        couriers.make_round(now=SOON + timedelta(minutes=minutes))
    assert len(side.got) == 3
    assert side.titles[1] == side.titles[0]
    assert side.titles[2] == "哨响：20 条消息"


def test_an_emergency_does_not_wait_for_a_channel_that_rests(wuhua, outside):
    side = outside(500, 200)
    channel_to(side)
    call(wuhua)
    couriers.make_round(now=SOON)
    wuhua.filed(type="emergency", lead="water", at=SOON + timedelta(seconds=5))
    assert couriers.make_round(now=SOON + timedelta(seconds=5)) == 1
    assert side.titles[-1].startswith("哨响（应急）")


def test_no_channel_is_used_more_often_than_allowed(wuhua, side, settings):
    settings.CHANNEL_PER_MINUTE = 6
    channel_to(side)
    now = SOON
    for _ in range(3):
        wuhua.filed(type="emergency", lead="water", at=now)
        couriers.make_round(now=now)
        now += timedelta(seconds=1)
    # The second and the third wait for their turn, together.
    assert len(side.got) == 1
    couriers.make_round(now=SOON + timedelta(seconds=11))
    assert len(side.got) == 2
    assert side.titles[1] == "哨响：2 条应急消息"


@pytest.mark.parametrize(
    ("answer", "trouble", "uncertain"),
    [(404, "rejected", False), (302, "rejected", False), (CUTS, "unreachable", True), (HANGS, "silent", True)],
)
def test_why_it_did_not_go_is_kept_in_a_word(wuhua, outside, answer, trouble, uncertain):
    side = outside(answer)
    channel_to(side)
    call(wuhua)
    couriers.make_round(now=SOON)
    failed = only()
    assert (failed.trouble, failed.uncertain) == (trouble, uncertain)
    # Nobody is led anywhere else.
    assert len(side.got) == 1


def test_where_nobody_listens_it_cannot_have_arrived(wuhua, outside):
    channel_to(outside.nobody())
    call(wuhua)
    couriers.make_round(now=SOON)
    assert (only().trouble, only().uncertain) == ("unreachable", False)


def test_a_server_that_says_a_byte_now_and_then_has_no_more_time_than_others(wuhua, outside):
    side, began = outside(DRIPS), timezone.now()
    channel_to(side)
    call(wuhua)
    couriers.make_round(now=SOON)
    assert timezone.now() - began < timedelta(seconds=6)
    assert (only().trouble, only().uncertain) == ("silent", True)


def test_one_that_hangs_keeps_no_other_waiting(wuhua, outside):
    slow, quick = outside(HANGS), outside(200)
    channel_to(slow)
    channel_to(quick, who="liaison.gas")
    call(wuhua)
    wuhua.dispatched(lead="gas", assisting=[])
    assert couriers.make_round(now=SOON) == 1
    assert only(channel__person=people["liaison.gas"]).late_by < timedelta(minutes=6)
    assert only(channel__person=people[LIAISON]).state == "failing"


def test_a_kind_that_is_not_allowed_any_more_is_not_used(wuhua, side, settings):
    channel_to(side)
    call(wuhua)
    settings.CHANNEL_SCHEMAS = ["dingtalk"]
    couriers.make_round(now=SOON)
    assert (only().trouble, side.got) == ("unusable", [])


def test_what_cannot_be_written_keeps_nobody_else_waiting(wuhua, outside, monkeypatch, caplog):
    sides = [outside(200), outside(200)]
    bad = channel_to(sides[0])
    channel_to(sides[1], who="liaison.gas")
    call(wuhua)
    wuhua.dispatched(lead="gas", assisting=[])

    def write(delivery, **options):
        if delivery.channel_id == bad.pk:
            raise RuntimeError("a bug")
        return couriers.text.letter(delivery, **options)

    monkeypatch.setattr("dispatch.couriers.letter", write)
    assert couriers.make_round(now=SOON) == 1
    assert only(channel=bad).trouble == "unwritten"
    assert "cannot be written" in caplog.text


# --- leases ---


def test_a_courier_that_vanished_loses_what_it_had_and_whoever_gets_it_twice_is_told_so(wuhua, side):
    channel_to(side)
    call(wuhua)
    pack(SOON, limit=10)
    [taken] = claim(SOON, limit=5)
    assert claim(SOON + timedelta(seconds=5), limit=5) == []
    over = SOON + lease_time()
    assert couriers.make_round(now=over - timedelta(seconds=1)) == 0
    assert couriers.make_round(now=over) == 1
    assert side.keys == [str(taken.key)]
    assert "可能已经收到过" in side.got[0]["message"]
    assert (only().tries, only().uncertain) == (2, True)


def test_what_vanishes_on_its_last_try_is_stuck_and_not_lost(wuhua, side, settings):
    settings.SEND_TRIES = 1
    channel_to(side)
    call(wuhua)
    pack(SOON, limit=10)
    claim(SOON, limit=5)
    couriers.make_round(now=SOON + lease_time())
    assert (only().state, only().trouble, side.got) == ("stuck", "lost", [])


def test_one_channel_carries_one_thing_at_a_time_oldest_first_and_emergencies_before(wuhua, outside, settings):
    settings.CHANNEL_PER_MINUTE = 600
    side = outside(500, 200)
    channel_to(side)
    call(wuhua)
    couriers.make_round(now=SOON)
    old = only()
    call(wuhua, at=SOON)
    wuhua.filed(type="emergency", lead="water", at=SOON)
    later = SOON + timedelta(minutes=5)
    pack(later, limit=10)
    order = []
    for number in range(3):
        [delivery] = claim(later + timedelta(seconds=number), limit=5)
        order.append(delivery)
        assert claim(later + timedelta(seconds=number), limit=5) == []
        couriers.settle(delivery, couriers.Outcome(arrived=True), now=later)
    assert [delivery.urgent for delivery in order] == [True, False, False]
    assert order[1] == old
