"""Who may do what to a whistle."""

import pytest

from common.errors import Forbidden
from dispatch.actions import whistle_actions
from tests.acting import act, again
from tests.factories import MONDAY, people
from tests.permissions.everybody import AT, check_that_they_see_it, check_who_may, read, who_can
from whistle.services import create_draft, edit_draft

ALLOWED = read("""
draft                officer
edit                 officer
request-signatures   officer secretary
sign                 secretary community
refuse               secretary community
withdraw             officer secretary
dispatch             dispatcher
redispatch           dispatcher
return               dispatcher
decline              dispatcher
escalate             dispatcher
hand-back            city
come-on-site         leader
convene              officer secretary dispatcher
show-code            officer secretary
verify               officer secretary
confirm              dispatcher
reopen               officer secretary dispatcher
call-back            dispatcher
""")

# In what situation each act fits, and what it asks for.
SCENES = {
    "request-signatures": (lambda wuhua: wuhua.drafted(), {}),
    "sign": (lambda wuhua: wuhua.signing(), {"inspected_at": MONDAY.isoformat(), "opinion": "x"}),
    "refuse": (lambda wuhua: wuhua.signing(), {"opinion": "x"}),
    "withdraw": (lambda wuhua: wuhua.filed(), {"reason": "x"}),
    "dispatch": (lambda wuhua: wuhua.filed(), {"lead": "water"}),
    "redispatch": (
        lambda wuhua: wuhua.dispatched(lead="water", assisting=[]),
        {"lead": "water", "assisting": ["road"]},
    ),
    "return": (lambda wuhua: wuhua.filed(), {"reason": "x"}),
    "decline": (lambda wuhua: wuhua.filed(), {"reason": "x", "ruling": "empty"}),
    "escalate": (lambda wuhua: wuhua.filed(), {"reason": "x"}),
    "hand-back": (lambda wuhua: act(wuhua.filed(), "escalate", "dispatcher", AT, reason="x"), {"note": "x"}),
    "come-on-site": (lambda wuhua: wuhua.dispatched(lead="water", assisting=[], level="major"), {}),
    "convene": (
        lambda wuhua: wuhua.dispatched(lead="water", assisting=[]),
        {"held_at": "2026-11-26T15:00", "place": "x", "departments": ["water"]},
    ),
    "show-code": (lambda wuhua: wuhua.dispatched(lead="water", assisting=[]), {}),
    "verify": (lambda wuhua: wuhua.finished(lead="water", assisting=[]), {"solved": True}),
    "confirm": (lambda wuhua: wuhua.verified(lead="water", assisting=[]), {}),
    "reopen": (lambda wuhua: wuhua.closed(lead="water", assisting=[]), {"reason": "x"}),
    "call-back": (
        lambda wuhua: wuhua.closed(lead="water", assisting=[]),
        {"contacted": True, "responded": True, "solved": True, "satisfaction": "satisfied"},
    ),
}


def test_the_table_names_every_act():
    assert set(SCENES) == {action.name for action in whistle_actions}
    assert set(ALLOWED) == {*SCENES, "draft", "edit"}


@pytest.mark.parametrize("name", SCENES)
def test_who_may_do_it(wuhua, cast, name, time_machine):
    time_machine.move_to(AT)
    scene, given = SCENES[name]
    check_who_may(cast, again(scene(wuhua)), name, given, ALLOWED[name])


def test_who_may_draft_and_edit(wuhua, cast):
    whistle = wuhua.drafted()
    fields = {
        "type": whistle.type,
        "level": "general",
        "title": "x",
        "description": "x",
        "area": whistle.area,
        "criteria": list(whistle.type.criteria.all()),
    }
    assert who_can(cast, lambda person: create_draft(by=person, at=AT, **fields)) == ALLOWED["draft"]
    assert who_can(cast, lambda person: edit_draft(whistle, by=person, at=AT, **fields)) == ALLOWED["edit"]


def test_a_draft_is_not_moved_to_somebody_elses_street(wuhua):
    whistle = wuhua.drafted()
    with pytest.raises(Forbidden):
        edit_draft(
            whistle,
            by=people["officer.fengning"],
            at=AT,
            type=whistle.type,
            area=wuhua.areas["530102008001"],
            criteria=list(whistle.type.criteria.all()),
        )
    assert again(whistle).area_id == wuhua.HONGSHAN


def test_everybody_who_may_act_can_also_see(wuhua, cast):
    check_that_they_see_it(wuhua, cast, SCENES, ALLOWED)
