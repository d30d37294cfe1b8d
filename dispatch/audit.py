"""The auditor: what would mean that a clock is wrong. It has no time window: what is not in order stays found.

Each question is answered from a partial index or from what is open, so that it can be asked every minute.
"""

import logging
from datetime import timedelta

import requests
from django.conf import settings
from django.db.models import Exists, OuterRef, Q

from common.health import record_audit
from dispatch.models import ClockRule, Deadline, Delivery, Message, Order, Suspension
from dispatch.services.recalculating import outdated
from dispatch.states import OF_AN_ORDER, Answer
from grid.services import calendar_now

log = logging.getLogger(__name__)


def questions(now):
    """By name, the rows that should not be there at `now`."""
    late = now - timedelta(seconds=settings.CLOCK_GRACE_SECONDS)
    return {
        # Nobody swept them.
        "unwatched": Deadline.objects.filter(next_at__lt=late),
        # The sweep could not tell them.
        "set_aside": Deadline.objects.exclude(trouble=""),
        "clockless": orders_without_their_clocks(),
        # A pause that should have ended.
        "unreviewed": Suspension.objects.filter(answer=Answer.GRANTED, ended_at=None, review_at__lt=late),
        # Computed with a calendar that is no longer so.
        "outdated": outdated(calendar_now().version, at=now),
        # No courier has come for them: messages that should have left, and deliveries that should have been tried.
        "uncollected": Message.objects.leaving(late),
        "unsent": Delivery.objects.due(late),
        # Tried as often as may be, and not arrived.
        "stuck": Delivery.objects.failing().filter(stuck_at__isnull=False),
    }


def findings(now):
    """How many rows answer each question, by name; all 0 when everything is in order."""
    return {name: rows.count() for name, rows in questions(now).items()}


def report(now):
    """Asks all questions, keeps the answers for /healthz, and says outside that all is well, if it is."""
    found = findings(now)
    record_audit(now, found)
    for name, count in found.items():
        if count:
            log.error("The auditor found %d: %s.", count, name)
    if settings.AUDIT_PING_URL and not any(found.values()):
        try:
            requests.get(settings.AUDIT_PING_URL, timeout=5)
        except requests.RequestException as error:
            log.warning("The address that waits for our word cannot be reached: %s", error)


def orders_without_their_clocks():
    """Open orders that lack a clock which a rule demanded when they were sent, or have none at all."""
    standing = Deadline.objects.filter(cancelled_at=None)
    demanded = ClockRule.objects.filter(
        Q(level="") | Q(level=OuterRef("whistle__level")),
        type=OuterRef("whistle__type"),
        kind__in=OF_AN_ORDER,
        since__lte=OuterRef("sent_at"),
    )
    missing = demanded.filter(~Exists(standing.filter(order=OuterRef(OuterRef("pk")), kind=OuterRef("kind"))))
    has_any = standing.filter(order=OuterRef("pk"))
    return Order.objects.open().filter(Exists(missing) | ~Exists(has_any))
