"""Who may do what to a record of accountability: the street's secretary is held to account."""

import pytest

from assessment.actions import accountability_actions
from assessment.models import Accountability
from assessment.services import accountability
from assessment.services.holding import hold_to_account
from tests.acting import act, again
from tests.factories import people
from tests.permissions.everybody import AT, check_that_they_see_it, check_who_may, read

ALLOWED = read("""
appeal     secretary
uphold     assessor
reverse    assessor
""")


def held(wuhua):
    """The record of the street's secretary."""
    whistle = act(wuhua.filed(), "decline", "dispatcher", AT, reason="x", ruling="empty")
    hold_to_account(now=AT)
    return Accountability.objects.get(whistle=whistle, person=people["secretary.fengning"])


def disputed(wuhua):
    return accountability.appeal(held(wuhua), by=people["secretary.fengning"], at=AT, reason="x")


SCENES = {
    "appeal": (held, {"reason": "x"}),
    "uphold": (disputed, {"decision": "x"}),
    "reverse": (disputed, {"decision": "x"}),
}


def test_the_table_names_every_act():
    assert set(ALLOWED) == set(SCENES) == {action.name for action in accountability_actions}


@pytest.mark.parametrize("name", SCENES)
def test_who_may_do_it(wuhua, cast, name, time_machine):
    time_machine.move_to(AT)
    scene, given = SCENES[name]
    check_who_may(cast, again(scene(wuhua)), name, given, ALLOWED[name])


def test_everybody_who_may_act_can_also_see(wuhua, cast):
    check_that_they_see_it(wuhua, cast, SCENES, ALLOWED)
