"""What the working-time arithmetic needs from the database: the administrator's days and a district's hours."""

import time
from typing import Any

from grid.models import Area, AreaLevel, CalendarDay, WorkSegment
from grid.models.areas import short
from grid.worktime import OFFICE_HOURS, Calendar, Segments


def calendar_now() -> Calendar:
    """The State Council's calendar under the administrator's entries as they stand now. One query."""
    rows = CalendarDay.objects.values_list("day", "works", "name")
    return Calendar({day: (works, name) for day, works, name in rows})


def segments_of(district_code: str) -> Segments:
    """The working hours of a district; OFFICE_HOURS where it has entered none. One query."""
    rows = WorkSegment.objects.filter(district_id=district_code).order_by("starts").values_list("starts", "ends")
    hours = tuple(rows)
    return Segments(hours) if hours else OFFICE_HOURS


# Seconds. Names and outlines of areas are read with every case and hardly ever change: a process keeps them a while.
GROUND_KEEPS = 300

_names: dict[str, tuple[int, dict[str, str]]] = {}
_outlines: dict[str, tuple[int, Any]] = {}


def _period() -> int:
    return int(time.monotonic() // GROUND_KEEPS)


def names_from_street(code: str) -> list[str]:
    """What people call the areas a code lies in, from the street down to itself: `["丰宁街道", "虹山南路社区"]`.

    `code`: of a street, community or grid. At most five minutes old; the first of a district reads all of its names.
    """
    district = code[: AreaLevel.DISTRICT]
    period, names = _names.get(district, (None, {}))
    if period != _period() or code not in names:
        rows = Area.objects.under(district).filter(level__gte=AreaLevel.STREET).values_list("code", "name")
        names = {each: short(name) for each, name in rows}
        _names[district] = (_period(), names)
    levels = (AreaLevel.STREET, AreaLevel.COMMUNITY, AreaLevel.GRID)
    return [names[code[:level]] for level in levels if level <= len(code)]


def outline_of(code: str) -> Any | None:
    """The outline (a GeoJSON geometry) of an area, as it stood at most five minutes ago; None where there is none."""
    period, outline = _outlines.get(code, (None, None))
    if period != _period():
        outline = Area.objects.filter(pk=code).values_list("outline", flat=True).first()
        if outline is not None:
            _outlines[code] = (_period(), outline)
    return outline
