"""What the working-time arithmetic needs from the database: the administrator's days and a district's hours."""

import time
from typing import Any

from grid.models import Area, CalendarDay, WorkSegment
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


# Seconds. Every draft with a point asks for an outline, which is large and hardly ever changes.
OUTLINES_KEEP = 300


def outline_of(code: str) -> Any | None:
    """The outline (a GeoJSON geometry) of an area, as it stood at most five minutes ago; None where there is none."""
    period = int(time.monotonic() // OUTLINES_KEEP)
    known = _outlines.get(code)
    if known is None or known[0] != period:
        outline = Area.objects.filter(pk=code).values_list("outline", flat=True).first()
        if outline is None:
            # It may be loaded any moment.
            return None
        known = _outlines[code] = (period, outline)
    return known[1]


_outlines: dict[str, tuple[int, Any]] = {}
