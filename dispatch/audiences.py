"""Who hears of something: audiences become people by their posts today, for any number of cases in one query."""

from collections.abc import Iterable
from functools import lru_cache

from django.db.models import Q
from django.utils import timezone

from dispatch.states import OF_AN_ORDER, Audience, ClockKind
from grid.models import Post, Role
from whistle.models import Whistle

# A role in a department (its key) or in an area (its code).
Seat = tuple[str, int | str]


def seats(audience: str, whistle: Whistle, *, kind: str = "", department: int | None = None) -> frozenset[Seat]:
    """The seats of an audience. `kind`: of the clock; `department`: whose order it is, None for the whistle's own."""
    return _seats(audience, whistle.district_id, whistle.area_id, kind, department)


# The same few are asked for by every clock of a batch.
@lru_cache(maxsize=4096)
def _seats(audience: str, district: str, area: str, kind: str, department: int | None) -> frozenset[Seat]:
    street, community = area[:9], area[:12]
    if audience == Audience.CENTRE:
        return frozenset({(Role.DISPATCHER, district)})
    if audience == Audience.LEADER:
        return frozenset({(Role.DISTRICT_LEADER, street), (Role.DISTRICT_LEADER, district)})
    if department and (kind in OF_AN_ORDER or not kind):
        return frozenset({(Role.LIAISON if audience == Audience.RESPONSIBLE else Role.HEAD, department)})
    if kind in (ClockKind.TRIAGE, ClockKind.ANSWER):
        return frozenset({(Role.DISPATCHER, district)}) if audience == Audience.RESPONSIBLE else frozenset()
    if kind == ClockKind.SIGN_AFTER:
        return frozenset({(Role.STREET_SECRETARY, street), (Role.COMMUNITY_SECRETARY, community)})
    return frozenset({(Role.STREET_OFFICER if audience == Audience.RESPONSIBLE else Role.STREET_SECRETARY, street)})


def people_on(wanted: Iterable[Seat]) -> dict[Seat, set[int]]:
    """The keys of the active people who hold these seats today; a seat nobody holds is missing. One query."""
    by_role: dict[str, tuple[set[int], set[str]]] = {}
    for role, place in wanted:
        departments, areas = by_role.setdefault(role, (set(), set()))
        if isinstance(place, int):
            departments.add(place)
        else:
            areas.add(place)
    if not by_role:
        return {}
    condition = Q(pk__in=[])
    for role, (departments, areas) in by_role.items():
        if departments:
            condition |= Q(role=role, department_id__in=departments)
        if areas:
            condition |= Q(role=role, area_id__in=areas)
    found: dict[Seat, set[int]] = {}
    held = Post.objects.held_on(timezone.localdate()).filter(condition, person__is_active=True)
    for role, department, area, person in held.values_list("role", "department_id", "area_id", "person_id"):
        found.setdefault((role, department or area), set()).add(person)
    return found


def among(found: dict[Seat, set[int]], wanted: Iterable[Seat]) -> set[int]:
    """The people on `wanted`, of those that `people_on` found."""
    return set().union(*(found.get(seat, ()) for seat in wanted))
