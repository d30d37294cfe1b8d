"""Measures the requests that must be fast. `python -m bench.requests`; its last line is one JSON object.

Needs a PostgreSQL in which databases can be made (DATABASE_URL; its database's name gets "_bench" appended). `x` is
the median of one client divided by the median of an empty view on the same server in the same run; the two are
measured in turns, so that a noisy moment hits both.
"""

import json
import os
import subprocess
import sys
import time
import uuid
from contextlib import closing
from urllib.parse import urlsplit, urlunsplit

import django
import psycopg2

from bench.http import Connection, median_ms, per_second, server

SMALL, MIDDLE, LARGE = 10_000, 200_000, 1_000_000
WARM_UP, ROUNDS = 30, 200
CLIENTS, SECONDS = 8, 15
LIST = "/api/v1/whistles/?open=true"
FIVE = ("housing", "water", "road", "gas", "drainage")
DRAFT = {
    "type": "key",
    "level": "general",
    "title": "虹山东路黑臭水外溢",
    "description": "雨后工地旁冒出黑臭水，多方到场均称与己无关。",
    "area": "530102005008",
    "address": "虹山东路60号",
    "lat": 25.0586,
    "lng": 102.6869,
    "criteria": ["hazard", "joint"],
    "departments": list(FIVE),
    "source": "resident",
}


def say(text):
    print(text, file=sys.stderr, flush=True)


def new_database():
    """An empty, migrated database beside the one of DATABASE_URL; returns its URL."""
    parts = urlsplit(os.environ.get("DATABASE_URL") or "postgres://postgres@127.0.0.1:5432/shaoxiang")
    name = parts.path.lstrip("/") + "_bench"
    with closing(psycopg2.connect(urlunsplit(parts._replace(path="/postgres", scheme="postgresql")))) as link:
        link.autocommit = True
        with link.cursor() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')
            cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE template0')
    url = urlunsplit(parts._replace(path=f"/{name}"))
    subprocess.run(
        [sys.executable, "manage.py", "migrate", "--verbosity", "0"],
        env={**os.environ, "DATABASE_URL": url},
        check=True,
    )
    return url


PEOPLE = (
    "officer.fengning",
    "dispatcher",
    *(f"liaison.{code}" for code in FIVE),
)


class Bench:
    """The calls: in process for counting statements, over HTTP for timing."""

    def __init__(self):
        # Only now is the database there that the settings name.
        from rest_framework.authtoken.models import Token

        from assessment.demo.district import set_up
        from grid.models import Person

        set_up()
        self.people = {name: Person.objects.get(username=name) for name in PEOPLE}
        self.tokens = {name: Token.objects.create(user=person).key for name, person in self.people.items()}

    def fill_to(self, total):
        from bench.fill import fill_to

        begun = time.perf_counter()
        fill_to(total, officer=self.people["officer.fengning"], report=lambda count: say(f"  {count:,} whistles"))
        say(f"filled to {total:,} in {time.perf_counter() - begun:.0f} s")

    def statements(self, name, method, path, body=None):
        """How many statements one request takes, BEGIN and COMMIT included."""
        from django.db import connection
        from django.test import Client
        from django.test.utils import CaptureQueriesContext

        headers = {"Authorization": f"Token {self.tokens[name]}"}
        if method == "POST":
            headers["Idempotency-Key"] = uuid.uuid4().hex
        client = Client(headers=headers, SERVER_NAME="127.0.0.1")
        with CaptureQueriesContext(connection) as queries:
            answer = client.generic(method, path, json.dumps(body or {}), content_type="application/json")
        if answer.status_code >= 300:
            raise RuntimeError(f"{path}: {answer.content[:500]!r}")
        return len(queries)

    def orders_to_acknowledge(self, count):
        """Addresses of fresh orders of the water bureau, one per whistle."""
        from dispatch.models import Order

        fresh = Order.objects.filter(department__code="water", state="sent")
        return [f"/api/v1/orders/{number}/acknowledge/" for number in fresh.values_list("number", flat=True)[:count]]

    def times(self, port, name, request):
        """Medians in ms of `request(connection, round)` and of the empty view, taken in turns."""
        connection, empty = Connection(port, self.tokens[name]), Connection(port)
        taken, yardstick = [], []
        for number in range(WARM_UP + ROUNDS):
            mine = request(connection, number)[0]
            plain = empty.call("GET", "/bench/empty/")[0]
            if number >= WARM_UP:
                taken.append(mine)
                yardstick.append(plain)
        return median_ms(taken), median_ms(yardstick)

    def list_ms(self, env):
        with server(env) as port:
            return self.times(port, "dispatcher", lambda connection, _: connection.call("GET", LIST))[0]


def measure():
    env = {"DATABASE_URL": new_database()}
    os.environ |= env | {"DJANGO_SETTINGS_MODULE": "bench.settings", "ALLOWED_HOSTS": "127.0.0.1"}
    django.setup()
    from tests import factories

    bench = Bench()
    bench.fill_to(SMALL)
    small = bench.list_ms(env)
    bench.fill_to(MIDDLE)
    detail = f"/api/v1/whistles/{factories.on_site(lead=FIVE[0], assisting=FIVE[1:]).number}/"
    acknowledge = bench.orders_to_acknowledge(WARM_UP + ROUNDS + 1)

    figures = {
        "create_queries": bench.statements("officer.fengning", "POST", "/api/v1/whistles/", DRAFT),
        "list50_queries": bench.statements("dispatcher", "GET", LIST),
        "detail_queries": bench.statements("dispatcher", "GET", detail),
        "act_queries": bench.statements("liaison.water", "POST", acknowledge.pop()),
    }

    def create(connection, *_):
        return connection.call("POST", "/api/v1/whistles/", DRAFT, key=uuid.uuid4().hex)

    with server(env) as port:
        for figure, name, request in (
            ("create", "officer.fengning", create),
            ("list50", "dispatcher", lambda connection, _: connection.call("GET", LIST)),
            ("detail", "dispatcher", lambda connection, _: connection.call("GET", detail)),
            (
                "act",
                "liaison.water",
                lambda connection, number: connection.call("POST", acknowledge[number], {}, key=uuid.uuid4().hex),
            ),
        ):
            taken, yardstick = bench.times(port, name, request)
            figures |= {
                f"{figure}_ms": round(taken, 2),
                f"{figure}_empty_ms": round(yardstick, 3),
                f"{figure}_x": round(taken / yardstick, 1),
            }
            say(f"{figure}: {taken:.2f} ms, empty view {yardstick:.3f} ms")
        figures["create_rps"] = round(per_second(port, bench.tokens["officer.fengning"], CLIENTS, SECONDS, create))
    bench.fill_to(LARGE)
    large = bench.list_ms(env)
    figures |= {
        "list50_small_ms": round(small, 2),
        "list50_large_ms": round(large, 2),
        "list50_growth": round(large / small, 2),
    }
    return figures


if __name__ == "__main__":
    print(json.dumps(measure()))
