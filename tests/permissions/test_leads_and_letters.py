"""Who may do what to a lead and to an advice letter."""

from datetime import timedelta

import pytest

from dispatch import services
from dispatch.lead_actions import lead_actions
from dispatch.letter_actions import letter_actions
from tests.acting import act, again
from tests.factories import departments
from tests.permissions.everybody import AT, check_that_they_see_it, check_who_may, read, who_can

# A lead of the grid and a letter of the street; where it says so a lead of the street, a letter of the community.
ALLOWED = read("""
lead report              grid community officer secretary
lead solve               grid
lead pass-up             grid
lead mark-hard           grid
lead take-over           community officer secretary
lead note                grid community officer secretary
street-lead solve        officer secretary
street-lead pass-back    officer secretary
street-lead whistle      officer
letter send              community officer secretary
letter reply             liaison head
letter outcome           officer secretary
letter withdraw          officer secretary
community-letter outcome     community
community-letter withdraw    community
""")


def answered(wuhua, **letter):
    return act(wuhua.sent(**letter), "reply", "liaison.water", AT - timedelta(hours=1), reply="x")


# In what situation each act fits, and what it asks for.
SCENES = {
    "lead solve": (lambda wuhua: wuhua.reported(), {"answer": "x"}),
    "lead pass-up": (lambda wuhua: wuhua.reported(), {}),
    "lead mark-hard": (lambda wuhua: wuhua.reported(), {}),
    "lead take-over": (lambda wuhua: wuhua.reported(), {}),
    "lead note": (lambda wuhua: wuhua.reported(), {"note": "x"}),
    "street-lead solve": (lambda wuhua: wuhua.reported(hard=True), {"answer": "x"}),
    "street-lead pass-back": (lambda wuhua: wuhua.reported(hard=True), {"reason": "x"}),
    "street-lead whistle": (
        lambda wuhua: wuhua.reported(hard=True),
        {"type": "key", "level": "general", "criteria": ["hazard", "joint"], "description": "x"},
    ),
    "letter reply": (lambda wuhua: wuhua.sent(), {"reply": "x"}),
    "letter outcome": (answered, {"outcome": "adopted"}),
    "letter withdraw": (lambda wuhua: wuhua.sent(), {"reason": "x"}),
    "community-letter outcome": (lambda wuhua: answered(wuhua, by="community.hongshan"), {"outcome": "partly"}),
    "community-letter withdraw": (lambda wuhua: wuhua.sent(by="community.hongshan"), {"reason": "x"}),
}


def test_the_table_names_every_act():
    named = {f"lead {action.name}" for action in lead_actions} | {f"letter {action.name}" for action in letter_actions}
    assert {name.removeprefix("street-").removeprefix("community-") for name in SCENES} == named
    assert set(ALLOWED) == {*SCENES, "lead report", "letter send"}


@pytest.mark.parametrize("name", SCENES)
def test_who_may_do_it(wuhua, cast, name, time_machine):
    time_machine.move_to(AT)
    scene, given = SCENES[name]
    check_who_may(cast, again(scene(wuhua)), name.split()[-1], given, ALLOWED[name])


def test_who_may_report_and_write(wuhua, cast):
    place, about = wuhua.areas["530102005008001"], wuhua.areas[wuhua.HONGSHAN]
    reports = who_can(cast, lambda person: services.report_lead(by=person, at=AT, title="x", area=place))
    water = departments["water"]
    given = {"title": "x", "text": "x", "area": about, "department": water}
    writes = who_can(cast, lambda person: services.send_letter(by=person, at=AT, **given))
    assert (reports, writes) == (ALLOWED["lead report"], ALLOWED["letter send"])


def test_everybody_who_may_act_can_also_see(wuhua, cast):
    check_that_they_see_it(wuhua, cast, SCENES, ALLOWED)
