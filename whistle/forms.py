"""What a street officer is asked when blowing a whistle; the page and the API ask the same."""

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from common.fields import PhotosField, TickField
from grid.geo import inside
from grid.ground import outline_of
from grid.models import Area, AreaLevel, Department, ResponsibilityItem, Role
from whistle.models import Whistle, WhistleType
from whistle.queries import similar
from whistle.states import Level, Source

LONGEST_TEXT = 5000
# What each criterion of the practice asks of whoever says that it holds; those a district adds explain themselves.
CRITERIA_HELP = {
    "urgent": _("Say who is affected, since when, and how often they have asked."),
    "hazard": _("Say what can happen to whom, and how soon."),
    "standing": _("Say what has been promised or reported, and where it has been seen."),
    "joint": _("Say which bodies came, what each says is not theirs, and what the street tried by itself."),
}


class WhistleForm(forms.Form):
    type = forms.ModelChoiceField(
        WhistleType.objects.none(),
        to_field_name="code",
        label=_("Type"),
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": _("There is no such type of whistle in this district.")},
    )
    level = forms.ChoiceField(
        label=_("Level"),
        choices=Level.choices,
        help_text=_("It decides who must come: a deputy, the head in person, or the district's leaders."),
    )
    title = forms.CharField(label=_("What is the matter, in one line"), max_length=100)
    description = forms.CharField(
        label=_("What happened, and what has been tried"),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    area = forms.ModelChoiceField(
        Area.objects.defer("outline"),
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
    leads = forms.ChoiceField(
        label=_("Who should lead"), required=False, help_text=_("Without a choice: the first one that is ticked.")
    )
    source = forms.ChoiceField(label=_("Source"), choices=Source.choices, required=False)
    item = forms.ModelChoiceField(
        ResponsibilityItem.objects.none(),
        to_field_name="code",
        label=_("Item of the responsibility list"),
        required=False,
        empty_label="—",
        error_messages={"invalid_choice": _("There is no such item in the responsibility list of this district.")},
    )
    photos = PhotosField()
    drill = TickField(
        label=_("This is a drill"),
        help_text=_(
            "Everybody is called and every clock runs, but nothing of it counts in a score, a ranking or a quota. "
            "It cannot be changed once the whistle is blown."
        ),
    )

    def __init__(self, *args, person, whistle=None, **kwargs):
        super().__init__(*args, **kwargs)
        if whistle and whistle.filed_at:
            self.initial["drill"], self.fields["drill"].disabled = whistle.drill, True
        self.district = self._district(person)
        self.fields["type"].queryset = WhistleType.objects.filter(
            district=self.district, active=True
        ).prefetch_related("criteria")
        # In the order in which they were named, which no query knows.
        self.fields["departments"].queryset = Department.objects.in_district(self.district).active().order_by()
        self.fields["item"].queryset = ResponsibilityItem.objects.filter(district=self.district)
        # Checked in clean(), with the departments themselves.
        self.fields["leads"].valid_value = lambda code: True
        # Which of them belong to the type is known only with the type: checked in clean().
        self.fields["criteria"].valid_value = lambda code: True

    def _district(self, person):
        """The district of the area that was sent, if the person works there; else the person's first one."""
        self.streets = person.areas_as(Role.STREET_OFFICER)
        mine = [code[:6] for code in self.streets] or [""]
        sent = str(self.data.get("area") or self.initial.get("area") or "")[:6]
        return sent if sent in mine else mine[0]

    def with_choices(self):
        """Fills in what only a page shows: criteria, departments by group, and the areas of the officer's streets."""
        types = list(self.fields["type"].queryset)
        self.fields["type"].choices = [(type.code, type) for type in types]
        self.fields["criteria"].choices = offered = criteria_offered(types)
        self.criteria_explained = [(code, name, CRITERIA_HELP.get(code, "")) for code, name in offered]
        callable_here = self.fields["departments"].queryset.select_related("group")
        departments = list(callable_here.order_by("group__position", "code"))
        groups: dict[str, list] = {}
        for department in departments:
            groups.setdefault(str(department.group), []).append((department.code, str(department)))
        self.fields["departments"].choices = list(groups.items())
        self.fields["leads"].choices = [("", "—"), *((each.code, str(each)) for each in departments)]
        self.fields["area"].choices = [("", "—"), *self._areas()]
        return self

    def _areas(self):
        """What a browser without scripts chooses from; in order of code, so grids follow their community."""
        within = Q(pk__in=[])
        for code in self.streets:
            within |= Q(code__startswith=code)
        if len(self.streets) != 1 or len(self.streets[0]) < AreaLevel.STREET:
            # A whole district's grids would be thousands: the picker asks for them step by step.
            within &= Q(level__lte=AreaLevel.COMMUNITY)
        areas = Area.objects.filter(within, level__gte=AreaLevel.STREET).only("code", "name", "level")
        chosen = str(self["area"].value() or "")
        if chosen.isdigit() and len(chosen) <= AreaLevel.GRID:
            areas = areas | Area.objects.filter(pk=chosen).only("code", "name", "level")
        indents = {AreaLevel.STREET: "", AreaLevel.COMMUNITY: "\u3000", AreaLevel.GRID: "\u3000\u3000"}
        return [(area.code, f"{indents.get(area.level, '')}{area.short_name}") for area in areas.order_by("code")]

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

    def _with_the_lead_first(self, cleaned):
        """Whom the page's own choice names to lead goes before all others, ticked or not."""
        code = cleaned.pop("leads", "")
        if not code or "departments" not in cleaned:
            return
        lead = {each.code: each for each in self.fields["departments"].queryset}.get(code)
        if lead is None:
            sentence = self.fields["departments"].error_messages["invalid_choice"]
            self.add_error("leads", ValidationError(sentence, params={"value": code[:50]}))
        else:
            cleaned["departments"] = [lead, *(each for each in cleaned["departments"] if each != lead)]

    def _named(self, name):
        return self.data.getlist(name) if hasattr(self.data, "getlist") else self.data.get(name) or []

    def clean(self):
        cleaned = super().clean()
        if (cleaned.get("lat") is None) != (cleaned.get("lng") is None):
            self.add_error("lat", _("A point needs both its latitude and its longitude."))
        type = cleaned.get("type")
        if type is not None and "criteria" in cleaned:
            try:
                cleaned["criteria"] = criteria_of(type, cleaned["criteria"])
            except ValidationError as error:
                self.add_error("criteria", error)
        self._with_the_lead_first(cleaned)
        return cleaned


def criteria_of(type, codes):
    """The criteria of a type with these codes; ValidationError for a code that is none of the type's."""
    known = {criterion.code: criterion for criterion in type.criteria.all()}
    for code in codes:
        if code not in known:
            raise ValidationError(_("“%(code)s” is not a criterion of this type."), params={"code": str(code)[:50]})
    return [known[code] for code in codes]


def criteria_offered(types):
    """`[(code, name), …]` of the criteria of any of these types, each code once."""
    seen = {}
    for type in types:
        for criterion in type.criteria.all():
            seen.setdefault(criterion.code, criterion)
    return [(code, str(criterion)) for code, criterion in seen.items()]


class HalfTypedForm(forms.Form):
    """What of a whistle that is being written tells something beside it; what is not valid yet tells nothing."""

    area = forms.CharField(required=False)

    def __init__(self, *args, person, **kwargs):
        super().__init__(*args, **kwargs)
        self.streets = person.areas_as(Role.STREET_OFFICER)

    def area_of_mine(self):
        """`(code of the area, code of the officer's own street it lies in)`; the latter None for another's."""
        area = self.cleaned_data.get("area") or ""
        return area, next((code for code in self.streets if area.startswith(code)), None)


class SimilarForm(HalfTypedForm):
    """Which others are like it."""

    lat = forms.FloatField(required=False, min_value=-90, max_value=90)
    lng = forms.FloatField(required=False, min_value=-180, max_value=180)
    item = forms.CharField(required=False)
    besides = forms.CharField(required=False)

    def found(self, *, at):
        """The similar whistles of the officer's own street. What is half typed and not valid tells nothing."""
        self.full_clean()
        given = self.cleaned_data.get
        area, mine = self.area_of_mine()
        within = area[: AreaLevel.STREET] if mine else next(iter(self.streets), "")
        if not within:
            return []
        items = ResponsibilityItem.objects.filter(district=within[: AreaLevel.DISTRICT], code=given("item"))
        return similar(
            within=within,
            at=at,
            area=area if mine else None,
            lat=given("lat"),
            lng=given("lng"),
            item=items.first() if given("item") else None,
            besides=Whistle.objects.filter(number=given("besides")).first() if given("besides") else None,
        )


def warnings_about(whistle):
    """Sentences about what looks odd but is not refused, such as a point outside the district."""
    if whistle.lat is None:
        return []
    outline = outline_of(whistle.district_id)
    if outline is None or inside(whistle.lat, whistle.lng, outline):
        return []
    return [str(_("The point lies outside the district. Please check it on the map."))]
