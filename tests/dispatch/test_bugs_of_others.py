"""Bugs that others' clocks had, each by its name and through everything: hours, days and rules as administrators set
them, a clock that an order started, and the sweep.
"""

from datetime import date, datetime, timedelta

import pytest

from dispatch import clocks, services
from dispatch.models import ClockRule, Firing, Supervision, Suspension
from dispatch.services.recalculating import reproject
from grid.models import CalendarDay, WorkSegment
from grid.worktime import SHANGHAI, Segments
from tests.acting import act, clocks_of, events_of
from tests.factories import DISTRICT, MONDAY, orders_of, people
from whistle.models import Event

HOUR, MINUTE, MICROSECOND = timedelta(hours=1), timedelta(minutes=1), timedelta(microseconds=1)


def local(text):
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def sweep(now):
    while clocks.fire_due(limit=100, now=now):
        pass


@pytest.fixture
def promised(wuhua):
    """`promised(start, limit, unit)`: the order sent at `start` under such a rule for its report on site."""

    def send(start, limit, unit, *, hours="09:00-12:00 13:00-17:00"):
        WorkSegment.objects.filter(district=DISTRICT).delete()
        for starts, ends in Segments.parse(hours).hours:
            segment = WorkSegment(district_id=DISTRICT, starts=starts, ends=ends)
            segment.full_clean()
            segment.save()
        ClockRule.objects.filter(kind="report").update(limit=limit, unit=unit)
        return orders_of(wuhua.dispatched(lead="water", assisting=[], at=local(start)))["water"]

    return send


def is_due(order, moment, kind="report"):
    """Due then, and told as such by the first tick after it and not at it."""
    moment = local(moment)
    assert clocks_of(order)[kind].due_at == moment
    sweep(moment)
    assert clocks_of(order)[kind].breached_at is None
    sweep(moment + MICROSECOND)
    assert clocks_of(order)[kind].breached_at == moment + MICROSECOND


# --- arithmetic ---


def test_midnight(promised):
    is_due(promised("2026-11-23 23:45", 30, "minutes"), "2026-11-24 00:15")


def test_round_the_clock_hours_that_lose_a_minute_at_midnight(promised):
    is_due(promised("2026-11-23 23:30", 49, "working_hours", hours="00:00-00:00"), "2026-11-26 00:30")


def test_a_day_of_two_segments_that_fires_at_midnight(promised):
    is_due(promised("2026-11-23 08:00", 8, "working_hours", hours="08:00-12:00 14:00-18:00"), "2026-11-23 18:00")


def test_a_start_outside_working_hours(promised):
    is_due(promised("2026-11-23 21:10", 4, "working_hours"), "2026-11-24 14:00")


def test_an_end_exactly_at_closing(promised):
    is_due(promised("2026-11-27 13:00", 4, "working_hours"), "2026-11-27 17:00")


def test_a_holiday_on_the_due_day(promised):
    is_due(promised("2026-09-29 10:00", 2, "working_days"), "2026-10-08 17:00")


def test_a_make_up_saturday(promised):
    is_due(promised("2026-10-09 10:00", 1, "working_days"), "2026-10-10 17:00")


def test_a_due_date_past_the_last_published_calendar_year(promised):
    """chinesecalendar raises NotImplementedError for 2027, of which nothing was published in November 2026."""
    order = promised("2026-12-30 10:00", 3, "working_days")
    assert clocks_of(order)["report"].provisional
    # 2027-01-01, a Friday, counts until the administrator enters it.
    is_due(order, "2027-01-04 17:00")


# --- what happens while it runs ---


def test_a_calendar_changed_after_the_start(promised):
    order = promised("2026-11-23 10:00", 2, "working_days")
    CalendarDay.objects.create(day="2026-11-25", works=False, name="暴雨停工")
    assert reproject(at=local("2026-11-24 10:00")).looked_at
    is_due(order, "2026-11-26 17:00")


@pytest.fixture
def on_site(wuhua):
    """To be resolved within 30 working hours from Monday 9:50, which is Friday 11:50; twice suspended at most."""
    ClockRule.objects.filter(kind="resolve").update(limit=30, unit="working_hours", suspensions=2)
    return orders_of(wuhua.on_site(lead="water", assisting=[]))["water"]


def suspended(order, since, until, review_on=date(2026, 12, 1)):
    services.suspend(order, by=people["dispatcher"], at=since, review_on=review_on, reason="等停水通知")
    services.resume(order, by=people["dispatcher"], at=until)


def test_paused_and_resumed_the_same_day(on_site):
    suspended(on_site, local("2026-11-24 11:00"), local("2026-11-24 14:30"))
    # Two and a half hours of work were paused, lunch left out.
    is_due(on_site, "2026-11-27 15:20", "resolve")


def test_a_second_pause(on_site):
    suspended(on_site, local("2026-11-24 11:00"), local("2026-11-24 12:00"))
    suspended(on_site, local("2026-11-25 16:00"), local("2026-11-26 10:00"))
    is_due(on_site, "2026-11-27 15:50", "resolve")


def test_a_pause_that_never_resumes_after_a_restart(on_site):
    """Its end is a row, not a timer in a process: whoever ticks next, however late, ends it."""
    services.suspend(
        on_site,
        by=people["dispatcher"],
        at=local("2026-11-24 11:00"),
        review_on=date(2026, 12, 1),
        reason="等停水通知",
    )
    back_at = local("2026-12-02 09:00")
    assert clocks_of(on_site)["resolve"].state_at(back_at) == "running"
    sweep(local("2026-12-01 00:00"))
    assert "order.resumed" not in events_of(on_site)
    sweep(back_at)
    sweep(back_at + HOUR)
    assert events_of(on_site).count("order.resumed") == 1
    assert Suspension.objects.get().ended_at == back_at
    # 21 hours and 50 minutes were left when it stood still; they count from the morning of the first of December.
    is_due(on_site, "2026-12-04 09:50", "resolve")


def test_an_update_that_overrules_the_first_response(promised):
    order = promised("2026-11-23 10:00", 4, "hours")
    first, later = local("2026-11-23 10:20"), local("2026-11-24 10:00")
    act(order, "acknowledge", "liaison.water", first)
    act(order, "report", "liaison.water", first + HOUR, rank="deputy")
    for hours in range(2):
        act(order, "progress", "liaison.water", later + hours * HOUR, note="仍在处置")
        act(order, "report", "head.water", later + hours * HOUR, rank="head")
    found = clocks_of(order)
    assert (found["acknowledge"].met_at, found["report"].met_at) == (first, first + HOUR)
    assert {found[kind].state_at(later + 9 * HOUR) for kind in ("acknowledge", "report")} == {"met"}


def test_a_wait_that_is_ignored(wuhua):
    """Between the breach and the first rung, and from rung to rung, however late the one before was told."""
    rule = ClockRule.objects.get(type=wuhua.types["key"], kind="acknowledge", level="")
    rule.ladder.all().delete()
    rule.ladder.create(position=1, after=30, unit="minutes", audience="centre", supervises=True)
    rule.ladder.create(position=2, after=60, unit="minutes", audience="leader")
    order = orders_of(wuhua.dispatched(lead="water", assisting=[], at=MONDAY))["water"]
    due = MONDAY + HOUR

    def told_by(minute):
        sweep(due + minute * MINUTE)
        lines = Event.objects.filter(order_number=order.number, data__clock="acknowledge").order_by("id")
        return [line.data.get("to") or line.kind.split(".")[1] for line in lines]

    assert told_by(1) == told_by(30) == ["breached"]
    assert told_by(80) == told_by(90) == ["breached", "centre", "supervised"]
    assert told_by(91) == ["breached", "centre", "supervised", "leader"]
    planned = dict(Firing.objects.filter(deadline__kind="acknowledge").values_list("rung", "planned_at"))
    assert (planned["ladder-1"], planned["ladder-2"]) == (due + 30 * MINUTE, due + 90 * MINUTE)
    assert Supervision.objects.get().by is None
