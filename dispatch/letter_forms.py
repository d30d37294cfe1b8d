"""What is asked when an advice letter is sent, and by each act on it; the page and the API ask the same."""

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common.actions import ActionForm
from common.fields import PhotosField
from dispatch.forms import text
from grid.models import Area, AreaLevel, Department
from whistle.forms import LONGEST_TEXT
from whistle.permissions import WRITE_LETTERS
from whistle.states import Outcome

NOT_A_WRITER = _("Advice letters are written by communities and streets.")


class LetterForm(forms.Form):
    department = forms.ModelChoiceField(
        Department.objects.none(),
        to_field_name="code",
        label=pgettext_lazy("of a letter", "To"),
        empty_label="—",
        error_messages={"invalid_choice": _("“%(value)s” is not a department of this district that can be called.")},
    )
    area = forms.ModelChoiceField(
        Area.objects.defer("outline"),
        to_field_name="code",
        label=_("The ground it speaks of"),
        error_messages={"invalid_choice": _("There is no area with this code. Choose one from the list.")},
    )
    title = forms.CharField(label=_("Subject"), max_length=100)
    text = forms.CharField(
        label=_("What troubles recur, what causes them, and what you advise"),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 10}),
    )
    photos = PhotosField()

    def __init__(self, *args, person, **kwargs):
        super().__init__(*args, **kwargs)
        self.ground = person.areas_as(*WRITE_LETTERS)
        districts = [code[:6] for code in self.ground] or [""]
        sent = str(self.data.get("area") or "")[:6]
        self.district = sent if sent in districts else districts[0]
        self.fields["department"].queryset = Department.objects.in_district(self.district).active()

    def with_choices(self):
        """Fills in what only a page shows: streets and communities on the person's ground, the first one chosen."""
        within = Q(pk__in=[])
        for code in self.ground:
            within |= Q(code__startswith=code)
        found = Area.objects.filter(within, level__range=(AreaLevel.STREET, AreaLevel.COMMUNITY))
        areas = [(area.code, area.short_name) for area in found.only("code", "name", "level").order_by("code")]
        self.fields["area"].choices = [("", "—"), *areas]
        self.initial.setdefault("area", next(iter(self.ground), ""))
        return self

    def clean_area(self):
        area = self.cleaned_data["area"]
        if area.level < AreaLevel.STREET:
            raise ValidationError(_("A letter speaks of a street, a community or a grid; choose one of those."))
        return area


class ReplyForm(ActionForm):
    reply = text(pgettext_lazy("of a letter", "Reply"), rows=6, help_text=_("What you will do, by when; or why not."))
    photos = PhotosField()


class OutcomeForm(ActionForm):
    outcome = forms.ChoiceField(
        label=_("What became of the advice"), choices=Outcome.choices, widget=forms.RadioSelect
    )
    note = text(_("Note"), required=False)
