"""Working time: pure arithmetic on moments, without a database.

A limit is natural time, working hours or working days. `due` says when it runs out and can explain why,
`moment_at_share` when a share of it is used, `used` and `remaining` how much. All exact to the microsecond.
"""

from grid.worktime.arithmetic import (
    LONGEST,
    Due,
    Unit,
    due,
    moment_at_share,
    remaining,
    used,
)
from grid.worktime.calendar import (
    FIRST_YEAR,
    LAST_YEAR,
    OFFICE_HOURS,
    SHANGHAI,
    Calendar,
    Segments,
    Unworkable,
)
from grid.worktime.steps import Step, StepKind

__all__ = [
    "FIRST_YEAR",
    "LAST_YEAR",
    "LONGEST",
    "OFFICE_HOURS",
    "SHANGHAI",
    "Calendar",
    "Due",
    "Segments",
    "Step",
    "StepKind",
    "Unit",
    "Unworkable",
    "due",
    "moment_at_share",
    "remaining",
    "used",
]
