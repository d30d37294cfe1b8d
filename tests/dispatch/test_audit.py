"""The auditor finds what would mean that a clock is wrong, however long ago it began."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from common.health import Pulse
from dispatch import audit, clocks, demands, services
from dispatch.models import ClockRule, Deadline, Finding, Order
from dispatch.services.findings import Found, note_findings
from dispatch.tasks import audit_clocks
from grid.models import CalendarDay
from tests.factories import DISTRICT, MONDAY, orders_of, people
from tests.threads import together

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


@pytest.fixture
def broker(monkeypatch):
    """What the auditor tells the broker, and hears from it; neighbouring test processes share the real one."""
    kept = []
    monkeypatch.setattr(audit, "record_audit", kept.append)
    monkeypatch.setattr(audit, "take_pulse", lambda: Pulse(None, kept[-1] if kept else None, {}))
    return kept


def test_the_task_tells_healthz_and_pings_only_when_all_is_well(order, monkeypatch, settings, broker):
    pinged = []
    monkeypatch.setattr("dispatch.audit.requests.get", lambda url, timeout: pinged.append(url))
    settings.AUDIT_PING_URL = "http://127.0.0.1:1/ping"
    Deadline.objects.running().update(next_at=timezone.now() + timedelta(days=1))
    audit_clocks()
    assert (broker[-1].found, pinged) == (NOTHING, [settings.AUDIT_PING_URL])
    Deadline.objects.filter(kind="resolve").update(next_at=timezone.now() - timedelta(days=1))
    audit_clocks()
    assert broker[-1].found["unwatched"] == 1
    assert len(pinged) == 1


def test_an_address_that_cannot_be_reached_is_logged_and_stops_nothing(order, settings, caplog, broker):
    sweep(NOW)
    settings.AUDIT_PING_URL = "http://127.0.0.1:1/ping"
    audit.report(NOW)
    assert "cannot be reached" in caplog.text


def test_it_counts_what_runs_by_its_kind(order, broker):
    audit.report(NOW)
    assert broker[-1].open_clocks == {"resolve": 1}


# --- what it found is kept ---


def standing():
    return {(each.question, each.district_id): each for each in Finding.objects.standing()}


def test_what_is_found_stands_from_the_first_audit_that_found_it_to_the_first_that_did_not(order, broker):
    sweep(NOW)
    clock = Deadline.objects.get(order=order, kind="resolve")
    Deadline.objects.filter(pk=clock.pk).update(next_at=NOW - timedelta(hours=1))
    for minutes in (0, 1, 2):
        audit.report(NOW + timedelta(minutes=minutes))
    (finding,) = standing().values()
    assert (finding.question, finding.district_id, finding.count, finding.since) == ("unwatched", DISTRICT, 1, NOW)
    Deadline.objects.filter(pk=clock.pk).update(next_at=clock.next_at)
    over = NOW + timedelta(minutes=3)
    audit.report(over)
    finding.refresh_from_db()
    assert (finding.over_at, standing()) == (over, {})
    Deadline.objects.filter(pk=clock.pk).update(next_at=NOW - timedelta(hours=1))
    audit.report(NOW + timedelta(minutes=4))
    assert Finding.objects.count() == 2


def test_each_district_has_findings_of_its_own(order, broker):
    sweep(NOW)
    other = Deadline.objects.get(order=order, kind="resolve")
    other.pk, other.district_id, other.order, other.kind = None, "530111", None, "verify"
    other.next_at = NOW - timedelta(hours=1)
    other.save(force_insert=True)
    Deadline.objects.filter(order=order, kind="resolve").update(next_at=NOW - timedelta(hours=1))
    audit.report(NOW)
    assert {key: finding.count for key, finding in standing().items()} == {
        ("unwatched", DISTRICT): 1,
        ("unwatched", "530111"): 1,
    }


@pytest.mark.django_db(transaction=True)
def test_two_audits_at_once_begin_a_finding_once(wuhua):
    found = {(DISTRICT, "unwatched"): Found(3), (None, "uncollected"): Found(1)}
    results = together(*[lambda: note_findings(found, at=NOW)] * 2)
    assert sorted(len(new) for new, _over in results) == [0, 2]
    assert Finding.objects.standing().count() == 2


# --- a great many open orders ---


@pytest.fixture
def few_at_once(monkeypatch):
    monkeypatch.setattr(demands, "BATCH", 2)
    monkeypatch.setattr(demands, "BATCHES", 1)


def test_among_many_orders_the_newest_the_known_and_the_next_in_turn_are_looked_at(wuhua, few_at_once):
    ClockRule.objects.update(since=MONDAY - timedelta(days=1))
    for _ in range(4):
        wuhua.dispatched(lead="water", assisting=["road"])
    keys = list(Order.objects.order_by("pk").values_list("pk", flat=True))
    Deadline.objects.filter(order__isnull=False).update(cancelled_at=NOW, next_at=None)
    found, reached = demands.look_for_lacking(after=0, known=[keys[4]])
    assert (set(found), reached) == ({keys[0], keys[1], keys[4], keys[6], keys[7]}, keys[1])
    assert set(found.values()) == {DISTRICT}


def test_every_order_has_its_turn_and_then_it_begins_anew(wuhua, few_at_once):
    ClockRule.objects.update(since=MONDAY - timedelta(days=1))
    for _ in range(5):
        wuhua.dispatched(lead="water", assisting=[])
    keys = list(Order.objects.order_by("pk").values_list("pk", flat=True))
    Deadline.objects.filter(order__isnull=False).update(cancelled_at=NOW, next_at=None)
    reached, looked, turns = 0, [], []
    for _ in range(4):
        found, reached = demands.look_for_lacking(after=reached)
        looked.append(set(found) - set(keys[-2:]))
        turns.append(reached)
    assert looked == [set(keys[0:2]), {keys[2]}, set(), set(keys[0:2])]
    assert turns == [keys[1], keys[3], 0, keys[1]]


def test_an_order_found_once_is_looked_at_again_until_it_has_its_clock(wuhua, few_at_once, broker):
    ClockRule.objects.update(since=MONDAY - timedelta(days=1))
    for _ in range(5):
        wuhua.dispatched(lead="water", assisting=[])
    sweep(NOW)
    first = Order.objects.order_by("pk").first()
    Deadline.objects.filter(order=first, kind="resolve").update(cancelled_at=NOW, next_at=None)
    for minutes in range(5):
        audit.report(NOW + timedelta(minutes=minutes))
        assert broker[-1].found["clockless"] == 1
    Deadline.objects.filter(order=first, kind="resolve").update(cancelled_at=None, next_at=NOW + timedelta(days=9))
    audit.report(NOW + timedelta(minutes=5))
    assert broker[-1].found["clockless"] == 0
