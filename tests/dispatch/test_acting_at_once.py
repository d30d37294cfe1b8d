"""Two people, or a person and the sweep, at the same moment: one wins, the other is told, nothing is lost."""

from datetime import timedelta

import pytest

from assessment.models import Evaluation
from common.errors import Forbidden, Invalid, WrongState
from dispatch import clocks
from dispatch.models import ArrivalCode, Deadline, Firing, Order
from dispatch.services import show_code
from dispatch.states import ClockState
from tests.acting import act, again, clocks_of, events_of
from tests.factories import MONDAY, orders_of, people
from tests.threads import overlapping, refusals, together
from whistle.models import Event, Signature

pytestmark = pytest.mark.django_db(transaction=True)

AT = MONDAY + timedelta(hours=3)
OFFICER = "officer.fengning"


# --- two people ---


def test_of_two_dispatchers_one_wins_and_the_other_is_told(wuhua):
    whistle = wuhua.filed()

    def call(lead):
        return lambda: act(whistle, "dispatch", "dispatcher", AT, lead=lead)

    first, second, overlapped = overlapping(call("water"), call("gas"))
    assert overlapped
    assert first.state == "dispatched"
    assert isinstance(second, WrongState)
    assert list(orders_of(whistle)) == ["water"]
    assert events_of(whistle).count("whistle.dispatched") == 1


def test_dispatching_and_withdrawing_at_once_leave_no_orders_of_a_withdrawn_whistle(wuhua):
    whistle = wuhua.filed()
    results = together(
        lambda: act(whistle, "dispatch", "dispatcher", AT, lead="water"),
        lambda: act(whistle, "withdraw", OFFICER, AT, reason="x"),
    )
    assert [type(error) for error in refusals(results)] == [WrongState]
    assert (again(whistle).state == "dispatched") == bool(orders_of(whistle))


def test_of_two_departments_that_scan_one_code_one_is_told_to_scan_the_next(wuhua):
    whistle = wuhua.acknowledged(at=MONDAY)
    orders, code = orders_of(whistle), show_code(whistle, by=people[OFFICER], at=MONDAY)

    def scan(name):
        return lambda: act(orders[name], "report", f"liaison.{name}", MONDAY, rank="deputy", code=code.token)

    first, second, overlapped = overlapping(scan("housing"), scan("water"))
    assert overlapped
    assert first.state == "on_site"
    assert isinstance(second, WrongState)
    assert again(orders["water"]).state == "acknowledged"
    assert ArrivalCode.objects.standing().count() == 1


def test_a_code_used_while_a_new_one_is_shown_leaves_one_to_scan(wuhua):
    whistle = wuhua.acknowledged(at=MONDAY)
    order, officer = orders_of(whistle)["water"], people[OFFICER]
    code = show_code(whistle, by=officer, at=MONDAY)
    first, second, overlapped = overlapping(
        lambda: act(order, "report", "liaison.water", MONDAY, rank="deputy", code=code.token),
        lambda: show_code(whistle, by=officer, at=MONDAY),
    )
    assert overlapped
    assert first.state == "on_site"
    assert list(ArrivalCode.objects.standing()) == [second]


def test_two_secretaries_at_once_file_it_once(wuhua):
    whistle = wuhua.signing()

    def sign(who):
        return lambda: act(whistle, "sign", who, AT, opinion="属实", inspected_at=MONDAY.isoformat())

    first, second, overlapped = overlapping(sign("secretary.fengning"), sign("community.hongshan"))
    assert overlapped
    assert (first.state, second.state) == ("signing", "filed")
    assert events_of(whistle).count("whistle.filed") == 1


def test_one_secretary_twice_at_once_signs_once(wuhua):
    whistle = wuhua.signing()

    def sign():
        return act(whistle, "sign", "secretary.fengning", AT, opinion="属实", inspected_at=MONDAY.isoformat())

    first, second, _overlapped = overlapping(sign, sign)
    assert isinstance(second, WrongState)
    assert Signature.objects.filter(whistle=whistle).count() == 1


def test_two_results_at_once_make_it_handled_once(wuhua):
    whistle = wuhua.on_site()
    orders = orders_of(whistle)

    def submit(code):
        return lambda: act(orders[code], "submit-result", f"liaison.{code}", AT, note="好了")

    _first, _second, overlapped = overlapping(submit("housing"), submit("water"))
    assert overlapped
    assert again(whistle).state == "handled"
    assert events_of(whistle).count("whistle.handled") == 1
    assert whistle.deadlines.filter(kind="verify").count() == 1


def test_liaison_and_head_acknowledge_at_once_and_one_is_told(wuhua):
    order = orders_of(wuhua.dispatched())["water"]
    _first, second, overlapped = overlapping(
        lambda: act(order, "acknowledge", "liaison.water", AT), lambda: act(order, "acknowledge", "head.water", AT)
    )
    assert overlapped
    assert isinstance(second, WrongState)
    assert events_of(order) == ["order.sent", "order.acknowledged"]


@pytest.mark.parametrize("first", ["uphold-return", "overrule-return"])
@pytest.mark.parametrize("second", ["uphold-return", "overrule-return"])
def test_a_return_is_ruled_on_once_by_two_dispatchers(wuhua, first, second):
    order = orders_of(wuhua.dispatched())["water"]
    act(order, "return", "liaison.water", AT, reason="x", suggested_department="drainage")
    _won, lost, overlapped = overlapping(
        lambda: act(order, first, "dispatcher", AT), lambda: act(order, second, "dispatcher", AT)
    )
    assert overlapped
    assert isinstance(lost, WrongState)
    assert again(order).return_ruling == ("upheld" if first == "uphold-return" else "overruled")


def test_letting_a_department_go_while_it_acknowledges(wuhua):
    whistle = wuhua.dispatched()
    order = orders_of(whistle)["water"]

    def let_go():
        return act(whistle, "redispatch", "dispatcher", AT, lead="housing")

    def acknowledge():
        return act(order, "acknowledge", "liaison.water", AT)

    _first, second, overlapped = overlapping(let_go, acknowledge)
    assert overlapped
    assert isinstance(second, WrongState)
    assert not Deadline.objects.running().filter(order=order).exists()


def test_a_department_that_acknowledges_first_is_let_go_all_the_same(wuhua):
    whistle = wuhua.dispatched()
    order = orders_of(whistle)["water"]
    results = overlapping(
        lambda: act(order, "acknowledge", "liaison.water", AT),
        lambda: act(whistle, "redispatch", "dispatcher", AT, lead="housing"),
    )
    assert refusals(results) == []
    clock = clocks_of(order)["acknowledge"]
    assert (again(order).state, clock.met_at) == ("cancelled", AT)
    assert not Deadline.objects.running().filter(order=order).exists()


def test_last_score_and_confirmation_at_once_close_it_once(wuhua):
    whistle = wuhua.verified(assisting=["water"])
    orders = orders_of(whistle)
    marks = {"cooperation": 90, "resolution": 90}
    results = together(
        *(lambda order=order: act(order, "score", OFFICER, AT, **marks) for order in orders.values()),
        lambda: act(whistle, "confirm", "dispatcher", AT),
    )
    assert refusals(results) == []
    assert again(whistle).state == "closed"
    assert events_of(whistle).count("whistle.closed") == 1


def test_two_officers_score_the_same_department_at_once(wuhua):
    order = orders_of(wuhua.verified())["water"]

    def score(who):
        return lambda: act(order, "score", who, AT, cooperation=80, resolution=80)

    _first, second, overlapped = overlapping(score(OFFICER), score("secretary.fengning"))
    assert overlapped
    assert isinstance(second, WrongState)
    assert Evaluation.objects.count() == 1


def test_confirming_twice_at_once(wuhua):
    whistle = wuhua.verified()

    def confirm():
        return act(whistle, "confirm", "dispatcher", AT)

    _first, second, overlapped = overlapping(confirm, confirm)
    assert overlapped
    assert isinstance(second, WrongState)


def test_strangers_are_turned_away_without_waiting(wuhua):
    whistle = wuhua.filed()
    _first, second, overlapped = overlapping(
        lambda: act(whistle, "dispatch", "dispatcher", AT, lead="water"),
        lambda: act(whistle, "dispatch", OFFICER, AT, lead="gas"),
    )
    assert isinstance(second, Forbidden)
    assert not overlapped


# --- the sweep and the acts ---


def test_an_act_received_in_time_but_committed_after_the_sweep_lifts_the_breach(wuhua):
    order = orders_of(wuhua.dispatched(at=AT))["water"]
    due_at = clocks_of(order)["acknowledge"].due_at

    def sweep():
        return clocks.fire_due(limit=100, now=due_at + timedelta(seconds=1))

    # The sweep holds the row when the act, received just in time, comes to stop the clock.
    swept, _acted, overlapped = overlapping(sweep, lambda: act(order, "acknowledge", "liaison.water", due_at))
    assert overlapped
    assert swept > 0
    clock = clocks_of(order)["acknowledge"]
    assert (clock.state_at(due_at), clock.breached_at, clock.met_at) == (ClockState.MET, None, due_at)
    assert events_of(order)[-3:] == ["clock.breached", "clock.breach_lifted", "order.acknowledged"]


def test_a_sweep_does_not_wait_for_an_act_and_finds_nothing_left_to_say(wuhua):
    order = orders_of(wuhua.dispatched(at=AT))["water"]
    clock = clocks_of(order)["acknowledge"]
    late = clock.due_at + timedelta(seconds=1)

    def sweep():
        return clocks.fire_due(limit=100, now=late)

    _acted, _swept, overlapped = overlapping(lambda: act(order, "acknowledge", "liaison.water", clock.due_at), sweep)
    assert not overlapped
    assert sweep() == 0
    clock = clocks_of(order)["acknowledge"]
    assert (clock.state_at(late), clock.breached_at) == (ClockState.MET, None)
    assert "clock.breached" not in events_of(order)


def test_two_sweepers_tell_each_step_once_and_miss_none(wuhua):
    whistles = [wuhua.dispatched(at=AT, assisting=["water", "road", "gas"]) for _ in range(4)]
    late = AT + timedelta(days=60)

    def sweep():
        taken = 0
        while took := clocks.fire_due(limit=3, now=late):
            taken += took
        return taken

    assert refusals(together(sweep, sweep, sweep)) == []
    # What one worker held, another may have skipped: the next tick takes it.
    sweep()
    deadlines = Deadline.objects.running()
    assert deadlines.count() == len(whistles) * 4 * 3
    # Two reminders, the breach, two rungs of the ladder.
    assert Firing.objects.count() == deadlines.count() * 5
    assert Event.objects.filter(kind="order.supervised").count() == deadlines.count()
    assert Event.objects.filter(kind="clock.breached").count() == deadlines.count()
    assert set(deadlines.values_list("breached_at", "next_at")) == {(late, None)}


def test_a_crowd_at_one_case_never_locks_itself_up(wuhua):
    """Departments, street, centre and sweep at once, each in its own order of things."""
    whistle = wuhua.dispatched(at=AT, assisting=["water", "road", "gas"])
    orders = orders_of(whistle)
    late = AT + timedelta(hours=5)

    def department(code):
        def work():
            who = f"liaison.{code}"
            act(orders[code], "acknowledge", who, late)
            act(orders[code], "progress", who, late, note="x")
            act(orders[code], "report", who, late, rank="head")
            act(orders[code], "submit-result", who, late, note="x")

        return work

    def centre():
        for assisting in (["water", "road", "gas", "fire"], ["water", "road", "gas"]) * 3:
            act(whistle, "redispatch", "dispatcher", late, lead="housing", assisting=assisting)

    def sweep():
        for minute in range(40):
            clocks.fire_due(limit=2, now=late + timedelta(minutes=minute))

    results = together(*map(department, orders), centre, sweep, sweep)
    # The centre may come too late, but nobody waits for another for ever.
    assert [error for error in refusals(results) if not isinstance(error, WrongState | Invalid)] == []
    assert {order.state for order in orders_of(whistle).values() if order.department.code != "fire"} == {"finished"}
    assert Order.objects.open().count() <= 1
