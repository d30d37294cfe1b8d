"""Joint sessions: called, held with minutes, their tasks; and their pages."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from common.errors import Invalid, WrongState
from dispatch import services, worklists
from dispatch.models import JointSession, SessionTask
from grid.models import Post
from tests.acting import act, again, events_of, last_event, offered
from tests.factories import MONDAY, USUAL, agreed, convened, departments, dispatched, held, orders_of, people

CALLED = MONDAY + USUAL["dispatched"]
BEGINS = CALLED + timedelta(hours=1)
AFTER = BEGINS + timedelta(hours=1)
LIMIT = 60_000
pytestmark = pytest.mark.usefixtures("wuhua")


def told(event):
    return sorted(event.messages.values_list("person__username", flat=True))


def refused(error, row, name, who, at, **data):
    """The act is refused, changes nothing, and these are the sentences, by field."""
    before = (JointSession.objects.count(), SessionTask.objects.count(), last_event(row.whistle).pk)
    with pytest.raises(error) as found:
        act(row, name, who, at, **data)
    assert (JointSession.objects.count(), SessionTask.objects.count(), last_event(row.whistle).pk) == before
    return found.value


# --- its life ---


def test_a_session_is_called_held_and_its_tasks_are_done():
    whistle = dispatched()
    given = {"held_at": "2026-11-23T14:30", "place": "虹山东路60号", "departments": ["housing", "water"]}
    act(whistle, "convene", "officer.fengning", CALLED, **given)
    session = JointSession.objects.get()
    assert (session.number, session.state) == (f"{whistle.number}-J1", "called")
    assert told(last_event(whistle)) == sorted(
        ["dispatcher", "head.water", "liaison.housing", "liaison.water", "secretary.fengning"]
    )
    after = session.held_at + timedelta(hours=1)
    session = act(session, "minutes", "officer.fengning", after, minutes="先封堵", came=["housing"])
    assert {seat.department.code: seat.came for seat in session.seats.all()} == {"housing": True, "water": False}
    act(session, "set-task", "officer.fengning", after, department="water", text="更换管段", due_on="2026-11-26")
    task = SessionTask.objects.get()
    assert (task.number, task.state) == (f"{session.number}-01", "open")
    assert told(last_event(whistle)) == ["head.water", "liaison.water"]
    task = act(task, "done", "liaison.water", after, note="已更换")
    assert (task.state, task.done_at, task.answer) == ("done", after, "已更换")
    assert told(last_event(whistle)) == ["officer.fengning"]
    task = act(task, "not-done", "dispatcher", after, reason="仍在渗漏")
    assert (task.state, task.done_at) == ("open", None)
    assert told(last_event(whistle)) == ["liaison.water"]
    task = act(task, "drop", "officer.fengning", after, reason="改由大修解决")
    assert task.state == "dropped"
    assert events_of(whistle)[-6:] == [
        *("session.called", "session.held", "task.set", "task.done", "task.not_done", "task.dropped"),
    ]
    assert all(event.post_name for event in whistle.events.filter(data__has_key="session"))


def test_corrected_minutes_leave_what_stood_before_in_the_record():
    session = act(held(minutes="先封堵"), "correct", "secretary.fengning", AFTER, minutes="先清淤", came=["water"])
    assert session.minutes == "先清淤"
    assert str(session.minuted_by) == str(people["secretary.fengning"])
    told = session.whistle.events.filter(kind__startswith="session.").values_list("kind", "note")
    assert list(told)[1:] == [("session.held", "先封堵"), ("session.corrected", "先清淤")]


def test_who_comes_without_being_invited_gets_a_seat():
    session = held(called=["housing"], came=["housing", "water"])
    assert {(seat.department.code, seat.invited, seat.came) for seat in session.seats.all()} == {
        ("housing", True, True),
        ("water", False, True),
    }


def test_whoever_acts_for_two_departments_hears_once():
    Post.objects.create(
        person=people["liaison.water"], role="liaison", department=departments["housing"], starts_on=MONDAY.date()
    )
    session = convened()
    assert told(last_event(session.whistle)).count("liaison.water") == 1


def test_a_session_that_is_called_off_takes_neither_minutes_nor_tasks():
    session = act(convened(), "cancel", "officer.fengning", CALLED, reason="改日")
    assert session.state == "cancelled"
    assert offered(session, "officer.fengning") == []
    assert refused(WrongState, session, "minutes", "officer.fengning", AFTER, minutes="x", came=["water"])
    with pytest.raises(WrongState):
        services.set_task(
            session,
            by=people["officer.fengning"],
            at=AFTER,
            department=departments["water"],
            text="x",
            due_on=AFTER.date(),
        )


def test_a_department_says_it_is_done_even_when_the_whistle_is_over(wuhua):
    whistle = dispatched()
    task = agreed(held(whistle))
    for order in orders_of(whistle).values():
        liaison = people[f"liaison.{order.department.code}"]
        services.acknowledge(order, by=liaison, at=AFTER)
        services.report(order, by=liaison, at=AFTER, rank=order.must_come)
        services.submit_result(order, by=liaison, at=AFTER, note="x")
    services.verify(whistle, by=people["officer.fengning"], at=AFTER, solved=True)
    assert act(task, "done", "liaison.water", AFTER, note="x").state == "done"


def test_a_drills_session_is_told_as_a_drill():
    session = convened(dispatched(drill=True))
    message = last_event(session.whistle).messages.first()
    assert message.event.subject.titled == session.whistle.titled != session.whistle.title


# --- what cannot be so ---


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("held_at", "", "This field is required."),
        ("held_at", "2026-11-23T09:00", "a joint session cannot lie before that"),
        ("held_at", "2027-11-23T09:00", "more than 90 days ahead"),
        ("place", "", "This field is required."),
        ("departments", [], "This field is required."),
        ("departments", ["gas"], "“gas” is not a department that was called to this whistle."),
    ],
)
def test_what_a_session_cannot_be_is_said_beside_its_field(as_, field, value, sentence):
    whistle = dispatched()
    given = {"held_at": "2026-11-23T14:30", "place": "x", "departments": ["water"], "agenda": "谁牵头修", field: value}
    with time_machine.travel(CALLED, tick=False):
        page = as_("officer.fengning").post(reverse("whistle-act", args=[whistle.number, "convene"]), given)
    assert page.status_code == 400
    assert sentence in page.content.decode()
    assert "谁牵头修" in page.content.decode()
    assert not JointSession.objects.exists()


@pytest.mark.parametrize(
    ("name", "given", "sentence"),
    [
        ("minutes", {"minutes": "", "came": ["water"]}, "This field is required."),
        ("minutes", {"minutes": "x", "came": []}, "This field is required."),
        ("minutes", {"minutes": "x", "came": ["gas"]}, "“gas” is not a department that was called to this whistle."),
        ("set-task", {"department": "water", "text": "x", "due_on": "2026-11-22"}, "This day is over."),
        ("set-task", {"department": "water", "text": "x", "due_on": "never"}, "Enter a valid date."),
        ("set-task", {"department": "gas", "text": "x", "due_on": "2026-11-30"}, "“gas” is not a department that was"),
        ("set-task", {"department": "water", "text": "", "due_on": "2026-11-30"}, "This field is required."),
    ],
)
def test_what_minutes_and_tasks_cannot_be_is_said_beside_its_field(as_, name, given, sentence):
    session = convened()
    with time_machine.travel(AFTER, tick=False):
        page = as_("officer.fengning").post(reverse("session-act", args=[session.number, name]), given)
    assert (page.status_code, sentence in page.content.decode()) == (400, True)
    assert again(session).state == "called"
    assert not SessionTask.objects.exists()


def test_nothing_is_written_before_it_begins():
    session = convened()
    with time_machine.travel(CALLED + timedelta(minutes=6), tick=False):
        assert offered(session, "officer.fengning") == ["cancel"]
        error = refused(WrongState, session, "minutes", "officer.fengning", CALLED, minutes="x", came=["water"])
    assert "minutes and tasks come then" in str(error) or "纪要" in str(error)


def test_a_session_is_only_called_while_departments_are_at_work(wuhua):
    given = {"held_at": CALLED, "place": "x", "departments": []}
    for whistle in (wuhua.filed(), wuhua.finished()):
        with pytest.raises(WrongState):
            services.convene(whistle, by=people["officer.fengning"], at=CALLED, **given)


def test_a_department_that_was_let_go_takes_no_part():
    whistle = dispatched()
    services.redispatch(whistle, by=people["dispatcher"], at=CALLED, lead=departments["housing"], assisting=[])
    with pytest.raises(Invalid) as found:
        convened(whistle, called=["housing", "water"])
    assert "departments" in found.value.fields


# --- where it shows ---


def test_strangers_find_no_session_and_departments_of_the_whistle_do(as_):
    task = agreed()
    page = reverse("session", args=[task.session.number])
    for username, status in (("liaison.water", 200), ("liaison.gas", 404), ("officer.heilinpu", 404)):
        assert as_(username).get(page).status_code == status, username
    answer = as_("liaison.water").get(reverse("task", args=[task.number]))
    assert answer.url == f"{page}#{task.number}"
    assert as_("liaison.gas").get(reverse("task", args=[task.number])).status_code == 404


def test_the_page_shows_what_was_agreed_and_what_each_may_do(as_):
    task = agreed(days=3)
    page = reverse("session", args=[task.session.number])
    with time_machine.travel(AFTER + timedelta(days=5), tick=False):
        text = as_("liaison.water").get(page).content.decode()
        assert f'data-live="whistle:{task.session.whistle.number}"' in text
        assert "更换破损管段" in text
        assert "2 days late" in text
        assert "先封堵，再修复管道。" in text
        assert reverse("task-act", args=[task.number, "done"]) in text
        assert reverse("task-act", args=[task.number, "drop"]) not in text
        whistle = as_("officer.fengning").get(reverse("whistle", args=[task.session.whistle.number])).content.decode()
    assert "0 of 1 tasks done" in whistle
    assert "a task is past its day" in whistle
    assert "Task agreed at the joint session · 更换破损管段 · until the end of 26 Nov" in whistle


def test_a_page_of_a_session_costs_the_same_for_one_task_and_for_many(as_):
    session = held()
    costs = []
    client = as_("officer.fengning")
    for more in (1, 20):
        for _ in range(more):
            agreed(session)
        for page in (reverse("session", args=[session.number]), reverse("whistle", args=[session.whistle.number])):
            with CaptureQueriesContext(connection) as queries:
                answer = client.get(page)
            assert len(answer.content) <= LIMIT
            costs.append(len(queries))
    assert costs[:2] == costs[2:]
    assert max(costs) <= 18


def test_what_waits_stands_on_the_desks(as_):
    task = agreed(days=3)
    late = AFTER + timedelta(days=5)
    water, officer = people["liaison.water"], people["officer.fengning"]
    assert list(worklists.with_tasks(water)) == [task.order]
    assert not worklists.with_tasks(people["liaison.housing"]).exists()
    assert not worklists.with_late_tasks(officer, task.session.held_at + timedelta(days=3)).exists()
    assert list(worklists.with_late_tasks(officer, late)) == [task.session.whistle]
    assert not worklists.with_late_tasks(people["officer.heilinpu"], late).exists()
    other = convened()
    assert not worklists.sessions_to_minute(officer, BEGINS - timedelta(seconds=1)).exists()
    assert list(worklists.sessions_to_minute(people["dispatcher"], BEGINS)) == [other.whistle]
    with time_machine.travel(late, tick=False):
        for username in ("liaison.water", "officer.fengning", "dispatcher"):
            assert as_(username).get("/").status_code == 200


def test_a_message_of_a_session_leads_to_it(as_):
    session = convened()
    client = as_("liaison.water")
    message = last_event(session.whistle).messages.get(person=people["liaison.water"])
    assert "Joint session called" in client.get("/messages/").content.decode()
    assert client.get(reverse("message", args=[message.pk])).url == reverse("session", args=[session.number])
