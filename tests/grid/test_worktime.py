"""Due moments by hand: every case is a sentence of the office's calendar, in Shanghai time."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from grid.worktime import (
    LONGEST,
    OFFICE_HOURS,
    SHANGHAI,
    Calendar,
    Segments,
    StepKind,
    Unit,
    Unworkable,
    due,
    moment_at_share,
    remaining,
    used,
)

PUBLISHED = Calendar()
MICROSECOND = timedelta(microseconds=1)


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def due_at(start, limit, unit, calendar=PUBLISHED, segments=OFFICE_HOURS, pauses=()):
    pauses = [(at(starts), at(ends)) for starts, ends in pauses]
    return due(at(start), limit, unit, calendar, segments, pauses).at


# --- natural time ---


def test_minutes_run_across_midnight_without_losing_one():
    assert due_at("2026-11-20 23:45", 30, Unit.MINUTES) == at("2026-11-21 00:15")


def test_hours_run_through_nights_weekends_and_holidays():
    assert due_at("2026-10-01 09:00", 72, Unit.HOURS) == at("2026-10-04 09:00")


def test_half_an_hour_can_be_written_as_a_decimal():
    assert due_at("2026-11-20 09:00", Decimal("0.5"), Unit.HOURS) == at("2026-11-20 09:30")


def test_a_due_moment_keeps_the_microseconds_of_its_start():
    assert due_at("2026-11-20 16:59:59.999999", 2, Unit.WORKING_HOURS) == at("2026-11-23 10:59:59.999999")


def test_a_unit_may_be_given_by_its_name():
    assert due_at("2026-11-20 09:00", 10, "minutes") == at("2026-11-20 09:10")


# --- working hours ---


def test_working_hours_within_one_segment():
    assert due_at("2026-11-20 09:00", 2, Unit.WORKING_HOURS) == at("2026-11-20 11:00")


def test_working_hours_skip_the_lunch_of_a_day_of_two_segments():
    assert due_at("2026-11-20 11:00", 2, Unit.WORKING_HOURS) == at("2026-11-20 14:00")


def test_a_day_of_two_segments_is_never_due_at_midnight():
    hours = Segments.parse("08:00-12:00 14:00-18:00")
    assert due_at("2026-11-18 08:00", 8, Unit.WORKING_HOURS, segments=hours) == at("2026-11-18 18:00")
    assert due_at("2026-11-18 08:00", 9, Unit.WORKING_HOURS, segments=hours) == at("2026-11-19 09:00")


def test_what_ends_exactly_at_closing_is_due_at_closing_not_at_the_next_opening():
    assert due_at("2026-11-20 13:00", 4, Unit.WORKING_HOURS) == at("2026-11-20 17:00")
    assert due_at("2026-11-20 09:00", 3, Unit.WORKING_HOURS) == at("2026-11-20 12:00")


def test_a_start_exactly_at_closing_counts_from_the_next_opening():
    assert due_at("2026-11-20 17:00", 1, Unit.WORKING_HOURS) == at("2026-11-23 10:00")


@pytest.mark.parametrize("start", ["2026-11-19 20:00", "2026-11-20 00:00", "2026-11-20 08:59:59.999999"])
def test_a_start_outside_working_hours_begins_at_the_next_opening(start):
    assert due_at(start, 4, Unit.WORKING_HOURS) == at("2026-11-20 14:00")


def test_a_start_on_a_weekend_begins_on_monday():
    assert due_at("2026-11-21 10:00", 4, Unit.WORKING_HOURS) == at("2026-11-23 14:00")


def test_working_hours_skip_the_whole_national_holiday():
    assert due_at("2026-09-30 16:00", 2, Unit.WORKING_HOURS) == at("2026-10-08 10:00")


def test_a_make_up_saturday_is_worked():
    assert PUBLISHED.is_workday(date(2026, 10, 10))
    assert due_at("2026-10-09 16:00", 2, Unit.WORKING_HOURS) == at("2026-10-10 10:00")


def test_round_the_clock_working_hours_lose_no_minute_at_midnight():
    day_and_night = Segments.parse("00:00-00:00")
    assert due_at("2026-11-18 23:30", 1, Unit.WORKING_HOURS, segments=day_and_night) == at("2026-11-19 00:30")
    assert due_at("2026-11-18 09:00", 15, Unit.WORKING_HOURS, segments=day_and_night) == at("2026-11-19 00:00")


# --- working days ---


def test_the_day_of_the_start_does_not_count_and_the_last_ends_at_closing():
    assert due_at("2026-11-16 09:00", 3, Unit.WORKING_DAYS) == at("2026-11-19 17:00")
    assert due_at("2026-11-16 00:00", 3, Unit.WORKING_DAYS) == at("2026-11-19 17:00")
    assert due_at("2026-11-16 23:59:59.999999", 3, Unit.WORKING_DAYS) == at("2026-11-19 17:00")


def test_fifteen_working_days_over_the_national_holiday_with_its_make_up_days():
    assert due_at("2026-09-18 10:00", 15, Unit.WORKING_DAYS) == at("2026-10-15 17:00")


def test_a_due_day_that_would_be_a_holiday_moves_behind_it():
    assert due_at("2026-09-29 10:00", 2, Unit.WORKING_DAYS) == at("2026-10-08 17:00")


def test_a_make_up_sunday_counts_as_a_working_day():
    assert due_at("2026-09-18 10:00", 1, Unit.WORKING_DAYS) == at("2026-09-20 17:00")


def test_a_start_on_a_holiday_counts_from_the_first_working_day():
    assert due_at("2026-10-03 10:00", 1, Unit.WORKING_DAYS) == at("2026-10-08 17:00")


def test_a_day_that_closes_at_midnight_is_due_at_that_midnight():
    late = Segments.parse("09:00-12:00 18:00-00:00")
    assert due_at("2026-11-16 09:00", 1, Unit.WORKING_DAYS, segments=late) == at("2026-11-18 00:00")


# --- years that are not published, and the administrator's own days ---


def test_a_due_moment_in_an_unpublished_year_counts_weekdays_and_is_provisional():
    answer = due(at("2098-12-31 10:00"), 2, Unit.WORKING_DAYS, PUBLISHED, OFFICE_HOURS)
    assert answer.at == at("2099-01-02 17:00")
    assert answer.provisional


def test_a_limit_that_only_ends_in_an_unpublished_year_is_provisional():
    last = max(year for year in range(2020, 2100) if PUBLISHED.is_published(year))
    start = datetime(last, 12, 30, 10, tzinfo=SHANGHAI)
    assert due(start, 10, Unit.WORKING_DAYS, PUBLISHED, OFFICE_HOURS).provisional
    assert not due(start - timedelta(days=60), 10, Unit.WORKING_DAYS, PUBLISHED, OFFICE_HOURS).provisional


def test_a_last_day_of_the_year_that_closes_at_midnight_does_not_rest_on_the_next_year():
    last = max(year for year in range(2020, 2100) if PUBLISHED.is_published(year))
    late = Segments.parse("09:00-12:00 18:00-00:00")
    own = Calendar({date(last, 12, 31): (True, "年终值守")})
    answer = due(datetime(last, 12, 30, 10, tzinfo=SHANGHAI), 1, Unit.WORKING_DAYS, own, late)
    assert answer.at == datetime(last + 1, 1, 1, tzinfo=SHANGHAI)
    assert not answer.provisional


def test_natural_time_is_never_provisional():
    assert not due(at("2100-12-31 23:00"), 2, Unit.HOURS, PUBLISHED, OFFICE_HOURS).provisional


def test_own_entries_hold_in_an_unpublished_year_too():
    own = Calendar({date(2099, 1, 1): (False, "元旦"), date(2099, 1, 3): (True, "元旦调休")})
    assert due_at("2098-12-31 10:00", 2, Unit.WORKING_DAYS, own) == at("2099-01-03 17:00")


def test_an_own_entry_overrules_the_published_calendar():
    extended = Calendar({date(2020, 1, 31): (False, "春节延长"), date(2020, 2, 1): (False, "春节延长")})
    assert PUBLISHED.is_workday(date(2020, 1, 23))
    closed = Calendar({date(2020, 1, 23): (False, "停工")})
    assert due_at("2020-01-22 10:00", 1, Unit.WORKING_DAYS) == at("2020-01-23 17:00")
    assert due_at("2020-01-22 10:00", 1, Unit.WORKING_DAYS, closed) > at("2020-01-31 00:00")
    assert extended.name_of(date(2020, 2, 1)) == "春节延长"


def test_a_calendar_that_changed_after_the_start_gives_a_later_moment_and_another_version():
    before, after = Calendar(), Calendar({date(2026, 11, 24): (False, "暴雨停工")})
    assert due_at("2026-11-23 10:00", 1, Unit.WORKING_DAYS, before) == at("2026-11-24 17:00")
    assert due_at("2026-11-23 10:00", 1, Unit.WORKING_DAYS, after) == at("2026-11-25 17:00")
    assert before.version != after.version
    assert after.version == Calendar(dict(after.own)).version


def test_a_year_without_any_working_day_is_stepped_over():
    shut = Calendar({date(2026, 1, 1) + timedelta(days=n): (False, "停") for n in range(365)})
    assert due_at("2026-01-05 10:00", 1, Unit.WORKING_DAYS, shut) == at("2027-01-01 17:00")


def test_holidays_carry_their_chinese_names_and_plain_days_none():
    assert PUBLISHED.name_of(date(2026, 10, 1)) == "国庆节"
    assert PUBLISHED.name_of(date(2026, 11, 18)) == ""
    assert PUBLISHED.name_of(date(2099, 10, 1)) == ""


@pytest.mark.parametrize("start", ["1900-06-01 10:00", "1999-12-31 10:00", "2100-02-28 23:59", "9000-12-31 23:59"])
@pytest.mark.parametrize("unit", list(Unit))
def test_far_years_and_the_longest_limits_do_not_raise(start, unit):
    calendar = Calendar({date(2100, 3, 1): (False, "停")})
    assert due(at(start), LONGEST[unit], unit, calendar, OFFICE_HOURS).at > at(start)


def test_shanghai_is_what_the_time_zone_database_says_it_is():
    for year in range(1992, 2101):
        for month in (1, 4, 7, 10):
            assert datetime(year, month, 1, tzinfo=ZoneInfo("Asia/Shanghai")).utcoffset() == timedelta(hours=8)


# --- pauses ---


def test_paused_and_resumed_the_same_day_shifts_working_hours_by_the_working_time_paused():
    pauses = [("2026-11-18 10:00", "2026-11-18 14:00")]
    assert due_at("2026-11-18 09:00", 4, Unit.WORKING_HOURS, pauses=pauses) == at("2026-11-18 17:00")


def test_a_second_pause_adds_to_the_first():
    pauses = [("2026-11-18 10:00", "2026-11-18 11:00"), ("2026-11-18 11:30", "2026-11-18 13:30")]
    assert due_at("2026-11-18 09:00", 3, Unit.WORKING_HOURS, pauses=pauses) == at("2026-11-18 15:00")


def test_pauses_that_overlap_count_once_and_may_come_in_any_order():
    pauses = [("2026-11-18 09:20", "2026-11-18 09:40"), ("2026-11-18 09:10", "2026-11-18 09:30")]
    assert due_at("2026-11-18 09:00", 30, Unit.MINUTES, pauses=pauses) == at("2026-11-18 10:00")


def test_a_pause_before_the_start_or_after_the_due_moment_changes_nothing():
    pauses = [("2026-11-17 09:00", "2026-11-17 10:00"), ("2026-11-18 09:30", "2026-11-18 10:00")]
    assert due_at("2026-11-18 09:00", 30, Unit.MINUTES, pauses=pauses) == at("2026-11-18 09:30")


def test_a_pause_over_the_start_moves_the_start_to_its_end():
    pauses = [("2026-11-18 08:00", "2026-11-18 10:00")]
    assert due_at("2026-11-18 09:00", 30, Unit.MINUTES, pauses=pauses) == at("2026-11-18 10:30")


def test_a_pause_over_night_takes_out_the_working_day_at_whose_closing_the_clock_stood_still():
    pauses = [("2026-11-17 10:00", "2026-11-18 10:00")]
    assert due_at("2026-11-16 09:00", 3, Unit.WORKING_DAYS, pauses=pauses) == at("2026-11-20 17:00")


def test_a_pause_within_one_working_day_takes_out_no_working_day():
    pauses = [("2026-11-17 10:00", "2026-11-17 16:00")]
    assert due_at("2026-11-16 09:00", 3, Unit.WORKING_DAYS, pauses=pauses) == at("2026-11-19 17:00")


def test_a_pause_until_closing_takes_the_day_out_and_one_from_closing_does_not():
    until, since = [("2026-11-17 09:00", "2026-11-17 17:00")], [("2026-11-17 17:00", "2026-11-18 08:00")]
    assert due_at("2026-11-16 09:00", 1, Unit.WORKING_DAYS, pauses=until) == at("2026-11-18 17:00")
    assert due_at("2026-11-16 09:00", 1, Unit.WORKING_DAYS, pauses=since) == at("2026-11-17 17:00")


def test_a_pause_over_a_holiday_takes_out_only_working_days():
    pauses = [("2026-09-30 18:00", "2026-10-08 08:00")]
    assert due_at("2026-09-28 10:00", 3, Unit.WORKING_DAYS, pauses=pauses) == at("2026-10-08 17:00")


# --- shares, used, remaining ---


def share_at(start, limit, unit, share, **more):
    return moment_at_share(at(start), limit, unit, PUBLISHED, OFFICE_HOURS, share=share, **more)


def test_half_of_an_hour_is_thirty_minutes():
    assert share_at("2026-11-20 09:00", 1, Unit.HOURS, 50) == at("2026-11-20 09:30")


def test_four_fifths_of_four_working_hours_skip_the_lunch():
    assert share_at("2026-11-20 09:00", 4, Unit.WORKING_HOURS, 80) == at("2026-11-20 13:12")


def test_shares_of_working_days_are_shares_of_the_working_hours_until_due():
    assert share_at("2026-11-16 13:00", 2, Unit.WORKING_DAYS, 50) == at("2026-11-17 15:00")


def test_no_share_is_the_start_and_the_whole_is_due():
    for unit in Unit:
        assert share_at("2026-11-20 20:00", 3, unit, 0) == at("2026-11-20 20:00")
        assert share_at("2026-11-20 20:00", 3, unit, 100) == due_at("2026-11-20 20:00", 3, unit)


def test_what_is_used_and_what_remains_make_the_limit():
    start, now = at("2026-11-19 16:00"), at("2026-11-20 10:00")
    assert used(start, now, Unit.WORKING_HOURS, PUBLISHED, OFFICE_HOURS) == timedelta(hours=2)
    assert remaining(start, 4, Unit.WORKING_HOURS, PUBLISHED, OFFICE_HOURS, at=now) == timedelta(hours=2)
    assert used(start, now, Unit.HOURS, PUBLISHED, OFFICE_HOURS) == timedelta(hours=18)


def test_nothing_remains_of_a_limit_that_is_due_and_nothing_is_used_backwards():
    start = at("2026-11-19 16:00")
    assert remaining(start, 1, Unit.HOURS, PUBLISHED, OFFICE_HOURS, at=at("2026-12-01 00:00")) == timedelta(0)
    assert used(start, at("2026-11-01 00:00"), Unit.HOURS, PUBLISHED, OFFICE_HOURS) == timedelta(0)


def test_a_pause_uses_nothing():
    pauses = [(at("2026-11-20 09:30"), at("2026-11-20 10:00"))]
    assert used(
        at("2026-11-20 09:00"), at("2026-11-20 11:00"), Unit.WORKING_DAYS, PUBLISHED, OFFICE_HOURS, pauses
    ) == timedelta(minutes=90)


# --- the explanation ---


def told(start, limit, unit, calendar=PUBLISHED, pauses=()):
    pauses = [(at(starts), at(ends)) for starts, ends in pauses]
    return due(at(start), limit, unit, calendar, OFFICE_HOURS, pauses).steps


def test_the_explanation_names_every_skipped_holiday_and_the_make_up_day():
    steps = told("2026-09-30 16:00", 3, Unit.WORKING_DAYS)
    assert [step.kind for step in steps] == [
        StepKind.START,
        *[StepKind.HOLIDAY] * 7,
        StepKind.COUNTED,
        StepKind.COUNTED,
        StepKind.MAKE_UP,
        StepKind.COUNTED,
        StepKind.DUE,
    ]
    assert {step.name for step in steps if step.kind == StepKind.HOLIDAY} == {"国庆节"}
    assert [step.number for step in steps if step.kind == StepKind.COUNTED] == [1, 2, 3]
    assert steps[-1].at == at("2026-10-10 17:00")


def test_the_explanation_of_working_hours_tells_lunch_night_and_weekend():
    steps = told("2026-11-20 11:00", 7, Unit.WORKING_HOURS)
    assert [(step.kind, step.at, step.until) for step in steps[1:-1]] == [
        (StepKind.COUNTED, at("2026-11-20 11:00"), at("2026-11-20 12:00")),
        (StepKind.CLOSED, at("2026-11-20 12:00"), at("2026-11-20 13:00")),
        (StepKind.COUNTED, at("2026-11-20 13:00"), at("2026-11-20 17:00")),
        (StepKind.CLOSED, at("2026-11-20 17:00"), at("2026-11-21 00:00")),
        (StepKind.WEEKEND, at("2026-11-21 00:00"), at("2026-11-22 00:00")),
        (StepKind.WEEKEND, at("2026-11-22 00:00"), at("2026-11-23 00:00")),
        (StepKind.CLOSED, at("2026-11-23 00:00"), at("2026-11-23 09:00")),
        (StepKind.COUNTED, at("2026-11-23 09:00"), at("2026-11-23 11:00")),
    ]


def test_the_explanation_tells_a_night_as_one_stretch():
    steps = told("2026-11-18 16:00", 2, Unit.WORKING_HOURS)
    assert [step.until - step.at for step in steps if step.kind == StepKind.CLOSED] == [timedelta(hours=16)]


def test_the_explanation_tells_a_pause_in_its_place():
    steps = told("2026-11-18 09:00", 30, Unit.MINUTES, pauses=[("2026-11-18 09:10", "2026-11-18 10:00")])
    assert [step.kind for step in steps] == [
        StepKind.START,
        StepKind.COUNTED,
        StepKind.PAUSE,
        StepKind.COUNTED,
        StepKind.DUE,
    ]
    assert steps[3].amount == timedelta(minutes=20)


def test_the_explanation_leaves_out_the_working_days_that_a_pause_took():
    steps = told("2026-11-16 09:00", 2, Unit.WORKING_DAYS, pauses=[("2026-11-17 09:00", "2026-11-17 17:00")])
    assert [(step.kind, step.until) for step in steps[1:-1]] == [
        (StepKind.PAUSE, at("2026-11-17 17:00")),
        (StepKind.COUNTED, at("2026-11-18 17:00")),
        (StepKind.COUNTED, at("2026-11-19 17:00")),
    ]
    steps = told("2026-11-16 09:00", 1, Unit.WORKING_DAYS, pauses=[("2026-11-17 17:00", "2026-11-18 08:00")])
    assert [step.kind for step in steps] == [StepKind.START, StepKind.COUNTED, StepKind.DUE]


# --- refusals ---


@pytest.mark.parametrize(
    ("limit", "unit"),
    [
        (0, Unit.MINUTES),
        (-1, Unit.WORKING_DAYS),
        (True, Unit.HOURS),
        (1.5, Unit.HOURS),
        (Decimal("1.5"), Unit.WORKING_DAYS),
        (Decimal("NaN"), Unit.HOURS),
        (Decimal("Infinity"), Unit.HOURS),
        (Decimal("1e-20"), Unit.HOURS),
        (10**12, Unit.MINUTES),
        (2501, Unit.WORKING_DAYS),
        (1, "fortnights"),
    ],
)
def test_a_limit_that_makes_no_sense_is_refused_with_a_sentence(limit, unit):
    with pytest.raises(Unworkable) as refusal:
        due(at("2026-11-18 09:00"), limit, unit, PUBLISHED, OFFICE_HOURS)
    assert isinstance(refusal.value, ValueError)
    assert str(refusal.value)


@pytest.mark.parametrize("start", [datetime(2026, 1, 1), at("1899-12-31 23:00"), at("9001-01-01 00:00")])
def test_a_moment_without_a_time_zone_or_out_of_all_reason_is_refused(start):
    with pytest.raises(Unworkable):
        due(start, 1, Unit.HOURS, PUBLISHED, OFFICE_HOURS)


def test_a_pause_that_ends_before_it_starts_is_refused():
    with pytest.raises(Unworkable):
        due_at("2026-11-18 09:00", 1, Unit.HOURS, pauses=[("2026-11-18 10:00", "2026-11-18 09:00")])


@pytest.mark.parametrize("share", [-1, 101])
def test_a_share_outside_0_to_100_is_refused(share):
    with pytest.raises(Unworkable):
        share_at("2026-11-18 09:00", 1, Unit.HOURS, share)


@pytest.mark.parametrize(
    "hours",
    [
        (),
        ((time(9), time(9)),),
        ((time(22), time(6)),),
        ((time(9), time(12)), (time(11), time(17))),
        ((time(13), time(17)), (time(9), time(12))),
        ((time(9), time(0)), (time(13), time(17))),
    ],
)
def test_working_hours_that_are_empty_overlap_or_cross_midnight_are_refused(hours):
    with pytest.raises(Unworkable):
        Segments(hours)


@pytest.mark.parametrize("text", ["", "9-17", "09:00", "09:00-12:00-13:00", "morning-noon"])
def test_working_hours_that_are_not_written_as_such_are_refused(text):
    with pytest.raises(Unworkable):
        Segments.parse(text)


def test_hours_and_own_days_come_back_from_what_they_were_written_as():
    hours = Segments.parse("08:30-12:00 14:00-18:00:30")
    assert Segments.parse(str(hours)) == hours
    own = Calendar({date(2027, 2, 6): (True, "春节调休"), date(2027, 2, 8): (False, "春节")})
    assert Calendar.from_data(own.to_data()) == own
    assert hash(Calendar.from_data(own.to_data())) == hash(own)
