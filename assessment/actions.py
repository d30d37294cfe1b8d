"""What the assessment adds to the actions on whistles and orders, and the actions on its own rows."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from assessment.forms import CallbackForm, DecisionForm, ScoreForm
from assessment.permissions import can_appeal_record, can_call_back, can_decide, can_score
from assessment.services import accountability, call_back, score
from assessment.services.callbacks import why_not_called
from assessment.states import AccountabilityState
from common.actions import Action, ActionTable
from dispatch.actions import order_actions, whistle_actions
from dispatch.forms import ReasonForm
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
        why_not=why_not_called,
        form=CallbackForm,
        weight=60,
    )
)

accountability_actions = ActionTable()
accountability_actions.add(
    Action(
        name="appeal",
        label=_("Appeal"),
        run=accountability.appeal,
        may=can_appeal_record,
        states=frozenset([AccountabilityState.OPEN]),
        why_not=accountability.why_not_appealed,
        form=ReasonForm,
        weight=60,
    ),
    Action(
        name="uphold",
        label=_("Reject the appeal"),
        run=accountability.uphold,
        may=can_decide,
        states=frozenset([AccountabilityState.APPEALED]),
        form=DecisionForm,
        weight=50,
    ),
    Action(
        name="reverse",
        label=pgettext_lazy("against what is held against a person", "Grant the appeal"),
        run=accountability.reverse,
        may=can_decide,
        states=frozenset([AccountabilityState.APPEALED]),
        form=DecisionForm,
        weight=50,
    ),
)
