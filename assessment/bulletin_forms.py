"""What the acts on a month, an appeal and points by hand ask for."""

from datetime import timedelta
from functools import partial

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from assessment.formulas.parts import Manual
from assessment.models import Score
from assessment.states import Appealed, ExportKind, Ranked
from common.actions import ActionForm
from common.fields import DayField
from dispatch.forms import text
from dispatch.models import Order

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
        self.fields["unit"].widget = forms.Select(choices=partial(units_of, self.rankings, self.initial.get("ranked")))


def units_of(rankings, wanted=None):
    """The units of the rankings to choose from, or of the one of `wanted`; read only where they are drawn, for there
    are hundreds of communities.
    """
    rankings = [each for each in rankings if each.ranked == wanted] or list(rankings)
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
    ranked = forms.ChoiceField(
        label=_("Ranking of"),
        choices=Ranked.choices,
        required=False,
        help_text=_("This and the next two: only where a score was wrong. In the year the corrected one counts."),
    )
    unit = forms.CharField(label=_("Unit"), max_length=15, required=False)
    total = forms.DecimalField(
        label=_("The total score it ought to have had"), max_digits=8, decimal_places=2, required=False
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        rankings = list(self.row.rankings.all())
        nothing = ("", _("none in particular"))
        self.fields["ranked"].choices = [nothing, *((each.ranked, each.get_ranked_display()) for each in rankings)]
        self.fields["unit"].widget = forms.Select(
            choices=lambda: [nothing, *units_of(rankings, self.initial.get("ranked"))]
        )

    def clean(self):
        """A score is named whole or not at all."""
        given = {name: self.cleaned_data.get(name) not in ("", None) for name in ("ranked", "unit", "total")}
        if any(given.values()):
            for name, there in given.items():
                if not there and name not in self.errors:
                    self.add_error(name, _("Say whose score it is and what it ought to be, or leave all three empty."))
        return self.cleaned_data


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
