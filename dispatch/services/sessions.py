"""Joint sessions of the departments of a whistle: called, held with minutes, and the tasks they agree on."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from common.errors import Invalid, WrongState, require
from common.moments import exactly
from dispatch.messages import News, tell
from dispatch.models import JointSession, SessionSeat, SessionTask
from dispatch.permissions import (
    can_convene,
    can_do_task,
    can_judge_task,
    can_keep_session,
    convening_post,
    department_post,
)
from dispatch.queries import orders_at_work
from dispatch.states import SESSION_MOVES, TASK_MOVES, Audience, SessionState, TaskState
from whistle.models import EventKind
from whistle.services import add_photos, record
from whistle.services.moves import lock as lock_whistle
from whistle.states import UNDER_WAY, WhistleState

# Further ahead nobody calls a session: it is a slip of the pen.
FURTHEST = timedelta(days=90)


@transaction.atomic
def convene(whistle, *, by, at, held_at, place, departments, agenda=""):
    """Calls `departments`, which must all have an order of the present call, to a session at `held_at`.

    One that was held without being called may be put down afterwards: `held_at` may lie as far back as the call of
    the departments. Tells the departments and their heads, the street and the centre. Refuses with Invalid a moment
    before that or too far ahead, and a department that was not called.
    """
    require(can_convene(by, whistle))
    whistle = lock_whistle(whistle)
    if whistle.state != WhistleState.DISPATCHED:
        raise WrongState(_("A joint session is called while the departments are at work."))
    if held_at < whistle.dispatched_at:
        sentence = _("The departments were called at %(moment)s; a joint session cannot lie before that.")
        raise Invalid(fields={"held_at": [sentence % {"moment": exactly(whistle.dispatched_at)}]})
    if held_at > at + FURTHEST:
        raise Invalid(fields={"held_at": [_("That is more than 90 days ahead. Please check the day.")]})
    _orders_of(whistle, departments, field="departments")
    session = JointSession.objects.create(
        number=f"{whistle.number}-J{whistle.sessions.count() + 1}",
        whistle=whistle,
        held_at=held_at,
        place=place,
        agenda=agenda,
        called_by=by,
        called_at=at,
    )
    SessionSeat.objects.bulk_create(SessionSeat(session=session, department=each) for each in departments)
    event = _record(EventKind.SESSION_CALLED, session, at=at, by=by, note=agenda)
    _tell_all(event, session, also=(Audience.HEADS, Audience.CENTRE))
    return session


@transaction.atomic
def write_minutes(session, *, by, at, minutes, came, photos=()):
    """What was said, and which departments were there. Writing again corrects; the record keeps what stood before.

    A department that came without being invited gets a seat, if it has an order. Refuses before the session begins.
    """
    require(can_keep_session(by, session))
    session = lock(session)
    if why := why_not_yet(session, at):
        raise WrongState(why)
    corrected = session.state == SessionState.HELD
    _move(session, SessionState.HELD)
    seats = {seat.department_id: seat for seat in session.seats.all()}
    strangers = [each for each in came if each.pk not in seats]
    _orders_of(session.whistle, strangers, field="came")
    there = {each.pk for each in came}
    for department, seat in seats.items():
        seat.came = department in there
    SessionSeat.objects.bulk_update(seats.values(), ["came"])
    SessionSeat.objects.bulk_create(
        SessionSeat(session=session, department=each, invited=False, came=True) for each in strangers
    )
    session.minutes, session.minuted_by, session.minuted_at = minutes, by, at
    session.save(update_fields=["state", "minutes", "minuted_by", "minuted_at"])
    kind = EventKind.SESSION_CORRECTED if corrected else EventKind.SESSION_HELD
    event = _record(kind, session, at=at, by=by, note=minutes, came=[each.name for each in came])
    _tell_all(event, session)
    # Last, because files are not rolled back.
    add_photos(session.whistle, event, photos)
    return session


@transaction.atomic
def cancel_session(session, *, by, at, reason):
    """It does not take place. Tasks set before it was called off stay as they are."""
    require(can_keep_session(by, session))
    session = lock(session)
    _move(session, SessionState.CANCELLED)
    session.save(update_fields=["state"])
    _tell_all(_record(EventKind.SESSION_CANCELLED, session, at=at, by=by, note=reason), session)
    return session


@transaction.atomic
def set_task(session, *, by, at, department, text, due_on):
    """A department takes something upon itself, until the end of the day `due_on`.

    Refuses with Invalid a day that is over and a department without an order, with WrongState before the session
    begins and once the whistle is over.
    """
    require(can_keep_session(by, session))
    session = lock(session)
    if session.state == SessionState.CANCELLED:
        raise WrongState(_("This joint session was called off."))
    if why := why_not_yet(session, at):
        raise WrongState(why)
    if due_on < timezone.localdate(at):
        raise Invalid(fields={"due_on": [_("This day is over. Name today or a later day.")]})
    (order,) = _orders_of(session.whistle, [department], field="department")
    task = SessionTask.objects.create(
        number=f"{session.number}-{session.tasks.count() + 1:02d}",
        session=session,
        order=order,
        text=text,
        due_on=due_on,
        set_at=at,
    )
    event = _record_task(EventKind.TASK_SET, task, at=at, by=by, post=convening_post(by, session.whistle))
    tell(News(event, session.whistle, order.department_id), also=(Audience.HEADS,))
    return task


@transaction.atomic
def complete_task(task, *, by, at, note, photos=()):
    """The department says that it has done it, however late; also once the whistle is over."""
    require(can_do_task(by, task))
    task = _lock_task(task)
    _move_task(task, TaskState.DONE)
    task.done_at, task.answer = at, note
    task.save(update_fields=["state", "done_at", "answer"])
    event = _record_task(EventKind.TASK_DONE, task, at=at, by=by, post=department_post(by, task.order), note=note)
    tell(News(event, task.session.whistle))
    add_photos(task.session.whistle, event, photos)
    return task


@transaction.atomic
def find_task_not_done(task, *, by, at, reason):
    """Whoever called the session looked: it is to be done still, and its day stays."""
    require(can_judge_task(by, task))
    return _back(task, TaskState.OPEN, EventKind.TASK_NOT_DONE, by=by, at=at, note=reason, done_at=None)


@transaction.atomic
def drop_task(task, *, by, at, reason):
    """It has become needless."""
    require(can_judge_task(by, task))
    return _back(task, TaskState.DROPPED, EventKind.TASK_DROPPED, by=by, at=at, note=reason)


def why_not_yet(session, at):
    """Why it can have neither minutes nor tasks at a moment, in a sentence; empty when it can."""
    if session.held_at > at:
        return _("It begins at %(moment)s; minutes and tasks come then.") % {"moment": exactly(session.held_at)}
    if session.whistle.state not in UNDER_WAY:
        return _("The whistle is no longer under way; nothing is added to its joint sessions.")
    return ""


def lock(session):
    """The session's row, locked until the transaction ends, as it stands now."""
    locked = JointSession.objects.select_for_update(of=("self",), no_key=True)
    return locked.select_related("whistle__type").get(pk=session.pk)


def _lock_task(task):
    locked = SessionTask.objects.select_for_update(of=("self",), no_key=True)
    return locked.select_related("session__whistle__type", "order__department", "order__whistle").get(pk=task.pk)


def _move(session, to):
    """Along the table; not saved."""
    if to not in SESSION_MOVES[session.state]:
        raise WrongState(
            _("A joint session in the state “%(was)s” cannot become “%(to)s”. Somebody may have acted before you.")
            % {"was": session.get_state_display(), "to": SessionState(to).label}
        )
    session.state = to


def _move_task(task, to):
    if to not in TASK_MOVES[task.state]:
        raise WrongState(
            _("A task that is “%(was)s” cannot become “%(to)s”. Somebody may have acted before you.")
            % {"was": task.get_state_display(), "to": TaskState(to).label}
        )
    task.state = to


def _back(task, to, kind, *, by, at, note, **changes):
    task = _lock_task(task)
    _move_task(task, to)
    for name, value in changes.items():
        setattr(task, name, value)
    task.save(update_fields=["state", *changes])
    post = convening_post(by, task.session.whistle)
    event = _record_task(kind, task, at=at, by=by, post=post, note=note)
    tell(News(event, task.session.whistle, task.order.department_id))
    return task


def _orders_of(whistle, departments, *, field):
    """The orders of these departments, in their order; refuses with Invalid a department that has none."""
    orders = {order.department_id: order for order in orders_at_work(whistle)}
    missing = [str(each) for each in departments if each.pk not in orders]
    if missing:
        sentence = _("Not called to this whistle: %(names)s. A joint session is of the departments that are.")
        raise Invalid(fields={field: [sentence % {"names": " · ".join(missing)}]})
    return [orders[each.pk] for each in departments]


def _record(kind, session, *, at, by, note, **data):
    said = {"session": session.number, "held_at": session.held_at.isoformat(), "place": session.place, **data}
    return record(kind, session.whistle, at=at, by=by, post=convening_post(by, session.whistle), note=note, **said)


def _record_task(kind, task, *, at, by, post, note=""):
    said = {"session": task.session.number, "task": task.number, "due_on": task.due_on.isoformat()}
    return record(
        kind,
        task.session.whistle,
        at=at,
        by=by,
        post=post,
        order_number=task.order.number,
        note=note,
        text=task.text,
        **said,
    )


def _tell_all(event, session, also=()):
    """The street, and every department that was invited or came."""
    seats = session.seats.values_list("department_id", flat=True)
    tell(*(News(event, session.whistle, department) for department in (None, *seats)), also=also)
