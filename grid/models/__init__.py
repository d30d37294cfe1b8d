from grid.models.areas import Area, AreaLevel, GridKind
from grid.models.calendar import CalendarDay, CalendarVersion, WorkSegment
from grid.models.departments import Department, DepartmentGroup, ResponsibilityItem, StreetPart
from grid.models.hints import UnderstoodHint
from grid.models.people import Person, Post, Role

__all__ = [
    "Area",
    "AreaLevel",
    "CalendarDay",
    "CalendarVersion",
    "Department",
    "DepartmentGroup",
    "GridKind",
    "Person",
    "Post",
    "ResponsibilityItem",
    "Role",
    "StreetPart",
    "UnderstoodHint",
    "WorkSegment",
]
