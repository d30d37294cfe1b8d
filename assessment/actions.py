"""What the assessment adds to the actions on an order."""

from django.utils.translation import gettext_lazy as _

from assessment.forms import ScoreForm
from assessment.permissions import can_score
from assessment.services import score
from common.actions import Action
from dispatch.actions import order_actions
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
