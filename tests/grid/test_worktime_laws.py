"""Laws that hold for every start, limit, calendar and set of pauses; and a counter of minutes that knows no tricks."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import cache

import chinese_calendar
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from grid.worktime import (
    OFFICE_HOURS,
    SHANGHAI,
    Calendar,
    Segments,
    StepKind,
    Unit,
    due,
    moment_at_share,
    remaining,
    used,
)

MINUTE = timedelta(minutes=1)
SIZES = {Unit.SECONDS: timedelta(seconds=1), Unit.MINUTES: MINUTE}
# 2027 and 2028 are years that no calendar was published for when this was written: both kinds are walked.
FIRST, LAST = datetime(2024, 1, 1), datetime(2028, 12, 31)

moments = st.datetimes(FIRST, LAST).map(lambda moment: moment.replace(tzinfo=SHANGHAI))
whole_minutes = moments.map(lambda moment: moment.replace(second=0, microsecond=0))
own_days = st.dictionaries(
    st.dates(FIRST.date(), LAST.date()), st.tuples(st.booleans(), st.sampled_from(["", "停工", "调休"])), max_size=40
)
calendars = own_days.map(Calendar)
segments = st.sampled_from(
    [
        OFFICE_HOURS,
        Segments.parse("08:30-12:00 14:00-18:00"),
        Segments.parse("00:00-00:00"),
        Segments.parse("00:00-07:59 08:00-08:01 22:00-23:59"),
        Segments(((time(9, 0, 0, 1), time(9, 0, 1)), (time(20), time(0)))),
    ]
)
whole_hours = st.sampled_from(
    [OFFICE_HOURS, Segments.parse("08:30-12:00 14:00-18:00"), Segments.parse("00:00-07:59 08:00-08:01 22:00-00:00")]
)
units = st.sampled_from(list(Unit))
timed_units = st.sampled_from([Unit.MINUTES, Unit.HOURS, Unit.WORKING_HOURS])
limits = st.integers(1, 60)
spans = st.timedeltas(timedelta(0), timedelta(days=9))


@st.composite
def pauses_near(draw, start, most=3):
    """Up to three pauses around the start, in any order, overlapping or not."""
    return [
        (begun := start + draw(st.timedeltas(timedelta(days=-2), timedelta(days=20))), begun + draw(spans))
        for _ in range(draw(st.integers(0, most)))
    ]


@cache
def works(day):
    """The oracle's own reading of the calendar, without own entries."""
    try:
        return chinese_calendar.is_workday(day)
    except NotImplementedError:
        return day.weekday() < 5


def open_minute(moment, own, hours):
    """Whether the minute that begins here is worked."""
    day = moment.date()
    if not (own[day][0] if day in own else works(day)):
        return False
    return any(starts <= moment.time() and (ends == time(0) or moment.time() < ends) for starts, ends in hours)


@settings(max_examples=60, deadline=None)
@given(st.data(), whole_minutes, st.integers(1, 40), own_days, whole_hours)
def test_working_hours_agree_with_counting_minutes_one_by_one(data, start, limit, own, hours):
    pauses = [
        (begun.replace(second=0, microsecond=0), ended.replace(second=0, microsecond=0))
        for begun, ended in data.draw(pauses_near(start))
    ]
    left, now = limit * 60, start
    while left:
        paused = any(begun <= now < ended for begun, ended in pauses)
        left -= not paused and open_minute(now, own, hours.hours)
        now += MINUTE
    assert due(start, limit, Unit.WORKING_HOURS, Calendar(own), hours, pauses).at == now


@settings(max_examples=150, deadline=None)
@given(st.data(), moments, limits, own_days, whole_hours)
def test_working_days_agree_with_counting_closings_one_by_one(data, start, limit, own, hours):
    pauses = data.draw(pauses_near(start))
    left, day = limit, start.date()
    while left:
        day += timedelta(days=1)
        closing = datetime.combine(day, hours.hours[-1][1], SHANGHAI)
        if closing.time() == time(0):
            closing += timedelta(days=1)
        works_today = own[day][0] if day in own else works(day)
        left -= works_today and not any(begun < closing <= ended for begun, ended in pauses)
    assert due(start, limit, Unit.WORKING_DAYS, Calendar(own), hours, pauses).at == closing


@given(moments, spans, spans, units, calendars, segments)
def test_used_time_is_additive(start, first, second, unit, calendar, hours):
    middle, end = start + first, start + first + second
    whole = used(start, end, unit, calendar, hours)
    assert used(start, middle, unit, calendar, hours) + used(middle, end, unit, calendar, hours) == whole


@given(moments, limits, limits, timed_units, calendars, segments)
def test_two_limits_one_after_the_other_are_their_sum(start, first, second, unit, calendar, hours):
    middle = due(start, first, unit, calendar, hours).at
    assert due(middle, second, unit, calendar, hours).at == due(start, first + second, unit, calendar, hours).at


@given(moments, limits, limits, calendars, segments)
def test_working_days_one_after_the_other_are_their_sum(start, first, second, calendar, hours):
    assume(hours.hours[-1][1] != time(0))  # a closing at midnight is already the next day's start
    middle = due(start, first, Unit.WORKING_DAYS, calendar, hours).at
    whole = due(start, first + second, Unit.WORKING_DAYS, calendar, hours).at
    assert due(middle, second, Unit.WORKING_DAYS, calendar, hours).at == whole


@given(st.data(), moments, spans, limits, limits, units, calendars, segments)
def test_a_later_start_or_a_longer_limit_is_never_due_earlier(data, start, later, limit, more, unit, calendar, hours):
    pauses = data.draw(pauses_near(start))
    at = due(start, limit, unit, calendar, hours, pauses).at
    assert due(start + later, limit, unit, calendar, hours, pauses).at >= at
    assert due(start, limit + more, unit, calendar, hours, pauses).at > at


@given(st.data(), moments, limits, units, calendars, segments)
def test_a_further_pause_is_never_due_earlier(data, start, limit, unit, calendar, hours):
    pauses = data.draw(pauses_near(start))
    at = due(start, limit, unit, calendar, hours, pauses).at
    assert due(start, limit, unit, calendar, hours, pauses + data.draw(pauses_near(start))).at >= at


@given(st.data(), moments, limits, timed_units, calendars, segments)
def test_pausing_and_resuming_is_starting_again_with_what_remained(data, start, limit, unit, calendar, hours):
    whole = due(start, limit, unit, calendar, hours).at
    paused = start + (whole - start) * data.draw(st.floats(0, 0.99))
    resumed = paused + data.draw(spans)
    left = remaining(start, limit, unit, calendar, hours, at=paused)
    assume(left)
    at = due(start, limit, unit, calendar, hours, [(paused, resumed)]).at
    assert used(resumed, at, unit, calendar, hours) == left
    if unit is not Unit.WORKING_HOURS:
        assert at == whole + (resumed - paused)


@given(moments, limits, own_days, st.timedeltas(timedelta(0), timedelta(days=60)), spans)
def test_pausing_working_days_is_counting_on_from_its_end(start, limit, own, until, span):
    calendar, paused = Calendar(own), start + until
    resumed = paused + span
    closings = [
        datetime.combine(day, time(17), SHANGHAI)
        for number in range(1, (paused - start).days + 2)
        if calendar.is_workday(day := start.date() + timedelta(days=number))
    ]
    left = limit - sum(closing <= paused for closing in closings)
    whole = due(start, limit, Unit.WORKING_DAYS, calendar, OFFICE_HOURS).at
    at = due(start, limit, Unit.WORKING_DAYS, calendar, OFFICE_HOURS, [(paused, resumed)]).at
    if left <= 0:
        assert at == whole
        return
    # The day on which it is resumed counts if its closing is still to come and if it is not the day of the start.
    counts = resumed.time() < time(17) and resumed.date() > start.date()
    from_then = resumed - timedelta(days=1) if counts else resumed
    assert at == due(from_then, left, Unit.WORKING_DAYS, calendar, OFFICE_HOURS).at


@given(st.data(), moments, limits, timed_units, calendars, segments)
def test_exactly_the_limit_is_used_at_the_due_moment_and_less_a_microsecond_before(
    data, start, limit, unit, calendar, hours
):
    pauses = data.draw(pauses_near(start))
    size = SIZES.get(unit, timedelta(hours=1))
    at = due(start, limit, unit, calendar, hours, pauses).at
    assert used(start, at, unit, calendar, hours, pauses) == limit * size
    before = at - timedelta(microseconds=1)
    assert used(start, before, unit, calendar, hours, pauses) == limit * size - timedelta(microseconds=1)


@given(st.data(), moments, limits, units, calendars, segments, st.decimals(0, 100, places=3))
def test_a_share_lies_between_start_and_due_and_is_used_when_its_moment_comes(
    data, start, limit, unit, calendar, hours, share
):
    pauses = data.draw(pauses_near(start))
    given_all = (start, limit, unit, calendar, hours)
    end = due(*given_all, pauses).at
    moment = moment_at_share(*given_all, share=share, pauses=pauses)
    assert start <= moment <= end
    whole = remaining(*given_all, at=start, pauses=pauses)
    part = used(start, moment, unit, calendar, hours, pauses)
    microsecond = timedelta(microseconds=1)
    assert 0 <= part // microsecond - Fraction(share) * (whole // microsecond) / 100 < 1
    assert remaining(*given_all, at=moment, pauses=pauses) == whole - part
    assert moment_at_share(*given_all, share=100, pauses=pauses) == end


@given(st.data(), moments, limits, units, calendars, segments)
def test_what_the_explanation_counts_is_the_limit_and_nothing_is_told_twice(data, start, limit, unit, calendar, hours):
    pauses = data.draw(pauses_near(start))
    answer = due(start, limit, unit, calendar, hours, pauses)
    first, *middle, last = answer.steps
    assert (first.kind, first.at, last.kind, last.at) == (StepKind.START, start, StepKind.DUE, answer.at)
    counted = [step for step in middle if step.kind == StepKind.COUNTED]
    if unit is Unit.WORKING_DAYS:
        assert [step.number for step in counted] == list(range(1, limit + 1))
        assert counted[-1].until == answer.at
        return
    size = SIZES.get(unit, timedelta(hours=1))
    assert sum((step.amount for step in counted), timedelta(0)) == limit * size
    # Every moment between start and due is told exactly once.
    told = [step for step in middle if step.until]
    assert [step.at for step in told] == [start, *(step.until for step in told[:-1])]
    assert told[-1].until == answer.at


@given(st.dates(date(1900, 1, 1), date(9000, 12, 31)), st.times(), limits, units, calendars, segments)
def test_no_valid_start_raises(day, clock, limit, unit, calendar, hours):
    start = datetime.combine(day, clock, SHANGHAI)
    answer = due(start, limit, unit, calendar, hours)
    assert start < answer.at
    assert answer.provisional == (
        not unit.natural
        and not all(
            calendar.is_published(year)
            for year in range(day.year, (answer.at - timedelta(microseconds=1)).astimezone(SHANGHAI).year + 1)
        )
    )


@given(moments, st.decimals("0.001", 100, places=3), calendars, segments)
def test_decimal_limits_are_exact_to_the_microsecond(start, limit, calendar, hours):
    assert due(start, limit, Unit.HOURS, calendar, hours).at - start == timedelta(
        microseconds=int(limit * Decimal(3_600_000_000))
    )
