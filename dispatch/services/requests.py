"""What waits for the centre's answer, or stands still, when an order moves on without it."""

from dispatch import clocks
from dispatch.states import Answer, ClockKind
from whistle.models import EventKind
from whistle.services import record


def set_asking(order, what):
    """Marks what an order asks for; "" for nothing any more."""
    order.asks_for = what
    order.save(update_fields=["asks_for"])


def end_suspension(order, *, at):
    """What runs for the order ends; told by the act that ends it."""
    order.suspensions.filter(answer=Answer.GRANTED, ended_at=None).update(ended_at=at)


def let_lapse(order, *, at):
    """The result is in, or the order is gone: what still waits needs no answer, what is suspended is over."""
    end_suspension(order, at=at)
    if order.asks_for:
        request = order.waiting_request
        request.order, request.answer, request.answered_at = order, Answer.LAPSED, at
        request.save(update_fields=["answer", "answered_at"])
        set_asking(order, "")
        clocks.meet(ClockKind.ANSWER, at=at, subject=order.whistle, order=order)
        record(EventKind.REQUEST_LAPSED, order.whistle, at=at, order_number=order.number)
