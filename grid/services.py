"""What the working-time arithmetic needs from the database: the administrator's days and a district's hours."""

from grid.models import CalendarDay, WorkSegment
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
