"""A calendar that changes while clocks run, as in January 2020: what they promised is computed again, on record."""

from datetime import datetime
from typing import NamedTuple

from django.db import transaction
from django.db.models import Q

from dispatch import clocks, messages
from dispatch.audiences import among, people_on, seats
from dispatch.models import Deadline, Firing
from dispatch.states import Audience
from grid.services import calendar_now, calendars_of, keep_version
from whistle.models import Event, EventKind
from whistle.services.record import line


class Moved(NamedTuple):
    """A clock whose due moment moved, or was kept because it would have moved into the past."""

    deadline: Deadline
    was: datetime
    would_be: datetime


class Reprojected(NamedTuple):
    looked_at: int
    moved: list[Moved]
    kept: list[Moved]


def outdated(version, *, at):
    """The clocks that a change of the calendar may move: they run, and `at` is not past their due moment."""
    other = Q(calendar_version__lt=version) | Q(calendar_version__gt=version)
    running = Deadline.objects.running().exclude(calendar_version="")
    return running.filter(other, breached_at=None, due_at__gte=at)


@transaction.atomic
def reproject(*, at, limit=500):
    """Computes at most `limit` outdated clocks again by the calendar as it stands now; call it until none is left.

    A due moment that would then lie before `at` is kept: what changed after the fact convicts nobody. Each move and
    each moment kept is an event that says from when to when and which days changed. Clocks that are met, cancelled
    or overdue stay as they are. Rows that somebody else holds are left for the next call.
    """
    calendar = calendar_now()
    deadlines = list(
        outdated(calendar.version, at=at)
        .select_related("whistle__type", "order", "lead", "letter")
        .select_for_update(skip_locked=True, no_key=True, of=("self",))
        .order_by("pk")[:limit]
    )
    if not deadlines:
        return Reprojected(0, [], [])
    keep_version(calendar)
    days = _changed_days({each.calendar_version for each in deadlines}, calendar)
    told = {}
    for key, rung in Firing.objects.filter(deadline__in=deadlines).values_list("deadline_id", "rung"):
        told.setdefault(key, set()).add(rung)
    moved, kept, events = [], [], []
    for deadline in deadlines:
        before = {name: getattr(deadline, name) for name in clocks.LAID}
        changed = clocks.lay(deadline, calendar, told=told.get(deadline.pk, set()))
        one = Moved(deadline, before["due_at"], deadline.due_at)
        if changed and deadline.due_at < at:
            for name in clocks.LAID:
                setattr(deadline, name, before[name])
            deadline.calendar_version = calendar.version
            kept.append(one)
        elif changed:
            moved.append(one)
        if changed:
            kind = EventKind.KEPT if one in kept[-1:] else EventKind.REPROJECTED
            was_version = before["calendar_version"]
            events.append((one, _event(kind, one, at, was_version, calendar.version, days[was_version])))
    Deadline.objects.bulk_update(deadlines, clocks.LAID)
    Event.objects.bulk_create(event for _one, event in events)
    _tell(events, at)
    return Reprojected(len(deadlines), moved, kept)


def _changed_days(versions, calendar):
    """By version: the entries of the administrator that are other now, as ["2020-01-31", false, "春节"]."""
    known, now = calendars_of(versions), calendar.to_data()
    changed = {}
    for version in versions:
        was = known[version].to_data() if version in known else []
        changed[version] = [entry for entry in now if entry not in was]
        changed[version] += [[day, None, name] for day, _works, name in was if day not in {entry[0] for entry in now}]
    return changed


def _event(kind, one, at, was_version, version, days):
    deadline = one.deadline
    ends = {"from": one.was.isoformat()}
    ends["to" if kind == EventKind.REPROJECTED else "would_be"] = one.would_be.isoformat()
    return line(
        kind,
        deadline.subject,
        at=at,
        order_number=deadline.order.number if deadline.order else "",
        clock=deadline.kind,
        was_version=was_version,
        version=version,
        days=days,
        **ends,
    )


def _tell(events, at):
    """Whoever must act hears of it."""
    wanted = []
    for one, event in events:
        order = one.deadline.order
        department = order.department_id if order else None
        subject = one.deadline.subject
        responsible = seats(Audience.RESPONSIBLE, subject, kind=one.deadline.kind, department=department)
        wanted.append((event, subject, responsible))
    found = people_on((seat for _event, _subject, responsible in wanted for seat in responsible), at=at)
    messages.write((event, subject, among(found, responsible)) for event, subject, responsible in wanted)
