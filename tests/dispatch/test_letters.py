"""Advice letters: sent, replied to within their clock, their outcome stated; and their pages."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from common.errors import Forbidden, Invalid, WrongState
from dispatch import clocks, services
from dispatch.worklists import letters_waiting
from grid.demo import ACCOUNTS
from tests.acting import act, again, clocks_of, events_of, last_event, offered
from tests.factories import DISTRICT, FENGNING, HEILINPU, HONGSHAN, MONDAY, areas, departments, people, photo, sent
from whistle.models import AdviceLetter, Event

AT = MONDAY + timedelta(hours=2)
MICROSECOND = timedelta(microseconds=1)
LIMIT = 60_000
pytestmark = pytest.mark.usefixtures("wuhua")


def told(event):
    return sorted(event.messages.values_list("person__username", flat=True))


def clock(letter):
    return clocks_of(letter)["reply"]


def sweep(now):
    while clocks.fire_due(limit=100, now=now):
        pass


def page_of(letter):
    return reverse("letter", args=[letter.number])


# --- its life ---


def test_a_letter_is_sent_replied_to_and_its_outcome_stated():
    letter = sent(photos=[photo()])
    assert letter.number.startswith(f"{DISTRICT}-20261123-A")
    assert (letter.sender_id, letter.state, clock(letter).state_at(AT)) == (FENGNING, "sent", "running")
    assert told(last_event(letter)) == ["liaison.water"]
    letter = act(letter, "reply", "head.water", AT, reply="列入明年计划", files={"photos": [photo()]})
    assert (letter.state, letter.reply, letter.replied_at, clock(letter).state_at(AT)) == (
        *("answered", "列入明年计划", AT),
        "met",
    )
    assert told(last_event(letter)) == ["officer.fengning"]
    letter = act(letter, "outcome", "officer.fengning", AT, outcome="partly", note="先清淤")
    assert (letter.state, letter.outcome, letter.closed_at, letter.photos.count()) == ("closed", "partly", AT, 2)
    assert told(last_event(letter)) == ["liaison.water"]
    assert events_of(letter) == ["letter.sent", "letter.answered", "letter.closed"]
    assert all(event.post_name for event in letter.events.all())
    assert offered(letter, "officer.fengning") == offered(letter, "liaison.water") == []


def test_a_community_writes_in_its_own_name_and_hears_of_the_reply():
    letter = sent(by="community.hongshan", area=f"{HONGSHAN}001")
    assert letter.sender_id == HONGSHAN
    act(letter, "reply", "liaison.water", AT, reply="x")
    assert told(last_event(letter)) == ["community.hongshan"]


def test_a_letter_is_taken_back_until_it_is_replied_to():
    letter = act(sent(), "withdraw", "officer.fengning", AT, reason="另行会商")
    assert (letter.state, clock(letter).state_at(AT), clock(letter).next_at) == ("withdrawn", "cancelled", None)
    assert told(last_event(letter)) == ["liaison.water"]
    for late in (letter, act(sent(), "reply", "liaison.water", AT, reply="x")):
        with pytest.raises(WrongState):
            services.withdraw_letter(late, by=people["officer.fengning"], at=AT, reason="x")
    with pytest.raises(WrongState):
        services.reply(letter, by=people["liaison.water"], at=AT, reply="x")


@pytest.mark.parametrize(("late", "verdict"), [(timedelta(0), "met"), (MICROSECOND, "met_late")])
def test_it_is_replied_to_in_time_or_late_by_the_microsecond(late, verdict):
    letter = sent()
    due_at = clock(letter).due_at
    sweep(due_at + timedelta(minutes=1))
    assert told(last_event(letter, "clock.breached")) == ["head.water", "liaison.water"]
    act(letter, "reply", "liaison.water", due_at + late, reply="x")
    assert clock(letter).state_at(due_at + timedelta(days=1)) == verdict
    assert ("clock.breach_lifted" in events_of(letter)) == (verdict == "met")


def test_a_letter_that_cannot_be_so_is_refused_and_leaves_nothing():
    send = {"at": AT, "title": "x", "text": "x"}
    for username, area, department, refusal in (
        ("officer.fengning", HEILINPU, "water", Forbidden),
        ("officer.fengning", DISTRICT, "water", Forbidden),
        ("community.hongshan", FENGNING, "water", Forbidden),
        ("grid.hongshan", f"{HONGSHAN}001", "water", Forbidden),
        ("liaison.water", HONGSHAN, "water", Forbidden),
        ("officer.fengning", HONGSHAN, "guandu-water", Invalid),
    ):
        with pytest.raises(refusal):
            services.send_letter(by=people[username], area=areas[area], department=departments[department], **send)
    type(departments["water"]).objects.filter(code="water").update(active=False)
    with pytest.raises(Invalid):
        sent()
    assert not AdviceLetter.objects.exists()
    assert not Event.objects.exists()


def test_the_work_list_is_what_waits_for_the_person():
    letters = [
        sent(),
        sent(department="gas"),
        act(sent(), "reply", "liaison.water", AT, reply="x"),
        act(sent(by="community.hongshan"), "reply", "liaison.water", AT, reply="x"),
        act(sent(), "withdraw", "officer.fengning", AT, reason="x"),
    ]
    for account in ACCOUNTS:
        can = {each for each in letters if {"reply", "outcome"} & set(offered(each, account.username))}
        assert set(letters_waiting(people[account.username])) == can, account.username
    assert letters_waiting(people["officer.fengning"]).get() == letters[2]


# --- its pages ---


@pytest.fixture
def at_noon():
    with time_machine.travel(MONDAY.replace(hour=12), tick=False):
        yield


def titles(response):
    return [card["title"] for card in response.context["cards"]]


def test_a_letter_goes_from_the_street_to_the_department_and_back_by_its_pages(as_, at_noon):
    client = as_("officer.fengning")
    assert "What troubles recur" in client.get(reverse("letter-new")).text
    form = {"idempotency_key": "k", "department": "water", "area": HONGSHAN, "title": "雨污分流", "text": "反复外溢"}
    for wrong, status, sentence in (
        ({"department": "guandu-water"}, 400, "is not a department of this district"),
        ({"area": HEILINPU}, 403, "about the area of your own street"),
        ({"area": DISTRICT}, 400, "speaks of a street"),
        ({"title": ""}, 400, "required"),
    ):
        answer = client.post(reverse("letter-new"), form | wrong)
        assert (answer.status_code, sentence in answer.text, "反复外溢" in answer.text) == (status, True, True), wrong
    to = client.post(reverse("letter-new"), form).headers["Location"]
    assert client.post(reverse("letter-new"), form).headers["Location"] == to
    letter = AdviceLetter.objects.get()
    assert to == page_of(letter)
    said = client.get(to).text
    for text in ("反复外溢", "reply to a letter", "The department replies within its clock."):
        assert text in said, text
    client = as_("liaison.water")
    assert page_of(letter) in client.get(reverse("workbench")).text
    reply = reverse("letter-act", args=[letter.number, "reply"])
    assert "反复外溢" in client.get(reply).text
    assert client.post(reply, {"reply": ""}).status_code == 400
    assert client.post(reply, {"reply": "列入计划"}).headers["Location"] == to
    client = as_("officer.fengning")
    assert titles(client.get(reverse("letters"), {"mine": "true"})) == ["雨污分流"]
    outcome = reverse("letter-act", args=[letter.number, "outcome"])
    assert client.post(outcome, {"outcome": "splendid"}).status_code == 400
    client.post(outcome, {"outcome": "adopted"})
    assert "Outcome stated · adopted" in client.get(to).text
    assert again(letter).outcome == "adopted"
    for username in ("officer.heilinpu", "liaison.gas", "admin"):
        assert as_(username).get(to).status_code == 404, username
    for username in ("dispatcher", "grid.hongshan", "liaison.water"):
        assert as_(username).get(reverse("letter-new")).status_code == 403, username


def test_the_list_is_narrowed_and_costs_the_same_for_one_letter_and_for_fifty(as_, at_noon):
    act(sent(title="已撤回"), "withdraw", "officer.fengning", AT, reason="x")
    sent(title="给燃气的", department="gas")

    def look(username, **what):
        return titles(as_(username).get(reverse("letters"), what))

    assert look("officer.fengning") == ["给燃气的", "已撤回"]
    assert look("liaison.gas") == ["给燃气的"]
    assert look("liaison.fire") == []
    assert look("dispatcher", state="withdrawn") == ["已撤回"]
    assert look("dispatcher", department="gas", search="燃气") == ["给燃气的"]
    assert as_("dispatcher").get(reverse("letters"), {"state": "lost"}).status_code == 400
    assert "No letter fits" in as_("dispatcher").get(reverse("letters"), {"search": "没有"}).text
    client, counts = as_("liaison.gas"), []
    for many in (0, 50):
        for _number in range(many):
            sent(department="gas")
        counts.append([])
        for name in ("letters", "workbench"):
            client.get(reverse(name))
            with CaptureQueriesContext(connection) as queries:
                response = client.get(reverse(name))
            counts[-1].append(len(queries))
            assert len(response.content) <= LIMIT
    assert counts[0] == counts[1]
