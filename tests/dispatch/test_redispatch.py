"""The centre changes who is called while the matter is being handled."""

from datetime import timedelta

import pytest

from common.errors import Invalid, WrongState
from dispatch import services
from dispatch.forms import RedispatchForm
from dispatch.states import ClockState
from tests.acting import act, again, clocks_of, events_of, last_event
from tests.factories import MONDAY, departments, orders_of, people

AT = MONDAY + timedelta(hours=2)
RESULT = {"note": "已处置"}


def called(whistle):
    return {code: (order.role, order.state) for code, order in orders_of(whistle).items()}


def change(whistle, lead, *assisting):
    return act(whistle, "redispatch", "dispatcher", AT, lead=lead, assisting=list(assisting), note="调整")


def suggested_by_form(whistle):
    form = RedispatchForm(row=again(whistle), person=people["dispatcher"])
    return form.fields["lead"].initial, form.fields["assisting"].initial


def test_a_department_is_added_with_clocks_of_its_own(wuhua):
    whistle = change(wuhua.acknowledged(), "housing", "water", "gas")
    assert called(whistle) == {
        "housing": ("lead", "acknowledged"),
        "water": ("assisting", "acknowledged"),
        "gas": ("assisting", "sent"),
    }
    orders = orders_of(whistle)
    assert {clock.start_at for clock in clocks_of(orders["gas"]).values()} == {AT}
    assert {clock.start_at for clock in clocks_of(orders["water"]).values()} == {whistle.dispatched_at}


def test_a_department_is_let_go_and_its_clocks_are_cancelled(wuhua):
    whistle = change(wuhua.acknowledged(), "housing")
    order = orders_of(whistle)["water"]
    assert (order.role, order.state) == ("assisting", "cancelled")
    clocks = clocks_of(order)
    assert {kind: clock.state_at(AT) for kind, clock in clocks.items()} == {
        "acknowledge": ClockState.MET,
        "report": ClockState.CANCELLED,
        "resolve": ClockState.CANCELLED,
    }
    assert (last_event(order).kind, last_event(order).note) == ("order.cancelled", "调整")


def test_the_lead_changes_hands_within_and_the_clocks_run_on(wuhua):
    whistle = change(wuhua.dispatched(), "water", "housing")
    assert called(whistle) == {"housing": ("assisting", "sent"), "water": ("lead", "sent")}
    for order in orders_of(whistle).values():
        assert events_of(order) == ["order.sent", "order.leads"]
        assert {clock.start_at for clock in clocks_of(order).values()} == {whistle.dispatched_at}


def test_a_new_department_takes_the_lead(wuhua):
    whistle = change(wuhua.dispatched(), "gas", "housing")
    assert called(whistle) == {
        "housing": ("assisting", "sent"),
        "water": ("assisting", "cancelled"),
        "gas": ("lead", "sent"),
    }


def test_a_department_with_its_result_in_keeps_its_order(wuhua):
    whistle = wuhua.on_site()
    act(orders_of(whistle)["water"], "submit-result", "liaison.water", AT, **RESULT)
    whistle = change(whistle, "housing", "gas")
    assert called(whistle)["water"] == ("assisting", "finished")
    assert called(whistle)["gas"] == ("assisting", "sent")
    with pytest.raises(Invalid) as refused:
        change(whistle, "water", "housing")
    assert list(refused.value.fields) == ["lead"]
    assert called(whistle)["housing"] == ("lead", "on_site")


def test_the_lead_with_its_result_in_may_stay_the_lead_while_the_others_change(wuhua):
    whistle = wuhua.on_site()
    act(orders_of(whistle)["housing"], "submit-result", "liaison.housing", AT, **RESULT)
    assert suggested_by_form(whistle) == ("housing", ["water"])
    whistle = change(whistle, "housing", "gas")
    assert called(whistle) == {
        "housing": ("lead", "finished"),
        "water": ("assisting", "cancelled"),
        "gas": ("assisting", "sent"),
    }
    assert whistle.state == "dispatched"


def test_a_new_lead_relieves_the_one_with_its_result_in(wuhua):
    whistle = wuhua.on_site()
    act(orders_of(whistle)["housing"], "submit-result", "liaison.housing", AT, **RESULT)
    whistle = change(whistle, "gas", "water")
    assert called(whistle)["housing"] == ("assisting", "finished")
    act(orders_of(whistle)["water"], "submit-result", "liaison.water", AT, **RESULT)
    assert again(whistle).state == "dispatched", "the new lead has yet to come"


def test_letting_go_the_last_that_are_at_work_settles_the_whistle(wuhua):
    whistle = wuhua.on_site()
    act(orders_of(whistle)["housing"], "submit-result", "liaison.housing", AT, **RESULT)
    assert change(whistle, "housing").state == "handled"


def test_a_department_whose_return_is_disputed_counts_among_the_called(wuhua):
    whistle = wuhua.dispatched()
    act(orders_of(whistle)["housing"], "return", "liaison.housing", AT, reason="不是我们的")
    assert suggested_by_form(whistle) == ("housing", ["water"])
    whistle = change(whistle, "gas", "housing", "water")
    assert called(whistle) == {
        "housing": ("assisting", "returned"),
        "water": ("assisting", "sent"),
        "gas": ("lead", "sent"),
    }
    act(orders_of(whistle)["housing"], "overrule-return", "dispatcher", AT)
    assert called(whistle)["housing"] == ("assisting", "sent")


def test_letting_go_a_department_ends_its_dispute(wuhua):
    whistle = wuhua.dispatched()
    act(orders_of(whistle)["housing"], "return", "liaison.housing", AT, reason="不是我们的")
    whistle = change(whistle, "gas", "water")
    order = orders_of(whistle)["housing"]
    assert (order.state, {clock.state_at(AT) for clock in clocks_of(order).values()}) == (
        "cancelled",
        {ClockState.CANCELLED},
    )
    with pytest.raises(WrongState):
        act(order, "overrule-return", "dispatcher", AT)


def test_a_department_that_was_let_go_can_be_called_again(wuhua):
    whistle = change(change(wuhua.dispatched(), "housing"), "housing", "water")
    states = whistle.orders.filter(department=departments["water"]).order_by("id").values_list("state", flat=True)
    assert list(states) == ["cancelled", "sent"]


@pytest.mark.parametrize("step", ["filed", "finished", "verified", "closed"])
def test_departments_change_only_while_the_matter_is_being_handled(wuhua, step):
    whistle = getattr(wuhua, step)()
    with pytest.raises(WrongState):
        change(whistle, "gas")
    with pytest.raises(WrongState):
        services.redispatch(whistle, by=people["dispatcher"], at=AT, lead=departments["gas"], assisting=[])
