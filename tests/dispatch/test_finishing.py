"""Results are in: the street looks on site, the centre confirms, the departments are scored, the case is closed."""

from datetime import timedelta

import pytest

from common.errors import Invalid, WrongState
from dispatch import services
from dispatch.models import Order
from dispatch.states import ClockState
from tests.acting import act, again, clocks_of, events_of, last_event, offered
from tests.factories import MONDAY, departments, orders_of, people
from whistle.models import Whistle

NEXT_DAY = MONDAY + timedelta(days=1, hours=2)
LATER = NEXT_DAY + timedelta(hours=3)
OFFICER = "officer.fengning"
MARKS = {"cooperation": "80", "resolution": "90"}


def states(whistle):
    return {code: order.state for code, order in orders_of(whistle).items()}


def finish_again(whistle, *codes, at=LATER):
    for code in codes:
        act(orders_of(whistle)[code], "submit-result", f"liaison.{code}", at, note="重新处置")


# --- verifying ---


def test_solved_the_departments_can_be_scored_and_the_centre_can_confirm(wuhua):
    whistle = act(wuhua.finished(), "verify", OFFICER, NEXT_DAY, solved="true")
    assert (whistle.state, whistle.verified_at) == ("verified", NEXT_DAY)
    clocks = clocks_of(whistle)
    assert (clocks["verify"].met_at, clocks["score"].start_at) == (NEXT_DAY, NEXT_DAY)
    assert offered(whistle, "dispatcher") == ["confirm"]
    assert offered(orders_of(whistle)["water"], OFFICER) == ["score"]


@pytest.mark.parametrize("given", [{}, {"solved": ""}, {"solved": "maybe"}, {"solved": []}, {"solved": 1}])
def test_whether_it_is_solved_must_be_said(wuhua, given):
    whistle = wuhua.finished()
    with pytest.raises(Invalid) as refused:
        act(whistle, "verify", OFFICER, NEXT_DAY, **given)
    assert list(refused.value.fields) == ["solved"]
    assert again(whistle).state == "handled"


def test_what_is_not_solved_must_be_said_too(wuhua):
    with pytest.raises(Invalid) as refused:
        act(wuhua.finished(), "verify", OFFICER, NEXT_DAY, solved=False)
    assert list(refused.value.fields) == ["note"]


def test_not_solved_all_go_on_and_the_clock_runs_from_its_first_start(wuhua):
    whistle = wuhua.finished()
    before = {code: clocks_of(order)["resolve"] for code, order in orders_of(whistle).items()}
    whistle = act(whistle, "verify", OFFICER, NEXT_DAY, solved=False, note="仍在渗水")
    assert (whistle.state, whistle.handled_at) == ("dispatched", None)
    assert states(whistle) == {"housing": "on_site", "water": "on_site"}
    for code, order in orders_of(whistle).items():
        clocks = clocks_of(order)
        assert clocks["resolve"].pk == before[code].pk
        assert (clocks["resolve"].met_at, clocks["resolve"].start_at) == (None, whistle.dispatched_at)
        assert clocks["resolve"].due_at == before[code].due_at
        assert clocks["resolve"].next_at > NEXT_DAY
        # Who came in time has come in time.
        assert clocks["report"].met_at is not None
        assert (order.finished_at, last_event(order).kind) == (None, "order.sent_back")
    assert clocks_of(whistle)["verify"].met_at == NEXT_DAY
    assert last_event(whistle, "whistle.not_solved").note == "仍在渗水"
    finish_again(whistle, "housing", "water")
    whistle = again(whistle)
    assert (whistle.state, whistle.handled_at) == ("handled", LATER)
    assert clocks_of(whistle)["verify"].start_at == LATER
    assert {clocks_of(order)["resolve"].met_at for order in orders_of(whistle).values()} == {LATER}


def test_not_solved_after_the_due_moment_is_late_from_that_moment(wuhua):
    whistle = wuhua.finished()
    due_at = clocks_of(orders_of(whistle)["water"])["resolve"].due_at
    late = due_at + timedelta(days=1)
    whistle = act(whistle, "verify", OFFICER, late, solved=False, note="又渗了")
    clock = clocks_of(orders_of(whistle)["water"])["resolve"]
    assert (clock.state_at(late), clock.overdue_seconds_at(late)) == (ClockState.BREACHED, 24 * 3600)


def test_only_whom_it_concerns_goes_on_and_the_lead_in_any_case(wuhua):
    whistle = wuhua.finished(lead="housing", assisting=["water", "gas"])
    whistle = act(whistle, "verify", OFFICER, NEXT_DAY, solved=False, note="仍在渗水", departments=["water"])
    assert states(whistle) == {"housing": "on_site", "water": "on_site", "gas": "finished"}
    finish_again(whistle, "water")
    assert again(whistle).state == "dispatched"
    finish_again(whistle, "housing")
    assert again(whistle).state == "handled"


@pytest.mark.parametrize("code", ["gas", "guandu-water", "nobody"])
def test_only_a_department_that_was_called_can_go_on(wuhua, code):
    with pytest.raises(Invalid) as refused:
        act(wuhua.finished(), "verify", OFFICER, NEXT_DAY, solved=False, note="x", departments=[code])
    assert list(refused.value.fields) == ["departments"]


@pytest.mark.parametrize("step", ["drafted", "filed", "dispatched", "verified", "closed"])
@pytest.mark.parametrize("solved", [True, False])
def test_only_what_is_handled_is_verified_whoever_asks_the_service(wuhua, step, solved):
    whistle = getattr(wuhua, step)()
    with pytest.raises(WrongState):
        services.verify(whistle, by=people[OFFICER], at=LATER, solved=solved, note="x")
    assert again(whistle).state == whistle.state


# --- confirming, scoring, closing ---


def test_confirmed_first_it_is_closed_with_the_last_score(wuhua):
    whistle = act(wuhua.verified(), "confirm", "dispatcher", NEXT_DAY)
    assert (whistle.state, whistle.confirmed_at) == ("verified", NEXT_DAY)
    orders = orders_of(whistle)
    act(orders["water"], "score", OFFICER, LATER, **MARKS)
    assert again(whistle).state == "verified"
    act(orders["housing"], "score", OFFICER, LATER, **MARKS)
    whistle = again(whistle)
    assert (whistle.state, whistle.closed_at) == ("closed", LATER)
    assert events_of(whistle)[-3:] == ["order.scored", "order.scored", "whistle.closed"]
    assert clocks_of(whistle)["score"].met_at == LATER


def test_scored_first_it_is_closed_with_the_confirmation(wuhua):
    whistle = wuhua.verified()
    for order in orders_of(whistle).values():
        act(order, "score", OFFICER, NEXT_DAY, **MARKS)
    assert again(whistle).state == "verified"
    whistle = act(whistle, "confirm", "dispatcher", LATER)
    assert (whistle.state, whistle.confirmed_at, whistle.closed_at) == ("closed", LATER, LATER)


def test_the_street_that_scored_in_time_is_not_late_because_the_centre_confirms_late(wuhua):
    whistle = wuhua.verified()
    for order in orders_of(whistle).values():
        act(order, "score", OFFICER, NEXT_DAY, **MARKS)
    clock = clocks_of(whistle)["score"]
    assert clock.met_at == NEXT_DAY
    late = clock.due_at + timedelta(days=3)
    whistle = act(whistle, "confirm", "dispatcher", late)
    assert (whistle.state, clocks_of(whistle)["score"].state_at(late)) == ("closed", ClockState.MET)


def test_confirming_twice_is_refused(wuhua):
    whistle = wuhua.confirmed()
    with pytest.raises(WrongState):
        act(whistle, "confirm", "dispatcher", LATER)
    with pytest.raises(WrongState):
        services.confirm(whistle, by=people["dispatcher"], at=LATER)
    assert events_of(whistle).count("whistle.confirmed") == 1


def test_the_whole_life_is_on_record_and_nothing_is_left_running(wuhua):
    whistle = wuhua.closed()
    assert events_of(whistle) == [
        "whistle.drafted",
        "whistle.signatures_requested",
        "whistle.signed",
        "whistle.signed",
        "whistle.filed",
        "whistle.dispatched",
        *["order.sent"] * 2,
        *["order.acknowledged"] * 2,
        *["order.reported"] * 2,
        *["order.result"] * 2,
        "whistle.handled",
        "whistle.verified",
        "whistle.confirmed",
        *["order.scored"] * 2,
        "whistle.closed",
    ]
    assert {clock.state_at(LATER) for clock in whistle.deadlines.all()} == {ClockState.MET}
    assert set(whistle.deadlines.values_list("next_at", flat=True)) == {None}
    assert not Whistle.objects.open().exists()
    assert not Order.objects.open().exists()


# --- reopening ---


def test_a_closed_whistle_is_reopened_within_thirty_days_and_not_a_moment_later(wuhua):
    whistle = wuhua.closed()
    last = whistle.closed_at + timedelta(days=30)
    with pytest.raises(WrongState, match="30"):
        services.reopen(whistle, by=people[OFFICER], at=last + timedelta(microseconds=1), reason="又溢")
    whistle = services.reopen(whistle, by=people[OFFICER], at=last, reason="又溢")
    assert (whistle.state, whistle.filed_at, whistle.closed_at) == ("filed", last, None)
    assert clocks_of(whistle)["triage"].start_at == last


def test_reopened_by_the_table_of_actions_at_the_moment_of_the_act(wuhua, time_machine):
    whistle = wuhua.closed()
    time_machine.move_to(whistle.closed_at + timedelta(days=30), tick=False)
    assert offered(whistle, OFFICER) == ["reopen"]
    assert offered(whistle, "dispatcher") == ["call-back", "reopen"]
    time_machine.move_to(whistle.closed_at + timedelta(days=30, microseconds=1), tick=False)
    assert offered(whistle, OFFICER) == offered(whistle, "dispatcher") == []


@pytest.mark.parametrize("step", ["drafted", "signing", "filed", "finished", "verified"])
def test_only_a_closed_whistle_is_reopened_whoever_asks_the_service(wuhua, step):
    whistle = getattr(wuhua, step)()
    with pytest.raises(WrongState):
        services.reopen(whistle, by=people[OFFICER], at=LATER, reason="x")
    assert again(whistle).state == whistle.state


@pytest.fixture
def called_again(wuhua):
    """Closed, reopened, and the same departments called a second time, the roles the other way round."""
    whistle = wuhua.closed()
    at = whistle.closed_at + timedelta(days=2)
    services.reopen(whistle, by=people[OFFICER], at=at, reason="又溢")
    return act(whistle, "dispatch", "dispatcher", at, lead="water", assisting=["housing"])


def present(whistle):
    return {order.department.code: order for order in Order.objects.of_present_call(whistle).order_by("id")}


def play(whistle, at, *codes):
    for code in codes:
        order, who = present(whistle)[code], f"liaison.{code}"
        act(order, "acknowledge", who, at)
        act(order, "report", who, at, rank="head")
        act(order, "submit-result", who, at, note="再次处置")


def test_reopened_it_is_played_to_its_end_once_more_and_old_scores_stand(called_again):
    whistle, at = called_again, called_again.dispatched_at
    assert [order.number[-2:] for order in whistle.orders.order_by("id")] == ["01", "02", "03", "04"]
    play(whistle, at, "water", "housing")
    whistle = act(whistle, "verify", OFFICER, at, solved=True)
    for order in present(whistle).values():
        act(order, "score", OFFICER, at, cooperation="60", resolution="70")
    whistle = act(whistle, "confirm", "dispatcher", at)
    assert whistle.state == "closed"
    marks = whistle.orders.order_by("id").values_list("evaluation__cooperation", flat=True)
    assert list(marks) == [90, 90, 60, 60]


def test_reopened_and_not_solved_only_the_present_orders_go_on(called_again):
    whistle, at = called_again, called_again.dispatched_at
    play(whistle, at, "water", "housing")
    act(whistle, "verify", OFFICER, at, solved=False, note="还漏")
    assert list(whistle.orders.order_by("id").values_list("state", flat=True)) == [
        "finished",
        "finished",
        "on_site",
        "on_site",
    ]


def test_reopened_the_result_of_the_first_time_settles_nothing(called_again):
    whistle, at = called_again, called_again.dispatched_at
    orders = present(whistle)
    act(orders["water"], "return", "liaison.water", at, reason="不是我们的")
    act(orders["housing"], "return", "liaison.housing", at, reason="也不是")
    for order in orders.values():
        act(order, "uphold-return", "dispatcher", at)
    assert again(whistle).state == "dispatched"


def test_reopened_a_department_of_the_first_time_can_be_added(wuhua):
    whistle = wuhua.closed(assisting=["water", "gas"])
    at = whistle.closed_at + timedelta(days=2)
    services.reopen(whistle, by=people[OFFICER], at=at, reason="又溢")
    whistle = act(whistle, "dispatch", "dispatcher", at, lead="water")
    whistle = act(whistle, "redispatch", "dispatcher", at, lead="gas", assisting=["water"])
    assert {code: (order.role, order.state) for code, order in present(whistle).items()} == {
        "water": ("assisting", "sent"),
        "gas": ("lead", "sent"),
    }
    assert not Order.objects.of_present_call(whistle).filter(department=departments["housing"]).exists()
