"""Whistles in a list that can be narrowed; the address keeps how."""

from dataclasses import dataclass

from django import forms
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from common.errors import Refusal
from common.sheets import CHUNK, asks_for_sheet, sheet
from dispatch import pages
from dispatch.filters import WhistleFilter
from dispatch.queries import whistles_of, with_urgency
from grid.models import Area, AreaLevel, Department
from whistle.models import WhistleType
from whistle.states import Level, WhistleState

PAGE = 50
LAST_PAGE = 1000
ANY = [("", gettext_lazy("all"))]


@require_GET
def whistles(request):
    """Those this person may see, newest first; the open ones, unless the address asks for others."""
    asked = request.GET.copy()
    if not {"open", "state", "search"} & set(asked):
        asked["open"] = "true"
    filterset = WhistleFilter(asked, whistles_of(request.user), request=request)
    valid = filterset.is_valid()
    if valid and asks_for_sheet(request):
        return sheet("whistles", WHISTLE_TITLES, map(_row, filterset.qs.iterator(chunk_size=CHUNK)))
    page = slice_of(filterset.qs if valid else filterset.queryset.none(), request.GET.get("page", "1"))
    context = {
        "bar": BarForm(asked, person=request.user),
        "errors": filterset.errors,
        "cards": [pages.card(whistle) for whistle in with_urgency(page.rows)],
        "list": page,
        "narrowed": any(value for name, value in asked.items() if name not in ("open", "page")),
        "only_overdue": asked.get("overdue") == "true",
    }
    return render(request, "dispatch/whistles.html", context, status=200 if valid else 400)


WHISTLE_TITLES = (
    *(gettext_lazy("Number"), gettext_lazy("Title"), gettext_lazy("Type"), gettext_lazy("Level")),
    *(gettext_lazy("State"), gettext_lazy("Place"), gettext_lazy("Drafted"), gettext_lazy("Filed")),
    *(gettext_lazy("Closed"), gettext_lazy("Drill"), gettext_lazy("Demonstration")),
)


def _row(whistle):
    """A whistle as a line of a file."""
    return [
        *(whistle.number, whistle.title, whistle.type, whistle.get_level_display(), whistle.get_state_display()),
        *(whistle.place, whistle.created_at, whistle.filed_at, whistle.closed_at),
        *(yes_no(whistle.drill), yes_no(whistle.demonstration)),
    ]


def yes_no(value):
    return _("yes") if value else _("no")


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


def slice_of(queryset, number):
    """The page `number` (text, from 1) of a queryset; one row more than shown tells whether another follows."""
    number = int(number) if number.isascii() and number.isdigit() and len(number) < 6 else 0
    if not 1 <= number <= LAST_PAGE:
        raise Refusal(_("There is no such page. Narrow the list with a filter."), code="no_such_page")
    rows = list(queryset[(number - 1) * PAGE : number * PAGE + 1])
    return Slice(rows[:PAGE], number, len(rows) > PAGE)


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

    def __init__(self, *args, person, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["type"].choices = [*ANY, *_named(WhistleType.objects.filter(active=True).visible_to(person))]
        self.fields["department"].choices = [*ANY, *departments_of(person)]
        self.fields["area"].choices = [*ANY, *places_of(person)]


def _named(rows):
    """Codes and names; a code that several districts of a city use stands once."""
    return list({row.code: str(row) for row in rows}.items())


def departments_of(person):
    """The departments of the districts in which this person works, by code and name."""
    return _named(Department.objects.active().visible_to(person))


def places_of(person):
    """The areas one level below where this person looks: districts of a city, streets, or communities of a street."""
    codes = person.district_codes
    streets = [post.area_id for post in person.posts_now if post.area_id and len(post.area_id) == AreaLevel.STREET]
    if streets and len(streets) == len(person.posts_now):
        found = Area.objects.filter(parent__in=streets)
    else:
        found = Area.objects.filter(parent__in=codes, level__lte=AreaLevel.STREET)
    return [(area.code, area.short_name) for area in found.only("code", "name")]
