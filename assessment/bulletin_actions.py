"""The tables of actions on a month, on an appeal, and on points that were entered by hand."""

from datetime import timedelta
from functools import partial

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from assessment import permissions as may
from assessment.formulas.parts import Manual
from assessment.models import Score
from assessment.services import appeals, bulletins, exports, proofs
from assessment.states import Appealed, BulletinState, ExportKind, ExportState, Ranked
from common.actions import Action, ActionForm, ActionTable
from common.fields import DayField
from dispatch.forms import ReasonForm, text
from dispatch.models import Order

S = BulletinState

bulletin_actions = ActionTable()
appeal_actions = ActionTable()
points_actions = ActionTable()
export_actions = ActionTable()

# Days that departments usually have; whoever opens the month may say otherwise.
USUAL_TERM = timedelta(days=7)


class ExportForm(ActionForm):
    kind = forms.ChoiceField(label=_("Kind of file"), choices=ExportKind.choices)


class TermForm(ActionForm):
    until = DayField(label=_("Departments may appeal until"), help_text=_("The end of this day, within 60 days."))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["until"].initial = timezone.localdate() + USUAL_TERM


class PointsForm(ActionForm):
    """Points by hand. What the formula has a place for, and within which bounds, the service says."""

    ranked = forms.ChoiceField(label=_("Ranking of"), choices=Ranked.choices)
    unit = forms.CharField(label=_("Unit"), max_length=15)
    part = forms.CharField(label=_("Part of the formula"), max_length=30)
    points = forms.DecimalField(
        label=_("Points"), max_digits=7, decimal_places=2, help_text=_("With a minus sign they are taken off.")
    )
    reason = text(_("Reason"), help_text=_("Whoever sees the score reads it."))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        places = {
            ranking: [part for part in ranking.formula.read.parts if isinstance(part, Manual)]
            for ranking in self.row.rankings.all()
        }
        self.rankings = [ranking for ranking, parts in places.items() if parts]
        self.fields["ranked"].choices = [(each.ranked, each.get_ranked_display()) for each in self.rankings]
        parts = {part.code: str(part) for found in places.values() for part in found}
        self.fields["part"].widget = forms.Select(choices=list(parts.items()))
        # Read only where it is drawn: there are hundreds of communities.
        self.fields["unit"].widget = forms.Select(choices=self._units)

    def _units(self):
        wanted = self.initial.get("ranked")
        rankings = [each for each in self.rankings if each.ranked == wanted] or self.rankings
        rows = Score.objects.filter(ranking__in=rankings).order_by("ranking", "group", "unit_name")
        groups = {each.pk: (each.get_ranked_display(), []) for each in rankings}
        for ranking, unit, name in rows.values_list("ranking", "unit", "unit_name"):
            groups[ranking][1].append((unit, name))
        return list(groups.values())


class NoticeForm(ActionForm):
    text = text(
        _("Text of the notice"),
        rows=6,
        help_text=_("It stands above the month for good. The month itself stays as it was published."),
    )


class AppealForm(ActionForm):
    order = forms.CharField(label=_("Number of the order"), max_length=28)
    about = forms.ChoiceField(label=_("What is appealed"), choices=Appealed.choices)
    reason = text(_("Reason"), help_text=_("Say what proves it. The ruling is final."))

    def clean_order(self):
        number = self.cleaned_data["order"]
        found = Order.objects.visible_to(self.person).select_related("whistle").filter(number=number).first()
        if found is None:
            raise ValidationError(_("There is no such order that you may see."))
        return found


class GrantAppealForm(ActionForm):
    """`new` is a mark, or for a clock whether it counts as in time or not at all."""

    opinion = text(_("Opinion"))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.row.is_about_a_mark:
            new = forms.IntegerField(label=_("It counts as the mark"), min_value=0, max_value=100)
        else:
            choices = [("1", _("in time")), ("none", _("not counted"))]
            new = forms.ChoiceField(label=_("It counts as"), choices=choices, widget=forms.RadioSelect)
        self.fields = {"new": new} | self.fields

    def clean_new(self):
        new = self.cleaned_data["new"]
        if self.row.is_about_a_mark:
            return new
        return 1 if new == "1" else None


class OpinionForm(ActionForm):
    opinion = text(_("Opinion"))


def _appeal(bulletin, **given):
    return appeals.appeal(given.pop("order"), bulletin=bulletin, **given)


def _is_over(bulletin):
    return bulletin.ends_at is not None and bulletin.ends_at <= timezone.now()


def _term_runs(bulletin):
    return bulletin.takes_appeals_at(timezone.now())


bulletin_actions.add(
    Action(
        name="begin-review",
        label=_("Begin the review"),
        run=bulletins.begin_review,
        may=may.can_assess,
        states=frozenset({S.RUNNING}),
        when=_is_over,
        weight=90,
    ),
    Action(
        name="open-appeals",
        label=_("Open to appeals"),
        run=bulletins.open_appeals,
        may=may.can_assess,
        states=frozenset({S.REVIEW}),
        form=TermForm,
        weight=90,
    ),
    Action(
        name="enter-points",
        label=_("Enter points by hand"),
        run=bulletins.enter_points,
        may=may.can_assess,
        states=frozenset({S.REVIEW}),
        form=PointsForm,
        weight=50,
    ),
    Action(
        name="leave-review",
        label=_("Back to counting"),
        run=bulletins.leave_review,
        may=may.can_assess,
        states=frozenset({S.REVIEW}),
        form=ReasonForm,
        weight=10,
    ),
    Action(
        name="appeal",
        label=_("Appeal"),
        run=_appeal,
        may=may.can_appeal_in,
        states=frozenset({S.APPEALS}),
        when=_term_runs,
        form=AppealForm,
        weight=60,
    ),
    Action(
        name="publish",
        label=_("Publish for good"),
        run=bulletins.publish,
        may=may.can_assess,
        states=frozenset({S.APPEALS}),
        when=lambda bulletin: not _term_runs(bulletin) and not bulletin.waiting_appeals,
        tone="danger",
        weight=90,
    ),
    Action(
        name="leave-appeals",
        label=_("Back to the review"),
        run=bulletins.leave_appeals,
        may=may.can_assess,
        states=frozenset({S.APPEALS}),
        form=ReasonForm,
        weight=10,
    ),
    Action(
        name="correct",
        label=_("Write a correction notice"),
        run=bulletins.correct,
        may=may.can_assess,
        states=frozenset({S.PUBLISHED}),
        form=NoticeForm,
        weight=20,
    ),
    Action(
        name="prove",
        label=_("Prove it"),
        run=proofs.ask_for_proof,
        may=may.can_assess,
        states=frozenset(S),
        weight=5,
    ),
    Action(
        name="export",
        label=_("Write a file"),
        run=exports.ask,
        may=may.can_see_month,
        states=frozenset(S),
        form=ExportForm,
        weight=5,
    ),
)
# What stands beside what it is about, and not among the acts that move a month.
ASIDE = ("export", "prove")

appeal_actions.add(
    Action(
        name="grant",
        label=_("Grant the appeal"),
        run=partial(appeals.rule, granted=True),
        may=may.can_rule_on_appeal,
        states=frozenset({"waiting"}),
        form=GrantAppealForm,
        weight=70,
    ),
    Action(
        name="refuse",
        label=_("Refuse the appeal"),
        run=partial(appeals.rule, granted=False),
        may=may.can_rule_on_appeal,
        states=frozenset({"waiting"}),
        form=OpinionForm,
        tone="danger",
        weight=60,
    ),
)

points_actions.add(
    Action(
        name="withdraw",
        label=_("Take back"),
        run=bulletins.withdraw_points,
        may=may.can_withdraw_points,
        states=frozenset({"counts"}),
        when=lambda item: item.bulletin.state == S.REVIEW,
        form=ReasonForm,
        tone="danger",
        weight=10,
    ),
)

export_actions.add(
    Action(
        name="stop",
        label=_("Stop"),
        run=exports.stop,
        may=may.owns_export,
        states=frozenset({ExportState.WAITING, ExportState.RUNNING}),
        weight=30,
    ),
    Action(
        name="retry",
        label=_("Try again"),
        run=exports.ask_again,
        may=may.owns_export,
        states=frozenset({ExportState.FAILED, ExportState.STOPPED}),
        weight=60,
    ),
)
