"""Who hears of something: audiences become people by their posts of the day, for any number of cases in one query."""

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import lru_cache

from django.db.models import Q
from django.utils import timezone

from dispatch.states import OF_AN_ORDER, OF_THE_CENTRE, Audience, ClockKind
from grid.models import AreaLevel, Post, Role
from whistle.models import AdviceLetter, Lead, Whistle
from whistle.states import Holder

# A role in a department (its key) or in an area (its code).
Seat = tuple[str, int | str]
Matter = Whistle | Lead | AdviceLetter

# Who has a lead in hand, and who is above them: the role, and the length of the code of its area.
HANDS = {
    Holder.GRID: (Role.GRID_WORKER, AreaLevel.GRID),
    Holder.COMMUNITY: (Role.COMMUNITY_SECRETARY, AreaLevel.COMMUNITY),
    Holder.STREET: (Role.STREET_OFFICER, AreaLevel.STREET),
}
ABOVE = {
    Holder.GRID: (Role.COMMUNITY_SECRETARY, AreaLevel.COMMUNITY),
    Holder.COMMUNITY: (Role.STREET_SECRETARY, AreaLevel.STREET),
    Holder.STREET: (Role.STREET_SECRETARY, AreaLevel.STREET),
}


def seats(audience: str, subject: Matter, *, kind: str = "", department: int | None = None) -> frozenset[Seat]:
    """The seats of an audience. `kind`: of the clock; `department`: whose order it is, None for the subject itself."""
    return SEATS[type(subject)](audience, subject, kind, department)


def _of_a_whistle(audience: str, whistle: Whistle, kind: str, department: int | None) -> frozenset[Seat]:
    return _whistle_seats(audience, whistle.district_id, whistle.area_id, kind, department)


# The same few are asked for by every clock of a batch.
@lru_cache(maxsize=4096)
def _whistle_seats(audience: str, district: str, area: str, kind: str, department: int | None) -> frozenset[Seat]:
    street, community = area[: AreaLevel.STREET], area[: AreaLevel.COMMUNITY]
    if audience in OVER_ALL:
        return _over_all(audience, district, street)
    if department and (kind in OF_AN_ORDER or not kind):
        return frozenset({(Role.LIAISON if audience == Audience.RESPONSIBLE else Role.HEAD, department)})
    if kind in OF_THE_CENTRE:
        return frozenset({(Role.DISPATCHER, district)}) if audience == Audience.RESPONSIBLE else frozenset()
    if kind == ClockKind.SIGN_AFTER:
        return frozenset({(Role.STREET_SECRETARY, street), (Role.COMMUNITY_SECRETARY, community)})
    return frozenset({(Role.STREET_OFFICER if audience == Audience.RESPONSIBLE else Role.STREET_SECRETARY, street)})


def _of_a_lead(audience: str, lead: Lead, kind: str, department: int | None) -> frozenset[Seat]:
    """Whoever has it in hand today."""
    if audience in OVER_ALL:
        return _over_all(audience, lead.district_id, lead.area_id[: AreaLevel.STREET])
    role, level = (HANDS if audience == Audience.RESPONSIBLE else ABOVE)[Holder(lead.holder)]
    return frozenset({(role, lead.area_id[:level])})


def _of_a_letter(audience: str, letter: AdviceLetter, kind: str, department: int | None) -> frozenset[Seat]:
    """To reply is the department's; what else there is to know, those who wrote it must."""
    if audience in OVER_ALL:
        return _over_all(audience, letter.district_id, letter.sender_id[: AreaLevel.STREET])
    if kind == ClockKind.REPLY:
        return frozenset({(Role.LIAISON if audience == Audience.RESPONSIBLE else Role.HEAD, letter.department_id)})
    if len(letter.sender_id) == AreaLevel.COMMUNITY:
        return frozenset({(Role.COMMUNITY_SECRETARY, letter.sender_id)})
    return frozenset({(Role.STREET_OFFICER, letter.sender_id)})


SEATS: dict[type, Callable[..., frozenset[Seat]]] = {
    Whistle: _of_a_whistle,
    Lead: _of_a_lead,
    AdviceLetter: _of_a_letter,
}

OVER_ALL = (Audience.CENTRE, Audience.LEADER)


def _over_all(audience: str, district: str, street: str) -> frozenset[Seat]:
    if audience == Audience.CENTRE:
        return frozenset({(Role.DISPATCHER, district)})
    return frozenset({(Role.DISTRICT_LEADER, street), (Role.DISTRICT_LEADER, district)})


def people_on(wanted: Iterable[Seat], *, at: datetime) -> dict[Seat, set[int]]:
    """The keys of the active people who hold these seats on the day of `at`; a seat nobody holds is missing.

    One query.
    """
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
    held = Post.objects.held_on(timezone.localdate(at)).filter(condition, person__is_active=True)
    for role, department, area, person in held.values_list("role", "department_id", "area_id", "person_id"):
        found.setdefault((role, department or area), set()).add(person)
    return found


def among(found: dict[Seat, set[int]], wanted: Iterable[Seat]) -> set[int]:
    """The people on `wanted`, of those that `people_on` found."""
    return set().union(*(found.get(seat, ()) for seat in wanted))
