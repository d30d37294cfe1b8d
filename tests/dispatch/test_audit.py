"""The auditor finds what would mean that a clock is wrong, however long ago it began."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from dispatch import audit, clocks, services
from dispatch.models import ClockRule, Deadline
from dispatch.tasks import audit_clocks
from grid.models import CalendarDay
from tests.factories import MONDAY, orders_of, people

NOTHING = {"unwatched": 0, "set_aside": 0, "clockless": 0, "unreviewed": 0, "outdated": 0}
NOTHING |= {"uncollected": 0, "unsent": 0, "stuck": 0}
NOW = MONDAY + timedelta(hours=3)


@pytest.fixture
def order(wuhua):
    ClockRule.objects.update(since=MONDAY - timedelta(days=1))
    return orders_of(wuhua.on_site(lead="water", assisting=[]))["water"]


def sweep(now):
    while clocks.fire_due(limit=100, now=now):
        pass


def test_all_is_well_where_the_clocks_are_swept(order):
    sweep(NOW)
    assert audit.findings(NOW) == NOTHING


@pytest.mark.parametrize("long_ago", [timedelta(minutes=2), timedelta(days=3), timedelta(days=400)])
def test_a_clock_that_nobody_swept_is_found_however_long_ago_it_was_due(order, long_ago):
    sweep(NOW)
    Deadline.objects.filter(order=order, kind="resolve").update(next_at=NOW - long_ago)
    assert audit.findings(NOW) == NOTHING | {"unwatched": 1}


def test_within_the_grace_nothing_is_found(order):
    sweep(NOW)
    Deadline.objects.filter(order=order, kind="resolve").update(next_at=NOW - timedelta(seconds=59))
    assert audit.findings(NOW) == NOTHING


def test_a_clock_that_was_set_aside_is_found_until_it_was_told(order):
    clock = Deadline.objects.get(order=order, kind="resolve")
    plan = clock.plan
    Deadline.objects.filter(pk=clock.pk).update(plan=[{"rung": "x", "at": NOW.isoformat()}], next_at=NOW)
    sweep(NOW + timedelta(seconds=1))
    assert audit.findings(NOW + timedelta(seconds=1)) == NOTHING | {"set_aside": 1}
    Deadline.objects.filter(pk=clock.pk).update(plan=plan)
    later = NOW + timedelta(minutes=6)
    sweep(later)
    assert audit.findings(later) == NOTHING


def test_an_open_order_without_a_clock_that_its_rule_demands_is_found(order):
    sweep(NOW)
    Deadline.objects.filter(order=order, kind="resolve").update(cancelled_at=NOW, next_at=None)
    assert audit.findings(NOW) == NOTHING | {"clockless": 1}


def test_an_open_order_without_any_clock_is_found_though_no_rule_demands_one(order):
    sweep(NOW)
    ClockRule.objects.all().delete()
    assert audit.findings(NOW) == NOTHING
    Deadline.objects.filter(order=order).update(cancelled_at=NOW, next_at=None)
    assert audit.findings(NOW) == NOTHING | {"clockless": 1}


def test_a_rule_made_later_demands_nothing_of_what_was_sent_before(order):
    sweep(NOW)
    ClockRule.objects.filter(kind="resolve").delete()
    Deadline.objects.filter(order=order, kind="resolve").update(cancelled_at=NOW, next_at=None)
    ClockRule.objects.create(type=order.whistle.type, kind="resolve", limit=1, unit="hours", since=NOW)
    assert audit.findings(NOW) == NOTHING


def test_a_suspension_whose_day_of_review_nobody_told_is_found(order):
    services.suspend(order, by=people["dispatcher"], at=NOW, review_on=date(2026, 11, 25), reason="x")
    sweep(NOW)
    review = MONDAY + timedelta(days=1, hours=15)
    assert audit.findings(review) == NOTHING
    assert audit.findings(review + timedelta(days=500))["unreviewed"] == 1
    sweep(review + timedelta(days=500))
    assert audit.findings(review + timedelta(days=500))["unreviewed"] == 0


def test_a_calendar_that_changed_unnoticed_is_found(order):
    sweep(NOW)
    CalendarDay.objects.create(day="2026-12-01", works=False, name="x")
    assert audit.findings(NOW) == NOTHING | {"outdated": 1}


def test_the_task_tells_healthz_and_pings_only_when_all_is_well(order, monkeypatch, settings):
    kept, pinged = {}, []
    monkeypatch.setattr("dispatch.audit.record_audit", lambda at, found: kept.update(found))
    monkeypatch.setattr("dispatch.audit.requests.get", lambda url, timeout: pinged.append(url))
    settings.AUDIT_PING_URL = "http://127.0.0.1:1/ping"
    Deadline.objects.update(next_at=None)
    Deadline.objects.filter(kind="resolve").update(next_at=timezone.now() + timedelta(days=1))
    audit_clocks()
    assert (kept, pinged) == (NOTHING | {"outdated": kept["outdated"]}, [settings.AUDIT_PING_URL])
    Deadline.objects.filter(kind="resolve").update(next_at=timezone.now() - timedelta(days=1))
    audit_clocks()
    assert kept["unwatched"] == 1
    assert len(pinged) == 1


def test_an_address_that_cannot_be_reached_is_logged_and_stops_nothing(order, monkeypatch, settings, caplog):
    monkeypatch.setattr("dispatch.audit.record_audit", lambda at, found: None)
    monkeypatch.setattr("dispatch.audit.findings", lambda now: NOTHING)
    settings.AUDIT_PING_URL = "http://127.0.0.1:1/ping"
    audit_clocks()
    assert "cannot be reached" in caplog.text
