"""More time, and pressure: extensions and suspensions that a department asks for, supervision orders, the ladder."""

from datetime import datetime, time, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.errors import Invalid, WrongState, require
from dispatch import clocks, messages, sweep
from dispatch.models import Deadline, Extension, Supervision, Suspension
from dispatch.permissions import (
    can_act_for_department,
    can_rule_on,
    can_supervise,
    centre_post,
    department_post,
    supervising_post,
)
from dispatch.plan import is_rung
from dispatch.services.orders import lock
from dispatch.services.requests import end_suspension, set_asking
from dispatch.states import Answer, Asking, Audience, ClockKind, OrderState
from whistle.models import EventKind
from whistle.services import record

LONGEST_SUSPENSION = timedelta(days=366)


# --- why not ---
#
# Each says in a sentence why something cannot be done to an order at a moment, and nothing when it can: for whoever is
# offered the act beforehand, and for the service that does it.


def why_no_extension(order, at):
    clock = order.clock_to_resolve
    return _why_no_time(order, clock, at) or ("" if clock.extensions_left else _EXTENDED)


def why_no_suspension(order, at):
    clock = order.clock_to_resolve
    return _why_no_time(order, clock, at) or ("" if clock.suspensions_left else _SUSPENDED)


def why_not_resume(order, at):
    return _why_not_run_on(order.clock_to_resolve, at)


def why_not_pass_up(order, at):
    return "" if order.has_a_further_rung_at(at) else _NO_RUNG


def why_no_answer(order, at):
    return "" if order.asks_for else _("No request waits for an answer; somebody may have answered before you.")


def _why_not_run_on(clock, at):
    return "" if clock and clock.paused_until(at) else _("This order is not suspended: its clock runs.")


def _why_no_time(order, clock, at):
    if clock is None:
        return _("No clock to resolve runs for this order.")
    if clock.paused_until(at):
        return _("The order is suspended: its clock stands still.")
    if clock.due_at < at:
        return _("The time has run out. More of it must be asked for before the due moment.")
    return _("A request of this order already waits for its answer.") if order.asks_for else ""


_EXTENDED = gettext_lazy("This order has been extended as often as its rule allows.")
_SUSPENDED = gettext_lazy("This order has been suspended as often as its rule allows.")
_NO_RUNG = gettext_lazy("No clock of this order has run out, or its ladder has no further rung.")


# --- asking ---


@transaction.atomic
def ask_extension(order, *, by, at, amount, reason):
    """The department asks for more time: `amount` of the unit of the clock to resolve, at most its limit again.

    The clock runs on until the centre answers. Refuses with WrongState after the due moment, while another request
    waits, and when the rule's number of extensions is used up.
    """
    require(can_act_for_department(by, order))
    order, deadline = _askable(order, at, states=(OrderState.ACKNOWLEDGED, OrderState.ON_SITE))
    if not deadline.extensions_left:
        raise WrongState(_EXTENDED)
    if not 1 <= amount <= deadline.limit:
        raise Invalid(
            fields={
                "amount": [
                    _("Ask for at least 1 and at most %(limit)d %(unit)s.")
                    % {"limit": deadline.limit, "unit": deadline.get_unit_display()}
                ]
            }
        )
    Extension.objects.create(order=order, deadline=deadline, asked=amount, asked_by=by, asked_at=at, reason=reason)
    set_asking(order, Asking.EXTENSION)
    return _asked(order, EventKind.EXTENSION_ASKED, by=by, at=at, reason=reason, amount=amount, unit=deadline.unit)


@transaction.atomic
def ask_suspension(order, *, by, at, review_on, reason):
    """The department, on site, says what can't be done now, and on which day (a date) to look at it again.

    Refuses with WrongState as `ask_extension` does, and with Invalid a day that is not to come, or too far.
    """
    require(can_act_for_department(by, order))
    order, deadline = _askable(order, at, states=(OrderState.ON_SITE,))
    _refuse_more_suspensions(deadline)
    review_at = _first_moment_of(review_on, at)
    Suspension.objects.create(
        order=order, deadline=deadline, review_at=review_at, asked_by=by, asked_at=at, reason=reason
    )
    set_asking(order, Asking.SUSPENSION)
    return _asked(order, EventKind.SUSPENSION_ASKED, by=by, at=at, reason=reason, review_at=review_at.isoformat())


def _askable(order, at, *, states):
    """The order and its clock to resolve, locked, if time can be asked for now."""
    order = lock(order)
    if order.state not in states:
        raise WrongState(_("Time can be asked for while the department is at work on the order."))
    deadline = _clock_to_resolve(order)
    if why := _why_no_time(order, deadline, at):
        raise WrongState(why)
    return order, deadline


def _clock_to_resolve(order):
    running = Deadline.objects.running().filter(order=order, kind=ClockKind.RESOLVE)
    deadline = running.select_for_update(no_key=True).first()
    if deadline is None:
        raise WrongState(_("No clock to resolve runs for this order."))
    deadline.whistle, deadline.order = order.whistle, order
    return deadline


def _refuse_more_suspensions(deadline):
    if not deadline.suspensions_left:
        raise WrongState(_SUSPENDED)


def _first_moment_of(day, at):
    review_at = timezone.make_aware(datetime.combine(day, time()), timezone.get_default_timezone())
    if review_at <= at:
        raise Invalid(fields={"review_on": [_("The day of review must be a day to come.")]})
    if review_at > at + LONGEST_SUSPENSION:
        raise Invalid(fields={"review_on": [_("A suspension must be reviewed within a year.")]})
    return review_at


def _asked(order, kind, *, by, at, reason, **data):
    """On record, with the centre's own clock running from now."""
    _tell(order, kind, by=by, post=department_post(by, order), at=at, note=reason, **data)
    clocks.start(order.whistle, [ClockKind.ANSWER], at=at, orders=[order])
    return order


# --- answering ---


@transaction.atomic
def grant(order, *, by, at, amount=None, note=""):
    """The centre grants what the department asked for; of an extension it may grant less (`amount`).

    A suspension counts from when it was asked for: waiting for the answer costs the department nothing.
    """
    require(can_rule_on(by, order))
    order = lock(order)
    request = _waiting(order)
    request.order = order
    deadline = _clock_to_resolve(order)
    if isinstance(request, Extension):
        request.granted = request.asked if amount is None else amount
        if not 1 <= request.granted <= request.asked:
            raise Invalid(fields={"amount": [_("Grant at least 1 and at most what was asked for.")]})
        moved = clocks.grant(deadline, at=at, extra=request.granted)
        kind, data = EventKind.EXTENSION_GRANTED, {"amount": request.granted, "unit": deadline.unit}
    else:
        if request.review_at <= at:
            raise WrongState(_("Its day of review has passed. Refuse it, so that the department can ask again."))
        moved = clocks.grant(deadline, at=at, pause=(request.asked_at, request.review_at, request.pk))
        kind, data = EventKind.SUSPENDED, {"review_at": request.review_at.isoformat()}
    _answer(request, Answer.GRANTED, by=by, at=at, moved=moved)
    return _answered(order, kind, by=by, at=at, note=note, moved=moved, **data)


@transaction.atomic
def refuse_request(order, *, by, at, reason):
    """The centre refuses; the clock never stopped."""
    require(can_rule_on(by, order))
    order = lock(order)
    request = _waiting(order)
    request.order = order
    _answer(request, Answer.REFUSED, by=by, at=at)
    return _answered(order, EventKind.REQUEST_REFUSED, by=by, at=at, note=reason)


def _waiting(order):
    request = order.waiting_request
    if request is None:
        raise WrongState(why_no_answer(order, None))
    return request


ANSWERED = ["answer", "answered_by", "answered_at", "due_before", "due_after"]


def _answer(request, answer, *, by, at, moved=(None, None)):
    request.answer, request.answered_by, request.answered_at = answer, by, at
    request.due_before, request.due_after = moved
    request.save(update_fields=[*ANSWERED, *(["granted"] if isinstance(request, Extension) else [])])
    set_asking(request.order, "")


def _answered(order, kind, *, by, at, note, moved=None, **data):
    if moved:
        data |= {"from": moved[0].isoformat(), "to": moved[1].isoformat()}
    clocks.meet(ClockKind.ANSWER, at=at, subject=order.whistle, order=order)
    _tell(order, kind, by=by, post=centre_post(by, order.whistle), at=at, note=note, **data)
    return order


@transaction.atomic
def suspend(order, *, by, at, review_on, reason):
    """The centre suspends an order without being asked, from now until the day of review."""
    require(can_rule_on(by, order))
    order, deadline = _askable(order, at, states=(OrderState.ON_SITE,))
    _refuse_more_suspensions(deadline)
    request = Suspension.objects.create(
        order=order,
        deadline=deadline,
        review_at=_first_moment_of(review_on, at),
        asked_by=by,
        asked_at=at,
        reason=reason,
    )
    moved = clocks.grant(deadline, at=at, pause=(at, request.review_at, request.pk))
    _answer(request, Answer.GRANTED, by=by, at=at, moved=moved)
    data = {"from": moved[0].isoformat(), "to": moved[1].isoformat(), "review_at": request.review_at.isoformat()}
    _tell(order, EventKind.SUSPENDED, by=by, post=centre_post(by, order.whistle), at=at, note=reason, **data)
    return order


@transaction.atomic
def resume(order, *, by, at, note=""):
    """The centre ends a suspension before its day of review: the clock runs on from now."""
    require(can_rule_on(by, order))
    order = lock(order)
    deadline = _clock_to_resolve(order)
    if why := _why_not_run_on(deadline, at):
        raise WrongState(why)
    before = deadline.due_at
    clocks.resume(deadline, at=at)
    end_suspension(order, at=at)
    moved = {"from": before.isoformat(), "to": deadline.due_at.isoformat()}
    _tell(order, EventKind.RESUMED, by=by, post=centre_post(by, order.whistle), at=at, note=note, **moved)
    return order


# --- pressing ---


@transaction.atomic
def supervise(order, *, by, at, reason):
    """The centre, or a leader of the street, presses the department with a supervision order."""
    require(can_supervise(by, order))
    order = lock(order)
    if not order.is_open:
        raise WrongState(_("Only an order that is still open can be supervised."))
    Supervision.objects.create(order=order, at=at, by=by, reason=reason)
    event = record(
        EventKind.SUPERVISED,
        order.whistle,
        at=at,
        by=by,
        post=supervising_post(by, order),
        order_number=order.number,
        note=reason,
    )
    messages.tell(
        messages.News(event, order.whistle, order.department_id),
        also=(Audience.RESPONSIBLE, Audience.HEADS),
    )
    return order


@transaction.atomic
def pass_up(order, *, by, at):
    """The centre doesn't wait for the next rung of the ladder: it is told now, the rest at their planned moments."""
    require(can_rule_on(by, order))
    order = lock(order)
    overdue = Deadline.objects.overdue(at).filter(order=order).order_by("due_at")
    for row in overdue:
        deadline = sweep.claimed(row)
        # What has come already is told by the sweep; the next rung is what lies ahead.
        step = next(iter(sweep.untold(deadline)), None)
        if step is not None and is_rung(step) and deadline.met_at is None:
            sweep.pass_up(deadline, step, at=at, by=by, post=centre_post(by, order.whistle))
            return order
    raise WrongState(_NO_RUNG)


def _tell(order, kind, *, by, post, at, note, **data):
    event = record(kind, order.whistle, at=at, by=by, post=post, order_number=order.number, note=note, **data)
    messages.tell(messages.News(event, order.whistle, order.department_id))
    return event
