"""Whistles in a list that can be narrowed; the address keeps how."""

from dataclasses import dataclass

from django import forms
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from common.errors import Refusal
from common.fields import coded_choices
from common.sheets import CHUNK, asks_for_sheet, sheet
from dispatch import pages
from dispatch.filters import WhistleFilter
from dispatch.queries import whistles_of, with_urgency
from dispatch.sheets import WHISTLE_TITLES, whistle_line
from grid.models import Area, AreaLevel, Department
from whistle.models import WhistleType
from whistle.states import Level, WhistleState

PAGE = 50
LAST_PAGE = 1000
ANY = [("", gettext_lazy("all"))]


@require_GET
def whistles(request):
    """Those this person may see, newest first; the open ones, unless the address asks for others."""
    asked = asked_of(request)
    filterset = WhistleFilter(asked, whistles_of(request.user), request=request)
    valid = filterset.is_valid()
    if valid and asks_for_sheet(request):
        return sheet("whistles", WHISTLE_TITLES, map(whistle_line, filterset.qs.iterator(chunk_size=CHUNK)))
    page = slice_of(filterset.qs if valid else filterset.queryset.none(), request.GET.get("page", "1"))
    context = {
        "live": "*",
        "bar": BarForm(asked, person=request.user),
        "errors": filterset.errors,
        "cards": [pages.card(whistle) for whistle in with_urgency(page.rows)],
        "list": page,
        "narrowed": any(value for name, value in asked.items() if name not in ("open", "page")),
    }
    return render(request, "dispatch/whistles.html", context, status=200 if valid else 400)


def asked_of(request):
    """What the address asks for: the open ones, unless it says otherwise."""
    asked = request.GET.copy()
    if not {"open", "state", "search"} & set(asked):
        asked["open"] = "true"
    return asked


@dataclass(frozen=True)
class Slice:
    """A page of a list that nobody counts: whether there is a next one is all it knows."""

    rows: list
    number: int
    has_next: bool

    @property
    def has_previous(self):
        return self.number > 1

    @property
    def previous(self):
        return self.number - 1

    @property
    def next(self):
        return self.number + 1


def slice_of(queryset, number, *, size=PAGE):
    """The page `number` (text, from 1) of a queryset; one row more than shown tells whether another follows.

    `size`: how many rows a page has.
    """
    number = int(number) if number.isascii() and number.isdigit() and len(number) < 6 else 0
    if not 1 <= number <= LAST_PAGE:
        raise Refusal(_("There is no such page. Narrow the list with a filter."), code="no_such_page")
    rows = list(queryset[(number - 1) * size : number * size + 1])
    return Slice(rows[:size], number, len(rows) > size)


class BarForm(forms.Form):
    """What the list can be narrowed by. Only drawn: `WhistleFilter` reads the same names from the address."""

    open = forms.ChoiceField(
        label=gettext_lazy("Show"),
        choices=[("true", gettext_lazy("open ones")), ("false", gettext_lazy("ended ones")), *ANY],
        required=False,
    )
    state = forms.ChoiceField(label=gettext_lazy("State"), choices=[*ANY, *WhistleState.choices], required=False)
    type = forms.ChoiceField(label=gettext_lazy("Type"), required=False)
    level = forms.ChoiceField(label=gettext_lazy("Level"), choices=[*ANY, *Level.choices], required=False)
    area = forms.ChoiceField(label=gettext_lazy("Place"), required=False)
    department = forms.ChoiceField(label=gettext_lazy("Department"), required=False)
    drill = forms.ChoiceField(
        label=gettext_lazy("Drills"),
        choices=[*ANY, ("false", gettext_lazy("without drills")), ("true", gettext_lazy("drills only"))],
        required=False,
    )

    overdue = forms.BooleanField(
        label=gettext_lazy("overdue only"), required=False, widget=forms.CheckboxInput({"value": "true"})
    )

    def __init__(self, *args, person, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["type"].choices = [
            *ANY,
            *coded_choices(WhistleType.objects.filter(active=True).visible_to(person)),
        ]
        self.fields["department"].choices = [*ANY, *departments_of(person)]
        self.fields["area"].choices = [*ANY, *places_of(person)]


def departments_of(person):
    """The departments of the districts in which this person works, by code and name."""
    return coded_choices(Department.objects.active().visible_to(person))


def places_of(person):
    """The areas one level below where this person looks: districts of a city, streets, or communities of a street."""
    codes = person.district_codes
    streets = [post.area_id for post in person.posts_now if post.area_id and len(post.area_id) == AreaLevel.STREET]
    if streets and len(streets) == len(person.posts_now):
        found = Area.objects.filter(parent__in=streets)
    else:
        found = Area.objects.filter(parent__in=codes, level__lte=AreaLevel.STREET)
    return [(area.code, area.short_name) for area in found.only("code", "name")]
