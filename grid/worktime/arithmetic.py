"""When a limit runs out.

Each unit is a line on which time is counted in whole numbers: natural time and working hours in microseconds,
working days in closings. One algorithm spends a limit along a line and jumps over the pauses.

Working days, as offices count them: the day of the start does not count; the limit ends at closing time of the
Nth working day after it. A pause takes out the working days at whose closing the clock stood still (after the
pause began, up to and including its end). Shares of such a limit are shares of the working hours between the
start and the due moment.

Working hours: what starts outside them begins at the next opening; what ends exactly at closing is due at closing.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from functools import cached_property
from math import ceil

from django.utils.translation import gettext_lazy as _

from grid.worktime.calendar import DAY, SECOND, Calendar, Segments, Unworkable, from_ticks, to_ticks
from grid.worktime.lines import Line, Natural, WorkingDays, WorkingHours
from grid.worktime.steps import Spans, Step, narrate, natural_pieces, working_day_pieces, working_hour_pieces


class Unit(StrEnum):
    SECONDS = "seconds"
    MINUTES = "minutes"
    HOURS = "hours"
    WORKING_HOURS = "working_hours"
    WORKING_DAYS = "working_days"

    @property
    def natural(self) -> bool:
        """Runs around the clock and asks no calendar."""
        return self in (Unit.SECONDS, Unit.MINUTES, Unit.HOURS)


# Around ten years; more is a slip of the pen.
LONGEST = {
    Unit.SECONDS: 316_224_000,
    Unit.MINUTES: 5_270_400,
    Unit.HOURS: 87_840,
    Unit.WORKING_HOURS: 20_000,
    Unit.WORKING_DAYS: 2_500,
}
# What 1 of the unit is on its line.
SIZE = {
    Unit.SECONDS: SECOND,
    Unit.MINUTES: 60 * SECOND,
    Unit.HOURS: 3600 * SECOND,
    Unit.WORKING_HOURS: 3600 * SECOND,
    Unit.WORKING_DAYS: 1,
}

Limit = int | Decimal
Pauses = Sequence[tuple[datetime, datetime]]


def _line(unit: Unit, calendar: Calendar, segments: Segments) -> Line:
    if unit is Unit.WORKING_DAYS:
        return WorkingDays(calendar, segments.closing)
    if unit is Unit.WORKING_HOURS:
        return WorkingHours(calendar, segments)
    return Natural()


def _fine_line(unit: Unit, calendar: Calendar, segments: Segments) -> Line:
    """The line on which shares are measured: working days are too coarse for that."""
    return Natural() if unit.natural else WorkingHours(calendar, segments)


def _amount(limit: Limit, unit: Unit) -> int:
    """The limit on its unit's line, or a refusal."""
    if isinstance(limit, bool) or not isinstance(limit, int | Decimal):
        raise Unworkable(_("A limit must be a whole or a decimal number."))
    if not Decimal(limit).is_finite() or limit <= 0:
        raise Unworkable(_("A limit must be more than 0."))
    if limit > LONGEST[unit]:
        raise Unworkable(_("A limit of more than %(longest)d is too long.") % {"longest": LONGEST[unit]})
    if isinstance(limit, int):
        return limit * SIZE[unit]
    exact = Fraction(limit) * SIZE[unit]
    if unit is Unit.WORKING_DAYS and exact.denominator != 1:
        raise Unworkable(_("Working days are whole days."))
    amount = round(exact)
    if not amount:
        raise Unworkable(_("A limit must be more than 0."))
    return amount


def _spans(pauses: Pauses) -> Spans:
    """The pauses in order, those that overlap or touch made one."""
    if not pauses:
        return ()
    merged: list[tuple[int, int]] = []
    for starts, ends in sorted((to_ticks(starts), to_ticks(ends)) for starts, ends in pauses):
        if ends < starts:
            raise Unworkable(_("A pause cannot end before it starts."))
        if merged and starts <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], ends))
        else:
            merged.append((starts, ends))
    return tuple(merged)


def _spend(line: Line, start: int, amount: int, pauses: Spans) -> int:
    """The first moment by which `amount` has passed on the line outside the pauses."""
    cursor = line.begin(start)
    for starts, ends in pauses:
        if ends <= cursor:
            continue
        passed = line.between(cursor, max(starts, cursor))
        if passed >= amount:
            break
        amount -= passed
        cursor = ends
    return line.after(cursor, amount)


def _spent(line: Line, start: int, until: int, pauses: Spans) -> int:
    """What passes on the line from `start` to `until` outside the pauses; 0 if `until` is not later."""
    cursor = line.begin(start)
    if until <= cursor:
        return 0
    total = line.between(cursor, until)
    for starts, ends in pauses:
        a, b = max(starts, cursor), min(ends, until)
        if a < b:
            total -= line.between(a, b)
    return total


@dataclass(frozen=True)
class Due:
    """When a limit runs out, and why.

    `at`: the moment, in UTC; an act at this very moment is in time. `provisional`: a year that it rests on has no
    published calendar yet, so it has to be computed again when it has. `steps`: the explanation in order.
    """

    at: datetime
    provisional: bool
    _start: int = field(repr=False)
    _end: int = field(repr=False)
    _unit: Unit = field(repr=False)
    _calendar: Calendar = field(repr=False)
    _segments: Segments = field(repr=False)
    _pauses: Spans = field(repr=False)

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """Worked out when first asked for: a due moment is computed far oftener than it is explained."""
        if self._unit.natural:
            pieces = natural_pieces(self._start, self._end)
        elif self._unit is Unit.WORKING_HOURS:
            pieces = working_hour_pieces(self._start, self._end, self._calendar, self._segments)
        else:
            pieces = working_day_pieces(self._start, self._end, self._calendar, self._segments, self._pauses)
        return narrate(self._start, self._end, pieces, self._pauses)


def due(
    start: datetime,
    limit: Limit,
    unit: Unit | str,
    calendar: Calendar,
    segments: Segments,
    pauses: Pauses = (),
) -> Due:
    """When `limit` units from `start` have passed, the pauses [(from, to), …] left out.

    Every moment is aware. Refuses with Unworkable (a ValueError): naive moments, years outside 1900 to 9000, an
    unknown unit, a limit of 0 or less, longer than LONGEST or no number, a fraction of working days, a pause that
    ends before it starts.
    """
    unit = _unit(unit)
    first, spans = to_ticks(start), _spans(pauses)
    end = _spend(_line(unit, calendar, segments), first, _amount(limit, unit), spans)
    provisional = not unit.natural and not all(map(calendar.is_published, _years(first, end)))
    return Due(from_ticks(end), provisional, first, end, unit, calendar, segments, spans)


def moment_at_share(
    start: datetime,
    limit: Limit,
    unit: Unit | str,
    calendar: Calendar,
    segments: Segments,
    *,
    share: Limit,
    pauses: Pauses = (),
) -> datetime:
    """The first moment (UTC) by which `share` percent, 0 to 100, of the limit is used: `start` for 0, due for 100."""
    unit = _unit(unit)
    if not 0 <= share <= 100:
        raise Unworkable(_("A share lies between 0 and 100 percent."))
    first, spans = to_ticks(start), _spans(pauses)
    line = _fine_line(unit, calendar, segments)
    amount = _fine_amount(first, limit, unit, calendar, segments, spans)
    # Rounded up, so that the share really is used at that moment.
    part = ceil(Fraction(share) * amount / 100)
    return from_ticks(_spend(line, first, part, spans) if part else first)


def used(
    start: datetime,
    until: datetime,
    unit: Unit | str,
    calendar: Calendar,
    segments: Segments,
    pauses: Pauses = (),
) -> timedelta:
    """How much time that counts passes from `start` to `until`: natural time, or working hours; 0 if reversed."""
    line = _fine_line(_unit(unit), calendar, segments)
    return timedelta(microseconds=_spent(line, to_ticks(start), to_ticks(until), _spans(pauses)))


def remaining(
    start: datetime,
    limit: Limit,
    unit: Unit | str,
    calendar: Calendar,
    segments: Segments,
    *,
    at: datetime,
    pauses: Pauses = (),
) -> timedelta:
    """How much time that counts is left of the limit at the moment `at`; nothing once it is due."""
    unit = _unit(unit)
    first, spans = to_ticks(start), _spans(pauses)
    amount = _fine_amount(first, limit, unit, calendar, segments, spans)
    gone = _spent(_fine_line(unit, calendar, segments), first, to_ticks(at), spans)
    return timedelta(microseconds=max(amount - gone, 0))


def _unit(given: Unit | str) -> Unit:
    try:
        return Unit(given)
    except ValueError:
        raise Unworkable(_("“%(unit)s” is no unit of time.") % {"unit": given}) from None


def _fine_amount(first: int, limit: Limit, unit: Unit, calendar: Calendar, segments: Segments, pauses: Spans) -> int:
    """The limit on the line on which shares are measured."""
    amount = _amount(limit, unit)
    if unit is not Unit.WORKING_DAYS:
        return amount
    end = _spend(_line(unit, calendar, segments), first, amount, pauses)
    return _spent(_fine_line(unit, calendar, segments), first, end, pauses)


def _years(first: int, end: int) -> range:
    """The years, in Shanghai, that a limit rests on. A closing at midnight belongs to the day it ends."""
    return range(date.fromordinal(first // DAY).year, date.fromordinal((end - 1) // DAY).year + 1)
