"""Measures the clocks. Needs a PostgreSQL in which databases can be made (DATABASE_URL) and redis-server.

`--scale 0.01` makes everything smaller, for trying it out; figures count only without it.
"""

import argparse
import json
import os
import time
from datetime import UTC, datetime, timedelta

import django
from django.core.management import call_command

from bench.arithmetic import arithmetic_per_s
from bench.clocks.load import PAGES, Readers, Watcher, killer, outside, quiet, share
from bench.clocks.processes import Broker, Child
from bench.http import cookies, server
from bench.requests import new_database, say

FAR = timedelta(days=30)


class Bench:
    def __init__(self, scale):
        self.scale = scale
        self.url = new_database()
        self.broker = Broker()
        self.broker.start()
        self.env = quiet() | {"DATABASE_URL": self.url, "REDIS_URL": self.broker.url, "ALLOWED_HOSTS": "127.0.0.1"}
        self.env |= {"DATA_DIR": self.broker.folder, "DJANGO_SETTINGS_MODULE": "bench.settings"}
        self.outside = outside()
        self.env |= {"CHANNEL_SCHEMAS": "json", "CHANNEL_INTRANET": f"127.0.0.1:{self.outside}"}
        os.environ |= self.env
        django.setup()
        call_command("collectstatic", "--noinput", verbosity=0)
        from bench.clocks.fill import Pattern
        from dispatch.models import Deadline
        from grid.cast import holder
        from grid.models import Role
        from tests import factories

        factories.district()
        whistle = factories.dispatched(lead="water", assisting=[], at=datetime.now(UTC))
        # The clocks are a neighbouring district's: whoever opens pages meanwhile sees a district of the usual size.
        department = factories.departments["guandu-water"]
        self.hearers = [holder(role, department) for role in (Role.LIAISON, Role.HEAD)]
        self.pattern = Pattern(
            Deadline.objects.get(whistle=whistle, order__isnull=False, kind="acknowledge"),
            {"district_id": "'530111'", "area_id": "'530111'", "department_id": str(department.pk)},
        )

    def size(self, number):
        return max(1, round(number * self.scale))

    def open_to(self, total):
        """So many open clocks whose time is far off."""
        more = self.size(total) - self.pattern.last
        self.pattern.copy(more, first=datetime.now(UTC) + FAR, report=lambda done: say(f"  {done:,} clocks"))
        self.settle()

    def settle(self):
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE dispatch_deadline, dispatch_firing, dispatch_order, whistle_whistle")

    def idle(self, times=1000):
        """Milliseconds of the task when nothing is due, sorted."""
        from dispatch.tasks import sweep_clocks

        taken = []
        for _ in range(times + 50):
            begun = time.perf_counter()
            sweep_clocks()
            taken.append((time.perf_counter() - begun) * 1000)
        return sorted(taken[50:])

    def left(self, until):
        from dispatch.models import Deadline

        return Deadline.objects.filter(next_at__lt=until).count()

    def until_told(self, until, patience):
        """Waits until nothing that was due by `until` is left; returns when that was."""
        limit = time.monotonic() + patience
        while self.left(until):
            if time.monotonic() > limit:
                raise RuntimeError(f"{self.left(until)} clocks were not told in {patience} s")
            time.sleep(0.02)
        return datetime.now(UTC)

    def burst(self):
        due = datetime.now(UTC) + timedelta(seconds=8 + 30 * self.scale)
        count = self.size(10_000)
        self.pattern.copy(count, first=due, rung="breach")
        self.settle()
        if datetime.now(UTC) > due:
            raise RuntimeError("filling took too long")
        time.sleep((due - datetime.now(UTC)).total_seconds() + 0.01)
        told = self.until_told(due + timedelta(microseconds=1), 60)
        self.prove(due, count)
        return (told - due).total_seconds()

    def burst_with_channels(self):
        """The same when everybody who hears of it has a channel, with the couriers at work beside it.

        Returns the seconds, and in how many digests all those messages left.
        """
        from dispatch.models import Delivery, Message
        from dispatch.services.channels import add_channel, switch_off

        address = f"json://127.0.0.1:{self.outside}/"
        at = datetime.now(UTC)
        channels = [add_channel(each, by=each, at=at, name="bench", address=address) for each in self.hearers]
        courier = Child("courier", self.env)
        courier.start()
        try:
            took = self.burst()
            limit = time.monotonic() + 90
            while Message.objects.exclude(leaves_at=None).exists() or Delivery.objects.waiting().exists():
                if time.monotonic() > limit:
                    raise RuntimeError("the couriers did not come")
                time.sleep(0.2)
        finally:
            courier.stop()
        sent = Delivery.objects.exclude(sent_at=None)
        if sent.values("messages").count() != 2 * self.size(10_000):
            raise RuntimeError(f"{sent.values('messages').count()} messages left the house")
        for channel in channels:
            switch_off(channel, by=channel.person, at=datetime.now(UTC))
        return took, sent.count()

    def prove(self, since, count):
        """Each clock was told once, with its event and a message for each who must hear of it."""
        lost, doubled = self.faults(since, count)
        if lost or doubled:
            raise RuntimeError(f"{lost} lost, {doubled} told twice")

    def faults(self, since, count):
        """How many of `count` breaches planned from `since` on were lost; how many were told twice in any way."""
        from django.db.models import Count

        from dispatch.models import Deadline, Firing, Message
        from whistle.models import Event

        fired = Firing.objects.filter(rung="breach", planned_at__gte=since)
        told = Event.objects.filter(kind="clock.breached", data__planned_at__gte=since.isoformat())
        orders = set(Deadline.objects.filter(pk__in=fired.values("deadline")).values_list("order__number", flat=True))
        said = told.filter(order_number__in=orders).values("order_number").annotate(times=Count("pk"))
        heard = Message.objects.filter(event__in=told).values("event__order_number", "person")
        lost = max(count - fired.count(), len(orders) - said.count(), 0)
        doubled = said.filter(times__gt=1).count() + heard.annotate(times=Count("pk")).filter(times__gt=1).count()
        return lost, doubled

    def minute(self, port, worker=None):
        """5,000 breaches over 60 s, 20 pages a second beside them; `worker`: the one to be killed again and again."""
        count = self.size(5_000)
        span = timedelta(seconds=60 * max(self.scale, 0.2))
        first = datetime.now(UTC) + timedelta(seconds=10)
        self.pattern.copy(count, first=first, step=span / count, rung="breach")
        restarts = []
        with Readers(port, self.sessions, per_second=20) as readers, Watcher(self.url) as watcher:
            time.sleep(max(0.0, (first - datetime.now(UTC)).total_seconds()))
            if worker is None:
                time.sleep(span.total_seconds())
            else:
                with killer(worker, 5, restarts):
                    for _ in range(2):
                        time.sleep(span.total_seconds() / 3)
                        self.broker.restart()
                        restarts.append(datetime.now(UTC))
                    time.sleep(span.total_seconds() / 3)
            self.until_told(first + span, 60)
            time.sleep(0.2)
        return {
            "lateness": watcher.lateness(),
            "seen": watcher.seen.values(),
            "restarts": restarts,
            "faults": self.faults(first, count),
            "pages_p95_ms": round(share(sorted(readers.times), 95), 1),
            "pages": len(readers.times),
        }

    def measure(self):
        figures = {"arithmetic_per_s": arithmetic_per_s()}
        self.open_to(10_000)
        small = self.idle()
        self.open_to(100_000)
        self.sessions = cookies(PAGES)
        worker, beat = Child("worker", self.env), Child("beat", self.env)
        worker.start()
        beat.start()
        try:
            say("burst")
            figures["burst_10k_s"] = round(self.burst(), 2)
            say("burst with channels")
            took, digests = self.burst_with_channels()
            figures |= {"burst_10k_channels_s": round(took, 2), "burst_10k_channels_digests": digests}
            with server(self.env) as port:
                say("lateness")
                calm = self.minute(port)
                figures |= {
                    "lateness_p50_s": round(share(calm["lateness"], 50), 3),
                    "lateness_p99_s": round(share(calm["lateness"], 99), 3),
                    "lateness_max_s": round(calm["lateness"][-1], 3),
                    "pages_per_s": round(calm["pages"] / (60 * max(self.scale, 0.2)), 1),
                    "pages_p95_ms": calm["pages_p95_ms"],
                }
                say(json.dumps(figures))
                say("chaos")
                chaos = self.minute(port, worker)
                figures |= {
                    "chaos_lost": chaos["faults"][0],
                    "chaos_doubled": chaos["faults"][1],
                    "chaos_max_after_restart_s": round(after_restarts(chaos["restarts"], chaos["seen"]), 2),
                    "chaos_restarts": len(chaos["restarts"]),
                    "chaos_lateness_max_s": round(chaos["lateness"][-1], 2),
                }
        finally:
            worker.stop()
            beat.stop()
        say(json.dumps(figures))
        self.open_to(1_000_000)
        large = self.idle()
        self.broker.stop()
        return figures | {
            "idle_sweep_p50_ms": round(share(large, 50), 2),
            "idle_sweep_p99_ms": round(share(large, 99), 2),
            "idle_sweep_10k_p50_ms": round(share(small, 50), 2),
            "idle_growth_ratio": round(share(large, 50) / share(small, 50), 2),
        }


def after_restarts(restarts, seen):
    """The longest time from a restart until everything that had been due by then was told, in seconds."""
    longest = 0.0
    for restart in restarts:
        waiting = [told for planned, told in seen if planned <= restart < told]
        if waiting:
            longest = max(longest, (max(waiting) - restart).total_seconds())
    return longest


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--scale", type=float, default=1)
    print(json.dumps(Bench(parser.parse_args().scale).measure()))
