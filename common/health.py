"""Is the system well? One answer for load balancers, containers, the launcher and people: GET /healthz.

The clock task tells Redis when it last looked at the clocks; a tick that is too old means that deadlines pass unseen.
`python -m common.health` says the same to a container without a web server, by its exit status; with `courier` behind
it, whether messages are carried out of the house, which no clock depends on.
"""

import json
import logging
import os
import sys
from datetime import datetime
from functools import cache

import django
import psycopg2
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from redis import Redis, RedisError
from redis.backoff import NoBackoff
from redis.retry import Retry

TICK_KEY = "clock-tick"
COURIER_KEY = "courier-round"
AUDIT_KEY = "clock-audit"
# Seconds: a dead neighbour must not hang the answer.
PATIENCE = 2

log = logging.getLogger(__name__)


def record_tick(at: datetime) -> None:
    """The clocks were looked at, at this moment. Called by the clock task after each sweep."""
    _redis(settings.REDIS_URL).set(TICK_KEY, at.isoformat())


def tick_age(now: datetime) -> float | None:
    """Seconds since the last tick; None when there never was one."""
    return _age_of(TICK_KEY, now)


def record_round(at: datetime) -> None:
    """A courier looked for messages to carry, at this moment."""
    _redis(settings.REDIS_URL).set(COURIER_KEY, at.isoformat())


def round_age(now: datetime) -> float | None:
    """Seconds since a courier last looked; None when none ever did."""
    return _age_of(COURIER_KEY, now)


def _age_of(key: str, now: datetime) -> float | None:
    last = _redis(settings.REDIS_URL).get(key)
    if last is None:
        return None
    # Clocks of two machines differ a little; an age is never negative.
    return max(0.0, (now - datetime.fromisoformat(str(last))).total_seconds())


def record_audit(at: datetime, found: dict[str, int]) -> None:
    """What the auditor found at this moment, by name of the question."""
    _redis(settings.REDIS_URL).set(AUDIT_KEY, json.dumps({"at": at.isoformat(), "found": found}))


def last_audit(now: datetime) -> dict[str, object] | None:
    """The last audit: its age in seconds and what it found, without the questions that found nothing."""
    said = _redis(settings.REDIS_URL).get(AUDIT_KEY)
    if said is None:
        return None
    audit = json.loads(str(said))
    age = max(0.0, (now - datetime.fromisoformat(audit["at"])).total_seconds())
    return {"age_seconds": round(age, 1), "found": {name: count for name, count in audit["found"].items() if count}}


@cache
def _redis(url: str) -> Redis:
    return Redis.from_url(
        url,
        decode_responses=True,
        socket_connect_timeout=PATIENCE,
        socket_timeout=PATIENCE,
        retry=Retry(NoBackoff(), 0),
    )


def _ask_database() -> None:
    """Asks over a connection of its own, because only a new one keeps to a timeout when the server hangs."""
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
        _ask_database()
    except psycopg2.Error as error:
        log.warning("The database does not answer: %s", error)
        answer["database"] = "broken"
        reasons.append(_("The database does not answer."))
    try:
        age = tick_age(now)
        # Said, but no reason to take the server out of service: the other ones would find the same.
        answer["audit"] = last_audit(now)
        carried = round_age(now)
        answer["courier_age_seconds"] = None if carried is None else round(carried, 1)
    except RedisError as error:
        log.warning("The broker does not answer: %s", error)
        answer["broker"] = "broken"
        reasons.append(_("The broker does not answer."))
    else:
        if age is None:
            reasons.append(_("The clocks were never looked at; worker or beat does not run."))
        else:
            answer["clock_tick_age_seconds"] = round(age, 1)
            if age > settings.CLOCK_TICK_STALE_SECONDS:
                reasons.append(_("The clocks were not looked at for too long; worker or beat does not run."))
    if reasons:
        answer |= {"status": "broken", "reason": " ".join(reasons)}
    return answer, not reasons


def courier_fault(now: datetime) -> str | None:
    """What is wrong with the couriers, in a sentence; None while one of them looks for messages."""
    try:
        age = round_age(now)
    except RedisError:
        return str(_("The broker does not answer."))
    fresh = age is not None and age <= settings.CLOCK_TICK_STALE_SECONDS + settings.SEND_LIMIT_SECONDS
    return None if fresh else str(_("No courier has looked for messages for too long."))


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
