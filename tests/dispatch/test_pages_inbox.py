"""The inbox: what happened that I should know of, and nobody else's."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from dispatch import clocks, pages, present, services
from dispatch.messages import raise_alarm, write
from dispatch.models import Finding, Message
from dispatch.queries import inbox_of
from tests.factories import DISTRICT, MONDAY, orders_of, people


@pytest.fixture
def browse(wuhua):
    def log_in(username):
        client = Client(headers={"accept-language": "zh-hans"})
        client.force_login(people[username], backend="django.contrib.auth.backends.ModelBackend")
        return client

    return log_in


@pytest.fixture
def order(wuhua):
    return orders_of(wuhua.dispatched(lead="water", assisting=["road"]))["water"]


def test_a_new_order_is_a_message_to_its_liaison_and_to_no_other(order):
    sent = Message.objects.filter(event__kind="order.sent", event__order_number=order.number)
    assert [message.person.username for message in sent] == ["liaison.water"]


def test_whoever_acts_hears_nothing_of_it(order):
    services.return_order(order, by=people["liaison.water"], at=MONDAY + timedelta(hours=1), reason="不归我们")
    services.overrule_return(order, by=people["dispatcher"], at=MONDAY + timedelta(hours=2), note="归你们")
    told = Message.objects.filter(event__kind="order.return_overruled")
    assert [message.person.username for message in told] == ["liaison.water"]


def test_the_inbox_says_what_happened_and_counts_what_is_unread(browse, order):
    clocks.fire_due(limit=100, now=MONDAY + timedelta(minutes=81))
    page = browse("liaison.water").get(reverse("messages")).content.decode()
    assert "50%" in page
    assert "派遣" in page
    unread = Message.objects.filter(person=people["liaison.water"], read_at=None).count()
    assert f"data-unread>{unread}</span>" in page


def test_opening_a_message_leads_to_the_order_and_marks_it_read(browse, order):
    message = Message.objects.get(event__kind="order.sent", event__order_number=order.number)
    answer = browse("liaison.water").get(reverse("message", args=[message.pk]))
    assert answer.url == reverse("order", args=[order.number])
    message.refresh_from_db()
    assert message.read_at is not None


def test_a_message_of_somebody_else_does_not_exist(browse, order):
    message = Message.objects.get(event__kind="order.sent", event__order_number=order.number)
    assert browse("liaison.road").get(reverse("message", args=[message.pk])).status_code == 404
    message.refresh_from_db()
    assert message.read_at is None


def test_all_that_stood_on_the_page_is_read_and_what_came_since_is_not(browse, order):
    client, mine = browse("liaison.water"), Message.objects.filter(person=people["liaison.water"])
    last = mine.latest("pk").pk
    services.supervise(order, by=people["dispatcher"], at=MONDAY + timedelta(hours=1), reason="请尽快")
    assert client.post(reverse("messages-read"), {"until": last}).status_code == 302
    assert [message.event.kind for message in mine.unread()] == ["order.supervised"]


@pytest.mark.parametrize("until", ["", "x", "-1", "9" * 30, "１"])
def test_nonsense_marks_nothing(browse, order, until):
    assert browse("liaison.water").post(reverse("messages-read"), {"until": until}).status_code == 404
    assert not Message.objects.exclude(read_at=None).exists()


def test_an_empty_inbox_says_what_would_stand_there(browse):
    assert "暂无消息" in browse("assessor").get(reverse("messages")).content.decode()


def test_the_inbox_costs_the_same_for_one_message_and_for_fifty(browse, wuhua):
    client = browse("liaison.water")
    found = []
    for count in (1, 12):
        for _ in range(count):
            wuhua.dispatched(lead="water", assisting=[])
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("messages"))
        found.append(len(queries))
    assert found[0] == found[1] <= 8


def test_what_is_loaded_of_a_message_says_it_whatever_it_is_about(wuhua, django_assert_num_queries):
    """What is read of a row is named column by column: one that is missing would cost a query for each message."""
    whistle = wuhua.dispatched(lead="water", assisting=[], drill=True)
    wuhua.convened(called=("water",))
    lead, letter = wuhua.reported(), wuhua.sent()
    findings = [
        Finding.objects.create(question="unwatched", count=1, since=MONDAY, district_id=district)
        for district in (DISTRICT, None)
    ]
    raise_alarm(findings)
    reader = people["liaison.water"]
    events = [subject.events.latest("id") for subject in (whistle, lead, letter)]
    Message.objects.filter(event__in=events, person=reader).delete()
    write((event, event.subject, [reader.pk]) for event in events)
    Message.objects.filter(finding__in=findings).update(person=reader)
    with django_assert_num_queries(1):
        rows = list(inbox_of(reader))
        said = [pages.message(row) | present.message(row) for row in rows]
    assert {row["about"] for row in said} == {"order", "whistle", "lead", "letter", "finding"}


def test_the_bell_opens_the_latest_unread_and_leads_on_without_scripts(as_, wuhua):
    for title in ("First", "Second"):
        wuhua.filed(title=title)
    client = as_("dispatcher")
    assert f'href="{reverse("messages")}"' in client.get("/").text.split("data-bell")[1].split(">")[0]
    part = client.get(reverse("messages-latest")).text
    assert "<html" not in part
    assert part.index("Second") < part.index("First")
    client.post(reverse("messages-read"), {"until": Message.objects.latest("id").pk})
    part = client.get(reverse("messages-latest")).text
    assert "Nothing is unread." in part
    assert "Mark all as read" not in part


def test_the_bell_shows_few_and_costs_the_same_for_many(as_, wuhua):
    client, found = as_("dispatcher"), []
    for _ in range(2):
        for _ in range(5):
            wuhua.filed()
        with CaptureQueriesContext(connection) as queries:
            part = client.get(reverse("messages-latest")).text
        found.append(len(queries))
    assert part.count("<li") == 6
    assert found[0] == found[1]


def test_nobody_hears_of_others_messages_by_the_bell(as_, wuhua):
    wuhua.filed(title="Theirs")
    assert "Theirs" not in as_("liaison.water").get(reverse("messages-latest")).text
