"""What each act asks for."""

from django import forms
from django.utils.translation import gettext_lazy as _

from common.actions import ActionForm
from common.fields import DayField, MomentField, PhotosField, YesNoField
from dispatch.states import RANKS, Asking, OrderState, Rank
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


class DepartmentField(forms.ChoiceField):
    """One of the departments that `offer` named, by its code."""

    default_error_messages = {
        "invalid_choice": _("“%(value)s” is not a department of this district that can be called.")
    }

    def offer(self, departments, exclude=()):
        self.offered = {each.code: each for each in departments if each.pk not in exclude}
        self.choices = [("", "—"), *((code, str(each)) for code, each in self.offered.items())]

    def clean(self, value):
        return self.offered.get(super().clean(value))


class DepartmentsField(forms.MultipleChoiceField):
    """Any of the departments that `offer` named, by their codes; in the order given."""

    widget = forms.CheckboxSelectMultiple
    default_error_messages = DepartmentField.default_error_messages

    def offer(self, departments):
        self.offered = {each.code: each for each in departments}
        self.choices = [(code, str(each)) for code, each in self.offered.items()]

    def clean(self, value):
        return [self.offered[code] for code in dict.fromkeys(super().clean(value))]


class SignForm(ActionForm):
    inspected_at = MomentField(
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
    lead = DepartmentField(label=_("Lead department"))
    assisting = DepartmentsField(label=_("Assisting departments"), required=False)
    note = text(_("Note to the departments"), required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["lead"].offer(self.row.callable_departments)
        self.fields["assisting"].offer(self.row.callable_departments)
        if self.row.suggested:
            self.fields["lead"].initial = self.row.suggested[0]
            self.fields["assisting"].initial = self.row.suggested[1:]

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("lead") in (cleaned.get("assisting") or []):
            self.add_error("assisting", _("The lead department cannot assist itself."))
        return cleaned


class RedispatchForm(DispatchForm):
    """Begins with the departments that are called now."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        called = [order for order in self.row.orders.all() if order.is_of_present_call]
        # A lead whose result is in may stay the lead while the others go on.
        lead = [each.department.code for each in called if each.is_lead and (each.is_open or each.finished_at)]
        self.fields["lead"].initial = lead[0] if lead else None
        self.fields["assisting"].initial = [
            each.department.code for each in called if each.is_open and not each.is_lead
        ]


class HandBackForm(ActionForm):
    note = text(_("The city's decision"))


class VerifyForm(ActionForm):
    solved = YesNoField(label=_("Is it solved?"), yes=_("Solved"), no=_("Not solved"))
    note = text(_("What you saw on site"), required=False, help_text=_("Needed when it is not solved."))
    departments = DepartmentsField(
        label=_("Who must go on"),
        required=False,
        help_text=_("Only when it is not solved; without a choice, all of them."),
    )
    photos = PhotosField()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        called = [order for order in self.row.orders.all() if order.is_of_present_call]
        self.fields["departments"].offer(each.department for each in called if each.state == OrderState.FINISHED)


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


class MeasuredPositionMixin(PositionMixin):
    """A position with how well the device knows it."""

    accuracy = forms.FloatField(
        label=_("Accuracy of the position, in metres"),
        min_value=0,
        # Half way around the Earth: nothing on it is less well known.
        max_value=20_040_000,
        required=False,
        widget=forms.HiddenInput,
    )

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("accuracy") is not None and not self.errors and cleaned.get("lat") is None:
            self.add_error("accuracy", _("An accuracy says nothing without the point it is of."))
        return cleaned


class ReportForm(MeasuredPositionMixin, ActionForm):
    rank = forms.ChoiceField(label=_("Who is on site"))
    code = forms.CharField(
        label=_("The street's code"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        help_text=_("Six digits from the phone of the street's officer; empty where nobody shows them."),
    )
    note = text(_("Note"), required=False, rows=2)
    photos = PhotosField()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # The rank that must come stands first, those above it next: whoever is lower does not stop the clock.
        need = RANKS.index(self.row.must_come)
        self.fields["rank"].choices = [(rank, Rank(rank).label) for rank in RANKS[need:] + RANKS[:need][::-1]]


class ArrivalForm(ReportForm):
    """The same after scanning the street's code: it is at hand already."""

    code = forms.CharField(max_length=100, widget=forms.HiddenInput)


class LeaderForm(MeasuredPositionMixin, ActionForm):
    note = text(_("Note"), required=False, rows=2)
    photos = PhotosField()


class ReturnOrderForm(ActionForm):
    reason = text(_("Why it is not yours"))
    suggested_department = DepartmentField(label=_("Department you think is right"), required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["suggested_department"].offer(
            self.row.whistle.callable_departments, exclude=[self.row.department_id]
        )


class UpholdForm(ActionForm):
    department = DepartmentField(
        label=_("Call instead"),
        required=False,
        help_text=_("Without a choice: the department that was suggested."),
    )
    note = text(_("Note"), required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["department"].offer(self.row.whistle.callable_departments, exclude=[self.row.department_id])
        self.fields["department"].initial = (
            self.row.suggested_department.code if self.row.suggested_department else None
        )


class ProgressForm(ActionForm):
    note = text(_("How it goes"))
    photos = PhotosField()


class ResultForm(ActionForm):
    note = text(_("What was done"))
    photos = PhotosField()


class ExtensionForm(ActionForm):
    amount = forms.IntegerField(label=_("More time"), min_value=1)
    reason = text(_("Why it takes longer"))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        clock = self.row.clock_to_resolve
        if clock:
            self.fields["amount"].help_text = _("In %(unit)s, %(limit)d at most.") % {
                "unit": clock.get_unit_display(),
                "limit": clock.limit,
            }


class SuspensionForm(ActionForm):
    review_on = DayField(label=_("Look at it again on"), help_text=_("On this day the clock runs on by itself."))
    reason = text(_("Why it cannot be done now"))


class GrantForm(ActionForm):
    amount = forms.IntegerField(label=_("Time granted"), min_value=1, required=False)
    note = text(_("Note"), required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.row.asks_for != Asking.EXTENSION:
            del self.fields["amount"]
        else:
            self.fields["amount"].initial = self.row.waiting_request.asked
            self.fields["amount"].help_text = _("Left empty: all that was asked for.")


class NoteForm(ActionForm):
    note = text(_("Note"), required=False)
