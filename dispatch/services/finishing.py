"""Results come in, the street looks on site, the centre confirms, the case is closed."""

from django.db import transaction
from django.utils.translation import gettext as _

from common.errors import Invalid, WrongState, require
from dispatch import clocks
from dispatch.messages import News, tell
from dispatch.models import Order
from dispatch.permissions import (
    can_act_for_department,
    can_act_for_street,
    can_dispatch,
    centre_post,
    department_post,
    street_post,
)
from dispatch.services.calling import settle
from dispatch.services.orders import move as move_order
from dispatch.services.requests import let_lapse
from dispatch.states import ClockKind, OrderState
from whistle.models import Event, EventKind
from whistle.services import add_photos, move, record
from whistle.services.moves import lock, refuse_unless_move
from whistle.services.record import line
from whistle.states import WhistleState


@transaction.atomic
def submit_result(order, *, by, at, note, photos=()):
    """The department says it is done. With the lead's result and no assisting order open, all are."""
    require(can_act_for_department(by, order))
    # The whistle first: two departments that finish at once must see each other.
    whistle = lock(order.whistle)
    order, event = move_order(
        order,
        OrderState.FINISHED,
        EventKind.RESULT,
        by=by,
        post=department_post(by, order),
        at=at,
        note=note,
        meets=ClockKind.RESOLVE,
        changes={"finished_at": at, "result": note},
    )
    let_lapse(order, at=at)
    settle(whistle, at=at)
    # Last, because files are not rolled back.
    add_photos(whistle, event, photos)
    return order


@transaction.atomic
def verify(whistle, *, by, at, solved, note="", departments=(), photos=()):
    """The street has looked on site. Not solved: back to handling, the clocks running from their first start.

    `departments` narrows who has to go on; without any, all of them.
    """
    require(can_act_for_street(by, whistle))
    post = street_post(by, whistle.area_id)
    if not solved and not note:
        raise Invalid(fields={"note": [_("Say what is not solved, so that the departments know.")]})
    whistle = lock(whistle)
    refuse_unless_move(whistle, WhistleState.VERIFIED)
    clocks.meet(ClockKind.VERIFY, at=at, subject=whistle)
    if solved:
        started = clocks.start(whistle, [ClockKind.SCORE], at=at)
        whistle, event = move(
            whistle,
            WhistleState.VERIFIED,
            EventKind.VERIFIED,
            at=at,
            by=by,
            post=post,
            note=note,
            changes={"verified_at": at},
            clocks=clocks.dues(started),
        )
        tell(News(event, whistle))
    else:
        whistle, event = move(
            whistle,
            WhistleState.DISPATCHED,
            EventKind.NOT_SOLVED,
            at=at,
            by=by,
            post=post,
            note=note,
            out_of=WhistleState.HANDLED,
            changes={"handled_at": None},
        )
        _send_back(whistle, departments, at=at)
    add_photos(whistle, event, photos)
    return whistle


def _send_back(whistle, departments, *, at):
    orders = list(Order.objects.of_present_call(whistle).filter(state=OrderState.FINISHED))
    if departments:
        # The lead goes on in any case: without it the matter would have no owner.
        chosen = {department.pk for department in departments}
        orders = [order for order in orders if order.is_lead or order.department_id in chosen]
    Order.objects.filter(pk__in=[order.pk for order in orders]).update(state=OrderState.ON_SITE, finished_at=None)
    clocks.resume_met(ClockKind.RESOLVE, orders=orders)
    events = Event.objects.bulk_create(
        line(EventKind.SENT_BACK, whistle, at=at, order_number=order.number) for order in orders
    )
    tell(*(News(event, whistle, order.department_id) for event, order in zip(events, orders, strict=True)))


@transaction.atomic
def confirm(whistle, *, by, at):
    """The centre confirms what the street has verified."""
    require(can_dispatch(by, whistle))
    whistle = lock(whistle)
    if whistle.state != WhistleState.VERIFIED or whistle.confirmed_at:
        raise WrongState(_("There is nothing to confirm; somebody may have confirmed before you."))
    whistle.confirmed_at = at
    whistle.save(update_fields=["confirmed_at"])
    record(EventKind.CONFIRMED, whistle, at=at, by=by, post=centre_post(by, whistle))
    return close_if_done(whistle, at=at)


def close_if_done(whistle, *, at):
    """Closes a whistle that the centre has confirmed once every order with a result is scored.

    The street's clock for the scores stops with the last of them, however long the centre takes.
    """
    unscored = Order.objects.filter(whistle=whistle, state=OrderState.FINISHED, evaluation=None)
    if whistle.state != WhistleState.VERIFIED or unscored.exists():
        return whistle
    clocks.meet(ClockKind.SCORE, at=at, subject=whistle)
    if whistle.confirmed_at is None:
        return whistle
    whistle, _event = move(whistle, WhistleState.CLOSED, EventKind.CLOSED, at=at, changes={"closed_at": at})
    return whistle
