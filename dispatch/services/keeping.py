"""What an administrator does for clocks that are not well; each on record, with who did it."""

from django.db import transaction
from django.utils.translation import gettext as _

from common.errors import WrongState, require
from dispatch import clocks
from dispatch.demands import missing_rules
from dispatch.messages import News, tell
from dispatch.models import Deadline
from dispatch.permissions import can_keep, keeping_post
from dispatch.services.orders import lock
from dispatch.states import ClockKind
from whistle.models import EventKind
from whistle.models.subjects import SUBJECTS
from whistle.services import record


@transaction.atomic
def try_again(deadline, *, by, at):
    """Gives a clock that was set aside back to the sweep, which takes it at its next tick.

    Refuses with WrongState one that is not set aside, and one that the next tick takes anyway.
    """
    require(can_keep(by, deadline))
    rows = Deadline.objects.select_related(*SUBJECTS, "order").select_for_update(no_key=True, of=("self",))
    deadline = rows.get(pk=deadline.pk)
    if not deadline.trouble:
        raise WrongState(_("This clock is not set aside (any more)."))
    if not deadline.is_set_aside_at(at):
        raise WrongState(_("The next tick takes this clock already."))
    deadline.next_at = at
    deadline.save(update_fields=["next_at"])
    record(
        EventKind.CLOCK_RETRIED,
        deadline.subject,
        at=at,
        by=by,
        post=keeping_post(by, deadline.district_id),
        order_number=deadline.order.number if deadline.order else "",
        clock=deadline.kind,
        trouble=deadline.trouble,
    )
    return deadline


@transaction.atomic
def start_missing(order, *, by, at):
    """Starts the clocks that rules demanded when the order was sent and that it lacks: from when it was sent.

    What the department has done since stops its clock at the moment it was done. Refuses with WrongState an order
    that is over, and one that lacks nothing a rule demanded.
    """
    require(can_keep(by, order))
    order = lock(order)
    if not order.is_open:
        raise WrongState(_("This order is over: it needs no clocks any more."))
    rules = missing_rules([order])[order.pk]
    if not rules:
        raise WrongState(_("This order lacks no clock that a rule demanded when it was sent."))
    started = clocks.start_by(rules, order.whistle, at=order.sent_at, orders=[order])
    done = {ClockKind.ACKNOWLEDGE: order.acknowledged_at, ClockKind.REPORT: order.on_site_at}
    for deadline in started:
        if met_at := done.get(ClockKind(deadline.kind)):
            deadline.met_at, deadline.next_at = met_at, None
            deadline.save(update_fields=["met_at", "next_at"])
        event = record(
            EventKind.CLOCK_STARTED_LATE,
            order.whistle,
            at=at,
            by=by,
            post=keeping_post(by, order.district_id),
            order_number=order.number,
            clock=deadline.kind,
            start_at=deadline.start_at.isoformat(),
            due_at=deadline.due_at.isoformat(),
        )
        tell(News(event, order.whistle, order.department_id))
    return order
