"""What is asked when a lead is reported, and by each act on it; the page and the API ask the same."""

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common.actions import ActionForm
from common.fields import MomentField, PhotosField, TickField
from dispatch.forms import PositionMixin, text
from grid.models import Area, AreaLevel, Role
from whistle.forms import LONGEST_TEXT, criteria_of, criteria_offered
from whistle.models import WhistleType
from whistle.permissions import HANDLE_LEADS, STREET
from whistle.states import Level, Source

NOT_A_REPORTER = _("Leads are reported by grid workers, communities and streets.")
# More than these are chosen from step by step.
FEW = 12


class LeadForm(PositionMixin, forms.Form):
    """Reports a lead from a phone: the place is there, a photo, one line, done. All else may be left out."""

    photos = PhotosField()
    title = forms.CharField(label=_("What is the matter, in one line"), max_length=100)
    area = forms.ModelChoiceField(
        Area.objects.defer("outline"),
        to_field_name="code",
        label=_("Where it is"),
        error_messages={"invalid_choice": _("There is no area with this code. Choose one from the list.")},
    )
    hard = TickField(
        label=_("Too hard for us: to the street at once"),
        help_text=_("Without it, your own grid, community or street has it in hand."),
    )
    address = forms.CharField(label=_("Address"), max_length=200, required=False)
    description = forms.CharField(
        label=_("More about it"),
        max_length=LONGEST_TEXT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    contact = forms.CharField(label=_("Whom to call back"), max_length=100, required=False)
    source = forms.ChoiceField(
        label=_("Source"),
        choices=[("", pgettext_lazy("source of a lead", "our own patrol")), *Source.choices],
        required=False,
    )
    hotline_number = forms.CharField(label=_("Ticket of the hotline"), max_length=40, required=False)
    answer_by = MomentField(
        label=_("The hotline wants the answer by"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
        help_text=_("Its clock runs out at this very moment."),
    )

    def __init__(self, *args, person, **kwargs):
        super().__init__(*args, **kwargs)
        self.person = person
        # Whoever patrols stands where it is; at a desk the place is put on a map.
        self.on_patrol = person.holds(Role.GRID_WORKER)
        if not self.on_patrol:
            for name in ("lat", "lng"):
                self.fields[name].widget = forms.NumberInput(attrs={"step": "any"})

    def with_choices(self):
        """Fills in what only a page shows: the areas on the person's own ground, the first one chosen."""
        ground = self.person.areas_as(*HANDLE_LEADS)
        within = Q(pk__in=[])
        for code in ground:
            within |= Q(code__startswith=code)
        found = Area.objects.filter(within, level__gte=AreaLevel.STREET).only("code", "name", "level")
        self.areas = [(area.code, area.short_name) for area in found.order_by("code")]
        self.fields["area"].choices = [("", "—"), *self.areas]
        self.initial.setdefault("area", next(iter(ground), ""))
        return self

    @property
    def is_few(self):
        return len(self.areas) <= FEW

    @property
    def begins_open(self):
        """At a street's desk calls and tickets are entered, which have more to them."""
        return self.is_bound or self.person.holds(*STREET)

    def clean_area(self):
        area = self.cleaned_data["area"]
        if area.level < AreaLevel.STREET:
            raise ValidationError(_("A lead lies in a street, a community or a grid; choose one of those."))
        return area


class SolveForm(ActionForm):
    answer = text(_("How it was solved"), help_text=_("Whoever called is told so."))
    photos = PhotosField()


class LeadNoteForm(ActionForm):
    note = text(_("What you saw or learnt"))
    photos = PhotosField()


class WhistleLeadForm(ActionForm):
    """What a lead does not say and a whistle must."""

    type = forms.ModelChoiceField(
        WhistleType.objects.none(),
        to_field_name="code",
        label=_("Type"),
        empty_label=None,
        error_messages={"invalid_choice": _("There is no such type of whistle in this district.")},
    )
    level = forms.ChoiceField(label=_("Level"), choices=Level.choices)
    criteria = forms.MultipleChoiceField(
        label=_("Criteria that hold"), required=False, widget=forms.CheckboxSelectMultiple
    )
    description = forms.CharField(
        label=_("What happened, and what has been tried"),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        types = WhistleType.objects.filter(district=self.row.district_id, active=True).prefetch_related("criteria")
        self.fields["type"].queryset = types
        self.fields["criteria"].choices = criteria_offered(types)
        self.fields["description"].initial = self.row.description or self.row.title

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("type") and "criteria" in cleaned:
            try:
                cleaned["criteria"] = criteria_of(cleaned["type"], cleaned["criteria"])
            except ValidationError as error:
                self.add_error("criteria", error)
        return cleaned
