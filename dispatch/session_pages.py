"""What the pages of joint sessions and their tasks are made of."""

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dispatch import pages
from dispatch.session_actions import session_actions, task_actions
from dispatch.states import SessionState, TaskState

S = SessionState
AWAITED = {
    S.CALLED: gettext_lazy("The departments meet; then the minutes are written and the tasks are set."),
    S.HELD: gettext_lazy("It was held. What each department took upon itself stands below."),
    S.CANCELLED: gettext_lazy("It was called off. Nothing more will happen."),
}


def session_bar(person, session):
    return pages.bar(session_actions, person, session)


def awaited(session):
    """Where a joint session stands, in a sentence."""
    return AWAITED[SessionState(session.state)]


def tasks(session, *, person, now):
    """One row per task, with what this person may do to it; `session` as `queries.whole_session` loads it."""
    today = timezone.localdate(now)
    here = reverse("session", args=[session.number])
    return [
        {
            "task": task,
            "late": task.days_late_on(timezone.localdate(task.done_at) if task.done_at else today),
            "tone": _tone(task, today),
            "actions": [
                {"name": action.name, "label": action.label, "tone": action.tone, "url": f"{url}?next={here}"}
                for action in task_actions.open_to(person, task)
                for url in [pages.address_of(task, action)]
            ],
        }
        for task in session.tasks.all()
    ]


def _tone(task, today):
    if task.state == TaskState.DROPPED:
        return "rest"
    if task.state == TaskState.DONE:
        return "ok"
    return "late" if task.due_on < today else "warning" if task.due_on == today else ""


def in_short(whistle, *, now):
    """The joint sessions of a whistle as its page lists them; `whistle` as `queries.whole_whistle` loads it."""
    today = timezone.localdate(now)
    return [
        {
            "session": session,
            "url": reverse("session", args=[session.number]),
            "late": session.first_day is not None and session.first_day < today,
        }
        for session in whistle.sessions.all()
    ]


def gathered(session):
    """`[(name, word), …]`: every department that was invited or came, and whether it was there."""
    words = {True: _("was there"), False: _("was not there"), None: _("invited")}
    return [
        (seat.department, words[seat.came] if seat.invited or not seat.came else _("came without being invited"))
        for seat in session.seats.all()
    ]
