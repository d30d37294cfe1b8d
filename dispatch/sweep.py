"""The sweep: tells what has come due. Two workers, late, doubled or missing ticks give the same record.

The truth is in the rows. A step of a plan is told once, because the database holds one `Firing` per clock and step;
what was told, the events and the messages are written in one transaction.
"""

import logging
from datetime import timedelta
from typing import NamedTuple

from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from dispatch import messages
from dispatch.audiences import among, people_on, seats
from dispatch.models import Deadline, Firing, Supervision, Suspension
from dispatch.plan import BREACH, Step, is_rung, moment, moved_up
from dispatch.states import Audience
from grid.models import Person, Post
from whistle.models import AdviceLetter, Event, EventKind, Lead
from whistle.services.record import line

SET_ASIDE = timedelta(minutes=5)

log = logging.getLogger(__name__)


def fire_due(*, limit, now=None):
    """Tells what has come due, at most `limit` clocks in one transaction; returns how many it took.

    A step has come when its moment has passed: an act at the very moment a clock is due is in time. Rows that
    another worker holds are skipped. Steps that were missed while nobody ticked are told now, each with its planned
    moment. A row that cannot be told is set aside with an alarm, and the others are told without it.
    """
    now = now or timezone.now()
    # Most ticks find nothing: a question without a lock and a transaction is all they cost.
    if not Deadline.objects.needing_attention(now).exists():
        return 0
    keys = []
    try:
        with transaction.atomic():
            # Of steps at one moment the older clock goes first, so that the same clocks always give the same record.
            deadlines = _claimed(Deadline.objects.needing_attention(now).order_by("next_at", "pk")[:limit])
            keys = [deadline.pk for deadline in deadlines]
            if deadlines:
                _fire(deadlines, now)
    except (OperationalError, InterfaceError):
        # The database itself is in trouble, not a row: the next tick does the same work.
        raise
    except Exception:
        if not keys:
            raise
        log.exception("Not all of %d clocks can be told at once.", len(keys))
        _fire_without_the_bad(keys, now)
    return len(keys)


def pass_up(deadline, step, *, at, by, post):
    """Tells the next rung of the ladder now, before its moment; the rest of the ladder keeps its planned moments.

    `deadline` as `claimed` gives it, inside a transaction.
    """
    _fire([deadline], at, early=_Early(step, by, post))


def untold(deadline):
    """The steps of the plan that have not been told, by time."""
    told = set(deadline.firings.values_list("rung", flat=True))
    return [step for step in deadline.plan if step["rung"] not in told]


def claimed(deadline):
    """One clock, locked, with all the sweep needs of its case."""
    return _claimed(Deadline.objects.filter(pk=deadline.pk), skip_locked=False)[0]


# What the sweep never says of a case; a description may be long.
UNSAID = ("description", "criteria", "suggested")
# All it asks of a lead and of a letter: who must hear of them, and whether in earnest. Most clocks have neither.
ASKED = {
    Lead: ("district", "area", "holder", "demonstration"),
    AdviceLetter: ("district", "area", "sender", "department", "demonstration"),
}


def _unsaid():
    yield from (f"whistle__{name}" for name in UNSAID)
    yield from ("order__result", "order__return_reason")
    for model, asked in ASKED.items():
        names = (field.name for field in model._meta.concrete_fields if not field.primary_key)
        yield from (f"{model.about}__{name}" for name in names if name not in asked)


def _claimed(deadlines, *, skip_locked=True):
    return list(
        deadlines.select_related("whistle__type", "order", "lead", "letter")
        .defer(*_unsaid())
        .select_for_update(skip_locked=skip_locked, no_key=True, of=("self",))
    )


def _fire_without_the_bad(keys, now):
    """Tells these clocks by ever smaller parts, so that one bad row among 500 costs some ten batches."""
    for part in (keys[: len(keys) // 2], keys[len(keys) // 2 :]):
        try:
            with transaction.atomic():
                deadlines = _claimed(Deadline.objects.needing_attention(now).filter(pk__in=part))
                if deadlines:
                    _fire(deadlines, now)
        except (OperationalError, InterfaceError):
            raise
        except Exception as error:
            if len(part) > 1:
                _fire_without_the_bad(part, now)
                continue
            # It comes up again, and so does the alarm.
            log.exception("Clock %s cannot be told; it is set aside.", part[0])
            trouble = f"{type(error).__name__}: {error}"[:500]
            since = Coalesce("set_aside_at", Value(now))
            Deadline.objects.filter(pk__in=part).update(next_at=now + SET_ASIDE, trouble=trouble, set_aside_at=since)


class _Early(NamedTuple):
    """A step that somebody passes up by hand."""

    step: Step
    by: Person
    post: Post


class _Telling:
    """One step of one clock that is told: the event, who hears of it."""

    def __init__(self, deadline, step, event, people):
        self.deadline, self.step, self.event, self.people = deadline, step, event, people


def _fire(deadlines, now, *, early=None):
    """Tells what has come of these clocks, with `early` besides. Costs the same few statements for one and for 500."""
    told = set(Firing.objects.filter(deadline__in=deadlines).values_list("deadline_id", "rung"))
    seated = people_on((seat for each in deadlines for step in each.plan for seat in _seats(each, step)), at=now)
    tellings, firings = [], []
    for deadline in deadlines:
        said, fired = _advance(deadline, told, seated, now, early)
        tellings += said
        firings += fired
    Firing.objects.bulk_create(firings)
    Event.objects.bulk_create(telling.event for telling in tellings)
    supervised = _supervise([telling for telling in tellings if telling.step.get("supervises")], now)
    ended = [telling.step["suspension"] for telling in tellings if "suspension" in telling.step]
    if ended:
        Suspension.objects.filter(pk__in=ended, ended_at=None).update(ended_at=now)
    messages.write((each.event, each.deadline.subject, each.people) for each in [*tellings, *supervised])
    _save(deadlines)
    replanned = [deadline for deadline in deadlines if getattr(deadline, "replanned", False)]
    if replanned:
        Deadline.objects.bulk_update(replanned, ["plan"])


SAVE = """
    UPDATE dispatch_deadline AS kept
    SET next_at = given.next_at, breached_at = given.breached_at, trouble = '', set_aside_at = NULL
    FROM unnest(%s::bigint[], %s::timestamptz[], %s::timestamptz[]) AS given (id, next_at, breached_at)
    WHERE kept.id = given.id
"""


def _save(deadlines):
    """What `bulk_update` would do in a statement whose length grows with every row."""
    columns = zip(*((each.pk, each.next_at, each.breached_at) for each in deadlines), strict=True)
    with connection.cursor() as cursor:
        cursor.execute(SAVE, [list(column) for column in columns])


def _advance(deadline, told, seated, now, early):
    """What one clock has to say now, and its firings; moves the clock on to its next moment."""
    left = [step for step in deadline.plan if (deadline.pk, step["rung"]) not in told]
    tellings, firings = [], []
    while left and (moment(left[0]) < now or _is(left[0], early)):
        step, left = left[0], left[1:]
        people = among(seated, _seats(deadline, step))
        if is_rung(step) and not people:
            # Nobody stands on this rung: the ladder moves up.
            deadline.plan = [other for other in deadline.plan if other not in left] + moved_up(left, step)
            left, deadline.replanned = moved_up(left, step), True
        # A reminder that was missed is not told any more once a later step has come.
        stale = "share" in step and left and moment(left[0]) < now
        if not stale and not (is_rung(step) and not people):
            hand = {"by": early.by, "post": early.post} if _is(step, early) else {}
            tellings.append(_Telling(deadline, step, _event(deadline, step, now, **hand), people))
        if step["rung"] == BREACH:
            deadline.breached_at = now
        firings.append(
            Firing(
                deadline=deadline,
                rung=step["rung"],
                planned_at=moment(step),
                fired_at=now,
                reached=None if stale else len(people),
            )
        )
    deadline.next_at = moment(left[0]) if left else None
    return tellings, firings


def _is(step, early):
    return early is not None and step["rung"] == early.step["rung"]


def _audiences(step):
    if is_rung(step):
        return (step["to"],)
    if step["rung"] == BREACH:
        return (Audience.RESPONSIBLE, Audience.HEADS)
    if "suspension" in step:
        return (Audience.RESPONSIBLE, Audience.CENTRE)
    return (Audience.RESPONSIBLE,)


def _seats(deadline, step):
    department = deadline.order.department_id if deadline.order else None
    return {
        seat
        for audience in _audiences(step)
        for seat in seats(audience, deadline.subject, kind=deadline.kind, department=department)
    }


def _event(deadline, step, now, *, by=None, post=None):
    if "share" in step:
        kind, data = EventKind.REMINDED, {"share": step["share"]}
    elif "suspension" in step:
        kind, data = EventKind.RESUMED, {}
    elif is_rung(step):
        kind, data = EventKind.PASSED_UP, {"rung": step["rung"], "to": step["to"]}
    elif step["rung"] == BREACH:
        kind, data = EventKind.BREACHED, {}
    else:
        raise ValueError(f"a plan has no step {step['rung']!r}")
    return line(
        kind,
        deadline.subject,
        at=now,
        by=by,
        post=post,
        order_number=deadline.order.number if deadline.order else "",
        clock=deadline.kind,
        planned_at=step["at"],
        due_at=deadline.due_at.isoformat(),
        **data,
    )


def _supervise(tellings, now):
    """The supervision orders that rungs send by themselves, one for each clock; what is told of them."""
    tellings = [telling for telling in tellings if telling.deadline.order]
    if not tellings:
        return []
    there = set(
        Supervision.objects.filter(deadline__in=[each.deadline for each in tellings]).values_list(
            "deadline_id", flat=True
        )
    )
    sent, told = [], []
    for telling in tellings:
        deadline = telling.deadline
        if deadline.pk in there:
            continue
        there.add(deadline.pk)
        sent.append(Supervision(order=deadline.order, deadline=deadline, at=now))
        event = line(
            EventKind.SUPERVISED,
            deadline.subject,
            at=now,
            order_number=deadline.order.number,
            clock=deadline.kind,
        )
        told.append(_Telling(deadline, telling.step, event, ()))
    Supervision.objects.bulk_create(sent)
    Event.objects.bulk_create(each.event for each in told)
    wanted = {each: _pressed(each.deadline) for each in told}
    found = people_on((seat for pressed in wanted.values() for seat in pressed), at=now)
    for each, pressed in wanted.items():
        each.people = among(found, pressed)
    return told


def _pressed(deadline):
    department = deadline.order.department_id
    return {
        seat
        for audience in (Audience.RESPONSIBLE, Audience.HEADS)
        for seat in seats(audience, deadline.subject, department=department)
    }
