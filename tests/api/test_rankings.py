"""Rankings by API: from the list to a unit's score, and to the rows behind each figure."""

from datetime import timedelta

import pytest
import time_machine

from assessment.services.months import compute_running
from tests.copies import copied
from tests.factories import MONDAY, closed, departments, people

NOW = MONDAY + timedelta(hours=30)


@pytest.fixture(autouse=True)
def tuesday(wuhua):
    with time_machine.travel(NOW, tick=False):
        yield


def key(code):
    return str(departments[code].pk)


@pytest.fixture
def api(callers):
    return lambda who, path, **params: callers(who).get(f"rankings/{path}", **params)


def test_a_program_follows_a_score_down_to_its_orders(api):
    closed(lead="water", assisting=(), at=NOW, cooperation=81)
    [row] = api("assessor", "").json()["results"]
    assert row["unit"] == key("water")
    score = api("assessor", f"departments/{row['unit']}/").json()
    part = next(part for part in score["parts"] if part["code"] == "cooperation")
    assert part["value"] == 81
    assert {figure["name"]: figure["value"] for figure in part["figures"]} == {"cooperation": 81, "scored": 1}
    behind = api("assessor", f"departments/{row['unit']}/cooperation/").json()
    [order] = behind["results"]
    assert (order["brings"], order["counts"]["cooperation"], order["department"]) == (81, 81, "water")
    assert (behind["hidden"], behind["next"], behind["previous"]) == (0, None, None)


def test_rows_behind_a_figure_come_twenty_at_a_time(api):
    copied(closed(lead="water", assisting=(), at=NOW), 20)
    first = api("assessor", f"departments/{key('water')}/orders/").json()
    assert len(first["results"]) == 20
    assert first["next"].endswith("?page=2")
    second = api("assessor", f"departments/{key('water')}/orders/", page="2").json()
    assert (len(second["results"]), second["next"]) == (1, None)


def test_the_api_keeps_to_the_same_rights(api):
    closed(lead="water", assisting=(), at=NOW)
    compute_running(now=NOW)
    water, dispatcher = key("water"), people["dispatcher"].pk
    assert api("grid.hongshan", "").status_code == 403
    assert api("liaison.water", f"dispatchers/{dispatcher}/").status_code == 403
    assert api("liaison.gas", f"departments/{water}/orders/").json()["hidden"] == 1
    assert api("assessor", f"departments/{water}/nonsense/").status_code == 404
    assert api("assessor", "departments/0/").status_code == 404
    assert api("assessor", f"departments/{water}/orders/", page="none").status_code == 400
