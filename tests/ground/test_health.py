import json
import socket
import time
from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import path
from django.utils import timezone

from common import health
from common.broker import redis_at
from common.health import Audit
from tests.factories import MONDAY


@login_not_required
def broken(request):
    return HttpResponse(status=503)


urlpatterns = [path("healthz", health.healthz), path("broken", broken)]


@pytest.fixture(autouse=True)
def own_tick(monkeypatch, worker_id):
    """Neighbouring test processes share the broker; each keeps its own tick."""
    monkeypatch.setattr(health, "TICK_KEY", f"clock-tick-{worker_id}")
    monkeypatch.setattr(health, "AUDIT_KEY", f"clock-audit-{worker_id}")
    monkeypatch.setattr(health, "COURIER_KEY", f"courier-round-{worker_id}")
    yield
    redis_at(settings.REDIS_URL).delete(health.TICK_KEY, health.AUDIT_KEY, health.COURIER_KEY)


@pytest.fixture
def silence():
    """A port of 127.0.0.1 that takes connections and never says a word, like a server that hangs."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


@pytest.fixture
def closed():
    """A port of 127.0.0.1 where nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield taken.getsockname()[1]


def ask():
    began = time.monotonic()
    response = health.healthz(RequestFactory().get("/healthz"))
    return response.status_code, json.loads(response.content), time.monotonic() - began


@pytest.mark.django_db
@time_machine.travel(MONDAY, tick=False)
def test_when_all_is_well_it_says_so_and_how_old_the_tick_is():
    health.record_tick(timezone.now() - timedelta(seconds=3))
    health.record_audit(Audit(timezone.now() - timedelta(seconds=5), {"clockless": 2, "unwatched": 0}, {}))
    health.record_round(timezone.now() - timedelta(seconds=7))
    status, answer, _ = ask()
    assert status == 200
    assert answer.pop("clock_tick_age_seconds") == 3
    audit = answer.pop("audit")
    assert audit["age_seconds"] == 5
    assert (audit["found"], audit["stale"]) == ({"clockless": 2}, False)
    assert answer.pop("courier_age_seconds") == 7
    assert answer == {"status": "ok", "database": "ok", "broker": "ok"}


@pytest.mark.django_db
def test_an_auditor_that_stopped_is_said_and_takes_no_server_out_of_service(settings):
    health.record_tick(timezone.now())
    status, answer, _ = ask()
    assert (status, answer["audit"]) == (200, None)
    settings.CLOCK_AUDIT_STALE_SECONDS = 180
    health.record_audit(Audit(timezone.now() - timedelta(seconds=181), {}, {}))
    status, answer, _ = ask()
    assert (status, answer["status"], answer["audit"]["stale"]) == (200, "ok", True)


@pytest.mark.django_db
def test_what_an_earlier_version_of_the_program_wrote_can_be_read():
    health.record_tick(timezone.now())
    at = timezone.now().isoformat()
    redis_at(settings.REDIS_URL).set(health.AUDIT_KEY, json.dumps({"at": at, "found": {"clockless": 1}}))
    assert ask()[1]["audit"]["found"] == {"clockless": 1}
    assert health.take_pulse().audit.open_clocks == {}


@pytest.mark.django_db
def test_a_clock_that_never_ticked_is_broken():
    status, answer, _ = ask()
    assert (status, answer["status"], answer["clock_tick_age_seconds"]) == (503, "broken", None)
    assert answer["reason"]


@pytest.mark.django_db
@time_machine.travel(MONDAY, tick=False)
def test_a_tick_older_than_allowed_is_broken(settings):
    settings.CLOCK_TICK_STALE_SECONDS = 30
    health.record_tick(timezone.now() - timedelta(seconds=31))
    status, answer, _ = ask()
    assert (status, answer["clock_tick_age_seconds"]) == (503, 31)
    assert answer["reason"]


@pytest.mark.django_db
def test_a_tick_from_a_machine_whose_clock_is_ahead_is_of_age_zero():
    health.record_tick(timezone.now() + timedelta(seconds=5))
    assert ask()[1]["clock_tick_age_seconds"] == 0


@pytest.mark.django_db
def test_without_a_courier_the_clocks_are_as_well_as_ever_and_its_container_is_not():
    health.record_tick(timezone.now())
    status, answer, _ = ask()
    assert (status, answer["courier_age_seconds"]) == (200, None)
    assert health.courier_fault(timezone.now())
    health.record_round(timezone.now() - timedelta(seconds=20))
    assert health.courier_fault(timezone.now()) is None
    assert health.courier_fault(timezone.now() + timedelta(minutes=5))


@pytest.mark.parametrize("fault", ["closed", "silence"])
@pytest.mark.django_db
def test_a_dead_or_hanging_broker_is_told_within_seconds(fault, request, settings):
    settings.REDIS_URL = f"redis://127.0.0.1:{request.getfixturevalue(fault)}/0"
    status, answer, seconds = ask()
    assert (status, answer["broker"], answer["database"]) == (503, "broken", "ok")
    assert answer["reason"]
    assert seconds < 3.5


@pytest.mark.parametrize("fault", ["closed", "silence"])
@pytest.mark.django_db
def test_a_dead_or_hanging_database_is_told_within_seconds(fault, request, monkeypatch):
    health.record_tick(timezone.now())
    port = str(request.getfixturevalue(fault))
    monkeypatch.setitem(connection.settings_dict, "HOST", "127.0.0.1")
    monkeypatch.setitem(connection.settings_dict, "PORT", port)
    status, answer, seconds = ask()
    assert (status, answer["database"], answer["broker"]) == (503, "broken", "ok")
    assert port not in json.dumps(answer)
    assert seconds < 3.5


@pytest.mark.django_db
@pytest.mark.urls(__name__)
def test_strangers_may_ask(client):
    health.record_tick(timezone.now())
    assert client.get("/healthz").status_code == 200


@pytest.mark.django_db
@pytest.mark.urls(__name__)
def test_asking_while_something_is_broken_does_not_fill_the_log(client, caplog):
    assert client.get("/healthz").status_code == 503
    assert client.get("/broken").status_code == 503
    assert "/broken" in caplog.text
    assert "/healthz" not in caplog.text
