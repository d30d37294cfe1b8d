"""The clock is never wrong: kept or not by timestamps alone; the sweep tells each step once, whenever it comes."""

from datetime import UTC, datetime, time, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.db.models import F

from dispatch import clocks
from dispatch.models import ClockRule, Deadline, Firing, Rung
from dispatch.states import ClockState
from dispatch.tasks import sweep_clocks
from grid.models import CalendarDay, WorkSegment
from grid.worktime import SHANGHAI
from tests.acting import act, again, clocks_of, events_of, last_event
from tests.factories import MONDAY, orders_of
from whistle.models import Event

AT = MONDAY + timedelta(minutes=50)
MICROSECOND = timedelta(microseconds=1)


def local(year, month, day, hour=0, minute=0):
    return datetime(year, month, day, hour, minute, tzinfo=SHANGHAI)


@pytest.fixture(autouse=True)
def without_ladders(wuhua):
    """What comes after the breach has tests of its own."""
    Rung.objects.all().delete()


@pytest.fixture
def order(wuhua):
    """One department called on Monday at 9:50; to acknowledge by 10:50."""
    return orders_of(wuhua.dispatched(lead="water", assisting=[]))["water"]


def acknowledgement(order):
    return clocks_of(order)["acknowledge"]


def sweep(now, limit=100):
    return clocks.fire_due(limit=limit, now=now)


def told(order, kind="acknowledge"):
    """What the record says about one clock: (kind of line, share)."""
    lines = Event.objects.filter(order_number=order.number, kind__startswith="clock.", data__clock=kind).order_by("id")
    return [(line.kind.removeprefix("clock."), line.data.get("share")) for line in lines]


# --- starting ---


@pytest.mark.parametrize(
    ("type", "due"),
    [
        # Dispatched on Monday 2026-11-23 at 9:50; working hours are 9–12 and 13–17.
        ("emergency", {"acknowledge": (23, 10, 0), "report": (23, 10, 20), "resolve": (26, 17, 0)}),
        ("key", {"acknowledge": (23, 10, 50), "report": (23, 14, 50), "resolve": (14, 17, 0)}),
        ("co_creation", {"acknowledge": (23, 10, 50), "report": (25, 17, 0), "resolve": (4, 17, 0)}),
    ],
)
def test_an_orders_clocks_are_due_as_wuhua_says(wuhua, type, due):
    order = orders_of(wuhua.dispatched(type=type, lead="water", assisting=[], at=AT))["water"]
    found = {kind: clock.due_at.astimezone(SHANGHAI) for kind, clock in clocks_of(order).items()}
    assert {kind: (moment.day, moment.hour, moment.minute) for kind, moment in found.items()} == due


def test_triage_takes_two_working_hours_and_fifteen_minutes_in_an_emergency(wuhua):
    filed = wuhua.filed(at=local(2026, 11, 23, 11, 0))
    assert clocks_of(filed)["triage"].due_at == local(2026, 11, 23, 14, 0)
    on_friday = wuhua.filed(at=local(2026, 11, 27, 16, 30))
    assert clocks_of(on_friday)["triage"].due_at == local(2026, 11, 30, 10, 30)
    emergency = wuhua.filed(type="emergency", at=local(2026, 11, 28, 23, 50))
    assert clocks_of(emergency)["triage"].due_at == local(2026, 11, 29, 0, 5)


def test_a_rule_for_the_level_goes_before_one_for_any_level(wuhua):
    ClockRule.objects.create(type=wuhua.types["key"], kind="acknowledge", level="major", limit=5, unit="minutes")
    major = orders_of(wuhua.dispatched(level="major", lead="water", assisting=[], at=AT))["water"]
    larger = orders_of(wuhua.dispatched(level="larger", lead="water", assisting=[], at=AT))["water"]
    assert acknowledgement(major).due_at == AT + timedelta(minutes=5)
    assert acknowledgement(larger).due_at == AT + timedelta(hours=1)


def test_without_a_rule_there_is_no_clock_and_the_act_goes_on(wuhua):
    ClockRule.objects.filter(kind__in=["acknowledge", "triage"]).delete()
    whistle = wuhua.acknowledged(lead="water", assisting=[])
    assert set(clocks_of(orders_of(whistle)["water"])) == {"report", "resolve"}
    assert clocks_of(whistle) == {}


def test_changing_the_rules_moves_no_running_clock(order):
    before = list(order.deadlines.values())
    ClockRule.objects.update(limit=1, unit="minutes", reminders=[10])
    WorkSegment.objects.filter(starts=time(13)).update(ends=time(16, 30))
    CalendarDay.objects.create(day="2026-11-24", works=False, name="演示")
    assert list(order.deadlines.values()) == before
    ClockRule.objects.all().delete()
    assert list(order.deadlines.values()) == before
    assert (acknowledgement(order).limit, acknowledgement(order).unit) == (1, "hours")
    sweep(AT + timedelta(minutes=30) + MICROSECOND)
    assert told(order) == [("reminded", 50)]


def test_the_administrators_days_count_where_nothing_is_published(wuhua):
    CalendarDay.objects.create(day="2027-01-01", works=False, name="元旦")
    order = orders_of(wuhua.dispatched(type="co_creation", lead="water", assisting=[], at=local(2026, 12, 10, 10)))
    clock = clocks_of(order["water"])["resolve"]
    assert (clock.due_at, clock.provisional) == (local(2027, 1, 22, 17), True)


def test_a_clock_that_would_be_due_before_it_starts_cannot_be(order):
    with pytest.raises(IntegrityError), transaction.atomic():
        order.deadlines.update(due_at=F("start_at"))


# --- kept or not ---


def test_a_state_is_read_from_the_timestamps_whatever_the_sweep_has_done(order):
    clock = acknowledgement(order)
    assert clock.state_at(clock.due_at) == ClockState.RUNNING
    assert clock.state_at(clock.due_at + MICROSECOND) == ClockState.BREACHED
    assert clock.breached_at is None
    assert clock.overdue_seconds_at(clock.due_at + timedelta(seconds=61.9)) == 61
    assert clock.overdue_seconds_at(clock.due_at) == 0
    assert clock.share_used_at(clock.start_at + timedelta(minutes=30)) == 50
    assert clock.share_used_at(clock.due_at + timedelta(minutes=30)) == 150


def test_how_late_is_kept_for_good(order):
    due_at = acknowledgement(order).due_at
    act(order, "acknowledge", "liaison.water", due_at + timedelta(minutes=7))
    years_later = due_at + timedelta(days=1000)
    assert acknowledgement(order).overdue_seconds_at(years_later) == 7 * 60


# --- what the sweep tells ---


def test_people_are_reminded_at_half_and_at_four_fifths_and_the_breach_is_recorded(order):
    for minute in range(70):
        sweep(AT + timedelta(minutes=minute))
    assert told(order) == [("reminded", 50), ("reminded", 80), ("breached", None)]
    clock = acknowledgement(order)
    # The first tick after the moment: an act at the very moment would have been in time.
    assert clock.breached_at == clock.due_at + timedelta(minutes=1)
    firings = clock.firings.order_by("planned_at").values_list("rung", "planned_at", "fired_at")
    assert list(firings) == [
        (rung, AT + timedelta(minutes=minute), AT + timedelta(minutes=minute + 1))
        for rung, minute in [("50", 30), ("80", 48), ("breach", 60)]
    ]


@pytest.mark.parametrize("minute", [30, 48, 60])
def test_a_step_is_told_once_its_moment_has_passed_and_not_at_it(order, minute):
    moment = AT + timedelta(minutes=minute)
    sweep(moment)
    before = told(order)
    sweep(moment + MICROSECOND)
    assert len(told(order)) == len(before) + 1


def test_reminders_of_working_hours_keep_to_them(order):
    """Four working hours from 9:50: two are gone at 11:50, 3 h 12 min at 14:02, after lunch."""
    plan = [datetime.fromisoformat(step["at"]) for step in clocks_of(order)["report"].plan]
    assert plan == [local(2026, 11, 23, 11, 50), local(2026, 11, 23, 14, 2), local(2026, 11, 23, 14, 50)]


def test_sweeping_twice_tells_nothing_twice(order):
    late = AT + timedelta(hours=2, minutes=1)
    assert sweep(late) == 2  # to acknowledge, and the reminder to report
    before = list(Event.objects.values_list("pk", flat=True))
    assert sweep(late) == 0
    assert list(Event.objects.values_list("pk", flat=True)) == before


def test_after_an_outage_the_breach_is_told_and_the_reminders_that_were_missed_are_not(order):
    back_at = AT + timedelta(hours=3)
    sweep(back_at)
    assert told(order) == [("breached", None)]
    clock = acknowledgement(order)
    # All three were due; that they came late is on record.
    assert clock.firings.count() == 3
    assert set(clock.firings.values_list("fired_at", flat=True)) == {back_at}
    assert clock.breached_at == back_at
    said = last_event(order, "clock.breached")
    assert (said.at, said.data["planned_at"]) == (back_at, clock.due_at.astimezone(UTC).isoformat())
    assert said.person is None


def test_a_tick_out_of_order_changes_nothing(order):
    sweep(AT + timedelta(minutes=61))
    before = list(Deadline.objects.order_by("pk").values())
    assert sweep(AT + timedelta(minutes=31)) == 0
    assert list(Deadline.objects.order_by("pk").values()) == before


def test_the_database_allows_each_step_once(order):
    sweep(AT + timedelta(minutes=31))
    clock = acknowledgement(order)
    with pytest.raises(IntegrityError), transaction.atomic():
        Firing.objects.create(deadline=clock, rung="50", planned_at=AT, fired_at=AT)


def test_a_worker_that_dies_half_way_leaves_everything_to_be_told(order, monkeypatch):
    class Died(BaseException):
        pass

    def die(*args, **kwargs):
        raise Died

    late = AT + timedelta(hours=3)
    with monkeypatch.context() as patched:
        patched.setattr("dispatch.sweep.Event.objects.bulk_create", die)
        with pytest.raises(Died):
            sweep(late)
    assert not Firing.objects.exists()
    sweep(late)
    assert told(order) == [("breached", None)]


def test_one_call_takes_at_most_its_limit_the_most_urgent_first(order):
    assert [sweep(AT + timedelta(days=60), limit=2) for _ in range(3)] == [2, 1, 0]


def test_the_task_tells_all_that_has_come_and_says_that_it_looked(wuhua, monkeypatch):
    ticks = []
    monkeypatch.setattr("dispatch.tasks.record_tick", ticks.append)
    order = orders_of(wuhua.dispatched(lead="water", assisting=[], at=local(2025, 11, 24, 9)))["water"]
    sweep_clocks()
    assert {told(order, kind)[-1] for kind in ("acknowledge", "report", "resolve")} == {("breached", None)}
    assert len(ticks) == 1


def test_a_cancelled_clock_is_silent(wuhua):
    whistle = act(wuhua.filed(), "withdraw", "officer.fengning", AT, reason="x")
    assert sweep(AT + timedelta(days=30)) == 0
    assert "clock.breached" not in events_of(whistle)


def test_rules_may_remind_of_other_shares_or_of_none(wuhua):
    ClockRule.objects.filter(kind="acknowledge").update(reminders=[90, 25, 90])
    ClockRule.objects.filter(kind="report").update(reminders=[])
    order = orders_of(wuhua.dispatched(lead="water", assisting=[], at=AT))["water"]
    plans = {kind: [step["rung"] for step in clock.plan] for kind, clock in clocks_of(order).items()}
    assert plans == {"acknowledge": ["25", "90", "breach"], "report": ["breach"], "resolve": ["50", "80", "breach"]}


# --- running on ---


def test_a_clock_that_runs_on_tells_only_what_was_not_told(wuhua):
    whistle = wuhua.on_site(lead="water", assisting=[])
    order = orders_of(whistle)["water"]
    clock = clocks_of(order)["resolve"]
    half = datetime.fromisoformat(clock.plan[0]["at"])
    sweep(half + MICROSECOND)
    act(order, "submit-result", "liaison.water", half + timedelta(days=1), note="好了")
    assert sweep(clock.due_at + timedelta(days=1)) > 0, "the street has not verified"
    act(whistle, "verify", "officer.fengning", clock.due_at + timedelta(days=2), solved=False, note="没好")
    assert told(order, "resolve") == [("reminded", 50)]
    sweep(clock.due_at + timedelta(days=2, seconds=1))
    assert told(order, "resolve") == [("reminded", 50), ("breached", None)]
    assert clocks_of(order)["resolve"].firings.count() == 3


def test_a_breach_that_was_lifted_can_come_again_when_the_result_does_not_hold(wuhua):
    whistle = wuhua.on_site(lead="water", assisting=[])
    order = orders_of(whistle)["water"]
    due_at = clocks_of(order)["resolve"].due_at
    sweep(due_at + timedelta(seconds=1))
    # Received in time, committed after the sweep.
    act(order, "submit-result", "liaison.water", due_at, note="好了")
    act(whistle, "verify", "officer.fengning", due_at + timedelta(hours=20), solved=False, note="没好")
    sweep(due_at + timedelta(days=1))
    assert told(order, "resolve") == [("breached", None), ("breach_lifted", None), ("breached", None)]
    assert clocks_of(order)["resolve"].breached_at == due_at + timedelta(days=1)


def test_a_breach_once_told_is_not_told_again_when_the_clock_runs_on(wuhua):
    whistle = wuhua.on_site(lead="water", assisting=[])
    order = orders_of(whistle)["water"]
    due_at = clocks_of(order)["resolve"].due_at
    sweep(due_at + timedelta(seconds=1))
    act(order, "submit-result", "liaison.water", due_at + timedelta(hours=1), note="好了")
    act(whistle, "verify", "officer.fengning", due_at + timedelta(hours=20), solved=False, note="没好")
    sweep(due_at + timedelta(days=1))
    assert told(order, "resolve") == [("breached", None)]
    assert clocks_of(order)["resolve"].breached_at == due_at + timedelta(seconds=1)
    assert again(whistle).state == "dispatched"


# --- the cost ---


def test_a_sweep_costs_the_same_for_one_clock_and_for_fifty(wuhua, django_assert_num_queries):
    wuhua.dispatched(lead="water", assisting=[], at=AT)
    for count in (1, 50):
        while Deadline.objects.filter(kind="acknowledge", breached_at=None).count() < count:
            wuhua.dispatched(lead="water", assisting=["road", "gas", "fire", "market"], at=AT)
        # Is there any, BEGIN or savepoint, the clocks, what was told, who hears of it, firings, events, whom channels
        # reach, messages, clocks, COMMIT or release.
        with django_assert_num_queries(11):
            assert clocks.fire_due(limit=count, now=AT + timedelta(hours=1, seconds=1)) == count


def test_a_tick_with_nothing_to_tell_costs_one_question(order, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert sweep(AT) == 0


def test_starting_clocks_costs_the_same_for_one_order_and_for_five(wuhua, django_assert_num_queries):
    whistle = wuhua.dispatched(lead="water", assisting=["road", "gas", "fire", "market"], at=AT)
    orders = list(whistle.orders.all())
    Firing.objects.all().delete()
    Deadline.objects.filter(order__in=orders).delete()
    for some in (orders[:1], orders[1:]):
        # Rules, their ladders, calendar, working hours, the calendar's version, one insert.
        with django_assert_num_queries(6):
            clocks.start(whistle, ["acknowledge", "report", "resolve"], at=AT, orders=some)
