"""The table of actions on a formula. `begin_draft` is none of them: there is no row yet to act on."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.http import Http404
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from assessment.finding import by_key, formulas_of
from assessment.models import Formula
from assessment.permissions import can_keep_formulas, formulas_asked
from assessment.services import formulas
from assessment.states import FormulaState
from common.actions import Action, ActionForm, ActionTable
from common.errors import Invalid
from common.fields import ObjectField
from grid.models import Person

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


class BeginForm(ActionForm):
    """A draft begins with what ships under a name, for a district or city, or with what another formula says."""

    preset = forms.CharField(label=_("Formula that ships"), max_length=60, required=False)
    district = forms.CharField(label=_("District"), max_length=6, required=False)
    formula = forms.CharField(label=_("Formula"), max_length=18, required=False)

    def clean_formula(self):
        number = self.cleaned_data["formula"]
        if not number:
            return None
        try:
            return by_key(formulas_of(self.person), number)
        except Http404 as error:
            raise forms.ValidationError(_("There is no such formula that you may see.")) from error

    def clean(self):
        if not self.errors and bool(self.cleaned_data["preset"]) == bool(self.cleaned_data["formula"]):
            raise forms.ValidationError(_("Name either a formula that ships or one of your own to begin with."))


def begin_draft(data: Mapping[str, Any], *, by: Person, at: datetime) -> Formula:
    """A new draft with what `preset` or `formula` says; `data` as it was sent, `district` one's own if not said.

    Refuses with Invalid what is neither, and with Forbidden whoever keeps no formulas there; other districts are none
    (Http404).
    """
    form = BeginForm(data, person=by)
    if not form.is_valid():
        raise Invalid(fields=form.errors)
    preset, district, formula = (form.cleaned_data[name] for name in ("preset", "district", "formula"))
    if formula:
        return formulas.draft_from_version(formula, by=by, at=at)
    area, _of = formulas_asked(by, None, district or None)
    return formulas.draft_from_preset(preset, by=by, at=at, area=area)


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
