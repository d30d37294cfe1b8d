"""One page says whether the clocks are right, and if not, which, since when, and what can be done."""

from contextlib import contextmanager
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from redis import ConnectionError as BrokerGone

from common.health import Audit, Pulse
from dispatch import audit, clocks, operations, services
from dispatch.models import ClockRule, Deadline, Finding, Firing, Order
from dispatch.operations import in_words
from dispatch.states import Question
from grid.models import CalendarDay, Person, Post, Role
from tests.factories import MONDAY, orders_of, people
from whistle.models import Event

NOW = MONDAY + timedelta(days=1, hours=3)
NOTHING = {str(question): 0 for question in Question}


@pytest.fixture
def pulse(monkeypatch):
    """What the broker knows; neighbouring test processes share the real one."""
    known = {
        "tick_at": NOW - timedelta(seconds=1),
        "audit": Audit(NOW - timedelta(seconds=40), NOTHING, {"acknowledge": 1203, "resolve": 7}),
        "waiting": {"celery": 4, "courier": 1},
        "round_at": NOW - timedelta(seconds=2),
    }
    monkeypatch.setattr(operations, "take_pulse", lambda patience: Pulse(**known))
    monkeypatch.setattr(audit, "take_pulse", lambda: Pulse(None, None, {}))
    monkeypatch.setattr(audit, "record_audit", lambda audit: None)
    return known


@pytest.fixture
def browse(wuhua, pulse, time_machine):
    time_machine.move_to(NOW, tick=False)
    ClockRule.objects.update(since=MONDAY - timedelta(days=1))
    # By post alone, as administrators of districts are.
    Person.objects.filter(username="admin").update(is_superuser=False)

    def log_in(username):
        client = Client(headers={"accept-language": "en"})
        client.force_login(people[username], backend="django.contrib.auth.backends.ModelBackend")
        return client

    return log_in


def look(client, **headers):
    answer = client.get(reverse("operations"), headers=headers)
    assert answer.status_code == 200
    return answer.content.decode()


def sweep(now=NOW):
    while clocks.fire_due(limit=100, now=now):
        pass


def case(wuhua):
    """A case that is well, on site since Monday, and its order."""
    return orders_of(wuhua.on_site(lead="water", assisting=[]))["water"]


def lose(order, kind):
    lost = Deadline.objects.filter(order=order, kind=kind)
    Firing.objects.filter(deadline__in=lost).delete()
    lost.delete()


# One case for each question that answers it.


def unwatched(wuhua):
    Deadline.objects.filter(order=case(wuhua), kind="resolve").update(next_at=NOW - timedelta(minutes=10))


def set_aside(wuhua):
    Deadline.objects.filter(order=case(wuhua), kind="resolve").update(
        trouble="KeyError: 'at'", next_at=NOW + timedelta(minutes=5), set_aside_at=NOW - timedelta(minutes=7)
    )


def clockless(wuhua):
    lose(case(wuhua), "resolve")


def unreviewed(wuhua):
    order = case(wuhua)
    services.suspend(
        order, by=people["dispatcher"], at=MONDAY + timedelta(hours=5), review_on=date(2026, 11, 24), reason="x"
    )
    Deadline.objects.filter(order=order, kind="resolve").update(next_at=NOW + timedelta(days=3))


def outdated(wuhua):
    Deadline.objects.filter(order=case(wuhua), kind="resolve").update(calendar_version="of old")


BREAKS = {
    Question.UNWATCHED: unwatched,
    Question.SET_ASIDE: set_aside,
    Question.CLOCKLESS: clockless,
    Question.UNREVIEWED: unreviewed,
    Question.OUTDATED: outdated,
}


@contextmanager
def counted():
    with CaptureQueriesContext(connection) as queries:
        yield queries


# --- who may look ---


def test_only_administrators_look_and_only_they_are_led_there(browse, wuhua):
    for person in Person.objects.all():
        client = browse(person.username)
        allowed = person.username == "admin"
        assert (client.get(reverse("operations")).status_code == 200) == allowed, person.username
        assert (reverse("operations") in client.get("/").content.decode()) == allowed
    assert browse("dispatcher").get(reverse("operations-finding", args=["set_aside"])).status_code == 403


# --- the glance ---


def test_when_all_is_well_it_says_so_in_one_sentence(browse, wuhua):
    case(wuhua)
    sweep()
    page = look(browse("admin"))
    assert "The clocks are right" in page
    assert "Something is not right" not in page
    assert page.count('class="ops-answer tone-ok"') == len(Question)


def test_it_shows_how_long_ago_the_clocks_were_looked_at_and_what_waits_and_runs(browse):
    page = look(browse("admin"))
    for said in ("1.00 s ago", "40 s ago", "1,203", "1,210"):
        assert said in page, said
    assert '<div class="stat-value">5</div>' in page


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"tick_at": None}, "never looked at"),
        ({"tick_at": NOW - timedelta(minutes=5)}, "not looked at for too long"),
        ({"audit": None}, "The auditor has not yet looked"),
        ({"audit": Audit(NOW - timedelta(hours=1), NOTHING, {})}, "The auditor has stopped"),
        ({"round_at": None}, "No courier has looked for messages"),
        ({"round_at": NOW - timedelta(hours=1)}, "No courier has looked for messages"),
    ],
)
def test_whoever_stopped_is_named(browse, pulse, change, said):
    pulse |= change
    page = look(browse("admin"))
    assert "Something is not right" in page
    assert said in page


def test_a_broker_that_does_not_answer_is_said_and_the_rest_is_shown(browse, wuhua, monkeypatch):
    def gone(patience):
        raise BrokerGone

    monkeypatch.setattr(operations, "take_pulse", gone)
    set_aside(wuhua)
    page = look(browse("admin"))
    assert "The broker does not answer" in page
    assert "A step of its plan cannot be read." in page


@pytest.mark.parametrize("question", BREAKS)
def test_each_answer_shows_its_rows_with_since_when_and_what_is_wrong(browse, wuhua, question):
    BREAKS[question](wuhua)
    sweep(MONDAY)
    audit.report(NOW)
    page = look(browse("admin"))
    order = Order.objects.get()
    assert f"<li>{question.label}: 1</li>" in page
    section = page.split(f'data-question="{question}"')[1].split("</section>")[0]
    assert order.number in section
    assert "The last audit counted 1." in section
    if question != Question.OUTDATED:
        assert "since <time" in section


def test_messages_that_did_not_leave_are_counted_and_lead_to_their_own_page(browse):
    Finding.objects.create(question=Question.UNCOLLECTED, count=12, since=NOW)
    page = look(browse("admin"))
    assert "<li>Messages that no courier came for: 12</li>" in page
    assert f'href="{reverse("stuck-messages")}"' in page.split('data-question="uncollected"')[1].split("</section>")[0]


def test_an_administrator_who_may_not_read_cases_is_led_to_the_row_in_the_settings(browse, wuhua):
    set_aside(wuhua)
    order = Order.objects.get()
    url = reverse("admin:dispatch_order_change", args=[order.pk])
    client = browse("admin")
    assert f'href="{url}"' in look(client)
    assert client.get(url).status_code == 200
    Post.objects.create(person=people["admin"], role=Role.DISPATCHER, area_id="530102", starts_on=date(2026, 1, 1))
    assert f'href="{reverse("order", args=[order.number])}"' in look(client)


def test_a_clock_of_the_whistle_itself_is_shown_with_its_whistle(browse, wuhua):
    whistle = wuhua.filed()
    Deadline.objects.filter(whistle=whistle).update(trouble="TypeError: x", next_at=NOW + timedelta(minutes=5))
    assert whistle.number in look(browse("admin"))


def test_what_lies_in_another_district_is_not_shown(browse, wuhua):
    set_aside(wuhua)
    other = Person.objects.create_user("admin.guandu", name="官渡管理员", is_staff=True)
    Post.objects.create(person=other, role=Role.ADMINISTRATOR, area_id="530111", starts_on=date(2026, 1, 1))
    clock = Deadline.objects.exclude(trouble="").get()
    client = browse("admin.guandu")
    assert "The clocks are right" in look(client)
    assert client.post(reverse("operations-clock", args=[clock.pk, "try-again"])).status_code == 404


def test_what_is_wrong_is_said_in_words_whatever_the_sweep_stumbled_over():
    assert in_words("KeyError: 'at'") == in_words("ValueError: x")
    assert in_words("IntegrityError: duplicate key") != in_words("KeyError: 'at'")
    assert in_words("Surprise: x") == in_words("") != ""


# --- what can be done ---


def test_the_button_gives_a_clock_back_to_the_sweep(browse, wuhua):
    set_aside(wuhua)
    clock = Deadline.objects.exclude(trouble="").get()
    client = browse("admin")
    url = reverse("operations-clock", args=[clock.pk, "try-again"])
    assert f'action="{url}"' in look(client)
    answer = client.post(url, {"idempotency_key": "k", "next": reverse("operations")}, follow=True)
    assert "The next tick takes the clock." in answer.content.decode()
    assert f'action="{url}"' not in answer.content.decode()
    sweep(NOW + timedelta(seconds=1))
    clock.refresh_from_db()
    assert clock.trouble == ""
    assert client.post(url).status_code == 409
    assert Event.objects.filter(kind="clock.retried").count() == 1


def test_the_button_starts_what_is_missing_and_says_before_when_it_will_be_due(browse, wuhua):
    order = orders_of(wuhua.dispatched(lead="water", assisting=[], at=MONDAY))["water"]
    lose(order, "acknowledge")
    sweep()
    audit.report(NOW)
    client = browse("admin")
    page = look(client)
    assert "Missing: acknowledge (due 23 Nov 10:00, which has passed)." in page
    url = reverse("operations-order", args=[order.number, "start-missing"])
    assert f'action="{url}"' in page
    assert client.post(url, {"idempotency_key": "k"}).status_code == 302
    assert Deadline.objects.filter(order=order, kind="acknowledge").exists()
    sweep()
    # Looked at again, though the auditor has not been there since.
    assert order.number not in look(client)


def test_an_order_that_no_rule_gave_a_clock_offers_no_button(browse, wuhua):
    order = case(wuhua)
    for kind in ("acknowledge", "report", "resolve"):
        lose(order, kind)
    ClockRule.objects.update(since=NOW)
    audit.report(NOW)
    page = look(browse("admin"))
    assert "no rule demanded one" in page
    assert "start-missing" not in page


@pytest.mark.parametrize(("page", "key"), [("operations-clock", 1), ("operations-order", "x")])
def test_an_unknown_repair_or_row_is_not_found_and_nothing_is_done_by_looking(browse, page, key):
    client = browse("admin")
    assert client.post(reverse(page, args=[key, "bless"])).status_code == 404
    name = "try-again" if page == "operations-clock" else "start-missing"
    assert client.post(reverse(page, args=[key, name])).status_code == 404
    assert client.get(reverse(page, args=[key, name])).status_code == 405


def test_whoever_does_not_administer_repairs_nothing(browse, wuhua):
    set_aside(wuhua)
    clock = Deadline.objects.exclude(trouble="").get()
    for username in ("dispatcher", "liaison.water"):
        assert browse(username).post(reverse("operations-clock", args=[clock.pk, "try-again"])).status_code == 403
    assert not Event.objects.filter(kind="clock.retried").exists()


# --- all rows, refreshing, cost ---


def test_what_the_page_has_no_room_for_stands_on_a_page_of_its_own(browse, wuhua):
    for _ in range(operations.SHOWN + 1):
        set_aside(wuhua)
    client = browse("admin")
    page, url = look(client), reverse("operations-finding", args=["set_aside"])
    assert f'href="{url}"' in page
    assert f"Clocks that were set aside: {operations.SHOWN}+" in page
    every = client.get(url).content.decode()
    assert all(order.number in every for order in Order.objects.all())
    assert client.get(reverse("operations-finding", args=["nonsense"])).status_code == 404
    assert client.get(url, {"page": "x"}).status_code == 400
    assert "Nothing is wrong here" in client.get(reverse("operations-finding", args=["outdated"])).content.decode()


def test_htmx_gets_the_state_alone(browse):
    part = look(browse("admin"), **{"HX-Request": "true"})
    assert '<div id="state"' in part
    assert "<html" not in part


def test_the_entry_of_the_page_counts_what_stands(browse, wuhua):
    Finding.objects.create(district_id="530102", question="unwatched", count=3, since=NOW)
    Finding.objects.create(district_id="530111", question="unwatched", count=3, since=NOW)
    page = browse("admin").get("/").content.decode()
    entry = page.split(f'href="{reverse("operations")}"')[1].split("</a>")[0]
    assert '<span class="count count-urgent">1</span>' in entry


def test_the_page_costs_the_same_for_one_row_of_each_answer_and_for_many(browse, wuhua, monkeypatch):
    # Names of areas are read anew every few minutes; not between these two looks.
    monkeypatch.setattr("grid.ground._period", lambda: 0)
    client, found = browse("admin"), []
    look(client)
    for count in (1, operations.SHOWN + 2):
        for _ in range(count):
            for break_one in BREAKS.values():
                break_one(wuhua)
        CalendarDay.objects.get_or_create(day="2027-03-01", defaults={"works": False, "name": "x"})
        audit.report(NOW)
        with counted() as queries:
            page = look(client)
        found.append(len(queries))
    assert found[0] == found[1] <= 32, "\n".join(query["sql"][:150] for query in queries.captured_queries)
    assert len(page.encode()) <= 60 * 1024
    assert timezone.now() == NOW
