"""How each unit counts time, in whole numbers: microseconds, or closings of working days.

Moments are ticks (see `calendar`), amounts are whole numbers of the line's own measure.
"""

from dataclasses import dataclass
from typing import Protocol

from grid.worktime.calendar import DAY, Calendar, Segments


class Line(Protocol):
    def begin(self, start: int) -> int:
        """From where a limit that starts at `start` is counted."""
        ...

    def between(self, a: int, b: int) -> int:
        """The amount that passes from `a` to `b` (not earlier)."""
        ...

    def after(self, a: int, amount: int) -> int:
        """The first moment by which `amount` (more than 0) has passed since `a`."""
        ...


class Natural:
    def begin(self, start: int) -> int:
        return start

    def between(self, a: int, b: int) -> int:
        return b - a

    def after(self, a: int, amount: int) -> int:
        return a + amount


@dataclass(slots=True)
class WorkingHours:
    calendar: Calendar
    segments: Segments

    def begin(self, start: int) -> int:
        return start

    def between(self, a: int, b: int) -> int:
        first, last = a // DAY, b // DAY
        whole = self.calendar.workdays(first - 1, last - 1)
        return whole * self.segments.length + self._worked_on(last, b) - self._worked_on(first, a)

    def after(self, a: int, amount: int) -> int:
        day = a // DAY
        # Counted from the opening of the first day on; a day not worked holds nothing.
        amount += self._worked_on(day, a)
        whole = (amount - 1) // self.segments.length
        day = self.calendar.workday_after(day - 1, whole + 1)
        return day * DAY + self.segments.when_worked(amount - whole * self.segments.length)

    def _worked_on(self, day: int, tick: int) -> int:
        """How much of the day is worked by `tick`."""
        return self.segments.worked_by(tick - day * DAY) if self.calendar.works(day) else 0


@dataclass(slots=True)
class WorkingDays:
    calendar: Calendar
    closing: int

    def begin(self, start: int) -> int:
        return (start // DAY + 1) * DAY

    def between(self, a: int, b: int) -> int:
        return self.calendar.workdays(self._last_closed(a), self._last_closed(b))

    def after(self, a: int, amount: int) -> int:
        return self.calendar.workday_after(self._last_closed(a), amount) * DAY + self.closing

    def _last_closed(self, tick: int) -> int:
        """The last day whose closing time is not after `tick`."""
        return (tick - self.closing) // DAY
