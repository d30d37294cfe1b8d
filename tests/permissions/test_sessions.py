"""Who may do what to a joint session and to its tasks."""

from datetime import timedelta

import pytest

from dispatch import services
from dispatch.session_actions import session_actions, task_actions
from tests.acting import again
from tests.factories import people
from tests.permissions.everybody import AT, check_that_they_see_it, check_who_may, read

ALLOWED = read("""
session minutes     officer secretary dispatcher
session set-task    officer secretary dispatcher
session correct     officer secretary dispatcher
session cancel      officer secretary dispatcher
task done           liaison head
task not-done       officer secretary dispatcher
task drop           officer secretary dispatcher
""")


def done(wuhua):
    return services.complete_task(wuhua.agreed(), by=people["liaison.water"], at=AT - timedelta(hours=1), note="x")


SCENES = {
    "session minutes": (lambda wuhua: wuhua.convened(), {"minutes": "x", "came": ["water"]}),
    "session set-task": (
        lambda wuhua: wuhua.convened(),
        {"department": "water", "text": "x", "due_on": "2026-12-01"},
    ),
    "session correct": (lambda wuhua: wuhua.held(), {"minutes": "y", "came": ["water"]}),
    "session cancel": (lambda wuhua: wuhua.convened(), {"reason": "x"}),
    "task done": (lambda wuhua: wuhua.agreed(), {"note": "x"}),
    "task not-done": (done, {"reason": "x"}),
    "task drop": (lambda wuhua: wuhua.agreed(), {"reason": "x"}),
}


def test_the_table_names_every_act():
    names = {
        f"{kind} {act.name}" for kind, table in (("session", session_actions), ("task", task_actions)) for act in table
    }
    assert set(SCENES) == set(ALLOWED) == names


@pytest.mark.parametrize("name", SCENES)
def test_who_may_do_it(wuhua, cast, name, time_machine):
    time_machine.move_to(AT)
    scene, given = SCENES[name]
    check_who_may(cast, again(scene(wuhua)), name.split()[1], given, ALLOWED[name])


def test_everybody_who_may_act_can_also_see(wuhua, cast):
    check_that_they_see_it(wuhua, cast, SCENES, ALLOWED)
