"""Who may do what to the order of a department."""

from datetime import date, timedelta

import pytest

from dispatch import clocks, services
from dispatch.actions import order_actions
from tests.acting import act, again
from tests.factories import MONDAY, orders_of, people
from tests.permissions.everybody import AT, check_that_they_see_it, check_who_may, read

ALLOWED = read("""
acknowledge        liaison head
report             liaison head
progress           liaison head
submit-result      liaison head
return             liaison head
uphold-return      dispatcher
overrule-return    dispatcher
confirm-report     officer secretary
score              officer secretary
ask-extension      liaison head
ask-suspension     liaison head
grant              dispatcher
refuse-request     dispatcher
suspend            dispatcher
resume             dispatcher
supervise          dispatcher leader
pass-up            dispatcher
""")


def of(step):
    """Water's order of a case that has come so far."""

    def scene(wuhua, **more):
        return orders_of(getattr(wuhua, step)(lead="water", assisting=[], **more))["water"]

    return scene


def returned(wuhua):
    return act(of("dispatched")(wuhua), "return", "liaison.water", AT, reason="x")


def asked(wuhua):
    order = of("on_site")(wuhua)
    services.ask_extension(order, by=people["liaison.water"], at=AT - timedelta(hours=1), amount=2, reason="x")
    return order


def suspended(wuhua):
    order = of("on_site")(wuhua)
    at, review_on = AT - timedelta(hours=1), date(2026, 12, 24)
    services.suspend(order, by=people["dispatcher"], at=at, review_on=review_on, reason="x")
    return order


def overdue(wuhua):
    order = of("dispatched")(wuhua, at=MONDAY)
    clocks.fire_due(limit=100, now=MONDAY + timedelta(minutes=61))
    return order


# In what situation each act fits, and what it asks for.
SCENES = {
    "acknowledge": (of("dispatched"), {}),
    "report": (of("acknowledged"), {"rank": "head"}),
    "progress": (of("dispatched"), {"note": "x"}),
    "submit-result": (of("on_site"), {"note": "x"}),
    "return": (of("dispatched"), {"reason": "x"}),
    "uphold-return": (returned, {}),
    "overrule-return": (returned, {}),
    "confirm-report": (of("on_site"), {}),
    "score": (of("verified"), {"cooperation": 90, "resolution": 90}),
    "ask-extension": (of("on_site"), {"amount": 1, "reason": "x"}),
    "ask-suspension": (of("on_site"), {"review_on": "2026-12-24", "reason": "x"}),
    "grant": (asked, {}),
    "refuse-request": (asked, {"reason": "x"}),
    "suspend": (of("on_site"), {"review_on": "2026-12-24", "reason": "x"}),
    "resume": (suspended, {}),
    "supervise": (of("on_site"), {"reason": "x"}),
    "pass-up": (overdue, {}),
}


def test_the_table_names_every_act():
    assert set(ALLOWED) == set(SCENES) == {action.name for action in order_actions}


@pytest.mark.parametrize("name", SCENES)
def test_who_may_do_it(wuhua, cast, name, time_machine):
    time_machine.move_to(AT)
    scene, given = SCENES[name]
    check_who_may(cast, again(scene(wuhua)), name, given, ALLOWED[name])


def test_everybody_who_may_act_can_also_see(wuhua, cast):
    check_that_they_see_it(wuhua, cast, SCENES, ALLOWED)
