"""The life of a lead: who has it in hand, until when, what becomes of it."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from common.errors import Forbidden, Invalid, WrongState
from dispatch import clocks, services
from dispatch.models import Message, Order
from dispatch.worklists import leads_in_hand
from grid.demo import ACCOUNTS
from tests.acting import act, again, clocks_of, events_of, last_event, offered
from tests.factories import DISTRICT, FENGNING, HEILINPU, HONGSHAN, MONDAY, areas, departments, people, photo, reported
from whistle.models import Event, Lead, Photo, Whistle

AT = MONDAY + timedelta(minutes=50)
MICROSECOND = timedelta(microseconds=1)
GRID = f"{HONGSHAN}001"
pytestmark = pytest.mark.usefixtures("wuhua")
AS_A_WHISTLE = {
    "type": "key",
    "level": "general",
    "criteria": ["hazard", "joint"],
    "description": "多方到场均称与己无关",
}


def told(event):
    return sorted(event.messages.values_list("person__username", flat=True))


def whistled(lead, at=AT):
    act(lead, "whistle", "officer.fengning", at, **AS_A_WHISTLE)
    return lead.whistles.latest("id")


def clock(lead):
    return clocks_of(lead)["lead"]


def sweep(now):
    while clocks.fire_due(limit=100, now=now):
        pass


# --- from hand to hand ---


def test_small_things_end_in_the_grid_larger_in_the_community_hard_ones_in_the_street():
    for username, area, hard, holder, hears in (
        ("grid.hongshan", GRID, False, "grid", []),
        ("grid.hongshan", GRID, True, "street", ["officer.fengning"]),
        ("community.hongshan", GRID, False, "community", []),
        ("officer.fengning", GRID, False, "street", []),
        ("officer.fengning", FENGNING, False, "street", []),
    ):
        lead = again(reported(by=username, area=area, hard=hard))
        assert (lead.holder, lead.hard, told(last_event(lead))) == (holder, hard, hears)
        assert lead.number.startswith(f"{DISTRICT}-20261123-L")


def test_a_lead_goes_up_and_back_and_whoever_has_it_next_hears_of_it():
    lead = reported(at=MONDAY, photos=[photo()])
    due_at = clock(lead).due_at
    for name, who, given, holder, hears in (
        ("pass-up", "grid.hongshan", {"note": "劝离后反复回流"}, "community", "community.hongshan"),
        ("pass-up", "community.hongshan", {}, "street", "officer.fengning"),
        ("pass-back", "officer.fengning", {"reason": "社区可以解决"}, "community", "community.hongshan"),
        ("pass-back", "community.hongshan", {"reason": "网格可以解决"}, "grid", "grid.hongshan"),
        ("mark-hard", "grid.hongshan", {}, "street", "officer.fengning"),
    ):
        lead = act(lead, name, who, AT, **given)
        assert (lead.holder, told(last_event(lead))) == (holder, [hears]), name
    assert lead.hard
    assert not act(lead, "pass-back", "officer.fengning", AT, reason="x").hard
    lead = act(lead, "take-over", "officer.fengning", AT)
    assert lead.holder == "street"
    lead = act(lead, "note", "grid.hongshan", AT, note="现场补拍", files={"photos": [photo()]})
    lead = act(lead, "solve", "officer.fengning", AT, answer="已更换井盖", files={"photos": [photo()]})
    assert (lead.state, lead.answer, lead.solved_at, lead.photos.count()) == ("solved", "已更换井盖", AT, 3)
    assert told(last_event(lead)) == ["grid.hongshan"]
    assert [kind.removeprefix("lead.") for kind in events_of(lead)] == [
        *("reported", "passed_up", "passed_up", "passed_back", "passed_back", "hard", "passed_back"),
        *("taken_over", "noted", "solved"),
    ]
    assert all(event.post_name for event in lead.events.all())
    # One clock from the first report on, whoever had it.
    assert [(one.due_at, one.met_at) for one in lead.deadlines.all()] == [(due_at, AT)]
    for who in ("grid.hongshan", "officer.fengning"):
        assert offered(lead, who) == []


def test_nobody_is_offered_what_they_have_not_in_hand_and_a_work_list_is_what_they_have():
    leads = [
        reported(),
        reported(hard=True),
        reported(by="community.hongshan", area=HONGSHAN),
        reported(by="officer.heilinpu", area=f"{HEILINPU}001"),
    ]
    in_hand = {}
    for account in ACCOUNTS:
        person = people[account.username]
        can_solve = {lead for lead in leads if "solve" in offered(lead, account.username)}
        assert set(leads_in_hand(person)) == can_solve
        in_hand[account.username] = len(can_solve)
    assert {name: many for name, many in in_hand.items() if many} == {
        **{"grid.hongshan": 1, "community.hongshan": 1, "officer.fengning": 1, "secretary.fengning": 1},
        **{"officer.heilinpu": 1, "secretary.heilinpu": 1},
    }
    # A whole community lies in nobody's grid, and what is below the street is not whistled.
    assert "pass-back" not in offered(leads[2], "community.hongshan")
    assert offered(leads[0], "officer.fengning") == ["take-over", "note"]
    with pytest.raises(WrongState):
        services.pass_lead_back(leads[2], by=people["community.hongshan"], at=AT, reason="x")
    stale = Lead.objects.get(pk=leads[0].pk)
    act(leads[0], "take-over", "community.hongshan", AT)
    with pytest.raises(WrongState):
        services.solve(stale, by=people["grid.hongshan"], at=AT, answer="x")


# --- its clock ---


@pytest.mark.parametrize("sweep_first", [True, False])
@pytest.mark.parametrize(("late", "verdict"), [(timedelta(0), "met"), (MICROSECOND, "met_late")])
def test_it_is_answered_in_time_or_late_by_the_microsecond(late, verdict, sweep_first):
    lead = reported()
    due_at = clock(lead).due_at
    later = due_at + timedelta(minutes=1)
    if sweep_first:
        sweep(later)
    act(lead, "solve", "grid.hongshan", due_at + late, answer="x")
    sweep(later)
    assert (clock(lead).state_at(later), clock(lead).next_at) == (verdict, None)
    assert ("clock.breach_lifted" in events_of(lead)) == (sweep_first and verdict == "met")


def test_the_ladder_tells_whoever_has_it_at_that_moment():
    lead = act(reported(), "pass-up", "grid.hongshan", AT)
    sweep(clock(lead).due_at + MICROSECOND)
    assert told(last_event(lead, "clock.breached")) == ["community.hongshan", "secretary.fengning"]
    sweep(clock(lead).due_at + timedelta(days=20))
    assert told(last_event(lead)) == ["leader.fengning"]


def test_a_ticket_of_the_hotline_is_due_at_the_very_moment_it_names():
    until = AT + timedelta(hours=30, seconds=7)
    lead = reported(by="officer.fengning", area=HONGSHAN, hotline_number="12345-1", answer_by=until, at=AT)
    assert (lead.source, clock(lead).due_at, clock(lead).unit) == ("hotline", until, "seconds")
    sweep(until)
    act(lead, "solve", "officer.fengning", until, answer="已答复来电人")
    assert clock(lead).state_at(until) == "met"
    assert reported(by="officer.fengning", area=HONGSHAN, hotline_number="12345-2").source == "hotline"


# --- a whistle ---


def test_a_lead_becomes_a_draft_that_carries_what_it_knows():
    lead = reported(hard=True, lat=25.0589, lng=102.6871, photos=[photo(), photo(color="navy")])
    whistle = whistled(lead)
    lead = again(lead)
    assert (lead.state, whistle.state, whistle.lead, whistle.source) == ("whistled", "draft", lead, "grid")
    same = ("title", "area_id", "address", "lat", "lng")
    assert [getattr(whistle, name) for name in same] == [getattr(lead, name) for name in same]
    assert list(whistle.photos.values_list("file")) == list(lead.photos.values_list("file")) != []
    assert set(whistle.photos.values_list("event__kind", flat=True)) == {"whistle.drafted"}
    assert clock(lead).state_at(AT) == "met"
    assert last_event(lead).data["whistle"] == whistle.number
    assert told(last_event(lead)) == ["grid.hongshan"]
    with pytest.raises(WrongState):
        services.solve(lead, by=people["officer.fengning"], at=AT, answer="x")


def test_a_lead_whose_whistle_came_to_nothing_is_open_again_and_its_clock_runs_as_before():
    lead = reported(hard=True)
    before = clock(lead)
    act(whistled(lead), "withdraw", "officer.fengning", AT, reason="已自行解决一半")
    assert (again(lead).state, again(lead).holder, clock(lead).state_at(AT)) == ("open", "street", "running")
    assert (clock(lead).due_at, clock(lead).next_at) == (before.due_at, before.next_at)
    assert (last_event(lead).kind, told(last_event(lead))) == ("lead.came_back", [])
    whistle = whistled(lead, before.due_at)
    services.request_signatures(whistle, by=people["officer.fengning"], at=before.due_at)
    for who in ("community.hongshan", "secretary.fengning"):
        act(whistle, "sign", who, before.due_at, opinion="x", inspected_at=AT.isoformat())
    later = before.due_at + timedelta(hours=1)
    act(whistle, "decline", "dispatcher", later, reason="街道职责")
    assert told(last_event(lead)) == ["officer.fengning"]
    sweep(later)
    assert clock(lead).state_at(later) == "breached"
    assert lead.deadlines.count() == 1
    assert [each.state for each in Whistle.objects.filter(lead=lead).order_by("id")] == ["withdrawn", "declined"]


def test_a_lead_whose_whistle_called_somebody_stays_whistled():
    lead = reported(hard=True)
    whistle = whistled(lead)
    # Called, closed and reopened; what is declined then was dealt with once.
    Whistle.objects.filter(pk=whistle.pk).update(state="filed", filed_at=AT)
    services.dispatch(again(whistle), by=people["dispatcher"], at=AT, lead=departments["water"], assisting=[])
    Whistle.objects.filter(pk=whistle.pk).update(state="filed")
    act(whistle, "decline", "dispatcher", AT, reason="x")
    assert Order.objects.exists()
    assert again(lead).state == "whistled"


# --- refused ---


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"source": "hotline", "hotline_number": "12345-1"}, "hotline_number"),
        ({"hotline_number": "12345-1"}, "hotline_number"),
        ({"source": "hotline", "answer_by": AT}, "answer_by"),
        ({"source": "hotline", "answer_by": AT + timedelta(days=367)}, "answer_by"),
        ({"source": "grid", "answer_by": AT + timedelta(days=1)}, "answer_by"),
        ({"source": "media", "hotline_number": "12345-2"}, "hotline_number"),
    ],
)
def test_a_ticket_that_cannot_be_so_is_refused_and_leaves_nothing(given, field):
    reported(by="officer.fengning", area=HONGSHAN, hotline_number="12345-1")
    before = (Lead.objects.count(), Event.objects.count(), Message.objects.count())
    with pytest.raises(Invalid) as refused:
        reported(by="officer.fengning", area=HONGSHAN, at=AT, **given)
    assert list(refused.value.fields) == [field]
    assert (Lead.objects.count(), Event.objects.count(), Message.objects.count()) == before


def test_nobody_reports_what_lies_outside_their_ground_or_above_a_street():
    for username, area in (
        ("grid.hongshan", f"{HONGSHAN}002"),
        ("grid.hongshan", HONGSHAN),
        ("community.hongshan", FENGNING),
        ("officer.fengning", HEILINPU),
        ("officer.fengning", DISTRICT),
        ("dispatcher", HONGSHAN),
    ):
        with pytest.raises(Forbidden):
            services.report_lead(by=people[username], at=AT, area=areas[area], title="x")
    assert not Photo.objects.exists()


def test_a_report_costs_the_same_with_and_without_somebody_to_tell():
    reported()
    counts = []
    for hard in (False, True):
        with CaptureQueriesContext(connection) as queries:
            reported(hard=hard)
        counts.append(len(queries))
    assert counts[1] <= counts[0] + 3 <= 22, counts
