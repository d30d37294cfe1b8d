"""Is the system well? One answer for load balancers, containers, the launcher and people: GET /healthz.

The clock task tells Redis when it last looked at the clocks; a tick that is too old means that deadlines pass unseen.
The auditor tells it what it found.
`python -m common.health` says the same to a container without a web server, by its exit status; with `courier` behind
it, whether messages are carried out of the house, which no clock depends on.
"""

import json
import logging
import os
import sys
from datetime import datetime
from typing import Any, NamedTuple

import django
import psycopg2
from celery import current_app
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from redis import RedisError

from common.broker import PATIENCE, redis_at

TICK_KEY = "clock-tick"
COURIER_KEY = "courier-round"
AUDIT_KEY = "clock-audit"

log = logging.getLogger(__name__)


def record_tick(at: datetime) -> None:
    """The clocks were looked at, at this moment. Called by the clock task after each sweep."""
    redis_at(settings.REDIS_URL).set(TICK_KEY, at.isoformat())


def record_round(at: datetime) -> None:
    """A courier looked for messages to carry, at this moment."""
    redis_at(settings.REDIS_URL).set(COURIER_KEY, at.isoformat())


class Audit(NamedTuple):
    """What the auditor found, by name of the question; how many clocks run, by kind; and how far it came in turn."""

    at: datetime
    found: dict[str, int]
    open_clocks: dict[str, int]
    reached: int = 0

    def age_at(self, now: datetime) -> float:
        return _age(self.at, now)

    def is_stale_at(self, now: datetime) -> bool:
        """Whether it is so old that the auditor must have stopped."""
        return bool(self.age_at(now) > settings.CLOCK_AUDIT_STALE_SECONDS)


def record_audit(audit: Audit) -> None:
    redis_at(settings.REDIS_URL).set(AUDIT_KEY, json.dumps(audit._asdict() | {"at": audit.at.isoformat()}))


class Pulse(NamedTuple):
    """What the broker knows: when the clocks were last looked at, the last audit, the tasks that wait, by queue, and
    when a courier last looked for messages. Moments are None when there never were any.
    """

    tick_at: datetime | None
    audit: Audit | None
    waiting: dict[str, int]
    round_at: datetime | None = None

    def tick_age_at(self, now: datetime) -> float | None:
        return None if self.tick_at is None else _age(self.tick_at, now)

    def round_age_at(self, now: datetime) -> float | None:
        return None if self.round_at is None else _age(self.round_at, now)

    def ticks_at(self, now: datetime) -> bool:
        """Whether somebody looks at the clocks."""
        age = self.tick_age_at(now)
        return age is not None and age <= settings.CLOCK_TICK_STALE_SECONDS

    def audits_at(self, now: datetime) -> bool:
        """Whether the auditor is at work."""
        return self.audit is not None and not self.audit.is_stale_at(now)

    def carries_at(self, now: datetime) -> bool:
        """Whether a courier looks for messages; one that sends is busy for a while."""
        age = self.round_age_at(now)
        return age is not None and age <= settings.CLOCK_TICK_STALE_SECONDS + settings.SEND_LIMIT_SECONDS


def take_pulse(*, patience: float = PATIENCE) -> Pulse:
    """Asks the broker everything in one go. Raises RedisError when it does not answer within `patience` seconds."""
    queues = _queues()
    asked = redis_at(settings.REDIS_URL, patience).pipeline(transaction=False)
    asked.mget(TICK_KEY, AUDIT_KEY, COURIER_KEY)
    for queue in queues:
        asked.llen(queue)
    (tick, audit, carried), *depths = asked.execute()
    return Pulse(
        tick_at=datetime.fromisoformat(tick) if tick else None,
        audit=_read_audit(json.loads(audit)) if audit else None,
        waiting=dict(zip(queues, depths, strict=True)),
        round_at=datetime.fromisoformat(carried) if carried else None,
    )


def _read_audit(said: dict[str, Any]) -> Audit:
    # One that an earlier version of the program wrote lacks what came later.
    at = datetime.fromisoformat(said["at"])
    return Audit(at, said["found"], said.get("open_clocks", {}), said.get("reached", 0))


def _age(at: datetime, now: datetime) -> float:
    # Clocks of two machines differ a little; an age is never negative.
    return max(0.0, (now - at).total_seconds())


def _queues() -> list[str]:
    """The lists in which tasks wait: Celery's own, and those that routes and the timetable lead to."""
    conf = current_app.conf
    led = [*(conf.task_routes or {}).values(), *(entry.get("options", {}) for entry in conf.beat_schedule.values())]
    return list(dict.fromkeys([conf.task_default_queue, *(each["queue"] for each in led if "queue" in each)]))


def ask_database() -> None:
    """Raises psycopg2.Error unless the database answers within PATIENCE.

    Asks over a connection of its own, because only a new one keeps to a timeout when the server hangs.
    """
    parameters = connection.get_connection_params()
    for ours in ("cursor_factory", "server_side_binding"):
        parameters.pop(ours, None)
    parameters["connect_timeout"] = PATIENCE
    parameters["options"] = f"{parameters.get('options', '')} -c statement_timeout={PATIENCE * 1000}".strip()
    asked = psycopg2.connect(**parameters)
    try:
        asked.cursor().execute("SELECT 1")
    finally:
        asked.close()


def examine(now: datetime) -> tuple[dict[str, object], bool]:
    """What /healthz says, and whether all is well. Why something is broken goes to the log, not to strangers."""
    answer: dict[str, object] = {"status": "ok", "database": "ok", "broker": "ok", "clock_tick_age_seconds": None}
    reasons = []
    try:
        ask_database()
    except psycopg2.Error as error:
        log.warning("The database does not answer: %s", error)
        answer["database"] = "broken"
        reasons.append(_("The database does not answer."))
    try:
        pulse = take_pulse()
    except RedisError as error:
        log.warning("The broker does not answer: %s", error)
        answer["broker"] = "broken"
        reasons.append(_("The broker does not answer."))
    else:
        age = pulse.tick_age_at(now)
        answer["clock_tick_age_seconds"] = None if age is None else round(age, 1)
        # Said, but no reason to take the server out of service. Whatever the auditor finds, or that it stopped, the
        # other servers would say the same, and the clocks are told without it. Its own alarms are a metric, the page
        # of operations, and an outside address that waits for its word.
        answer["audit"] = _told(pulse.audit, now)
        carried = pulse.round_age_at(now)
        answer["courier_age_seconds"] = None if carried is None else round(carried, 1)
        if age is None:
            reasons.append(_("The clocks were never looked at; worker or beat does not run."))
        elif not pulse.ticks_at(now):
            reasons.append(_("The clocks were not looked at for too long; worker or beat does not run."))
    if reasons:
        answer |= {"status": "broken", "reason": " ".join(reasons)}
    return answer, not reasons


def courier_fault(now: datetime) -> str | None:
    """What is wrong with the couriers, in a sentence; None while one of them looks for messages."""
    try:
        pulse = take_pulse()
    except RedisError:
        return str(_("The broker does not answer."))
    return None if pulse.carries_at(now) else str(_("No courier has looked for messages for too long."))


def _told(audit: Audit | None, now: datetime) -> dict[str, object] | None:
    """The last audit for strangers: its age, whether that is too old, and the questions that found something."""
    if audit is None:
        return None
    found = {name: count for name, count in audit.found.items() if count}
    return {"age_seconds": round(audit.age_at(now), 1), "stale": audit.is_stale_at(now), "found": found}


@login_not_required
@never_cache
def healthz(request: HttpRequest) -> JsonResponse:
    """200 while all is well, else 503 with the reason."""
    answer, well = examine(timezone.now())
    return JsonResponse(answer, status=200 if well else 503, json_dumps_params={"ensure_ascii": False})


def _elsewhere(record: logging.LogRecord) -> bool:
    match = getattr(getattr(record, "request", None), "resolver_match", None)
    return getattr(match, "func", None) is not healthz


# A 503 is the answer here, not an error of this program; asked every second, it would fill the log.
logging.getLogger("django.request").addFilter(_elsewhere)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    if sys.argv[1:] == ["courier"]:
        sys.exit(courier_fault(timezone.now()))
    said, fine = examine(timezone.now())
    sys.exit(None if fine else json.dumps(said, ensure_ascii=False))
