"""Which days are worked, and which hours of a day.

Moments are handled as whole microseconds of Shanghai time since day 0 (`to_ticks`, `from_ticks`), days as
ordinals (`date.toordinal`), so that the arithmetic is exact and quick.
"""

import hashlib
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, timezone
from functools import lru_cache
from importlib.metadata import version
from types import MappingProxyType

import chinese_calendar
from django.utils.translation import gettext_lazy as _

from common.errors import Invalid

# All of China has kept UTC+8 without summer time since 1991-09-15. A fixed offset has no hour that is missing or
# comes twice; moments before that day are read with it as well.
SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")
# Read once: it stands in a file of the installed package.
PUBLISHED = version("chinesecalendar")
SECOND = 1_000_000
DAY = 24 * 3600 * SECOND
OFFSET = 8 * 3600 * SECOND
# Beyond these years a moment is a slip of the pen, and the longest limit could leave what `datetime` can hold.
FIRST_YEAR, LAST_YEAR = 1900, 9000


class Unworkable(Invalid, ValueError):
    """A limit, a moment or working hours with which nothing can be computed."""

    code = "unworkable"
    detail = _("With these figures no due moment can be computed.")


def to_ticks(moment: datetime) -> int:
    """An aware moment as microseconds of Shanghai time since day 0; naive or far-off ones are refused."""
    if moment.tzinfo is None or moment.utcoffset() is None:
        raise Unworkable(_("A moment needs a time zone."))
    # Looked at before conversion, because the very first and last moments cannot be converted.
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise Unworkable(
            _("The year %(year)d is outside %(first)d to %(last)d.")
            % {"year": moment.year, "first": FIRST_YEAR, "last": LAST_YEAR}
        )
    local = moment.astimezone(SHANGHAI)
    seconds = (local.hour * 60 + local.minute) * 60 + local.second
    return local.toordinal() * DAY + seconds * SECOND + local.microsecond


def from_ticks(ticks: int) -> datetime:
    """The moment, in UTC."""
    day, rest = divmod(ticks - OFFSET, DAY)
    return datetime.fromordinal(day).replace(tzinfo=UTC) + timedelta(microseconds=rest)


@lru_cache(maxsize=2048)
def _published(year: int) -> frozenset[int] | None:
    """The workdays the State Council published for the year, make-up weekends included; None before it did."""
    first = date(year, 1, 1).toordinal()
    last = date(year, 12, 31).toordinal()
    try:
        return frozenset(day for day in range(first, last + 1) if chinese_calendar.is_workday(date.fromordinal(day)))
    except NotImplementedError:
        return None


@lru_cache(maxsize=2048)
def _workdays(year: int, own: tuple[tuple[int, bool], ...]) -> tuple[int, ...]:
    """The ordinals of the year's workdays in order: published or Monday to Friday, overlaid by `own`."""
    days = _published(year)
    if days is None:
        first, last = date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal()
        days = frozenset(day for day in range(first, last + 1) if is_weekday(day))
    opened = {day for day, works in own if works}
    closed = {day for day, works in own if not works}
    return tuple(sorted((days | opened) - closed))


def is_weekday(day: int) -> bool:
    """Monday to Friday, by the ordinal: day 1 was a Monday."""
    return (day - 1) % 7 < 5


@dataclass(frozen=True)
class Calendar:
    """The State Council's calendar under the administrator's own entries.

    `own`: day → (is worked, name). In a year that is not published, Monday to Friday are worked.
    """

    own: Mapping[date, tuple[bool, str]] = field(default_factory=dict)
    _own_by_year: dict[int, tuple[tuple[int, bool], ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        own = MappingProxyType(dict(sorted(self.own.items())))
        by_year: dict[int, tuple[tuple[int, bool], ...]] = {}
        for day, (works, _name) in own.items():
            if day.year > LAST_YEAR:
                # There the search for a working day ends at the latest, whatever has been entered.
                continue
            by_year[day.year] = (*by_year.get(day.year, ()), (day.toordinal(), works))
        object.__setattr__(self, "own", own)
        object.__setattr__(self, "_own_by_year", by_year)

    def __hash__(self) -> int:
        return hash(tuple(self.own.items()))

    @property
    def version(self) -> str:
        """The same for the same days; changes with the published calendar and with every own entry."""
        entries = "\n".join(f"{day} {works:d} {name}" for day, (works, name) in self.own.items())
        return f"{PUBLISHED}+{hashlib.sha256(entries.encode()).hexdigest()[:12]}"

    def is_published(self, year: int) -> bool:
        return _published(year) is not None

    def is_workday(self, day: date) -> bool:
        return self.works(day.toordinal())

    def name_of(self, day: date) -> str:
        """What the day is called: the holiday it belongs to, also for a make-up workday; empty for most days."""
        if day in self.own:
            return self.own[day][1]
        if not self.is_published(day.year):
            return ""
        name = chinese_calendar.get_holiday_detail(day)[1]
        return chinese_calendar.Holiday(name).chinese if name else ""

    def to_data(self) -> list[list[str | bool]]:
        """The own entries as plain values, for keeping them with a clock."""
        return [[day.isoformat(), works, name] for day, (works, name) in self.own.items()]

    @classmethod
    def from_data(cls, data: list[list[str | bool]]) -> "Calendar":
        return cls({date.fromisoformat(str(day)): (bool(works), str(name)) for day, works, name in data})

    # --- by ordinal, for the arithmetic ---

    def works(self, day: int) -> bool:
        table = self._table(date.fromordinal(day).year)
        place = bisect_right(table, day)
        return place > 0 and table[place - 1] == day

    def workdays(self, after: int, until: int) -> int:
        """How many workdays lie after the day `after`, up to and including `until`; 0 if `until` is not later."""
        if until <= after:
            return 0
        first, last = date.fromordinal(after).year, date.fromordinal(until).year
        total = sum(len(self._table(year)) for year in range(first, last))
        return total + bisect_right(self._table(last), until) - bisect_right(self._table(first), after)

    def workday_after(self, day: int, number: int) -> int:
        """The `number`th workday after `day` (1: the next one)."""
        year = date.fromordinal(day).year
        table = self._table(year)
        place = bisect_right(table, day) + number - 1
        while place >= len(table):
            place -= len(table)
            year += 1
            table = self._table(year)
        return table[place]

    def _table(self, year: int) -> tuple[int, ...]:
        return _workdays(year, self._own_by_year.get(year, ()))


def _ticks_of(moment: time) -> int:
    return ((moment.hour * 60 + moment.minute) * 60 + moment.second) * SECOND + moment.microsecond


@dataclass(frozen=True)
class Segments:
    """The working hours of a day: (from, to) in local time, in order, apart, within one day.

    A `to` of 00:00 is the midnight that ends the day. Written as text: `09:00-12:00 13:00-17:00`.
    """

    hours: tuple[tuple[time, time], ...]
    spans: tuple[tuple[int, int], ...] = field(init=False, repr=False, compare=False)
    length: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not self.hours:
            raise Unworkable(_("A working day needs working hours."))
        spans = tuple((_ticks_of(starts), _ticks_of(ends) or DAY) for starts, ends in self.hours)
        free_from = 0
        for starts, ends in spans:
            if ends <= starts:
                raise Unworkable(_("Working hours must end after they start, on the same day."))
            if starts < free_from:
                raise Unworkable(_("Working hours must be in order and must not overlap."))
            free_from = ends
        object.__setattr__(self, "spans", spans)
        object.__setattr__(self, "length", sum(ends - starts for starts, ends in spans))

    def __str__(self) -> str:
        return " ".join(f"{_written(starts)}-{_written(ends)}" for starts, ends in self.hours)

    @classmethod
    def parse(cls, text: str) -> "Segments":
        """The reverse of `str`."""
        try:
            pairs = tuple(tuple(map(time.fromisoformat, span.split("-"))) for span in text.split())
            hours = tuple((starts, ends) for starts, ends in pairs)
        except ValueError:
            raise Unworkable(
                _("“%(text)s” are no working hours; write them as 09:00-12:00 13:00-17:00.") % {"text": text}
            ) from None
        return cls(hours)

    @property
    def closing(self) -> int:
        """When the working day ends, in microseconds since its midnight."""
        return self.spans[-1][1]

    def worked_by(self, tick: int) -> int:
        """How much of a working day is worked by this time of day."""
        return sum(min(tick, ends) - starts for starts, ends in self.spans if tick > starts)

    def when_worked(self, amount: int) -> int:
        """The first time of day by which `amount` (more than 0, at most `length`) is worked."""
        for starts, ends in self.spans:
            if amount <= ends - starts:
                break
            amount -= ends - starts
        return starts + amount


def _written(moment: time) -> str:
    return moment.isoformat("auto" if moment.second or moment.microsecond else "minutes")


# What a district works that has entered no hours of its own.
OFFICE_HOURS = Segments(((time(9), time(12)), (time(13), time(17))))
