"""Messages leave the house: together, in order, in the reader's language, by real connections to a real other side."""

from datetime import time, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dispatch import clocks, couriers, services
from dispatch.couriers.packing import pack
from dispatch.models import Channel, Delivery, Message
from dispatch.services.channels import set_preferences, switch_off, switch_on
from grid.models import Person
from grid.worktime import SHANGHAI
from tests.calls import LIAISON, SOON, call, channel_to, press
from tests.factories import MONDAY, orders_of, people


def only(**fields):
    return Delivery.objects.get(**fields)


@pytest.fixture
def side(wuhua, outside):
    return outside(200)


# --- what leaves, and when ---


def test_a_message_leaves_by_the_channel_of_whoever_should_hear_of_it_and_of_nobody_else(wuhua, side):
    channel_to(side)
    order = call(wuhua)
    [message] = Message.objects.exclude(leaves_at=None)
    assert message.person == people[LIAISON]
    assert couriers.make_round(now=message.leaves_at - timedelta(seconds=1)) == 0
    assert side.got == []
    assert couriers.make_round(now=message.leaves_at) == 1
    [got] = side.got
    assert order.number in got["message"]
    assert order.whistle.title in got["message"]
    assert got["key"] == str(only().key)


def test_nobody_without_a_channel_costs_anything_but_one_question(wuhua):
    with CaptureQueriesContext(connection) as queries:
        call(wuhua)
    assert not Message.objects.exclude(leaves_at=None).exists()
    # One for all who hear of an act, each time somebody acts.
    asked = [query["sql"] for query in queries.captured_queries if '"dispatch_channel"' in query["sql"]]
    written = [query["sql"] for query in queries.captured_queries if 'INSERT INTO "dispatch_message"' in query["sql"]]
    assert len(asked) == len(written) > 0


def test_by_every_channel_of_a_person_goes_the_same(wuhua, outside):
    sides = [outside(200), outside(200)]
    for side in sides:
        channel_to(side)
    call(wuhua)
    assert couriers.make_round(now=SOON) == 2
    assert sides[0].titles == sides[1].titles
    assert len({key for side in sides for key in side.keys}) == 2


def test_what_waits_for_one_channel_goes_out_as_one_digest_in_the_order_in_which_it_happened(wuhua, side):
    channel_to(side)
    orders = [call(wuhua, title=f"第{number}件") for number in range(5)]
    assert couriers.make_round(now=SOON) == 1
    [got] = side.got
    assert got["title"] == "哨响：5 条消息"
    lines = got["message"].splitlines()
    assert [order.number in line for order, line in zip(orders, lines, strict=True)] == [True] * 5
    assert not Message.objects.exclude(leaves_at=None).exists()
    assert couriers.make_round(now=SOON + timedelta(hours=1)) == 0


def test_a_digest_of_very_many_says_how_many_and_shows_the_last_ones(wuhua, side):
    channel_to(side)
    press(call(wuhua), times=24)
    couriers.make_round(now=SOON)
    [got] = side.got
    assert got["title"] == "哨响：25 条消息"
    lines = got["message"].splitlines()
    assert lines[0] == "……另有更早的 5 条"
    assert ["督办单" in line for line in lines[1:]] == [True] * 20


def test_an_emergency_goes_at_once_and_alone(wuhua, side):
    channel_to(side)
    call(wuhua)
    emergency = orders_of(wuhua.filed(type="emergency", lead="water", at=MONDAY + timedelta(minutes=50)))["water"]
    assert couriers.make_round(now=MONDAY + timedelta(minutes=50)) == 1
    assert emergency.number in side.got[0]["message"]
    assert side.titles[0].startswith("哨响（应急）：")
    assert couriers.make_round(now=SOON) == 1
    assert emergency.number not in side.got[1]["message"]


def test_what_was_read_meanwhile_is_not_sent(wuhua, side):
    channel_to(side)
    call(wuhua)
    Message.objects.filter(person=people[LIAISON]).update(read_at=MONDAY)
    assert couriers.make_round(now=SOON) == 0
    assert side.got == []
    assert not Delivery.objects.exists()


def test_what_is_only_played_leaves_no_house(wuhua, side):
    channel_to(side)
    whistle = wuhua.filed()
    whistle.demonstration = True
    whistle.save(update_fields=["demonstration"])
    services.dispatch(whistle, by=people["dispatcher"], at=MONDAY, lead=wuhua.departments["water"], assisting=[])
    assert Message.objects.filter(person=people[LIAISON]).exists()
    assert not Message.objects.exclude(leaves_at=None).exists()


def test_reminders_of_the_sweep_leave_too(wuhua, side):
    call(wuhua)
    channel_to(side)
    clocks.fire_due(limit=100, now=MONDAY + timedelta(minutes=81))
    couriers.make_round(now=MONDAY + timedelta(minutes=83))
    assert "50%" in side.titles[0]


def test_quiet_hours_hold_over_midnight_what_is_no_emergency(wuhua, side):
    channel_to(side)
    person = people[LIAISON]
    set_preferences(person, by=person, at=MONDAY, quiet_from=time(22), quiet_until=time(7))
    night = MONDAY.replace(hour=23, minute=30)
    call(wuhua, at=night)
    wuhua.filed(type="emergency", lead="water", at=night)
    assert couriers.make_round(now=night + timedelta(hours=1)) == 1
    assert [only().urgent, len(side.got)] == [True, 1]
    morning = (night + timedelta(days=1)).replace(hour=7, minute=0)
    couriers.make_round(now=morning - timedelta(seconds=1))
    assert len(side.got) == 1
    couriers.make_round(now=morning + timedelta(minutes=1))
    assert len(side.got) == 2
    held = only(urgent=False)
    # It was not late: it was meant to wait.
    assert held.planned_at.astimezone(SHANGHAI).replace(second=0) == morning
    assert held.late_by < timedelta(minutes=2)


def test_what_waits_follows_new_quiet_hours(wuhua, side):
    channel_to(side)
    person = people[LIAISON]
    call(wuhua)
    set_preferences(person, by=person, at=MONDAY, quiet_from=time(9), quiet_until=time(12))
    assert couriers.make_round(now=SOON) == 0
    set_preferences(person, by=person, at=SOON)
    assert couriers.make_round(now=SOON) == 1


def test_a_channel_that_was_switched_off_sends_nothing_and_what_waited_is_given_up(wuhua, side):
    person, channel = people[LIAISON], channel_to(side)
    call(wuhua)
    pack(SOON, limit=10)
    switch_off(channel, by=person, at=SOON)
    call(wuhua)
    assert couriers.make_round(now=SOON + timedelta(hours=1)) == 0
    assert only().state == "given_up"
    switch_on(channel, by=person, at=SOON)
    assert couriers.make_round(now=SOON + timedelta(hours=2)) == 0
    assert side.got == []


def test_whoever_has_left_is_sent_nothing_any_more(wuhua, side):
    channel_to(side)
    call(wuhua)
    pack(SOON, limit=10)
    Person.objects.filter(username=LIAISON).update(is_active=False)
    assert couriers.make_round(now=SOON) == 0
    assert (only().state, side.got) == ("given_up", [])


# --- what it says ---


def test_a_message_says_what_happened_and_leads_to_its_page(wuhua, side, settings):
    settings.PUBLIC_URL = "https://shaoxiang.example.org"
    channel_to(side)
    call(wuhua)
    couriers.make_round(now=SOON)
    [got] = side.got
    message = Message.objects.get(deliveries__isnull=False)
    assert got["message"].splitlines()[-1] == f"https://shaoxiang.example.org/messages/{message.pk}/"


def test_a_digest_leads_to_the_inbox(wuhua, side, settings):
    settings.PUBLIC_URL = "https://shaoxiang.example.org"
    channel_to(side)
    call(wuhua)
    call(wuhua)
    couriers.make_round(now=SOON)
    assert side.got[0]["message"].splitlines()[-1] == "https://shaoxiang.example.org/messages/"


@pytest.mark.parametrize(
    ("language", "title"), [("", "哨响：2 条消息"), ("zh-hans", "哨响：2 条消息"), ("en", "Shaoxiang: 2 messages")]
)
def test_a_digest_is_written_in_the_language_of_whoever_gets_it(wuhua, side, language, title):
    channel_to(side)
    person = people[LIAISON]
    set_preferences(person, by=person, at=MONDAY, language=language)
    call(wuhua)
    call(wuhua)
    couriers.make_round(now=SOON)
    assert side.titles == [title]
    assert ("Order sent" in side.got[0]["message"]) == (language == "en")


def test_it_fits_into_what_the_service_takes(wuhua, side, monkeypatch):
    monkeypatch.setattr("dispatch.couriers.LONGEST_TEXT", 300)
    channel_to(side)
    press(call(wuhua, title="积水" * 30), times=11)
    couriers.make_round(now=SOON)
    [got] = side.got
    assert 150 < len((got["title"] + got["message"]).encode()) <= 300
    assert got["title"] == "哨响：12 条消息"
    assert "积水" in got["message"]


# --- cost ---


def test_an_idle_round_asks_four_questions(wuhua, side, django_assert_num_queries):
    channel_to(side)
    # Those who left, last tries, messages that leave, deliveries that are due.
    with django_assert_num_queries(4):
        couriers.make_round(now=SOON)


def test_packing_costs_the_same_for_one_message_and_for_fifty(wuhua, side):
    channel_to(side)
    found = []
    for count in (1, 50):
        press(call(wuhua), times=count - 1)
        with CaptureQueriesContext(connection) as queries:
            assert pack(SOON, limit=1000) == count
        found.append(len(queries))
    assert found[0] == found[1] <= 10
    assert Channel.objects.count() == Delivery.objects.count() == 1
