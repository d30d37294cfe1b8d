"""What the working-time arithmetic needs from the database: the administrator's days and a district's hours."""

from collections.abc import Iterable
from datetime import time

from grid.models import CalendarDay, CalendarVersion, WorkSegment
from grid.worktime import OFFICE_HOURS, Calendar, Segments


def calendar_now() -> Calendar:
    """The State Council's calendar under the administrator's entries as they stand now. One query."""
    rows = CalendarDay.objects.values_list("day", "works", "name")
    return Calendar({day: (works, name) for day, works, name in rows})


def segments_of(district_code: str) -> Segments:
    """The working hours of a district; OFFICE_HOURS where it has entered none. One query."""
    return segments_by_district([district_code])[district_code]


def segments_by_district(codes: Iterable[str]) -> dict[str, Segments]:
    """The working hours of each of these districts. One query."""
    hours: dict[str, list[tuple[time, time]]] = {code: [] for code in codes}
    rows = WorkSegment.objects.filter(district__in=hours).order_by("starts")
    for code, starts, ends in rows.values_list("district_id", "starts", "ends"):
        hours[code].append((starts, ends))
    return {code: Segments(tuple(rows)) if rows else OFFICE_HOURS for code, rows in hours.items()}


def keep_version(calendar: Calendar) -> None:
    """Keeps what the calendar says under its version, for explaining later what was computed with it. One query."""
    CalendarVersion.objects.bulk_create(
        [CalendarVersion(version=calendar.version, own=calendar.to_data())], ignore_conflicts=True
    )


def calendars_of(versions: Iterable[str]) -> dict[str, Calendar]:
    """The calendars kept under these versions; one that was never kept is missing. One query."""
    kept = CalendarVersion.objects.filter(pk__in=set(versions))
    return {row.version: Calendar.from_data(row.own) for row in kept}
