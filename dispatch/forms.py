"""What each act asks for."""

from django import forms
from django.utils.translation import gettext_lazy as _

from common.actions import ActionForm
from common.fields import PhotosField, YesNoField
from dispatch.states import ACTIVE, RANKS, OrderState, Rank
from grid.models import Department
from whistle.states import Ruling

LONGEST_NOTE = 2000


def text(label, *, required=True, rows=3, **kwargs):
    return forms.CharField(
        label=label,
        required=required,
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": rows}),
        **kwargs,
    )


def department(label, **kwargs):
    return forms.ModelChoiceField(
        Department.objects.none(),
        to_field_name="code",
        label=label,
        error_messages={"invalid_choice": _("This is not a department of this district that can be called.")},
        **kwargs,
    )


def departments(label, **kwargs):
    return forms.ModelMultipleChoiceField(
        Department.objects.none(),
        to_field_name="code",
        label=label,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("“%(value)s” is not a department of this district that can be called.")},
        **kwargs,
    )


class SignForm(ActionForm):
    inspected_at = forms.DateTimeField(
        label=_("Looked on site at"), widget=forms.DateTimeInput(attrs={"type": "datetime-local"})
    )
    opinion = text(_("Opinion"), initial=_("Looked on site; agreed."))


class RefuseForm(ActionForm):
    opinion = text(_("Opinion"))


class ReasonForm(ActionForm):
    reason = text(_("Reason"))


class DeclineForm(ActionForm):
    reason = text(_("Reason"))
    ruling = forms.ChoiceField(
        label=_("Ruling"),
        choices=[("", _("declined without blame")), *Ruling.choices],
        required=False,
        help_text=_("A ruling is held against everybody who signed."),
    )


class DispatchForm(ActionForm):
    lead = department(_("Lead department"))
    assisting = departments(_("Assisting departments"))
    note = text(_("Note to the departments"), required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        callable_here = Department.objects.in_district(self.row.district_id).active().select_related("group")
        self.fields["lead"].queryset = self.fields["assisting"].queryset = callable_here
        if self.row.suggested:
            self.fields["lead"].initial = self.row.suggested[0]
            self.fields["assisting"].initial = self.row.suggested[1:]

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("lead") in (cleaned.get("assisting") or []):
            self.add_error("assisting", _("The lead department cannot assist itself."))
        elif "assisting" in cleaned:
            cleaned["assisting"] = list(cleaned["assisting"])
        return cleaned


class RedispatchForm(DispatchForm):
    """Begins with the departments that are called now."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        active = [order for order in self.row.orders.all() if order.state in ACTIVE]
        lead = [order.department.code for order in active if order.is_lead]
        self.fields["lead"].initial = lead[0] if lead else None
        self.fields["assisting"].initial = [order.department.code for order in active if not order.is_lead]


class HandBackForm(ActionForm):
    note = text(_("The city's decision"))


class VerifyForm(ActionForm):
    solved = YesNoField(label=_("Is it solved?"), yes=_("Solved"), no=_("Not solved"))
    note = text(_("What you saw on site"), required=False, help_text=_("Needed when it is not solved."))
    departments = departments(
        _("Who must go on"), help_text=_("Only when it is not solved; without a choice, all of them.")
    )
    photos = PhotosField()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        called = Department.objects.filter(orders__whistle=self.row, orders__state=OrderState.FINISHED)
        self.fields["departments"].queryset = called.distinct()

    def clean_departments(self):
        return list(self.cleaned_data["departments"])


class PositionMixin(forms.Form):
    lat = forms.FloatField(label=_("Latitude"), min_value=-90, max_value=90, required=False, widget=forms.HiddenInput)
    lng = forms.FloatField(
        label=_("Longitude"), min_value=-180, max_value=180, required=False, widget=forms.HiddenInput
    )

    def clean(self):
        cleaned = super().clean()
        if not {"lat", "lng"} & set(self.errors) and (cleaned.get("lat") is None) != (cleaned.get("lng") is None):
            self.add_error("lat", _("A point needs both its latitude and its longitude."))
        return cleaned


class ReportForm(PositionMixin, ActionForm):
    rank = forms.ChoiceField(label=_("Who is on site"))
    note = text(_("Note"), required=False, rows=2)
    photos = PhotosField()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # The rank that must come stands first, those above it next: whoever is lower does not stop the clock.
        need = RANKS.index(self.row.must_come)
        self.fields["rank"].choices = [(rank, Rank(rank).label) for rank in RANKS[need:] + RANKS[:need][::-1]]


class LeaderForm(PositionMixin, ActionForm):
    note = text(_("Note"), required=False, rows=2)
    photos = PhotosField()


class ReturnOrderForm(ActionForm):
    reason = text(_("Why it is not yours"))
    suggested_department = department(_("Department you think is right"), required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        others = Department.objects.in_district(self.row.district_id).active().exclude(pk=self.row.department_id)
        self.fields["suggested_department"].queryset = others


class UpholdForm(ActionForm):
    department = department(
        _("Call instead"), required=False, help_text=_("Without a choice: the department that was suggested.")
    )
    note = text(_("Note"), required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        others = Department.objects.in_district(self.row.district_id).active().exclude(pk=self.row.department_id)
        self.fields["department"].queryset = others
        self.fields["department"].initial = (
            self.row.suggested_department.code if self.row.suggested_department else None
        )


class OverruleForm(ActionForm):
    note = text(_("Note"), required=False)


class ProgressForm(ActionForm):
    note = text(_("How it goes"))
    photos = PhotosField()


class ResultForm(ActionForm):
    note = text(_("What was done"))
    photos = PhotosField()
