"""Figures for whoever watches the system from outside: GET /metrics, in the text format of Prometheus.

Everything is read from the database and the broker when it is asked for, so that each of several web processes gives
the same answer. Another part of the system registers a collector of its own in `REGISTRY`.
"""

import logging
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import psycopg2
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.http import HttpResponse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from drf_spectacular.utils import extend_schema
from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector
from redis import RedisError
from rest_framework.authentication import BaseAuthentication, SessionAuthentication, TokenAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.permissions import BasePermission
from rest_framework.views import APIView

from common.health import Pulse, ask_database, take_pulse
from dispatch.lateness import lateness
from dispatch.models import Deadline, Finding, Firing
from dispatch.permissions import can_watch_operations
from dispatch.states import ClockKind, Question

# Seconds: whoever scrapes waits for two, and must hear of a broker that hangs.
PATIENCE = 1
RECENT = timedelta(minutes=5)

REGISTRY = CollectorRegistry(auto_describe=False)

log = logging.getLogger(__name__)


class ClockCollector(Collector):
    """What the page of operations shows, for programs. What cannot be read is left out, and said to be down."""

    def collect(self) -> Iterator[Metric]:
        yield from _of_the_broker(_pulse())
        try:
            ask_database()
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SET LOCAL statement_timeout = %s", [PATIENCE * 1000])
                figures = list(_of_the_database())
        except (psycopg2.Error, DatabaseError) as error:
            log.warning("The database does not answer: %s", error)
            figures = []
        yield _gauge("database_up", "1 while the database answers.", 1 if figures else 0)
        yield from figures


REGISTRY.register(ClockCollector())


def _gauge(name: str, says: str, value: float | None = None, labels: tuple[str, ...] = ()) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"shaoxiang_{name}", says, value=value, labels=labels or None)


def _pulse() -> Pulse | None:
    try:
        return take_pulse(patience=PATIENCE)
    except RedisError as error:
        log.warning("The broker does not answer: %s", error)
        return None


def _of_the_broker(pulse: Pulse | None) -> Iterator[Metric]:
    now = timezone.now()
    yield _gauge("broker_up", "1 while the broker answers.", 1 if pulse else 0)
    well = pulse is not None and pulse.ticks_at(now)
    yield _gauge("clock_tick_stale", "1 when the clocks were not looked at for too long, or never.", 0 if well else 1)
    well = pulse is not None and pulse.audits_at(now)
    yield _gauge("clock_audit_stale", "1 when the auditor did not look for too long, or never.", 0 if well else 1)
    well = pulse is not None and pulse.carries_at(now)
    yield _gauge("courier_stale", "1 when no courier looked for messages for too long, or ever.", 0 if well else 1)
    if pulse is None:
        return
    if pulse.round_at is not None:
        says = "Seconds since a courier last looked for messages."
        yield _gauge("courier_age_seconds", says, pulse.round_age_at(now))
    if pulse.tick_at is not None:
        says = "Seconds since the clocks were last looked at."
        yield _gauge("clock_tick_age_seconds", says, pulse.tick_age_at(now))
    if pulse.audit is not None:
        yield _gauge("clock_audit_age_seconds", "Seconds since the last audit.", pulse.audit.age_at(now))
        running = _gauge("clocks_open", "Clocks that run, at the last audit.", labels=("kind",))
        for kind in ClockKind:
            running.add_metric([kind], pulse.audit.open_clocks.get(kind, 0))
        yield running
    depth = _gauge("broker_queue_depth", "Tasks that wait for a worker.", labels=("queue",))
    for queue, waiting in pulse.waiting.items():
        depth.add_metric([queue], waiting)
    yield depth


def _of_the_database() -> Iterator[Metric]:
    found = {str(question): 0 for question in Question}
    for question, many in Finding.objects.standing().values_list("question", "count"):
        found[question] += many
    findings = _gauge("clock_audit_findings", "Rows that the last audit found wrong.", labels=("question",))
    for question, many in found.items():
        findings.add_metric([question], many)
    yield findings
    aside = Deadline.objects.exclude(trouble="").count()
    yield _gauge("clocks_set_aside", "Clocks that the sweep could not tell and has set aside.", aside)
    yield CounterMetricFamily(
        "shaoxiang_clock_steps_told",
        "Steps of clocks told so far, by the numbers the database gave them; what was undone keeps its number.",
        value=_numbers_given(),
    )
    recent = lateness(now=timezone.now(), spans={"recent": RECENT})["recent"]
    yield _gauge("clock_steps_recent", "Steps told within the last five minutes.", recent.steps)
    late = _gauge(
        "clock_lateness_seconds",
        "By how much the steps told within the last five minutes were late; 1 is the worst of them.",
        labels=("quantile",),
    )
    for quantile, value in (("0.5", recent.median), ("0.99", recent.p99), ("1", recent.worst)):
        if value is not None:
            late.add_metric([quantile], value.total_seconds())
    yield late


def _numbers_given() -> int:
    """The last number the database gave to a step told. Counting the rows would read all of them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT COALESCE(pg_sequence_last_value(pg_get_serial_sequence(%s, 'id')::regclass), 0)",
            [Firing._meta.db_table],
        )
        return cursor.fetchone()[0]


# --- who may read them ---


class Scraper:
    """A program that showed METRICS_TOKEN. It is nobody, and may read the metrics."""

    is_authenticated = True


class MetricsToken(BaseAuthentication):
    """`Authorization: Bearer …` with the setting METRICS_TOKEN; closed while that is empty."""

    def authenticate_header(self, request: Any) -> str:
        return "Bearer"

    def authenticate(self, request: Any) -> tuple[Scraper, str] | None:
        kind, _, given = request.headers.get("Authorization", "").partition(" ")
        if kind.lower() != "bearer":
            return None
        if not (settings.METRICS_TOKEN and constant_time_compare(given, settings.METRICS_TOKEN)):
            raise AuthenticationFailed()
        return Scraper(), given


class MayReadMetrics(BasePermission):
    def has_permission(self, request: Any, view: Any) -> bool:
        return isinstance(request.user, Scraper) or (
            request.user.is_authenticated and can_watch_operations(request.user)
        )


class Whatever(BaseContentNegotiation):
    """What a scraper accepts is the encoder's business; a refusal is JSON."""

    def select_parser(self, request: Any, parsers: Any) -> Any:
        return parsers[0]

    def select_renderer(self, request: Any, renderers: Any, format_suffix: str | None = None) -> Any:
        return renderers[0], renderers[0].media_type


@extend_schema(exclude=True)
class MetricsView(APIView):
    content_negotiation_class = Whatever
    authentication_classes = [MetricsToken, TokenAuthentication, SessionAuthentication]
    permission_classes = [MayReadMetrics]

    def get(self, request: Any) -> HttpResponse:
        encode, content_type = choose_encoder(request.headers.get("Accept", ""))
        return HttpResponse(encode(REGISTRY), content_type=content_type, headers={"Cache-Control": "no-store"})
