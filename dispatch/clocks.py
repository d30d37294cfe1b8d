"""The clock engine: starts, meets, cancels and reopens deadlines, and tells people when a moment has come.

The truth is in the rows. A tick that is lost, late, doubled or run by two workers changes nothing: a step of a
plan is told once, because the database holds one `Firing` per clock and step.
"""

import logging
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from dispatch.models import ClockRule, Deadline, Firing
from grid import worktime
from grid.services import calendar_now, segments_of
from whistle.models import Event, EventKind
from whistle.services.record import line, record

BREACH = "breach"
SET_ASIDE = timedelta(minutes=5)

log = logging.getLogger(__name__)


def start(whistle, kinds, *, at, orders=(None,)):
    """Starts one clock per kind and order (or for the whistle itself), by the rules as they stand now.

    A kind without a rule for this type starts no clock. Returns the deadlines.
    """
    rules = rules_for(whistle.type, whistle.level, kinds)
    if not rules:
        return []
    calendar, segments = calendar_now(), segments_of(whistle.district_id)
    promised = {kind: _promise(rule, at, calendar, segments) for kind, rule in rules.items()}
    return Deadline.objects.bulk_create(
        Deadline(
            district_id=whistle.district_id,
            whistle=whistle,
            order=order,
            kind=kind,
            limit=rule.limit,
            unit=rule.unit,
            start_at=at,
            **promised[kind],
        )
        for order in orders
        for kind, rule in rules.items()
    )


def rules_for(type, level, kinds):
    """The rule for each kind, by kind; one written for the level goes before one for any level."""
    found = {}
    for rule in ClockRule.objects.filter(type=type, kind__in=kinds, level__in=["", level]).order_by("level"):
        found[rule.kind] = rule  # "" sorts first, so a rule for the level replaces it
    return found


def promise(rule, at, calendar, segments):
    """When a clock under `rule` that starts at `at` would be due, explained step by step."""
    return worktime.due(at, rule.limit, rule.unit, calendar, segments)


def _promise(rule, at, calendar, segments):
    due = promise(rule, at, calendar, segments)
    plan = [
        {
            "rung": str(share),
            "at": worktime.moment_at_share(at, rule.limit, rule.unit, calendar, segments, share=share).isoformat(),
        }
        for share in sorted(set(rule.reminders))
    ]
    plan.append({"rung": BREACH, "at": due.at.isoformat()})
    return {"due_at": due.at, "provisional": due.provisional, "plan": plan, "next_at": _moment(plan[0])}


def _moment(step):
    return datetime.fromisoformat(step["at"])


def meet(kind, *, at, whistle, order=None):
    """Stops the running clock of a kind, if there is one, at `at`: when the server received the act."""
    running = Deadline.objects.running().filter(kind=kind, whistle=whistle, order=order)
    deadline = running.select_for_update(no_key=True).first()
    if deadline is None:
        return None
    deadline.met_at, deadline.next_at = at, None
    if deadline.breached_at and deadline.met_at <= deadline.due_at:
        # The sweep came between the moment the act was received and this commit. The act was in time.
        deadline.breached_at = None
        # Should the clock run on because the result does not hold, its breach can still come.
        Firing.objects.filter(deadline=deadline, rung=BREACH).delete()
        record(
            EventKind.BREACH_LIFTED,
            whistle,
            at=at,
            order_number=order.number if order else "",
            clock=deadline.kind,
            due_at=deadline.due_at.isoformat(),
        )
    deadline.save(update_fields=["met_at", "next_at", "breached_at"])
    return deadline


def cancel(*, at, whistle, order=None):
    """Cancels the running clocks of an order; without an order those of the whistle itself."""
    Deadline.objects.running().filter(whistle=whistle, order=order).update(cancelled_at=at, next_at=None)


def resume_met(kind, *, orders):
    """Lets clocks that had been met run on from their first start: the result did not hold."""
    met = Deadline.objects.filter(kind=kind, order__in=orders, met_at__isnull=False)
    deadlines = met.select_for_update(no_key=True)
    told = set(Firing.objects.filter(deadline__in=deadlines).values_list("deadline_id", "rung"))
    for deadline in deadlines:
        deadline.met_at = None
        left = [step for step in deadline.plan if (deadline.pk, step["rung"]) not in told]
        deadline.next_at = _moment(left[0]) if left else None
        deadline.save(update_fields=["met_at", "next_at"])


def fire_due(*, limit, now=None):
    """Tells what has come due, at most `limit` clocks in one transaction; returns how many it took.

    A step has come when its moment has passed: an act at the very moment a clock is due is in time. Rows that
    another worker holds are skipped. Steps that were missed while nobody ticked are told now, each with its planned
    moment.
    """
    now = now or timezone.now()
    with transaction.atomic():
        deadlines = list(
            Deadline.objects.needing_attention(now)
            .select_related("whistle", "order")
            .select_for_update(skip_locked=True, no_key=True, of=("self",))
            .order_by("next_at")[:limit]
        )
        if not deadlines:
            return 0
        told = set(Firing.objects.filter(deadline__in=deadlines).values_list("deadline_id", "rung"))
        firings, events = [], []
        for deadline in deadlines:
            try:
                come, left = _steps(deadline, told, now)
                # A reminder that was missed is not told any more once a later step has come.
                telling = [_event(deadline, step, now) for step in come[-1:]]
            except (KeyError, TypeError, ValueError):
                # One bad row must not stop the others. It comes up again, and so does the alarm.
                log.exception("The plan of clock %s cannot be read; it is set aside.", deadline.pk)
                deadline.next_at = now + SET_ASIDE
                continue
            events += telling
            firings += [
                Firing(deadline=deadline, rung=step["rung"], planned_at=_moment(step), fired_at=now) for step in come
            ]
            if come and come[-1]["rung"] == BREACH:
                deadline.breached_at = now
            deadline.next_at = _moment(left[0]) if left else None
        Firing.objects.bulk_create(firings)
        Event.objects.bulk_create(events)
        Deadline.objects.bulk_update(deadlines, ["next_at", "breached_at"])
        return len(deadlines)


def _steps(deadline, told, now):
    """The steps of a plan that have come and are not yet told, and those still to come."""
    untold = [step for step in deadline.plan if (deadline.pk, step["rung"]) not in told]
    come = [step for step in untold if _moment(step) < now]
    return come, untold[len(come) :]


def _event(deadline, step, now):
    breach = step["rung"] == BREACH
    return line(
        EventKind.BREACHED if breach else EventKind.REMINDED,
        deadline.whistle,
        at=now,
        order_number=deadline.order.number if deadline.order else "",
        clock=deadline.kind,
        planned_at=step["at"],
        due_at=deadline.due_at.isoformat(),
        **({} if breach else {"share": int(step["rung"])}),
    )
