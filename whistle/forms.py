"""What a street officer is asked when blowing a whistle; the page and the API ask the same."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from common.fields import PhotosField
from grid.geo import inside
from grid.models import Area, AreaLevel, Department, ResponsibilityItem, Role
from whistle.models import WhistleType
from whistle.states import Level, Source

LONGEST_TEXT = 5000


class WhistleForm(forms.Form):
    type = forms.ModelChoiceField(
        WhistleType.objects.none(),
        to_field_name="code",
        label=_("Type"),
        empty_label=None,
        error_messages={"invalid_choice": _("There is no such type of whistle in this district.")},
    )
    level = forms.ChoiceField(label=_("Level"), choices=Level.choices)
    title = forms.CharField(label=_("What is the matter, in one line"), max_length=100)
    description = forms.CharField(
        label=_("What happened, and what has been tried"),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    area = forms.ModelChoiceField(
        # With what a case's place and the check of its point read: street and district.
        Area.objects.select_related("parent__parent__parent"),
        to_field_name="code",
        label=_("Community or grid"),
        error_messages={"invalid_choice": _("There is no area with this code. Choose one from the list.")},
    )
    address = forms.CharField(label=_("Address"), max_length=200, required=False)
    lat = forms.FloatField(label=_("Latitude"), min_value=-90, max_value=90, required=False)
    lng = forms.FloatField(label=_("Longitude"), min_value=-180, max_value=180, required=False)
    criteria = forms.MultipleChoiceField(
        label=_("Criteria that hold"), required=False, widget=forms.CheckboxSelectMultiple
    )
    departments = forms.ModelMultipleChoiceField(
        Department.objects.none(),
        to_field_name="code",
        label=_("Departments you suggest"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("“%(value)s” is not a department of this district that can be called.")},
    )
    source = forms.ChoiceField(label=_("Source"), choices=Source.choices, required=False)
    item = forms.ModelChoiceField(
        ResponsibilityItem.objects.none(),
        to_field_name="code",
        label=_("Item of the responsibility list"),
        required=False,
        error_messages={"invalid_choice": _("There is no such item in the responsibility list of this district.")},
    )
    photos = PhotosField()

    def __init__(self, *args, person, **kwargs):
        super().__init__(*args, **kwargs)
        self.district = self._district(person)
        self.fields["type"].queryset = WhistleType.objects.filter(
            district=self.district, active=True
        ).prefetch_related("criteria")
        self.fields["departments"].queryset = Department.objects.in_district(self.district).active()
        self.fields["item"].queryset = ResponsibilityItem.objects.filter(district=self.district)
        # Which of them belong to the type is known only with the type: checked in clean().
        self.fields["criteria"].valid_value = lambda code: True

    def _district(self, person):
        """The district of the area that was sent, if the person works there; else the person's first one."""
        mine = [code[:6] for code in person.areas_as(Role.STREET_OFFICER)] or [""]
        sent = str(self.data.get("area") or self.initial.get("area") or "")[:6]
        return sent if sent in mine else mine[0]

    def with_choices(self):
        """Fills in what only a page shows: the criteria of the district's types."""
        seen = {}
        for type in self.fields["type"].queryset:
            for criterion in type.criteria.all():
                seen.setdefault(criterion.code, criterion)
        self.fields["criteria"].choices = [(code, str(criterion)) for code, criterion in seen.items()]
        return self

    def clean_area(self):
        area = self.cleaned_data["area"]
        if area.level < AreaLevel.STREET:
            raise ValidationError(_("A whistle lies in a street, a community or a grid; choose one of those."))
        return area

    def clean_source(self):
        return self.cleaned_data["source"] or Source.STREET

    def clean_departments(self):
        """In the order in which they were named: the first one leads."""
        found = {department.code: department for department in self.cleaned_data["departments"]}
        return [found[code] for code in dict.fromkeys(self._named("departments")) if code in found]

    def _named(self, name):
        return self.data.getlist(name) if hasattr(self.data, "getlist") else self.data.get(name) or []

    def clean(self):
        cleaned = super().clean()
        if (cleaned.get("lat") is None) != (cleaned.get("lng") is None):
            self.add_error("lat", _("A point needs both its latitude and its longitude."))
        type = cleaned.get("type")
        if type is not None and "criteria" in cleaned:
            known = {criterion.code: criterion for criterion in type.criteria.all()}
            unknown = [code for code in cleaned["criteria"] if code not in known]
            if unknown:
                self.add_error(
                    "criteria",
                    ValidationError(
                        _("“%(code)s” is not a criterion of this type."), params={"code": str(unknown[0])[:50]}
                    ),
                )
            else:
                cleaned["criteria"] = [known[code] for code in cleaned["criteria"]]
        return cleaned


def warnings_about(whistle):
    """Sentences about what looks odd but is not refused, such as a point outside the district."""
    district = whistle.area
    while district.level > AreaLevel.DISTRICT:
        district = district.parent
    if whistle.lat is None or district.outline is None or inside(whistle.lat, whistle.lng, district.outline):
        return []
    return [str(_("The point lies outside the district. Please check it on the map."))]
