"""Figures for whoever watches from outside: the same from every process, and never a hanging answer."""

import socket
import time
from datetime import timedelta

import pytest
import time_machine
from django.conf import settings as configured
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.test import Client
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families
from rest_framework.authtoken.models import Token

from common import env, health
from common.broker import redis_at
from common.health import Audit
from dispatch import clocks
from dispatch.models import Deadline, Finding, Firing
from dispatch.states import ClockKind, Question
from tests.factories import MONDAY, people

TOKEN = "a-token-nobody-guesses"  # noqa: S105 - made up
BEARER = {"Authorization": f"Bearer {TOKEN}"}


@pytest.fixture(autouse=True)
def own_keys(monkeypatch, worker_id):
    """Neighbouring test processes share the broker; each keeps its own."""
    keys = {name: f"{name}-m-{worker_id}" for name in ("TICK_KEY", "AUDIT_KEY", "COURIER_KEY")}
    for name, key in keys.items():
        monkeypatch.setattr(health, name, key)
    yield
    redis_at(configured.REDIS_URL).delete(*keys.values())


@pytest.fixture(autouse=True)
def token(settings):
    settings.METRICS_TOKEN = TOKEN


def scrape(**headers):
    return Client().get("/metrics", headers=headers or BEARER)


def figures():
    """`{"name": value, 'name{label="x"}': value}` of an answer."""
    answer = scrape()
    assert answer.status_code == 200, answer.content
    found = {}
    for family in text_string_to_metric_families(answer.content.decode()):
        for sample in family.samples:
            labels = ",".join(f'{name}="{value}"' for name, value in sorted(sample.labels.items()))
            found[f"{sample.name}{{{labels}}}" if labels else sample.name] = sample.value
    return {name.removeprefix("shaoxiang_"): value for name, value in found.items()}


# --- what they say ---


@time_machine.travel(MONDAY + timedelta(days=1), tick=False)
def test_they_say_what_the_page_says(wuhua):
    now = timezone.now()
    health.record_tick(now - timedelta(seconds=3))
    health.record_audit(Audit(now - timedelta(seconds=20), {}, {"resolve": 7}))
    health.record_round(now - timedelta(seconds=5))
    whistle = wuhua.dispatched(lead="water", assisting=[])
    Deadline.objects.filter(whistle=whistle, kind="report").update(trouble="KeyError: 'at'")
    Finding.objects.create(district_id="530102", question="set_aside", count=1, since=now)
    Finding.objects.create(district_id="530111", question="set_aside", count=2, since=now)
    Finding.objects.create(district_id="530111", question="unwatched", count=9, since=now, over_at=now)
    said = figures()
    assert said["clock_tick_age_seconds"] == 3
    assert said["clock_audit_age_seconds"] == 20
    assert (said["database_up"], said["broker_up"]) == (1, 1)
    assert said["courier_age_seconds"] == 5
    assert (said["clock_tick_stale"], said["clock_audit_stale"], said["courier_stale"]) == (0, 0, 0)
    assert said["clocks_set_aside"] == 1
    assert said['broker_queue_depth{queue="celery"}'] >= 0
    assert said['broker_queue_depth{queue="courier"}'] >= 0
    assert {q: said[f'clock_audit_findings{{question="{q}"}}'] for q in Question} == {
        **dict.fromkeys(Question, 0),
        "set_aside": 3,
    }
    assert {kind: said[f'clocks_open{{kind="{kind}"}}'] for kind in ClockKind} == {
        **dict.fromkeys(ClockKind, 0),
        "resolve": 7,
    }


def test_how_late_the_last_five_minutes_were_and_how_many_steps_there_ever_were(wuhua):
    health.record_tick(timezone.now())
    clock = Deadline.objects.filter(whistle=wuhua.filed()).first()
    before = figures()
    assert before["clock_steps_recent"] == 0
    assert 'clock_lateness_seconds{quantile="0.5"}' not in before
    now = timezone.now()
    for number, (ago, late) in enumerate([(60, 0.25), (61, 0.5), (62, 2), (600, 50)]):
        fired_at = now - timedelta(seconds=ago)
        planned_at = fired_at - timedelta(seconds=late)
        Firing.objects.create(deadline=clock, rung=f"x{number}", planned_at=planned_at, fired_at=fired_at)
    said = figures()
    assert said["clock_steps_recent"] == 3
    assert {q: said[f'clock_lateness_seconds{{quantile="{q}"}}'] for q in ("0.5", "0.99", "1")} == {
        "0.5": 0.5,
        "0.99": 2,
        "1": 2,
    }
    assert said["clock_steps_told_total"] - before["clock_steps_told_total"] == 4
    # A step that is lifted again was told all the same: a counter never falls.
    Firing.objects.filter(deadline=clock).delete()
    assert figures()["clock_steps_told_total"] == said["clock_steps_told_total"]


def test_the_sweep_counts(wuhua):
    wuhua.dispatched(lead="water", assisting=[])
    before = figures()["clock_steps_told_total"]
    while clocks.fire_due(limit=100):
        pass
    assert figures()["clock_steps_told_total"] - before == Firing.objects.count() > 0


@pytest.mark.parametrize("ago", [None, timedelta(hours=1)])
def test_an_auditor_and_a_tick_that_stopped_are_said(db, ago):
    if ago:
        health.record_tick(timezone.now() - ago)
        health.record_audit(Audit(timezone.now() - ago, {}, {}))
    said = figures()
    assert (said["clock_tick_stale"], said["clock_audit_stale"], said["courier_stale"]) == (1, 1, 1)
    assert ("clock_tick_age_seconds" in said, "clock_audit_age_seconds" in said) == (bool(ago), bool(ago))


def test_a_scraper_that_speaks_openmetrics_is_answered_in_it(db):
    answer = scrape(**BEARER, Accept="application/openmetrics-text; version=1.0.0")
    assert answer["Content-Type"].startswith("application/openmetrics-text")
    assert answer.content.endswith(b"# EOF\n")


def test_they_cost_the_same_whatever_there_is(wuhua, django_assert_max_num_queries):
    for _ in range(2):
        whistle = wuhua.dispatched()
        Deadline.objects.filter(whistle=whistle).update(trouble="x")
        with django_assert_max_num_queries(9):
            figures()


# --- who may read them ---


def test_strangers_and_wrong_tokens_are_turned_away(db, settings):
    assert Client().get("/metrics").status_code == 401
    for wrong in ("Bearer wrong", "Bearer ", "Bearer", f"Basic {TOKEN}", f"Bearer {TOKEN}x", "Bearer ñ"):
        assert scrape(Authorization=wrong).status_code == 401, wrong
    assert "Bearer" in Client().get("/metrics")["WWW-Authenticate"]
    settings.METRICS_TOKEN = ""
    for closed in ("Bearer ", "Bearer", f"Bearer {TOKEN}"):
        assert scrape(Authorization=closed).status_code == 401, closed


def test_people_read_them_if_they_administer(wuhua, settings):
    settings.METRICS_TOKEN = ""
    for username, status in (("admin", 200), ("dispatcher", 403), ("assessor", 403)):
        client = Client()
        client.force_login(people[username], backend="django.contrib.auth.backends.ModelBackend")
        assert client.get("/metrics").status_code == status, username
        token = Token.objects.create(user=people[username])
        assert scrape(Authorization=f"Token {token.key}").status_code == status, username


@pytest.mark.parametrize(
    "value", ["short", "x" * 15, "has a blank in the middle", "有" * 20, "line\nbreak-and-more-of-it"]
)
def test_a_token_that_can_be_guessed_or_not_be_sent_stops_the_start(monkeypatch, value):
    monkeypatch.setenv("METRICS_TOKEN", value)
    with pytest.raises(ImproperlyConfigured, match="METRICS_TOKEN"):
        env.secret("METRICS_TOKEN")


# --- while something is down ---


@pytest.fixture
def silence():
    """A port that takes connections and never says a word, like a server that hangs."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


@pytest.fixture
def closed():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield taken.getsockname()[1]


@pytest.mark.parametrize("fault", ["closed", "silence"])
def test_a_broker_that_is_down_or_hangs_is_said_within_two_seconds(wuhua, settings, request, fault):
    settings.REDIS_URL = f"redis://127.0.0.1:{request.getfixturevalue(fault)}/0"
    began = time.monotonic()
    said = figures()
    assert time.monotonic() - began < 2
    assert (said["broker_up"], said["database_up"], said["clock_tick_stale"]) == (0, 1, 1)
    assert "clock_tick_age_seconds" not in said
    assert said["clocks_set_aside"] == 0


def test_a_database_that_is_down_is_said_to_whoever_shows_the_token(db, monkeypatch, closed):
    health.record_tick(timezone.now())
    monkeypatch.setitem(connection.settings_dict, "HOST", "127.0.0.1")
    monkeypatch.setitem(connection.settings_dict, "PORT", str(closed))
    said = figures()
    assert (said["database_up"], said["broker_up"], said["clock_tick_stale"]) == (0, 1, 0)
    assert "clocks_set_aside" not in said
