"""The clock engine: starts, meets, cancels, pauses and extends deadlines; `fire_due` tells what has come due.

What a clock was promised never changes; its due moment and its plan are derived from that, from what was granted
since, and from a calendar (`lay`). Truth is in the timestamps: the sweep only tells people.
"""

from datetime import datetime, timedelta
from math import ceil

from django.db.models import prefetch_related_objects

from dispatch.models import ClockRule, Deadline, Firing, Supervision
from dispatch.models.clocks import default_reminders
from dispatch.plan import BREACH, is_rung, moment, steps_of, timed
from dispatch.states import Unit
from dispatch.sweep import fire_due
from grid import worktime
from grid.services import calendar_now, keep_version, segments_of
from grid.worktime import Segments
from whistle.models import EventKind, Whistle
from whistle.services.record import record

__all__ = [
    "LAID",
    "cancel",
    "dues",
    "fire_due",
    "grant",
    "lay",
    "meet",
    "promise",
    "resume",
    "resume_met",
    "rules_for",
    "rules_of",
    "start",
    "start_by",
    "start_until",
]


def start(subject, kinds, *, at, orders=(None,)):
    """Starts one clock per kind and order (or for the subject itself), by the rules as they stand now.

    A kind without a rule for it starts no clock. Returns the deadlines.
    """
    return start_by(rules_of(subject, kinds), subject, at=at, orders=orders)


def start_by(rules, subject, *, at, orders=(None,)):
    """Starts one clock per rule (given by kind) and order, or for the subject itself; returns the deadlines."""
    if not rules:
        return []
    prefetch_related_objects(list(rules.values()), "ladder")
    calendar, segments = calendar_now(), segments_of(subject.district_id)
    keep_version(calendar)
    promised = {
        kind: {"extensions_left": rule.extensions, "suspensions_left": rule.suspensions}
        | _promised(rule.limit, rule.unit, _steps(rule), at, calendar, segments)
        for kind, rule in rules.items()
    }
    return Deadline.objects.bulk_create(
        Deadline(**{subject.about: subject}, district_id=subject.district_id, order=order, kind=kind, **promised[kind])
        for order in orders
        for kind in rules
    )


def start_until(subject, kind, *, at, until):
    """Starts a clock whose due moment was named from outside: it is due at `until` exactly, later than `at`.

    Its limit is whole seconds around the clock, counted back from there: it starts within the second before `at`.
    Reminders and ladder are those of the rule; without a rule the usual reminders and no ladder. Returns the deadline.
    """
    rule = rules_of(subject, [kind]).get(kind)
    steps = _steps(rule) if rule else steps_of(default_reminders(), ())
    limit = ceil((until - at).total_seconds())
    start_at = until - timedelta(seconds=limit)
    calendar, segments = calendar_now(), segments_of(subject.district_id)
    promised = _promised(limit, Unit.SECONDS, steps, start_at, calendar, segments)
    return Deadline.objects.create(**{subject.about: subject}, district_id=subject.district_id, kind=kind, **promised)


def rules_of(subject, kinds):
    """The rule for each kind, by kind: of a whistle's type and level, of a lead's or a letter's district."""
    if isinstance(subject, Whistle):
        return rules_for(subject.type, subject.level, kinds)
    return {rule.kind: rule for rule in ClockRule.objects.filter(district=subject.district_id, kind__in=kinds)}


def dues(deadlines):
    """When clocks that were just started are due, by kind, as the event keeps it that tells of their start."""
    return {str(deadline.kind): deadline.due_at.isoformat() for deadline in deadlines}


def rules_for(type, level, kinds):
    """The rule for each kind, by kind; one written for the level goes before one for any level."""
    found = {}
    rules = ClockRule.objects.filter(type=type, kind__in=kinds, level__in=["", level]).order_by("level")
    for rule in rules:
        found[rule.kind] = rule  # "" sorts first, so a rule for the level replaces it
    return found


def promise(rule, at, calendar, segments):
    """When a clock under `rule` that starts at `at` would be due, explained step by step."""
    return worktime.due(at, rule.limit, rule.unit, calendar, segments)


def _steps(rule):
    return steps_of(rule.reminders, rule.ladder.all())


def _promised(limit, unit, steps, at, calendar, segments):
    """What a clock that starts at `at` is promised, as fields of its row."""
    due_at, provisional, plan = timed(steps, at, limit, unit, calendar, segments)
    return {
        "limit": limit,
        "unit": unit,
        "start_at": at,
        "due_at": due_at,
        "provisional": provisional,
        "plan": plan,
        "next_at": moment(plan[0]),
        # Rungs of the ladder may ask the calendar where the clock itself does not; what is due never does then.
        "hours": str(segments),
        "calendar_version": "" if worktime.Unit(unit).natural else calendar.version,
    }


def lay(deadline, calendar, *, told=None):
    """Derives the due moment, the plan and the next moment anew, by `calendar`; not saved.

    What was told stays told; `told`: the rungs, where they are known. Returns whether the due moment moved.
    """
    segments = Segments.parse(deadline.hours) if deadline.hours else segments_of(deadline.district_id)
    was = deadline.due_at
    deadline.due_at, deadline.provisional, deadline.plan = timed(
        deadline.plan, deadline.start_at, deadline.budget, deadline.unit, calendar, segments, deadline.pause_spans
    )
    if deadline.calendar_version:
        deadline.calendar_version = calendar.version
    if told is None:
        told = set(deadline.firings.values_list("rung", flat=True))
    left = [step for step in deadline.plan if step["rung"] not in told]
    deadline.next_at = moment(left[0]) if left else None
    return deadline.due_at != was


LAID = ["due_at", "provisional", "plan", "calendar_version", "next_at"]


def grant(deadline, *, at, extra=0, pause=None):
    """More time: `extra` of the clock's unit, or a pause (from, until, key of the suspension). Saves the clock.

    `deadline` must be locked. A breach that was told while the request waited is lifted: it was asked in time. Should
    the new due moment have passed as well, the sweep tells it again.
    """
    keep_version(calendar := calendar_now())
    if extra:
        deadline.extra += extra
        deadline.extensions_left -= 1
    if pause:
        deadline.suspensions_left -= 1
        since, until, suspension = pause
        deadline.pauses = [*deadline.pauses, [since.isoformat(), until.isoformat()]]
        rung = {"rung": f"resume-{suspension}", "suspension": suspension, "at": until.isoformat()}
        deadline.plan = [rung, *deadline.plan]
    due_before = deadline.due_at
    lay(deadline, calendar)
    if deadline.breached_at:
        lift_breach(deadline, at=at)
        lay(deadline, calendar)
    left = ["extensions_left", "suspensions_left"]
    deadline.save(update_fields=[*LAID, *left, "extra", "pauses", "breached_at"])
    return due_before, deadline.due_at


def resume(deadline, *, at):
    """Ends the pause in which the clock stands still at `at`. Saves it unless it does not stand still."""
    until = deadline.paused_until(at)
    if until is None:
        return
    *kept, (since, _until) = deadline.pauses
    # A pause that ends the moment it began was none.
    deadline.pauses = [*kept, [since, at.isoformat()]] if datetime.fromisoformat(since) < at else kept
    deadline.plan = [step for step in deadline.plan if "suspension" not in step or moment(step) != until]
    keep_version(calendar := calendar_now())
    lay(deadline, calendar)
    deadline.save(update_fields=[*LAID, "pauses"])


def lift_breach(deadline, *, at):
    """What the sweep told too early is taken back, in words; not saved. It may come again, and is told again then."""
    deadline.breached_at = None
    again = [step["rung"] for step in deadline.plan if step["rung"] == BREACH or is_rung(step)]
    Firing.objects.filter(deadline=deadline, rung__in=again).delete()
    Supervision.objects.filter(deadline=deadline, lifted_at=None).update(lifted_at=at, deadline=None)
    record(
        EventKind.BREACH_LIFTED,
        deadline.subject,
        at=at,
        order_number=deadline.order.number if deadline.order else "",
        clock=deadline.kind,
        due_at=deadline.due_at.isoformat(),
    )


def meet(kind, *, at, subject, order=None):
    """Stops the running clock of a kind, if there is one, at `at`: when the server received the act."""
    running = Deadline.objects.about(subject).running().filter(kind=kind, order=order)
    deadline = running.select_for_update(no_key=True).first()
    if deadline is None:
        return None
    resume(deadline, at=at)
    deadline.met_at, deadline.next_at = at, None
    # It is over: nobody needs to tell what could not be told.
    deadline.trouble, deadline.set_aside_at = "", None
    if deadline.breached_at and deadline.met_at <= deadline.due_at:
        # The sweep came between the moment the act was received and this commit. The act was in time.
        setattr(deadline, subject.about, subject)
        deadline.order = order
        lift_breach(deadline, at=at)
    deadline.save(update_fields=["met_at", "next_at", "breached_at", "trouble", "set_aside_at"])
    return deadline


def cancel(*, at, subject, order=None):
    """Cancels the running clocks of an order; without an order those of the subject itself."""
    running = Deadline.objects.about(subject).running().filter(order=order)
    running.update(cancelled_at=at, next_at=None, trouble="", set_aside_at=None)


def resume_met(kind, *, orders=None, subject=None):
    """Lets clocks that had been met run on from their first start: the result did not hold.

    Of these orders; or of a subject itself, which turned out not to be dealt with.
    """
    whose = {"order__in": orders} if subject is None else {subject.about: subject, "order": None}
    met = Deadline.objects.filter(kind=kind, met_at__isnull=False, **whose)
    deadlines = met.select_for_update(no_key=True)
    told = set(Firing.objects.filter(deadline__in=deadlines).values_list("deadline_id", "rung"))
    for deadline in deadlines:
        deadline.met_at = None
        left = [step for step in deadline.plan if (deadline.pk, step["rung"]) not in told]
        deadline.next_at = moment(left[0]) if left else None
        deadline.save(update_fields=["met_at", "next_at"])
