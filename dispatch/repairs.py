"""The two tables of actions with which an administrator mends clocks: on a clock, and on an order."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.actions import Action, ActionTable
from dispatch import services
from dispatch.permissions import can_keep
from dispatch.states import ACTIVE, ClockState, OrderState

clock_repairs = ActionTable()
order_repairs = ActionTable()

clock_repairs.add(
    Action(
        name="try-again",
        label=_("Try again"),
        run=services.try_again,
        may=can_keep,
        states=frozenset({ClockState.RUNNING, ClockState.BREACHED, ClockState.PAUSED}),
        when=lambda deadline: deadline.is_set_aside_at(timezone.now()),
    ),
)

order_repairs.add(
    Action(
        name="start-missing",
        label=_("Start the missing clocks"),
        run=services.start_missing,
        may=can_keep,
        states=frozenset({*ACTIVE, OrderState.RETURNED}),
        when=lambda order: order.is_open,
    ),
)
