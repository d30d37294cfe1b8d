"""The explanation of a due moment: what was counted and what was skipped, in order.

It walks the same calendar, hours and pauses as the arithmetic; what its COUNTED steps add up to is the limit.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from grid.worktime.calendar import DAY, Calendar, Segments, from_ticks, is_weekday

Spans = tuple[tuple[int, int], ...]


class StepKind(StrEnum):
    START = "start"
    COUNTED = "counted"
    CLOSED = "closed"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    MAKE_UP = "make_up"
    PAUSE = "pause"
    DUE = "due"


@dataclass(frozen=True)
class Step:
    """One line of the explanation; moments in UTC.

    `until`: where it ends, None for START, DUE and MAKE_UP (a weekend day that is worked), which only mark a moment.
    `name`: of the holiday. COUNTED tells what it took of the limit: `amount` of time or, for working days, the
    `number` of the day.
    """

    kind: StepKind
    at: datetime
    until: datetime | None = None
    name: str = ""
    amount: timedelta | None = None
    number: int | None = None


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch before pauses are cut out of it. `whole`: it counts or is skipped as one, pauses or not."""

    kind: StepKind
    at: int
    until: int
    name: str = ""
    number: int | None = None

    @property
    def whole(self) -> bool:
        return self.number is not None or self.kind is StepKind.MAKE_UP


def narrate(first: int, end: int, pieces: Iterator[Piece], pauses: Spans) -> tuple[Step, ...]:
    told = [_step(part) for piece in pieces for part in _outside(piece, pauses)]
    told += [
        Step(StepKind.PAUSE, from_ticks(max(starts, first)), from_ticks(ends))
        for starts, ends in pauses
        if first < ends and starts < end and starts < ends
    ]
    told.sort(key=lambda step: step.at)
    return (Step(StepKind.START, from_ticks(first)), *told, Step(StepKind.DUE, from_ticks(end)))


def natural_pieces(first: int, end: int) -> Iterator[Piece]:
    yield Piece(StepKind.COUNTED, first, end)


def working_hour_pieces(first: int, end: int, calendar: Calendar, segments: Segments) -> Iterator[Piece]:
    """Every stretch between the two moments; a night is one stretch, though it has a midnight in it."""
    closed_from = None
    for piece in _hours_of_days(first, end, calendar, segments):
        if piece.kind is StepKind.CLOSED:
            closed_from = piece.at if closed_from is None else closed_from
            continue
        if closed_from is not None:
            yield Piece(StepKind.CLOSED, closed_from, piece.at)
            closed_from = None
        yield piece


def _hours_of_days(first: int, end: int, calendar: Calendar, segments: Segments) -> Iterator[Piece]:
    for day in range(first // DAY, (end - 1) // DAY + 1):
        midnight = day * DAY
        for piece in _hours_of(day, calendar, segments):
            at, until = max(midnight + piece.at, first), min(midnight + piece.until, end)
            if at < until:
                yield Piece(piece.kind, at, until, piece.name)


def _hours_of(day: int, calendar: Calendar, segments: Segments) -> Iterator[Piece]:
    if not calendar.works(day):
        yield _day_off(day, calendar)
        return
    if not is_weekday(day):
        yield Piece(StepKind.MAKE_UP, 0, segments.closing, calendar.name_of(date.fromordinal(day)))
    free_from = 0
    for starts, ends in segments.spans:
        yield Piece(StepKind.CLOSED, free_from, starts)
        yield Piece(StepKind.COUNTED, starts, ends)
        free_from = ends
    yield Piece(StepKind.CLOSED, free_from, DAY)


def working_day_pieces(first: int, end: int, calendar: Calendar, segments: Segments, pauses: Spans) -> Iterator[Piece]:
    """Every day after the day of the start; days at whose closing the clock stood still are told by the pause."""
    number = 0
    for day in range(first // DAY + 1, (end - 1) // DAY + 1):
        midnight = day * DAY
        closing = midnight + segments.closing
        if any(starts < closing <= ends for starts, ends in pauses):
            continue
        if not calendar.works(day):
            piece = _day_off(day, calendar)
            yield Piece(piece.kind, midnight, midnight + DAY, piece.name)
            continue
        if not is_weekday(day):
            yield Piece(StepKind.MAKE_UP, midnight, closing, calendar.name_of(date.fromordinal(day)))
        number += 1
        yield Piece(StepKind.COUNTED, midnight + segments.spans[0][0], closing, number=number)


def _day_off(day: int, calendar: Calendar) -> Piece:
    name = calendar.name_of(date.fromordinal(day))
    return Piece(StepKind.HOLIDAY if name or is_weekday(day) else StepKind.WEEKEND, 0, DAY, name)


def _outside(piece: Piece, pauses: Spans) -> Iterator[Piece]:
    """What is left of the piece outside the pauses."""
    at = piece.at
    if not piece.whole:
        for starts, ends in pauses:
            if ends <= at or piece.until <= starts:
                continue
            if at < starts:
                yield Piece(piece.kind, at, starts, piece.name)
            at = ends
    if at < piece.until:
        yield Piece(piece.kind, at, piece.until, piece.name, piece.number)


def _step(piece: Piece) -> Step:
    at = from_ticks(piece.at)
    if piece.kind is StepKind.MAKE_UP:
        return Step(piece.kind, at, name=piece.name)
    timed = piece.kind is StepKind.COUNTED and piece.number is None
    amount = timedelta(microseconds=piece.until - piece.at) if timed else None
    return Step(piece.kind, at, from_ticks(piece.until), piece.name, amount, piece.number)
