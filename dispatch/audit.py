"""The auditor: what would mean that a clock is wrong. It has no time window: what is not in order stays found.

Each question is answered from a partial index, so that it can be asked every minute. Only what is missing has none:
orders without their clocks are looked for among all that are open, the newest each time, the others in turn.
"""

import logging
from datetime import timedelta

import requests
from django.conf import settings
from django.db.models import Count

from common.health import Audit, record_audit, take_pulse
from dispatch.demands import look_for_lacking, orders_without_their_clocks
from dispatch.models import Deadline, Delivery, Finding, Message, Suspension
from dispatch.services.findings import Found, note_findings
from dispatch.services.recalculating import outdated
from dispatch.states import OF_MESSAGES, Answer, Question
from grid.services import calendar_now

# How many orders of a district are remembered because finding them again would cost a page too much.
SAMPLE = 500

log = logging.getLogger(__name__)


def late_at(now):
    """What was planned before this moment and is still untold has been forgotten."""
    return now - timedelta(seconds=settings.CLOCK_GRACE_SECONDS)


def questions(now):
    """By name, the rows that should not be there at `now`."""
    return indexed(now) | {Question.CLOCKLESS: orders_without_their_clocks()}


def indexed(now):
    """The questions that are answered from a partial index."""
    return {
        # Nobody swept them.
        Question.UNWATCHED: Deadline.objects.filter(next_at__lt=late_at(now)),
        # The sweep could not tell them.
        Question.SET_ASIDE: Deadline.objects.exclude(trouble=""),
        # A pause that should have ended.
        Question.UNREVIEWED: Suspension.objects.filter(
            answer=Answer.GRANTED, ended_at=None, review_at__lt=late_at(now)
        ),
        # Computed with a calendar that is no longer so.
        Question.OUTDATED: outdated(calendar_now().version, at=now),
        # No courier has come for them: messages that should have left, and deliveries that should have been tried.
        Question.UNCOLLECTED: Message.objects.leaving(late_at(now)),
        Question.UNSENT: Delivery.objects.due(late_at(now)),
        # Tried as often as may be, and not arrived.
        Question.STUCK: Delivery.objects.failing().filter(stuck_at__isnull=False),
    }


# How a row that answers leads to its district, where it has none of its own. Messages are of no district.
DISTRICT_OF = {Question.UNREVIEWED: "order__district", **dict.fromkeys(OF_MESSAGES)}


def findings(now):
    """How many rows answer each question, by name; all 0 when everything is in order."""
    lacking = dict(orders_without_their_clocks().values_list("pk", "district_id"))
    return _totals(_by_district(now, lacking))


def _by_district(now, lacking):
    """`{(code of a district or None, question): what answers}`, without the questions that nothing answers."""
    found = {}
    for question, rows in indexed(now).items():
        district = DISTRICT_OF.get(question, "district")
        if district is None:
            counted = [(None, rows.count())]
        else:
            counted = rows.order_by().values_list(district).annotate(many=Count("*"))
        found |= {(code, question): Found(many) for code, many in counted if many}
    for code in set(lacking.values()):
        keys = sorted(key for key, district in lacking.items() if district == code)
        found[code, Question.CLOCKLESS] = Found(len(keys), keys[:SAMPLE])
    return found


def _totals(found):
    totals = {str(question): 0 for question in Question}
    for (_code, question), one in found.items():
        totals[question] += one.many
    return totals


def report(now):
    """Asks all questions, keeps the answers for whoever watches, and says outside that all is well, if it is."""
    before = take_pulse().audit
    lacking, reached = look_for_lacking(after=before.reached if before else 0, known=_known())
    answers = _by_district(now, lacking)
    note_findings(answers, at=now)
    found = _totals(answers)
    record_audit(Audit(now, found, open_by_kind(), reached))
    for name, count in found.items():
        if count:
            log.error("The auditor found %d: %s.", count, name)
    if settings.AUDIT_PING_URL and not answers:
        try:
            requests.get(settings.AUDIT_PING_URL, timeout=5)
        except requests.RequestException as error:
            log.warning("The address that waits for our word cannot be reached: %s", error)


def _known():
    """The keys of orders found without a clock before: they are looked at until they have it."""
    standing = Finding.objects.standing().filter(question=Question.CLOCKLESS)
    return [key for sample in standing.values_list("sample", flat=True) for key in sample]


def open_by_kind():
    """How many clocks run, by kind."""
    counted = Deadline.objects.running().order_by().values_list("kind").annotate(many=Count("*"))
    return dict(counted)
