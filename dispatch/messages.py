"""What people hear of, in their inbox and by their channels; written with the event, in the same transaction."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any, NamedTuple

from django.conf import settings

from dispatch.audiences import Matter, Seat, among, people_on, seats
from dispatch.models import Channel, Finding, Message
from dispatch.quiet import Quiet, departure
from dispatch.states import OF_CLOCKS, Audience, ClockKind
from grid.permissions import administrators_of
from whistle.models import Event, EventKind

K, A = EventKind, Audience

# Who hears of which act, beside what the clocks say by themselves. Whose act it was hears nothing of it.
NEWS = {
    K.SIGNATURES_REQUESTED: (A.RESPONSIBLE, ClockKind.SIGN_AFTER),
    K.FILED: (A.RESPONSIBLE, ClockKind.TRIAGE),
    K.REOPENED: (A.RESPONSIBLE, ClockKind.TRIAGE),
    K.HANDED_BACK: (A.RESPONSIBLE, ClockKind.TRIAGE),
    K.RETURNED: (A.RESPONSIBLE, ClockKind.VERIFY),
    K.DECLINED: (A.RESPONSIBLE, ClockKind.VERIFY),
    K.HANDLED: (A.RESPONSIBLE, ClockKind.VERIFY),
    K.VERIFIED: (A.CENTRE, ""),
    K.ORDER_SENT: (A.RESPONSIBLE, ""),
    K.ORDER_LEADS: (A.RESPONSIBLE, ""),
    K.ORDER_CANCELLED: (A.RESPONSIBLE, ""),
    K.ORDER_RETURNED: (A.CENTRE, ""),
    K.RETURN_UPHELD: (A.RESPONSIBLE, ""),
    K.RETURN_OVERRULED: (A.RESPONSIBLE, ""),
    K.SENT_BACK: (A.RESPONSIBLE, ""),
    K.EXTENSION_ASKED: (A.CENTRE, ""),
    K.SUSPENSION_ASKED: (A.CENTRE, ""),
    K.EXTENSION_GRANTED: (A.RESPONSIBLE, ""),
    K.SUSPENDED: (A.RESPONSIBLE, ""),
    K.REQUEST_REFUSED: (A.RESPONSIBLE, ""),
    K.RESUMED: (A.RESPONSIBLE, ""),
    K.CLOCK_STARTED_LATE: (A.RESPONSIBLE, ""),
    K.SESSION_CALLED: (A.RESPONSIBLE, ""),
    K.SESSION_HELD: (A.RESPONSIBLE, ""),
    K.SESSION_CORRECTED: (A.RESPONSIBLE, ""),
    K.SESSION_CANCELLED: (A.RESPONSIBLE, ""),
    K.TASK_SET: (A.RESPONSIBLE, ""),
    K.TASK_DONE: (A.RESPONSIBLE, ClockKind.VERIFY),
    K.TASK_NOT_DONE: (A.RESPONSIBLE, ""),
    K.TASK_DROPPED: (A.RESPONSIBLE, ""),
    K.LETTER_SENT: (A.RESPONSIBLE, ClockKind.REPLY),
    K.LETTER_ANSWERED: (A.RESPONSIBLE, ""),
    K.LETTER_CLOSED: (A.RESPONSIBLE, ClockKind.REPLY),
    K.LETTER_WITHDRAWN: (A.RESPONSIBLE, ClockKind.REPLY),
    K.LEAD_REPORTED: (A.RESPONSIBLE, ""),
    K.LEAD_HARD: (A.RESPONSIBLE, ""),
    K.LEAD_PASSED_UP: (A.RESPONSIBLE, ""),
    K.LEAD_PASSED_BACK: (A.RESPONSIBLE, ""),
    K.LEAD_CAME_BACK: (A.RESPONSIBLE, ""),
}


class News(NamedTuple):
    """An event, the whistle, lead or letter it is about, and whose order it concerns (None: the matter itself)."""

    event: Event
    subject: Matter
    department: int | None = None


def tell(*news: News, also: Iterable[str] = ()) -> None:
    """Writes to everybody who should hear of these acts, as NEWS says, and to the audiences in `also`.

    Three queries for any number of acts, or none.
    """
    wanted: dict[int, tuple[News, set[Seat]]] = {}
    for one in news:
        heard = [(audience, "") for audience in also]
        if one.event.kind in NEWS:
            heard.append(NEWS[EventKind(one.event.kind)])
        if heard:
            # One act may concern several departments: whoever acts for two of them hears of it once.
            _first, who = wanted.setdefault(one.event.pk, (one, set()))
            who.update(
                seat
                for audience, kind in heard
                for seat in seats(audience, one.subject, kind=kind, department=one.department)
            )
    if not wanted:
        return
    # They are told together, because they happen together.
    told = wanted.values()
    found = people_on((seat for _one, who in told for seat in who), at=next(iter(told))[0].event.at)
    write((one.event, one.subject, among(found, who) - {one.event.person_id}) for one, who in told)


def write(given: Iterable[tuple[Event, Any, Iterable[int]]]) -> list[Message]:
    """Messages of (event, subject, people's keys) in one go; the events must have been saved.

    Whom a channel reaches is asked once for all of them; what goes out by it, couriers see to later.
    """
    told = [(event, subject, sorted(people)) for event, subject, people in given]
    reached = quiet_hours({person for _event, _subject, people in told for person in people})
    return Message.objects.bulk_create(
        Message(
            person_id=person,
            event=event,
            at=event.at,
            urgent=subject.is_emergency,
            # What is only played to show the system is nothing to call somebody for.
            leaves_at=None
            if subject.demonstration or person not in reached
            else leaves_at(person, event.at, urgent=subject.is_emergency, quiet=reached[person]),
        )
        for event, subject, people in told
        for person in people
    )


def raise_alarm(findings: Collection[Finding]) -> list[Message]:
    """What the auditor newly found, to the administrators where it found it; once, however long it stands.

    A clock that may be wrong does not wait for the end of anybody's quiet hours.
    """
    told = [(finding, finding.question in OF_CLOCKS, administrators_of(finding.district_id)) for finding in findings]
    reached = quiet_hours({person for _finding, _urgent, people in told for person in people})
    return Message.objects.bulk_create(
        Message(
            person_id=person,
            finding=finding,
            at=finding.since,
            urgent=urgent,
            leaves_at=leaves_at(person, finding.since, urgent=urgent, quiet=reached[person])
            if person in reached
            else None,
        )
        for finding, urgent, people in told
        for person in people
    )


def quiet_hours(people: Collection[int]) -> dict[int, Quiet]:
    """Of these people those whom a channel reaches, each with the hours (from, until) that are to be quiet."""
    if not people:
        return {}
    held = Channel.objects.in_use().filter(person_id__in=people)
    rows = held.values_list("person_id", "person__preferences__quiet_from", "person__preferences__quiet_until")
    return {person: (since, until) for person, since, until in rows.distinct()}


def leaves_at(person: int, at: datetime, *, urgent: bool, quiet: Quiet) -> datetime:
    """When what was written at `at` is due to leave by the person's channels."""
    return departure(at, person=person, urgent=urgent, gather=settings.MESSAGE_GATHER_SECONDS, quiet=quiet)
