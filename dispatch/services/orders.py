"""What a department does with its order, and how the centre rules on a return."""

from django.db import transaction
from django.utils.translation import gettext as _

from common import claims
from common.errors import Invalid, WrongState, require
from dispatch import clocks, whereabouts
from dispatch.messages import News, tell
from dispatch.models import Order, Report
from dispatch.permissions import (
    can_act_for_department,
    can_rule_on,
    can_speak_for_street,
    centre_post,
    department_post,
    street_post,
)
from dispatch.services import arrivals, calling
from dispatch.states import ACTIVE, MOVES, ClockKind, OrderState, ReturnRuling, is_high_enough
from whistle.models import EventKind
from whistle.services import add_photos, record
from whistle.services.moves import lock as lock_whistle


@transaction.atomic
def acknowledge(order, *, by, at, claimed_at=None):
    """The department confirms that it has the order. `at`: when the server received the act.

    `claimed_at`, here and below: when it was made, as says a phone that had no network; kept, and decides nothing.
    """
    require(can_act_for_department(by, order))
    order, _event = move(
        order,
        OrderState.ACKNOWLEDGED,
        EventKind.ACKNOWLEDGED,
        by=by,
        post=department_post(by, order),
        at=at,
        meets=ClockKind.ACKNOWLEDGE,
        changes={"acknowledged_at": at},
        **claims.kept(claimed_at),
    )
    return order


@transaction.atomic
def return_order(order, *, by, at, reason, suggested_department=None):
    """Not ours, says the department, before acknowledging. The clocks keep running until the centre rules."""
    require(can_act_for_department(by, order))
    if suggested_department and suggested_department.pk == order.department_id:
        raise Invalid(fields={"suggested_department": [_("Name a department other than your own.")]})
    if lock(order).return_ruling:
        raise WrongState(_("The centre has already ruled on a return of this order; that is final."))
    order, _event = move(
        order,
        OrderState.RETURNED,
        EventKind.ORDER_RETURNED,
        by=by,
        post=department_post(by, order),
        at=at,
        note=reason,
        changes={"return_reason": reason, "suggested_department": suggested_department},
        suggested=suggested_department.name if suggested_department else "",
    )
    return order


@transaction.atomic
def uphold_return(order, *, by, at, note="", department=None):
    """The department is right. The order goes to `department`, or else to the one that was suggested, if any."""
    require(can_rule_on(by, order))
    lock_whistle(order.whistle)
    order = _ruled(order, ReturnRuling.UPHELD, EventKind.RETURN_UPHELD, by=by, at=at, note=note)
    clocks.cancel(at=at, subject=order.whistle, order=order)
    department = department or order.suggested_department
    if department:
        calling.replace(order, department, at=at, by=by, post=centre_post(by, order.whistle))
    calling.settle(order.whistle, at=at)
    return order


@transaction.atomic
def overrule_return(order, *, by, at, note=""):
    """It is the department's after all, for good; its clocks never stopped."""
    require(can_rule_on(by, order))
    order = _ruled(order, ReturnRuling.OVERRULED, EventKind.RETURN_OVERRULED, by=by, at=at, note=note)
    order.state = OrderState.SENT
    order.save(update_fields=["state"])
    return order


def _ruled(order, ruling, kind, *, by, at, note):
    order = lock(order)
    if not order.is_disputed:
        raise WrongState(_("There is no return to rule on; somebody may have ruled before you."))
    order.return_ruling = ruling
    order.save(update_fields=["return_ruling"])
    event = record(
        kind,
        order.whistle,
        at=at,
        by=by,
        post=centre_post(by, order.whistle),
        order_number=order.number,
        note=note,
    )
    tell(News(event, order.whistle, order.department_id))
    return order


@transaction.atomic
def report(order, *, by, at, rank, lat=None, lng=None, accuracy=None, note="", photos=(), code="", claimed_at=None):
    """Somebody of the department stands on site. The first report by a high enough rank stops the clock.

    `lat`, `lng`: the phone's position in degrees, None where it gave none; `accuracy`: to within how many metres, as
    the phone says. However far off or inaccurate, it is kept and blocks nothing. A department may report again.
    `code`: what the street's officer shows on site, typed or as scanned; it confirms the report. One that does not fit
    is refused, and with it the report: see services.arrivals.
    """
    require(can_act_for_department(by, order))
    order = lock(order)
    if order.state not in (OrderState.ACKNOWLEDGED, OrderState.ON_SITE):
        raise WrongState(_("Acknowledge the order before you report on site; a finished order takes no report."))
    proof = arrivals.use(code, order, at=at) if code else None
    post = department_post(by, order)
    made = Report.objects.create(
        order=order,
        person=by,
        post=post,
        at=at,
        claimed_at=claimed_at,
        rank=rank,
        lat=lat,
        lng=lng,
        accuracy_m=whereabouts.measured(accuracy),
        distance_m=order.whistle.metres_to(lat, lng),
        note=note,
        valid=is_high_enough(rank, order.must_come),
        code=proof,
        confirmed_by=proof and proof.shown_by,
        confirmed_at=proof and at,
    )
    said = {"rank": str(rank), "valid": made.valid, "must_come": str(order.must_come), **made.position}
    said |= claims.kept(claimed_at)
    if proof:
        said["code_of"] = str(proof.shown_by)
    if made.valid and order.state == OrderState.ACKNOWLEDGED:
        order, event = move(
            order,
            OrderState.ON_SITE,
            EventKind.REPORTED,
            by=by,
            post=post,
            at=at,
            note=note,
            meets=ClockKind.REPORT,
            changes={"on_site_at": at},
            **said,
        )
    else:
        event = record(
            EventKind.REPORTED,
            order.whistle,
            at=at,
            by=by,
            post=post,
            order_number=order.number,
            note=note,
            **said,
        )
    add_photos(order.whistle, event, photos)
    return order


@transaction.atomic
def confirm_report(order, *, by, at):
    """The street saw them: the latest report on site is confirmed."""
    require(can_speak_for_street(by, order))
    order = lock(order)
    latest = order.reports.filter(confirmed_at=None).last()
    if latest is None or order.state not in (OrderState.ACKNOWLEDGED, OrderState.ON_SITE):
        raise WrongState(_("There is no report on site that waits for confirmation."))
    latest.confirmed_by, latest.confirmed_at = by, at
    latest.save(update_fields=["confirmed_by", "confirmed_at"])
    record(
        EventKind.REPORT_CONFIRMED,
        order.whistle,
        at=at,
        by=by,
        post=street_post(by, order.whistle.area_id),
        order_number=order.number,
    )
    return order


@transaction.atomic
def add_progress(order, *, by, at, note, photos=(), claimed_at=None):
    """A note on how it goes, with photos."""
    require(can_act_for_department(by, order))
    order = lock(order)
    if order.state not in ACTIVE:
        raise WrongState(_("Progress can be noted until the result is submitted."))
    event = record(
        EventKind.PROGRESS,
        order.whistle,
        at=at,
        by=by,
        post=department_post(by, order),
        order_number=order.number,
        note=note,
        **claims.kept(claimed_at),
    )
    add_photos(order.whistle, event, photos)
    return order


def lock(order):
    """The order's row, locked until the transaction ends, as it stands now."""
    return Order.objects.select_for_update(of=("self",), no_key=True).with_parts().get(pk=order.pk)


def move(order, to, kind, *, by, post, at, note="", meets=None, changes=None, **data):
    """Every change of an order's state ends here: lock, look at the table, save, stop the clock, write it down."""
    order = lock(order)
    if to not in MOVES[order.state]:
        raise WrongState(
            _("An order in the state “%(was)s” cannot become “%(to)s”. Somebody may have acted before you.")
            % {"was": order.get_state_display(), "to": OrderState(to).label}
        )
    order.state = to
    for name, value in (changes or {}).items():
        setattr(order, name, value)
    order.save(update_fields=["state", *(changes or {})])
    if meets and (met := clocks.meet(meets, at=at, subject=order.whistle, order=order)):
        data["due_at"] = met.due_at.isoformat()
    event = record(
        kind, order.whistle, at=at, by=by, post=post, order_number=order.number, note=note, to=str(to), **data
    )
    tell(News(event, order.whistle, order.department_id))
    return order, event
