"""The tables of actions on a month, on an appeal, on points that were entered by hand, and on a file."""

from functools import partial

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from assessment import bulletin_forms as forms
from assessment import permissions as may
from assessment.services import appeals, bulletins, exports, proofs
from assessment.states import BulletinState, ExportState
from common.actions import Action, ActionTable
from dispatch.forms import ReasonForm

S, E = BulletinState, ExportState

bulletin_actions = ActionTable()
appeal_actions = ActionTable()
points_actions = ActionTable()
export_actions = ActionTable()


def _assessor(name, label, run, *states, **more):
    """An act of the assessors of a month, in these of its states."""
    return Action(name=name, label=label, run=run, may=may.can_assess, states=frozenset(states), **more)


def _appeal(bulletin, **given):
    return appeals.appeal(given.pop("order"), bulletin=bulletin, **given)


bulletin_actions.add(
    _assessor(
        "begin-review",
        _("Begin the review"),
        bulletins.begin_review,
        S.RUNNING,
        why_not=bulletins.why_not_reviewed,
        weight=90,
    ),
    _assessor("open-appeals", _("Open to appeals"), bulletins.open_appeals, S.REVIEW, form=forms.TermForm, weight=90),
    _assessor(
        "enter-points", _("Enter points by hand"), bulletins.enter_points, S.REVIEW, form=forms.PointsForm, weight=50
    ),
    _assessor("leave-review", _("Back to counting"), bulletins.leave_review, S.REVIEW, form=ReasonForm, weight=10),
    Action(
        name="appeal",
        label=_("Appeal"),
        run=_appeal,
        may=may.can_appeal_in,
        states=frozenset({S.APPEALS}),
        why_not=appeals.why_not_appealed,
        form=forms.AppealForm,
        weight=60,
    ),
    _assessor(
        "publish",
        _("Publish for good"),
        bulletins.publish,
        S.APPEALS,
        why_not=bulletins.why_not_published,
        tone="danger",
        weight=90,
    ),
    _assessor(
        "leave-appeals", _("Back to the review"), bulletins.leave_appeals, S.APPEALS, form=ReasonForm, weight=10
    ),
    _assessor(
        "correct", _("Write a correction notice"), bulletins.correct, S.PUBLISHED, form=forms.NoticeForm, weight=20
    ),
    _assessor("prove", _("Prove it"), proofs.ask_for_proof, *S, weight=5),
    Action(
        name="export",
        label=_("Write a file"),
        run=exports.ask,
        may=may.can_see_month,
        states=frozenset(S),
        form=forms.ExportForm,
        weight=5,
    ),
)
# What stands beside what it is about, and not among the acts that move a month.
ASIDE = ("export", "prove")


def _ruling(name, label, granted, **more):
    run, states = partial(appeals.rule, granted=granted), frozenset({"waiting"})
    return Action(name=name, label=label, run=run, may=may.can_rule_on_appeal, states=states, **more)


appeal_actions.add(
    _ruling(
        "grant",
        pgettext_lazy("against what counts in a month", "Grant the appeal"),
        True,
        form=forms.GrantAppealForm,
        weight=70,
    ),
    _ruling("refuse", _("Refuse the appeal"), False, form=forms.OpinionForm, tone="danger", weight=60),
)

points_actions.add(
    Action(
        name="withdraw",
        label=_("Take back"),
        run=bulletins.withdraw_points,
        may=may.can_withdraw_points,
        states=frozenset({"counts"}),
        why_not=bulletins.why_not_withdrawn,
        form=ReasonForm,
        tone="danger",
        weight=10,
    ),
)


def _owner(name, label, run, *states, weight):
    """An act of whoever asked for a file."""
    return Action(name=name, label=label, run=run, may=may.owns_export, states=frozenset(states), weight=weight)


export_actions.add(
    _owner("stop", _("Stop"), exports.stop, E.WAITING, E.RUNNING, weight=30),
    _owner("retry", _("Try again"), exports.ask_again, E.FAILED, E.STOPPED, weight=60),
)
