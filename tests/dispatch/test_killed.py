"""A process that is killed at the worst moment: nothing it had begun is lost, and nothing is told twice."""

import os
import signal
import subprocess
import sys
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection

from dispatch import clocks, couriers
from dispatch.couriers.claiming import lease_time
from dispatch.models import Deadline, Delivery, Firing, Message, Supervision
from tests.dispatch.test_couriers_at_once import SOON, call, channel_to
from tests.factories import MONDAY
from tests.ground.system import address_of_the_database
from tests.threads import PATIENCE, somebody_waits
from whistle.models import Event

pytestmark = pytest.mark.django_db(transaction=True)

LATE = MONDAY + timedelta(days=60)
LOCK = 4711
# The sweep of another machine, which comes to a stop when all is written and nothing committed.
SWEEP = f"""
import django
django.setup()
from datetime import datetime
from django.db import connection
from dispatch import clocks, sweep

def save_and_wait(deadlines, save=sweep._save):
    save(deadlines)
    print(len(deadlines), flush=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock({LOCK})")

sweep._save = save_and_wait
clocks.fire_due(limit=100, now=datetime.fromisoformat("{LATE.isoformat()}"))
"""


def test_a_sweep_killed_between_claim_and_commit_leaves_everything_to_the_next(wuhua):
    for _ in range(3):
        wuhua.dispatched(assisting=["water", "road"])
    due = set(Deadline.objects.needing_attention(LATE).values_list("pk", flat=True))
    told = Event.objects.count(), Message.objects.count()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        other = subprocess.Popen(
            [sys.executable, "-c", SWEEP],
            cwd=settings.BASE_DIR,
            env=os.environ | {"DATABASE_URL": address_of_the_database(), "DJANGO_SETTINGS_MODULE": "config.settings"},
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            assert other.stdout.readline().strip() == str(len(due)), "it has claimed and told all of them"
            # What it holds is skipped meanwhile, and not waited for.
            assert clocks.fire_due(limit=100, now=LATE) == 0
            while not somebody_waits():
                assert other.poll() is None
        finally:
            other.send_signal(signal.SIGKILL)
            assert other.wait(PATIENCE) == -signal.SIGKILL
            other.stdout.close()
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
    gone()
    assert not Firing.objects.exists()
    assert (Event.objects.count(), Message.objects.count()) == told
    assert clocks.fire_due(limit=100, now=LATE) == len(due)
    assert clocks.fire_due(limit=100, now=LATE) == 0
    breached = Deadline.objects.filter(pk__in=due)
    assert set(breached.values_list("breached_at", "next_at")) == {(LATE, None)}
    for kind, rung in (("clock.breached", "breach"), ("order.supervised", None)):
        assert Event.objects.filter(kind=kind).count() == len(due), kind
        assert rung is None or Firing.objects.filter(rung=rung).count() == len(due)
    assert Supervision.objects.count() == len(due)


def gone():
    """Waits until the server has noticed that the other process is dead, and has rolled back what it did."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = current_database()"
            " AND pid <> pg_backend_pid() AND query LIKE '%pg_advisory_xact_lock%'"
        )


def test_a_courier_killed_between_claim_and_sending_loses_nothing_and_sends_it_once(wuhua, outside):
    side = outside(200)
    channel_to(side)
    call(wuhua)
    connection.close()
    courier = os.fork()
    if courier == 0:
        couriers._set_out = lambda *arguments: os.kill(os.getpid(), signal.SIGKILL)
        try:
            couriers.make_round(now=SOON)
        finally:
            os._exit(1)
    _pid, status = os.waitpid(courier, 0)
    assert os.WTERMSIG(status) == signal.SIGKILL
    assert (side.got, Delivery.objects.get().state) == ([], "under_way")
    # While the lease runs it may still be on its way.
    assert couriers.make_round(now=SOON + timedelta(seconds=5)) == 0
    assert couriers.make_round(now=SOON + lease_time() + timedelta(seconds=5)) == 1
    assert couriers.make_round(now=SOON + 2 * lease_time()) == 0
    assert len(side.got) == 1
    assert Delivery.objects.get().state == "sent"
