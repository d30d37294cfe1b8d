"""What the assessment adds to the actions on whistles and orders."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from assessment.forms import CallbackForm, ScoreForm
from assessment.permissions import can_call_back, can_score
from assessment.services import call_back, score
from assessment.services.callbacks import awaits_callback
from common.actions import Action
from dispatch.actions import order_actions, whistle_actions
from dispatch.states import OrderState
from whistle.states import WhistleState


def awaits_score(order):
    return order.whistle.state == WhistleState.VERIFIED and not hasattr(order, "evaluation")


order_actions.add(
    Action(
        name="score",
        label=_("Score"),
        run=score,
        may=can_score,
        states=frozenset([OrderState.FINISHED]),
        when=awaits_score,
        form=ScoreForm,
        weight=90,
    )
)

whistle_actions.add(
    Action(
        name="call-back",
        label=_("Call residents back"),
        run=call_back,
        may=can_call_back,
        states=frozenset([WhistleState.CLOSED]),
        when=lambda whistle: awaits_callback(whistle, timezone.now()),
        form=CallbackForm,
        weight=60,
    )
)
