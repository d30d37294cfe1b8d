from grid.services.calendar import calendar_now, calendars_of, keep_version, segments_by_district, segments_of
from grid.services.hints import understand_hint

__all__ = [
    "calendar_now",
    "calendars_of",
    "keep_version",
    "segments_by_district",
    "segments_of",
    "understand_hint",
]
