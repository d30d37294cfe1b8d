"""The table of actions on an advice letter."""

from django.utils.translation import gettext_lazy as _

from common.actions import Action, ActionTable
from dispatch import letter_forms, services
from dispatch.forms import ReasonForm
from dispatch.permissions import can_reply
from whistle.permissions import can_speak_for_sender
from whistle.states import LetterState

letter_actions = ActionTable()

letter_actions.add(
    Action(
        name="reply",
        label=_("Reply"),
        run=services.reply,
        may=can_reply,
        states=frozenset({LetterState.SENT}),
        form=letter_forms.ReplyForm,
        weight=90,
    ),
    Action(
        name="outcome",
        label=_("State the outcome"),
        run=services.state_outcome,
        may=can_speak_for_sender,
        states=frozenset({LetterState.ANSWERED}),
        form=letter_forms.OutcomeForm,
        weight=80,
    ),
    Action(
        name="withdraw",
        label=_("Withdraw"),
        run=services.withdraw_letter,
        may=can_speak_for_sender,
        states=frozenset({LetterState.SENT}),
        form=ReasonForm,
        tone="danger",
        weight=10,
    ),
)
