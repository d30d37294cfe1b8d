"""Performs scripts through the services in the order of time, the clocks ticking in between."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Protocol

from django.db import connection

from assessment.stage_around import Act
from dispatch import clocks

TICK = timedelta(seconds=1)


class Scripted(Protocol):
    """What happens to one matter, and when: a case, or a lead."""

    def agenda(self) -> list[Act]: ...


def play(scripts: Iterable[Scripted], *, until: datetime) -> int:
    """Performs what the scripts hold up to `until`, earliest first; returns the number of acts."""
    due = [(at, act) for at, act in agenda_of(scripts) if at <= until]
    perform(due, until=until)
    return len(due)


def agenda_of(scripts: Iterable[Scripted]) -> list[Act]:
    """All acts of the scripts by time; those of one script keep their order where their moments are equal.

    The moments are in UTC, as those of requests: what the record keeps as text must not depend on who computed it.
    """
    acts = [(at.astimezone(UTC), act) for script in scripts for at, act in script.agenda()]
    return sorted(acts, key=lambda act: act[0])


def perform(acts: Iterable[Act], *, until: datetime, since: datetime | None = None) -> None:
    """Performs acts that stand in the order of time, and tells the clocks up to `until`.

    `since`: when the last act before them was; the clocks are never told of an earlier moment. Should an act fail,
    the transaction around all of them is of no more use.
    """
    last = since
    for at, act in acts:
        tell_clocks(at, since=last)
        with _without_savepoints():
            act(at)
        last = at
    tell_clocks(until, since=last)


def tell_clocks(until: datetime, *, since: datetime | None = None) -> None:
    """What the sweep of every second would have told by `until`: each step at the next whole second.

    What an act left behind whose moment had passed already is told right after that act, at `since`.
    """
    while first := _next_step(until):
        tick = first.replace(microsecond=0) + TICK
        clocks.fire_due(limit=500, now=min(max(tick, since or tick), until))


def _next_step(until):
    """When the first step before `until` was planned that is untold; asked before every act, so it must be quick."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT min(next_at) FROM dispatch_deadline WHERE next_at < %s", [until])
        return cursor.fetchone()[0]


@contextmanager
def _without_savepoints() -> Iterator[None]:
    """Inside a transaction a service takes no savepoint of its own: an eighth of all statements of a long play."""
    features = connection.features
    usual, features.uses_savepoints = features.uses_savepoints, False
    try:
        yield
    finally:
        features.uses_savepoints = usual
