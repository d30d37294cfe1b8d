"""One whistle, one assessment: the street scores each department that came, once."""

from datetime import timedelta

import pytest

from assessment import services
from assessment.models import Evaluation
from common.errors import Invalid, WrongState
from tests.acting import act, again, last_event, offered
from tests.factories import MONDAY, orders_of, people

AT = MONDAY + timedelta(days=2)
OFFICER = "officer.fengning"
MARKS = {"cooperation": "80", "resolution": "90"}


def test_the_marks_are_kept_with_who_gave_them_and_when(wuhua):
    order = orders_of(wuhua.verified())["water"]
    act(order, "score", "secretary.fengning", AT, **MARKS, comment="配合到位")
    given = Evaluation.objects.get()
    assert (given.order, given.cooperation, given.resolution, given.comment, given.by, given.at) == (
        order,
        80,
        90,
        "配合到位",
        people["secretary.fengning"],
        AT,
    )
    said = last_event(order)
    assert (said.kind, said.note) == ("order.scored", "配合到位")
    assert (said.data["cooperation"], said.data["resolution"]) == (80, 90)


@pytest.mark.parametrize(
    ("given", "fields"),
    [
        ({}, {"cooperation", "resolution"}),
        ({"cooperation": "101", "resolution": "0"}, {"cooperation"}),
        ({"cooperation": "-1", "resolution": "100"}, {"cooperation"}),
        ({"cooperation": "80.5", "resolution": "100"}, {"cooperation"}),
        ({"cooperation": "good", "resolution": "1e3"}, {"cooperation", "resolution"}),
        ({"cooperation": "99999999999999999999", "resolution": "1"}, {"cooperation"}),
    ],
)
def test_a_mark_is_a_whole_number_from_0_to_100(wuhua, given, fields):
    order = orders_of(wuhua.verified())["water"]
    with pytest.raises(Invalid) as refused:
        act(order, "score", OFFICER, AT, **given)
    assert set(refused.value.fields) == fields
    assert not Evaluation.objects.exists()


def test_a_department_is_scored_once(wuhua):
    order = orders_of(wuhua.verified())["water"]
    act(order, "score", OFFICER, AT, **MARKS)
    assert "score" not in offered(order, OFFICER)
    with pytest.raises(WrongState):
        act(order, "score", OFFICER, AT, **MARKS)
    with pytest.raises(WrongState):
        services.score(order, by=people[OFFICER], at=AT, cooperation=1, resolution=1)
    assert Evaluation.objects.get().cooperation == 80


@pytest.mark.parametrize("step", ["dispatched", "on_site", "finished"])
def test_nobody_is_scored_before_the_street_has_verified(wuhua, step):
    order = orders_of(getattr(wuhua, step)())["water"]
    with pytest.raises(WrongState):
        act(order, "score", OFFICER, AT, **MARKS)
    with pytest.raises(WrongState):
        services.score(order, by=people[OFFICER], at=AT, cooperation=80, resolution=90)


def test_who_was_let_go_or_whose_return_was_upheld_is_not_scored(wuhua):
    whistle = wuhua.acknowledged(lead="housing", assisting=["water"])
    whistle = act(whistle, "redispatch", "dispatcher", AT, lead="housing", assisting=["gas"])
    act(orders_of(whistle)["gas"], "return", "liaison.gas", AT, reason="不是我们的")
    act(orders_of(whistle)["gas"], "uphold-return", "dispatcher", AT)
    act(orders_of(whistle)["housing"], "report", "liaison.housing", AT, rank="head")
    act(orders_of(whistle)["housing"], "submit-result", "liaison.housing", AT, note="好了")
    whistle = act(whistle, "verify", OFFICER, AT, solved=True)
    orders = orders_of(whistle)
    assert [code for code, order in orders.items() if "score" in offered(order, OFFICER)] == ["housing"]
    act(whistle, "confirm", "dispatcher", AT)
    act(orders["housing"], "score", OFFICER, AT, **MARKS)
    assert again(whistle).state == "closed"
