"""Performs scripts through the services in the order of time, the clocks ticking in between."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from django.db.models import Min

from assessment.stage import Act, Script
from dispatch import clocks
from dispatch.models import Deadline

TICK = timedelta(seconds=1)


def play(scripts: Iterable[Script], *, until: datetime) -> int:
    """Performs what the scripts hold up to `until`, earliest first; returns the number of acts."""
    due = [(at, act) for at, act in agenda_of(scripts) if at <= until]
    perform(due, until=until)
    return len(due)


def agenda_of(scripts: Iterable[Script]) -> list[Act]:
    """All acts of the scripts by time; those of one script keep their order where their moments are equal.

    The moments are in UTC, as those of requests: what the record keeps as text must not depend on who computed it.
    """
    acts = [(at.astimezone(UTC), act) for script in scripts for at, act in script.agenda()]
    return sorted(acts, key=lambda act: act[0])


def perform(acts: Iterable[Act], *, until: datetime, since: datetime | None = None) -> None:
    """Performs acts that stand in the order of time, and tells the clocks up to `until`.

    `since`: when the last act before them was; the clocks are never told of an earlier moment.
    """
    last = since
    for at, act in acts:
        tell_clocks(at, since=last)
        act(at)
        last = at
    tell_clocks(until, since=last)


def tell_clocks(until: datetime, *, since: datetime | None = None) -> None:
    """What the sweep of every second would have told by `until`: each step at the next whole second.

    What an act left behind whose moment had passed already is told right after that act, at `since`.
    """
    while first := Deadline.objects.needing_attention(until).aggregate(first=Min("next_at"))["first"]:
        tick = first.replace(microsecond=0) + TICK
        clocks.fire_due(limit=500, now=min(max(tick, since or tick), until))
