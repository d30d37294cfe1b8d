"""What is asked when a joint session is called, when it is held, and of its tasks."""

from django import forms
from django.utils.translation import gettext_lazy as _

from common.actions import ActionForm
from common.fields import DayField, MomentField, PhotosField
from dispatch.forms import DepartmentField, DepartmentsField, text
from dispatch.queries import orders_at_work
from whistle.forms import LONGEST_TEXT

NOT_CALLED = {"invalid_choice": _("“%(value)s” is not a department that was called to this whistle.")}


def called_to(whistle):
    """The departments at work on a whistle, the lead first."""
    return [order.department for order in orders_at_work(whistle)]


class ConveneForm(ActionForm):
    held_at = MomentField(
        label=_("Begins at"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
        help_text=_("One that was held already may be put down afterwards."),
    )
    place = forms.CharField(label=_("Where it meets"), max_length=200)
    departments = DepartmentsField(label=_("Who is to come"), error_messages=NOT_CALLED)
    agenda = text(_("What it is about"), required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["place"].initial = self.row.address
        departments = called_to(self.row)
        self.fields["departments"].offer(departments)
        self.fields["departments"].initial = [each.code for each in departments]


class MinutesForm(ActionForm):
    came = DepartmentsField(label=_("Who was there"), error_messages=NOT_CALLED)
    minutes = forms.CharField(
        label=_("What was said and agreed"),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("What a department is to do until a day is set as a task, one by one."),
    )
    photos = PhotosField()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        seats = list(self.row.seats.select_related("department"))
        offered = {each.pk: each for each in [*(seat.department for seat in seats), *called_to(self.row.whistle)]}
        self.fields["came"].offer(offered.values())
        self.fields["came"].initial = [seat.department.code for seat in seats if seat.came is not False]
        self.fields["minutes"].initial = self.row.minutes


class TaskForm(ActionForm):
    department = DepartmentField(label=_("Which department"), error_messages=NOT_CALLED)
    text = text(_("What it is to do"))
    due_on = DayField(label=_("Until the end of"))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["department"].offer(called_to(self.row.whistle))


class DoneForm(ActionForm):
    note = text(_("What was done"))
    photos = PhotosField()
