"""The two tables of actions: on a whistle and on an order. `assessment` adds its own."""

from django.utils.translation import gettext_lazy as _

from common.actions import Action, ActionTable
from dispatch import forms, services
from dispatch import permissions as may
from dispatch.services.filing import SIGNED_AFTERWARDS
from dispatch.session_forms import ConveneForm
from dispatch.states import OrderState
from whistle.permissions import can_act_for_street
from whistle.states import Level, WhistleState

W, S = WhistleState, OrderState

whistle_actions = ActionTable()
order_actions = ActionTable()


def has_yet_to_sign(person, whistle):
    """Neither this secretary nor another of the same role has answered in the present round."""
    role = may.signing_post(person, whistle).role
    return not any(
        signature.role == role and signature.round == whistle.sign_round for signature in whistle.signatures.all()
    )


def states(*values):
    return frozenset(values)


whistle_actions.add(
    Action(
        name="request-signatures",
        label=_("Submit"),
        run=services.request_signatures,
        may=can_act_for_street,
        states=states(W.DRAFT, W.RETURNED),
        weight=90,
    ),
    Action(
        name="sign",
        label=_("Sign"),
        run=services.sign,
        may=may.can_sign,
        states=states(W.SIGNING, *SIGNED_AFTERWARDS),
        when=services.awaits_signatures,
        turn=has_yet_to_sign,
        form=forms.SignForm,
        weight=95,
    ),
    Action(
        name="refuse",
        label=_("Refuse to sign"),
        run=services.refuse,
        may=may.can_sign,
        states=states(W.SIGNING, *SIGNED_AFTERWARDS),
        when=services.awaits_signatures,
        turn=has_yet_to_sign,
        form=forms.RefuseForm,
        tone="danger",
        weight=20,
    ),
    Action(
        name="dispatch",
        label=_("Accept and dispatch"),
        run=services.dispatch,
        may=may.can_dispatch,
        states=states(W.FILED),
        form=forms.DispatchForm,
        weight=90,
    ),
    Action(
        name="redispatch",
        label=_("Change the departments"),
        run=services.redispatch,
        may=may.can_dispatch,
        states=states(W.DISPATCHED),
        form=forms.RedispatchForm,
        weight=30,
    ),
    Action(
        name="return",
        label=_("Return to the street"),
        run=services.return_to_street,
        may=may.can_dispatch,
        states=states(W.FILED),
        form=forms.ReasonForm,
        weight=50,
    ),
    Action(
        name="decline",
        label=_("Decline"),
        run=services.decline,
        may=may.can_dispatch,
        states=states(W.FILED),
        form=forms.DeclineForm,
        tone="danger",
        weight=40,
    ),
    Action(
        name="escalate",
        label=_("Escalate to the city"),
        run=services.escalate,
        may=may.can_dispatch,
        states=states(W.FILED),
        form=forms.ReasonForm,
        weight=30,
    ),
    Action(
        name="hand-back",
        label=_("Hand back to the district"),
        run=services.hand_back,
        may=may.can_hand_back,
        states=states(W.ESCALATED),
        form=forms.HandBackForm,
        weight=80,
    ),
    Action(
        name="come-on-site",
        label=_("I am on site and take the lead"),
        run=services.come_as_leader,
        may=may.can_come_as_leader,
        states=states(W.DISPATCHED),
        when=lambda whistle: whistle.level == Level.MAJOR,
        form=forms.LeaderForm,
        weight=80,
    ),
    Action(
        name="convene",
        label=_("Call a joint session"),
        run=services.convene,
        may=may.can_convene,
        states=states(W.DISPATCHED),
        form=ConveneForm,
        weight=35,
    ),
    Action(
        name="show-code",
        label=_("Show the arrival code"),
        run=services.show_code,
        may=can_act_for_street,
        states=states(W.DISPATCHED),
        weight=38,
    ),
    Action(
        name="verify",
        label=_("Verify on site"),
        run=services.verify,
        may=can_act_for_street,
        states=states(W.HANDLED),
        form=forms.VerifyForm,
        weight=90,
    ),
    Action(
        name="confirm",
        label=_("Confirm"),
        run=services.confirm,
        may=may.can_dispatch,
        states=states(W.VERIFIED),
        when=lambda whistle: whistle.confirmed_at is None,
        weight=90,
    ),
    Action(
        name="withdraw",
        label=_("Withdraw"),
        run=services.withdraw,
        may=can_act_for_street,
        states=states(W.DRAFT, W.SIGNING, W.FILED, W.RETURNED),
        form=forms.ReasonForm,
        tone="danger",
        weight=10,
    ),
    Action(
        name="reopen",
        label=_("Reopen"),
        run=services.reopen,
        may=may.can_reopen,
        states=states(W.CLOSED),
        why_not=services.why_not_reopen,
        form=forms.ReasonForm,
        weight=20,
    ),
)

order_actions.add(
    Action(
        name="acknowledge",
        label=_("Acknowledge"),
        run=services.acknowledge,
        offline=True,
        may=may.can_act_for_department,
        states=states(S.SENT),
        weight=90,
    ),
    Action(
        name="report",
        label=_("I am on site"),
        run=services.report,
        offline=True,
        may=may.can_act_for_department,
        states=states(S.ACKNOWLEDGED, S.ON_SITE),
        form=forms.ReportForm,
        weight=80,
    ),
    Action(
        name="submit-result",
        label=_("Submit the result"),
        run=services.submit_result,
        may=may.can_act_for_department,
        states=states(S.ON_SITE),
        form=forms.ResultForm,
        weight=90,
    ),
    Action(
        name="progress",
        label=_("Note progress"),
        run=services.add_progress,
        offline=True,
        may=may.can_act_for_department,
        states=states(S.SENT, S.ACKNOWLEDGED, S.ON_SITE),
        form=forms.ProgressForm,
        weight=40,
    ),
    Action(
        name="return",
        label=_("Not ours: return"),
        run=services.return_order,
        may=may.can_act_for_department,
        states=states(S.SENT),
        # Once overruled, it is final.
        when=lambda order: not order.return_ruling,
        form=forms.ReturnOrderForm,
        tone="danger",
        weight=10,
    ),
    Action(
        name="uphold-return",
        label=_("Uphold the return"),
        run=services.uphold_return,
        may=may.can_rule_on,
        states=states(S.RETURNED),
        when=lambda order: order.is_disputed,
        form=forms.UpholdForm,
        weight=60,
    ),
    Action(
        name="overrule-return",
        label=_("Overrule the return"),
        run=services.overrule_return,
        may=may.can_rule_on,
        states=states(S.RETURNED),
        when=lambda order: order.is_disputed,
        form=forms.NoteForm,
        weight=50,
    ),
    Action(
        name="confirm-report",
        label=_("They are here"),
        run=services.confirm_report,
        may=may.can_speak_for_street,
        states=states(S.ACKNOWLEDGED, S.ON_SITE),
        when=lambda order: order.has_unconfirmed_report,
        weight=60,
    ),
    Action(
        name="ask-extension",
        label=_("Ask for more time"),
        run=services.ask_extension,
        may=may.can_act_for_department,
        states=states(S.ACKNOWLEDGED, S.ON_SITE),
        why_not=services.why_no_extension,
        form=forms.ExtensionForm,
        weight=25,
    ),
    Action(
        name="ask-suspension",
        label=_("Ask to suspend it"),
        run=services.ask_suspension,
        may=may.can_act_for_department,
        states=states(S.ON_SITE),
        why_not=services.why_no_suspension,
        form=forms.SuspensionForm,
        weight=15,
    ),
    Action(
        name="grant",
        label=_("Grant the request"),
        run=services.grant,
        may=may.can_rule_on,
        states=states(S.ACKNOWLEDGED, S.ON_SITE),
        why_not=services.why_no_answer,
        form=forms.GrantForm,
        weight=70,
    ),
    Action(
        name="refuse-request",
        label=_("Refuse the request"),
        run=services.refuse_request,
        may=may.can_rule_on,
        states=states(S.ACKNOWLEDGED, S.ON_SITE),
        why_not=services.why_no_answer,
        form=forms.ReasonForm,
        tone="danger",
        weight=65,
    ),
    Action(
        name="suspend",
        label=_("Suspend"),
        run=services.suspend,
        may=may.can_rule_on,
        states=states(S.ON_SITE),
        why_not=services.why_no_suspension,
        form=forms.SuspensionForm,
        weight=12,
    ),
    Action(
        name="resume",
        label=_("End the suspension"),
        run=services.resume,
        may=may.can_rule_on,
        states=states(S.ON_SITE),
        why_not=services.why_not_resume,
        form=forms.NoteForm,
        weight=30,
    ),
    Action(
        name="supervise",
        label=_("Send a supervision order"),
        run=services.supervise,
        may=may.can_supervise,
        states=states(S.SENT, S.ACKNOWLEDGED, S.ON_SITE),
        form=forms.ReasonForm,
        weight=20,
    ),
    Action(
        name="pass-up",
        label=_("Pass it up the ladder now"),
        run=services.pass_up,
        may=may.can_rule_on,
        states=states(S.SENT, S.ACKNOWLEDGED, S.ON_SITE),
        why_not=services.why_not_pass_up,
        weight=18,
    ),
)
