"""The table of actions on a formula. Beginning a draft is none: there is no row yet to act on."""

from datetime import datetime

from django import forms
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from assessment.permissions import can_keep_formulas
from assessment.services import formulas
from assessment.states import FormulaState
from common.actions import Action, ActionForm, ActionTable
from common.fields import ObjectField

formula_actions = ActionTable()

DRAFT = frozenset({FormulaState.DRAFT})


class RevisionField(forms.IntegerField):
    """Which state of the draft was read: whoever comes after somebody else's saving is told so."""

    def __init__(self, **kwargs):
        super().__init__(label=_("Revision that was read"), min_value=1, widget=forms.HiddenInput, **kwargs)


class SaveForm(ActionForm):
    name = forms.CharField(label=_("Name"), max_length=60)
    definition = ObjectField(label=_("Definition"))
    revision = RevisionField()


class MonthField(forms.ChoiceField):
    """A month, chosen from a list or written as 2026-11; which ones may be chosen is for the service to say."""

    def validate(self, value):
        forms.Field.validate(self, value)

    def clean(self, value):
        try:
            return datetime.strptime(super().clean(value), "%Y-%m").date()
        except ValueError as error:
            raise forms.ValidationError(_("Write the month as 2026-11."), code="invalid") from error


class AdoptForm(ActionForm):
    month = MonthField(label=_("Counts from this month on"))
    revision = RevisionField()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        months = formulas.months_open(self.row.area_id, at=timezone.now())
        named = [(f"{month:%Y-%m}", date_format(month, "YEAR_MONTH_FORMAT")) for month in months]
        self.fields["month"].choices = named
        # Whoever is ranked should know the rules before the month begins.
        self.fields["month"].initial = f"{formulas.later(timezone.localdate(), 1):%Y-%m}"
        self.fields["revision"].initial = self.row.revision


formula_actions.add(
    Action(
        name="save",
        label=_("Save the draft"),
        run=formulas.save_draft,
        may=can_keep_formulas,
        states=DRAFT,
        form=SaveForm,
        weight=90,
    ),
    Action(
        name="adopt",
        label=_("Adopt"),
        run=formulas.adopt,
        may=can_keep_formulas,
        states=DRAFT,
        form=AdoptForm,
        weight=50,
    ),
    Action(
        name="discard",
        label=_("Discard the draft"),
        run=formulas.discard,
        may=can_keep_formulas,
        states=DRAFT,
        tone="danger",
        weight=10,
    ),
)
