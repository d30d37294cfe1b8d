"""Not ours, says a department: the clocks keep running until the centre rules, and its ruling is final."""

from datetime import timedelta

import pytest

from common.errors import Invalid, WrongState
from dispatch import services
from dispatch.states import ClockState
from tests.acting import act, again, clocks_of, events_of, last_event, offered
from tests.factories import MONDAY, departments, orders_of, people

AT = MONDAY + timedelta(minutes=60)
LATER = AT + timedelta(minutes=20)
REASON = {"reason": "管道属排水公司养护"}


def returned(whistle, code, at=AT, **given):
    return act(orders_of(whistle)[code], "return", f"liaison.{code}", at, **{**REASON, **given})


def roles(whistle):
    """The role and state of every order of a whistle, by department."""
    return {code: (order.role, order.state) for code, order in orders_of(whistle).items()}


def finish(whistle, *codes):
    for code in codes:
        order, who = orders_of(whistle)[code], f"liaison.{code}"
        act(order, "acknowledge", who, LATER)
        act(order, "report", who, LATER, rank="head")
        act(order, "submit-result", who, LATER, note="好了")


def test_a_returned_order_waits_for_a_ruling_while_its_clocks_run(wuhua):
    whistle = wuhua.dispatched()
    order = returned(whistle, "water", suggested_department="drainage")
    assert (order.state, order.is_disputed, order.suggested_department.code) == ("returned", True, "drainage")
    assert {clock.state_at(LATER) for clock in clocks_of(order).values()} == {ClockState.RUNNING}
    assert last_event(order).note == "管道属排水公司养护"
    assert offered(order, "liaison.water") == []
    assert offered(order, "dispatcher") == ["uphold-return", "overrule-return"]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"reason": ""}, "reason"),
        ({"suggested_department": "water"}, "suggested_department"),
        ({"suggested_department": "guandu-water"}, "suggested_department"),
        ({"suggested_department": "nobody"}, "suggested_department"),
    ],
)
def test_a_return_needs_a_reason_and_another_department_of_the_district(wuhua, given, field):
    with pytest.raises(Invalid) as refused:
        returned(wuhua.dispatched(), "water", **given)
    assert list(refused.value.fields) == [field]


def test_once_acknowledged_it_is_not_returned(wuhua):
    with pytest.raises(WrongState):
        returned(wuhua.acknowledged(), "water")


def test_upheld_the_suggested_department_is_called_in_the_same_role(wuhua):
    whistle = wuhua.dispatched()
    order = returned(whistle, "housing", suggested_department="road")
    order = act(order, "uphold-return", "dispatcher", LATER, note="同意")
    assert (order.state, order.return_ruling) == ("returned", "upheld")
    assert roles(whistle) == {
        "housing": ("lead", "returned"),
        "water": ("assisting", "sent"),
        "road": ("lead", "sent"),
    }
    assert {clock.state_at(LATER) for clock in clocks_of(order).values()} == {ClockState.CANCELLED}
    assert {clock.start_at for clock in clocks_of(orders_of(whistle)["road"]).values()} == {LATER}
    assert orders_of(whistle)["road"].number == f"{whistle.number}-03"


def test_the_centre_can_call_somebody_else_than_was_suggested(wuhua):
    whistle = wuhua.dispatched()
    order = returned(whistle, "water", suggested_department="drainage")
    act(order, "uphold-return", "dispatcher", LATER, department="urban")
    assert roles(whistle)["urban"] == ("assisting", "sent")
    assert "drainage" not in roles(whistle)


def test_the_lead_passes_to_a_department_that_is_called_already(wuhua):
    whistle = wuhua.dispatched()
    act(returned(whistle, "housing", suggested_department="water"), "uphold-return", "dispatcher", LATER)
    assert roles(whistle) == {"housing": ("lead", "returned"), "water": ("lead", "sent")}
    water = orders_of(whistle)["water"]
    assert events_of(water) == ["order.sent", "order.leads"]
    # Its clocks run from its own call.
    assert {clock.start_at for clock in clocks_of(water).values()} == {whistle.dispatched_at}


def test_whom_it_would_assist_may_be_called_already(wuhua):
    whistle = wuhua.dispatched()
    act(returned(whistle, "water", suggested_department="housing"), "uphold-return", "dispatcher", LATER)
    assert roles(whistle) == {"housing": ("lead", "sent"), "water": ("assisting", "returned")}


def test_two_that_point_at_each_other_are_ruled_on_one_after_the_other(wuhua):
    whistle = wuhua.dispatched()
    housing = returned(whistle, "housing", suggested_department="water")
    water = returned(whistle, "water", suggested_department="housing")
    act(housing, "uphold-return", "dispatcher", LATER)
    assert roles(whistle) == {"housing": ("lead", "returned"), "water": ("lead", "returned")}
    act(water, "overrule-return", "dispatcher", LATER)
    assert roles(whistle) == {"housing": ("lead", "returned"), "water": ("lead", "sent")}


def test_a_department_that_has_finished_is_not_called_again_in_place_of_another(wuhua):
    whistle = wuhua.dispatched()
    finish(whistle, "water")
    order = returned(whistle, "housing", suggested_department="water")
    with pytest.raises(Invalid) as refused:
        act(order, "uphold-return", "dispatcher", LATER)
    assert list(refused.value.fields) == ["department"]
    assert again(order).is_disputed


def test_upheld_without_another_department_the_rest_go_on(wuhua):
    whistle = wuhua.dispatched()
    act(returned(whistle, "water"), "uphold-return", "dispatcher", LATER)
    assert roles(whistle) == {"housing": ("lead", "sent"), "water": ("assisting", "returned")}
    assert again(whistle).state == "dispatched"


def test_upholding_the_last_open_order_settles_the_whistle(wuhua):
    whistle = wuhua.dispatched()
    finish(whistle, "housing")
    act(returned(whistle, "water"), "uphold-return", "dispatcher", LATER)
    whistle = again(whistle)
    assert (whistle.state, whistle.handled_at) == ("handled", LATER)


def test_while_a_return_is_disputed_the_whistle_is_not_handled(wuhua):
    whistle = wuhua.dispatched()
    order = returned(whistle, "water")
    finish(whistle, "housing")
    assert again(whistle).state == "dispatched"
    act(order, "overrule-return", "dispatcher", LATER)
    finish(whistle, "water")
    assert again(whistle).state == "handled"


def test_a_whistle_without_a_lead_waits_until_one_is_called(wuhua):
    whistle = wuhua.dispatched()
    act(returned(whistle, "housing"), "uphold-return", "dispatcher", LATER)
    finish(whistle, "water")
    assert again(whistle).state == "dispatched"
    whistle = act(whistle, "redispatch", "dispatcher", LATER, lead="road", assisting=["water"])
    finish(whistle, "road")
    assert again(whistle).state == "handled"


def test_overruled_it_is_the_departments_for_good_and_the_clock_never_stopped(wuhua):
    whistle = wuhua.dispatched()
    order = act(returned(whistle, "water"), "overrule-return", "dispatcher", LATER, note="属地管理")
    assert (order.state, order.return_ruling, last_event(order).note) == ("sent", "overruled", "属地管理")
    clock = clocks_of(order)["acknowledge"]
    assert (clock.start_at, clock.due_at) == (whistle.dispatched_at, whistle.dispatched_at + timedelta(hours=1))
    assert "return" not in offered(order, "liaison.water")
    with pytest.raises(WrongState):
        returned(whistle, "water", at=LATER)
    # Nor past the table, for instance by a second request that was on its way while the centre ruled.
    with pytest.raises(WrongState):
        services.return_order(order, by=people["liaison.water"], at=LATER, reason="再退")
    late = clock.due_at + timedelta(seconds=90)
    order = act(order, "acknowledge", "liaison.water", late)
    assert clocks_of(order)["acknowledge"].overdue_seconds_at(late) == 90


def test_a_return_is_ruled_on_once(wuhua):
    order = returned(wuhua.dispatched(), "water")
    act(order, "uphold-return", "dispatcher", LATER)
    for name in ("uphold-return", "overrule-return"):
        with pytest.raises(WrongState):
            act(order, name, "dispatcher", LATER)
    for rule in (services.uphold_return, services.overrule_return):
        with pytest.raises(WrongState):
            rule(order, by=people["dispatcher"], at=LATER)
    assert events_of(order).count("order.return_upheld") == 1


def test_a_department_let_go_can_be_called_again_later(wuhua):
    whistle = wuhua.dispatched()
    act(returned(whistle, "water"), "uphold-return", "dispatcher", LATER)
    whistle = act(whistle, "redispatch", "dispatcher", LATER, lead="housing", assisting=["water"])
    orders = list(whistle.orders.filter(department=departments["water"]).order_by("id"))
    assert [order.state for order in orders] == ["returned", "sent"]
