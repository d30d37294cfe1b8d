"""Departments are called, changed and let go. The set of orders of a whistle is decided here."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from common.errors import Invalid, WrongState
from dispatch import clocks
from dispatch.messages import News, tell
from dispatch.models import Order, Playbook
from dispatch.services.requests import let_lapse
from dispatch.states import OF_AN_ORDER, ClockKind, OrderRole, OrderState
from grid.models import Department
from whistle.models import Event, EventKind
from whistle.services import move
from whistle.services.record import line
from whistle.states import WhistleState


def dispatch_by_playbook(whistle, *, at):
    """Calls the departments without waiting for triage, if anybody is written down to be called.

    First whom the street named, the first of them leading; else those of the responsibility list's item; else
    the type's playbook. With nobody to call the whistle waits for triage.
    """
    lead, *assisting = _planned(whistle) or [None]
    if lead is None:
        return whistle
    return call(whistle, lead=lead, assisting=assisting, at=at, by_playbook=True)


def _planned(whistle):
    callable_here = Department.objects.in_district(whistle.district_id).active()
    if whistle.suggested:
        by_code = {department.code: department for department in callable_here.filter(code__in=whistle.suggested)}
        named = [by_code[code] for code in whistle.suggested if code in by_code]
        if named:
            return named
    written = whistle.item or Playbook.objects.select_related("lead").filter(type=whistle.type).first()
    if written is None:
        return []
    # Each once, and nobody who was retired since it was written down.
    return [each for each in dict.fromkeys([written.lead, *written.assisting.all()]) if each.active]


def call(whistle, *, lead, assisting, at, by=None, post=None, note="", **data):
    """Moves a filed whistle to its departments: one leads, the others assist. Starts every order's clocks."""
    whistle, _event = move(
        whistle,
        WhistleState.DISPATCHED,
        EventKind.DISPATCHED,
        at=at,
        by=by,
        post=post,
        note=note,
        out_of=WhistleState.FILED,
        changes={"dispatched_at": at},
        lead=lead.name,
        assisting=[department.name for department in assisting],
        **data,
    )
    clocks.meet(ClockKind.TRIAGE, at=at, subject=whistle)
    send(whistle, [(lead, OrderRole.LEAD), *((each, OrderRole.ASSISTING) for each in assisting)], at=at)
    return whistle


def send(whistle, called, *, at, by=None, post=None):
    """Sends orders to `called`, pairs of department and role, and starts their clocks. Returns the orders."""
    sequence = Order.objects.filter(whistle=whistle).count()
    orders = [
        Order(
            number=f"{whistle.number}-{sequence + position:02d}",
            district_id=whistle.district_id,
            whistle=whistle,
            department=department,
            role=role,
            sent_at=at,
        )
        for position, (department, role) in enumerate(called, start=1)
    ]
    try:
        with transaction.atomic():
            Order.objects.bulk_create(orders)
    except IntegrityError as error:
        raise WrongState(_("One of these departments has already been called to this whistle.")) from error
    started = clocks.start(whistle, OF_AN_ORDER, at=at, orders=orders)
    events = Event.objects.bulk_create(
        line(
            EventKind.ORDER_SENT,
            whistle,
            at=at,
            by=by,
            post=post,
            order_number=order.number,
            department=order.department.name,
            role=str(order.role),
            clocks=clocks.dues(each for each in started if each.order == order),
        )
        for order in orders
    )
    tell(*(News(event, whistle, order.department_id) for event, order in zip(events, orders, strict=True)))
    return orders


def change(whistle, *, lead, assisting, at, by, post, note=""):
    """Makes `lead` and `assisting` the departments of a whistle under way: adds, cancels, changes roles.

    A department that has already submitted its result keeps its order; only the one that led may go on to lead.
    One whose return nobody has ruled on is called all the same: it is let go or kept like the others.
    """
    wanted = {department.pk: OrderRole.ASSISTING for department in assisting} | {lead.pk: OrderRole.LEAD}
    called = Order.objects.of_present_call(whistle)
    open_orders = list(called.open().select_for_update(no_key=True))
    finished = list(called.filter(state=OrderState.FINISHED))
    if any(order.department_id == lead.pk and not order.is_lead for order in finished):
        raise Invalid(fields={"lead": [_("This department has already submitted its result.")]})
    dropped = [order for order in open_orders if order.department_id not in wanted]
    kept = [order for order in open_orders if order.department_id in wanted]
    events = [_cancelled(order, whistle, at=at, by=by, post=post, note=note) for order in dropped]
    concerned = list(dropped)
    # The old lead steps down before the new one steps up: there is never more than one.
    for order in sorted([*kept, *finished], key=lambda order: order.department_id == lead.pk):
        role = wanted.get(order.department_id, OrderRole.ASSISTING)
        if role != order.role:
            events.append(_in_role(order, role, whistle, at=at, by=by, post=post))
            concerned.append(order)
    here = {order.department_id for order in [*kept, *finished]}
    added = [(each, wanted[each.pk]) for each in [lead, *assisting] if each.pk not in here]
    Event.objects.bulk_create(events)
    tell(*(News(event, whistle, order.department_id) for event, order in zip(events, concerned, strict=True)))
    send(whistle, added, at=at, by=by, post=post)
    return whistle


def replace(order, department, *, at, by, post):
    """Calls `department` in place of an order that is over; one that is called already takes on its role."""
    whistle, by_whom = order.whistle, {"at": at, "by": by, "post": post}
    there = Order.objects.of_present_call(whistle).filter(department=department)
    if there.filter(state=OrderState.FINISHED).exists():
        raise Invalid(fields={"department": [_("This department has already submitted its result.")]})
    already = there.open().select_for_update(no_key=True).first()
    if already is None:
        send(whistle, [(department, order.role)], **by_whom)
    elif order.is_lead:
        event = _in_role(already, OrderRole.LEAD, whistle, **by_whom)
        event.save()
        tell(News(event, whistle, already.department_id))


def _in_role(order, role, whistle, *, at, by, post):
    order.role = role
    order.save(update_fields=["role"])
    return line(EventKind.ORDER_LEADS, whistle, at=at, by=by, post=post, order_number=order.number, role=str(role))


def _cancelled(order, whistle, *, at, by, post, note):
    order.state = OrderState.CANCELLED
    order.save(update_fields=["state"])
    let_lapse(order, at=at)
    clocks.cancel(at=at, subject=whistle, order=order)
    return line(EventKind.ORDER_CANCELLED, whistle, at=at, by=by, post=post, order_number=order.number, note=note)


def settle(whistle, *, at):
    """With the lead's result in and nobody else at work, the whistle is handled and the street must look."""
    if whistle.state != WhistleState.DISPATCHED:
        return whistle
    orders = Order.objects.of_present_call(whistle)
    if orders.open().exists():
        return whistle
    if not orders.filter(state=OrderState.FINISHED, role=OrderRole.LEAD).exists():
        return whistle
    started = clocks.start(whistle, [ClockKind.VERIFY], at=at)
    changes = {"handled_at": at}
    whistle, event = move(
        whistle, WhistleState.HANDLED, EventKind.HANDLED, at=at, changes=changes, clocks=clocks.dues(started)
    )
    tell(News(event, whistle))
    return whistle
