"""The calendar changes while clocks run: what they promised is computed again, on record, and convicts nobody."""

from datetime import UTC, date, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.urls import reverse

from dispatch import clocks
from dispatch.explain import explain_all
from dispatch.models import Deadline, Message
from dispatch.services.recalculating import outdated, reproject
from dispatch.tasks import reproject_clocks
from grid.models import CalendarDay, CalendarVersion
from grid.services import calendar_now
from grid.worktime import SHANGHAI
from tests.acting import act, clocks_of, events_of, last_event
from tests.factories import orders_of, people
from whistle.models import EventKind


def local(year, month, day, hour=0, minute=0):
    return datetime(year, month, day, hour, minute, tzinfo=SHANGHAI)


AT = local(2026, 11, 26, 10)


@pytest.fixture
def order(wuhua):
    """Called on Monday 2026-11-23 at 9:00; fifteen working days later it is December 14."""
    return orders_of(wuhua.dispatched(lead="water", assisting=[], at=local(2026, 11, 23, 9)))["water"]


def close(*days, works=False, name="临时放假"):
    for day in days:
        CalendarDay.objects.update_or_create(day=day, defaults={"works": works, "name": name})


def resolve(order):
    return clocks_of(order)["resolve"]


def all_again(at=AT, limit=500):
    found = []
    while (batch := reproject(at=at, limit=limit)).looked_at:
        found.append(batch)
    return found


def test_the_holiday_of_january_2020_was_made_longer_after_the_fact(wuhua):
    """Announced on January 26: the holiday ends on February 2 and not on January 30. Clocks ran since the 20th.

    The published calendar knows it by now; so the days are first entered as they were known on the 20th.
    """
    close(date(2020, 1, 31), works=True, name="原定上班")
    close(date(2020, 2, 1), works=True, name="原定调休上班")
    order = orders_of(wuhua.dispatched(type="emergency", lead="water", assisting=[], at=local(2020, 1, 22, 9)))[
        "water"
    ]
    # Three working days after the 22nd: the 23rd, then, after the holiday, the 31st and Saturday, February 1.
    assert resolve(order).due_at == local(2020, 2, 1, 17)
    CalendarDay.objects.all().delete()
    all_again(at=local(2020, 1, 26, 20))
    assert resolve(order).due_at == local(2020, 2, 4, 17)
    said = last_event(order, EventKind.REPROJECTED)
    assert (said.data["from"], said.data["to"]) == (
        local(2020, 2, 1, 17).astimezone(UTC).isoformat(),
        local(2020, 2, 4, 17).astimezone(UTC).isoformat(),
    )
    assert ["2020-01-31", None, "原定上班"] in said.data["days"]


def test_a_day_closed_while_the_clock_runs_moves_it_and_whoever_must_act_hears_of_it(order):
    close(date(2026, 12, 1), date(2026, 12, 2))
    (batch,) = all_again()
    assert resolve(order).due_at == local(2026, 12, 16, 17)
    assert [one.deadline.pk for one in batch.moved] == [resolve(order).pk]
    heard = Message.objects.filter(event__kind=EventKind.REPROJECTED)
    assert [message.person for message in heard] == [people["liaison.water"]]
    assert resolve(order).calendar_version == calendar_now().version


def test_the_reminders_and_the_ladder_move_with_it(order):
    before = resolve(order).plan
    close(date(2026, 12, 1))
    all_again()
    after = resolve(order).plan
    assert [step["rung"] for step in after] == [step["rung"] for step in before]
    assert all(new["at"] >= old["at"] for new, old in zip(after, before, strict=True))
    assert after[-1]["at"] > before[-1]["at"]


def test_a_saturday_that_becomes_a_working_day_brings_it_forward(order):
    close(date(2026, 11, 28), works=True)
    all_again()
    assert resolve(order).due_at == local(2026, 12, 11, 17)


def test_a_due_moment_that_would_already_have_passed_is_kept_and_reported(order):
    close(*(date(2026, 11, day) for day in (28, 29)), *(date(2026, 12, day) for day in (5, 6)), works=True)
    at = local(2026, 12, 9, 10)
    (batch,) = all_again(at=at)
    assert [one.deadline.pk for one in batch.kept] == [resolve(order).pk]
    clock = resolve(order)
    assert (clock.due_at, clock.state_at(at)) == (local(2026, 12, 14, 17), "running")
    said = last_event(order, EventKind.KEPT)
    assert datetime.fromisoformat(said.data["would_be"]) == local(2026, 12, 8, 17)
    explain_all([clock], "530102", now=at)
    assert any("追溯" in sentence for sentence in clock.explanation)
    assert all_again(at=at) == [], "once is enough"


def test_what_is_met_or_overdue_is_not_rewritten(wuhua, order):
    met = orders_of(wuhua.on_site(lead="road", assisting=[], at=local(2026, 11, 23, 15)))["road"]
    act(met, "submit-result", "liaison.road", local(2026, 11, 24, 10), note="好了")
    overdue = orders_of(wuhua.dispatched(lead="gas", assisting=[], at=local(2026, 10, 12, 9)))["gas"]
    before = {each: Deadline.objects.filter(order=each).values().get(kind="resolve") for each in (met, overdue)}
    close(date(2026, 10, 20), date(2026, 11, 25), date(2026, 12, 1))
    all_again()
    for each in (met, overdue):
        assert Deadline.objects.filter(order=each).values().get(kind="resolve") == before[each]


def test_stopped_half_way_it_goes_on_where_it_stopped_and_twice_is_once(wuhua):
    orders = [
        orders_of(wuhua.dispatched(lead="water", assisting=[], at=local(2026, 11, 25, 9)))["water"] for _ in range(3)
    ]
    close(date(2026, 12, 1))
    running = outdated(calendar_now().version, at=AT).count()
    reproject(at=AT, limit=2)
    assert outdated(calendar_now().version, at=AT).count() == running - 2
    all_again(limit=2)
    all_again(limit=2)
    assert [events_of(order).count(EventKind.REPROJECTED) for order in orders] == [1, 1, 1]


def test_a_year_that_was_provisional_is_filled_in(wuhua):
    order = orders_of(wuhua.dispatched(type="co_creation", lead="water", assisting=[], at=local(2026, 12, 10, 10)))
    clock = clocks_of(order["water"])["resolve"]
    assert clock.provisional
    close(date(2027, 1, 1), name="元旦")
    all_again(at=local(2026, 12, 11))
    moved = clocks_of(order["water"])["resolve"]
    assert moved.due_at > clock.due_at
    explain_all([moved], "530102", now=local(2026, 12, 11))
    assert any("元旦" in sentence for sentence in moved.explanation)


def test_a_clock_is_explained_by_the_calendar_it_was_computed_with(order):
    act(order, "acknowledge", "liaison.water", local(2026, 11, 23, 9, 30))
    clock = clocks_of(order)["report"]
    explain_all([clock], "530102", now=AT)
    before = clock.explanation
    close(date(2026, 11, 23))
    explain_all([clock], "530102", now=AT)
    assert clock.explanation == before
    assert CalendarVersion.objects.filter(pk=clock.calendar_version).exists()


def test_natural_time_asks_no_calendar(order):
    close(date(2026, 11, 23), date(2026, 11, 24))
    all_again(at=local(2026, 11, 23, 9, 1))
    assert clocks_of(order)["acknowledge"].due_at == local(2026, 11, 23, 10)


def test_the_command_says_what_moves_and_a_dry_run_changes_nothing(order, time_machine):
    time_machine.move_to(AT, tick=False)
    close(date(2026, 12, 1))
    before, said = resolve(order).due_at, StringIO()
    call_command("reproject_clocks", "--dry-run", stdout=said, stderr=StringIO())
    assert f"moved {order.number} resolve" in said.getvalue()
    assert resolve(order).due_at == before
    call_command("reproject_clocks", stdout=said, stderr=StringIO())
    assert resolve(order).due_at == before + timedelta(days=1)


def test_saving_a_day_in_the_settings_sets_it_going(
    order, client, time_machine, django_capture_on_commit_callbacks, monkeypatch
):
    time_machine.move_to(AT, tick=False)

    monkeypatch.setattr(reproject_clocks, "delay", lambda: reproject_clocks())
    client.force_login(people["admin"], backend="django.contrib.auth.backends.ModelBackend")
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(
            reverse("admin:grid_calendarday_add"), {"day": "2026-12-01", "name": "临时放假"}, follow=True
        )
    assert answer.status_code == 200
    assert CalendarDay.objects.filter(day="2026-12-01").exists()
    assert resolve(order).due_at == local(2026, 12, 15, 17)


def test_the_sweep_goes_on_by_the_new_plan(order):
    close(date(2026, 12, 14))
    all_again()
    clocks.fire_due(limit=100, now=local(2026, 12, 14, 18))
    assert resolve(order).breached_at is None
    while clocks.fire_due(limit=100, now=local(2026, 12, 15, 17, 1)):
        pass
    assert resolve(order).breached_at == local(2026, 12, 15, 17, 1)
