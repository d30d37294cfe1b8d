"""The tables of actions on a joint session and on one of its tasks."""

from django.utils.translation import gettext_lazy as _

from common.actions import Action, ActionTable
from dispatch import permissions as may
from dispatch import services, session_forms
from dispatch.forms import ReasonForm
from dispatch.states import SessionState, TaskState

session_actions = ActionTable()
task_actions = ActionTable()

session_actions.add(
    Action(
        name="minutes",
        label=_("Write the minutes"),
        run=services.write_minutes,
        may=may.can_keep_session,
        states=frozenset({SessionState.CALLED}),
        why_not=services.why_not_yet,
        form=session_forms.MinutesForm,
        weight=90,
    ),
    Action(
        name="set-task",
        label=_("Set a task"),
        run=services.set_task,
        may=may.can_keep_session,
        states=frozenset({SessionState.CALLED, SessionState.HELD}),
        why_not=services.why_not_yet,
        form=session_forms.TaskForm,
        weight=80,
    ),
    Action(
        name="correct",
        label=_("Correct the minutes"),
        run=services.write_minutes,
        may=may.can_keep_session,
        states=frozenset({SessionState.HELD}),
        why_not=services.why_not_yet,
        form=session_forms.MinutesForm,
        weight=20,
    ),
    Action(
        name="cancel",
        label=_("Call it off"),
        run=services.cancel_session,
        may=may.can_keep_session,
        states=frozenset({SessionState.CALLED}),
        form=ReasonForm,
        tone="danger",
        weight=10,
    ),
)

task_actions.add(
    Action(
        name="done",
        label=_("It is done"),
        run=services.complete_task,
        may=may.can_do_task,
        states=frozenset({TaskState.OPEN}),
        form=session_forms.DoneForm,
        weight=90,
    ),
    Action(
        name="not-done",
        label=_("It is not done"),
        run=services.find_task_not_done,
        may=may.can_judge_task,
        states=frozenset({TaskState.DONE}),
        form=ReasonForm,
        weight=30,
    ),
    Action(
        name="drop",
        label=_("Drop it"),
        run=services.drop_task,
        may=may.can_judge_task,
        states=frozenset({TaskState.OPEN}),
        form=ReasonForm,
        tone="danger",
        weight=10,
    ),
)
