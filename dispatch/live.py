"""What open pages are told: the record and people's inboxes, read as they grow, and turned into hints."""

import logging
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.db import Error, close_old_connections, connection
from django.db.models import Q, QuerySet

from common.live import Change
from dispatch.models import Message, Order
from grid.models import AreaLevel, Person, Role
from whistle.models import Event
from whistle.models.whistles import SEE_THEIR_AREA

log = logging.getLogger(__name__)

# Seconds between two looks at the record.
EVERY = 0.5
# Seconds. A row gets its id before it is committed: an id that is not there yet is asked for again for this long.
PATIENCE = 120
# How far back, in ids, a look for rows under way begins.
UNDER_WAY = 1000
AT_ONCE = 5000
# Seconds without a listener after which nobody watches any more.
LINGER = 600


# --- topics -------------------------------------------------------------------------------------------------------


def topics_of(person: Person) -> list[str]:
    """Everything this person may hear of: exactly what `visible_to` of whistles, leads and letters lets them see."""
    topics = {f"person:{person.pk}"}
    for post in person.posts_now:
        if post.department_id:
            topics.add(f"department:{post.department_id}")
        elif post.role in SEE_THEIR_AREA:
            topics.add(f"area:{post.area_id}")
        if post.role == Role.COMMUNITY_SECRETARY:
            topics.add(f"street:{post.area_id[: AreaLevel.STREET]}")
    return sorted(topics)


def _of_area(code: str) -> Iterator[str]:
    """The topics of those who see what lies in this area."""
    for level in AreaLevel:
        if level <= len(code):
            yield f"area:{code[:level]}"


# --- reading ------------------------------------------------------------------------------------------------------


class Growth:
    """The rows of a table that only grows, each once, in whatever order they are committed.

    Ids are given out before rows are committed, so a smaller one may appear after a larger one: every gap is asked for
    again until it has been filled, or PATIENCE has passed.
    """

    def __init__(self, rows: QuerySet[Any], *columns: str) -> None:
        self.rows = rows.order_by("pk").values("pk", *columns)
        self.top = 0
        self.missing: dict[int, float] = {}

    def start(self) -> None:
        """From here on; what has an id already and is not committed yet will be told."""
        last = self.rows.values_list("pk", flat=True).order_by("-pk")[:UNDER_WAY]
        there = sorted(last)
        self.top = there[-1] if there else 0
        self._note_gaps(there[0] if there else 0, there)

    def take(self) -> list[dict[str, Any]]:
        """What has been committed since; at most AT_ONCE rows, the rest the next time. One query."""
        now = time.monotonic()
        self.missing = {pk: until for pk, until in self.missing.items() if until > now}
        new = Q(pk__gt=self.top)
        if self.missing:
            new |= Q(pk__in=list(self.missing))
        rows = list(self.rows.filter(new)[:AT_ONCE])
        found = [row["pk"] for row in rows]
        for pk in found:
            self.missing.pop(pk, None)
        later = [pk for pk in found if pk > self.top]
        if later:
            self._note_gaps(self.top, later)
            self.top = later[-1]
        return rows

    def _note_gaps(self, after: int, ids: Iterable[int]) -> None:
        until = time.monotonic() + PATIENCE
        for pk in ids:
            # A leap of thousands is a sequence that was set, not rows under way.
            for gap in range(max(after + 1, pk - UNDER_WAY), pk):
                self.missing[gap] = until
            after = pk


def _subject(name: str, *more: str) -> tuple[str, ...]:
    return tuple(f"{name}__{column}" for column in ("number", "area_id", *more))


class Reader:
    """What has changed since the last look, as hints. At most three queries a look."""

    def __init__(self) -> None:
        columns = ("whistle_id", *_subject("whistle"), *_subject("lead"))
        self.events = Growth(Event.objects.all(), *columns, *_subject("letter", "department_id"))
        self.messages = Growth(Message.objects.all(), "person_id", "urgent")

    def start(self) -> None:
        self.events.start()
        self.messages.start()

    def read(self) -> list[Change]:
        events = self.events.take()
        changes = list(_changes(events)) if events else []
        for row in self.messages.take():
            says = "message!" if row["urgent"] else "message"
            changes.append(Change(frozenset({f"person:{row['person_id']}"}), says))
        return changes


def _changes(events: list[dict[str, Any]]) -> Iterator[Change]:
    called: dict[int, set[str]] = {}
    whistles = {row["whistle_id"] for row in events if row["whistle_id"]}
    orders = Order.objects.filter(whistle__in=whistles).values_list("whistle_id", "department_id")
    for whistle, department in orders.distinct() if whistles else ():
        called.setdefault(whistle, set()).add(f"department:{department}")
    for row in events:
        for about in ("whistle", "lead", "letter"):
            number, area = row[f"{about}__number"], row[f"{about}__area_id"]
            if number is None:
                continue
            topics = set(_of_area(area))
            if about == "whistle":
                topics |= called.get(row["whistle_id"], set())
                # A whistle for a whole street is every community secretary's of that street.
                topics |= {f"street:{area}"} if len(area) == AreaLevel.STREET else set()
            elif about == "letter":
                topics.add(f"department:{row['letter__department_id']}")
            yield Change(frozenset(topics), f"{about}:{number}")


# --- watching -----------------------------------------------------------------------------------------------------


class Watch(threading.Thread):
    """Reads what is new twice a second while somebody listens, on a connection of its own, and passes it on.

    `wanted()`: whether anybody listens. `begin(moment)`: the record is known from this moment on. `tell(moment,
    changes)`: what had changed by a moment. `pause()`: nobody watches any more. All of them are called in this thread.
    """

    def __init__(
        self,
        *,
        wanted: Callable[[], bool],
        begin: Callable[[float], Any],
        tell: Callable[[float, list[Change]], Any],
        pause: Callable[[], Any],
    ) -> None:
        super().__init__(name="live", daemon=True)
        self.wanted, self.begin, self.tell, self.pause = wanted, begin, tell, pause
        self.woken, self.stopped = threading.Event(), threading.Event()

    def wake(self) -> None:
        self.woken.set()

    def stop(self) -> None:
        self.stopped.set()
        self.woken.set()

    def run(self) -> None:
        try:
            while not self.stopped.is_set():
                self.woken.wait()
                self.woken.clear()
                if self.wanted():
                    self._watch()
        finally:
            connection.close()

    def _watch(self) -> None:
        reader, unheard = None, 0.0
        troubled = False
        while unheard < LINGER and not self.stopped.is_set():
            moment = time.time()
            try:
                close_old_connections()
                if reader is None:
                    fresh = Reader()
                    fresh.start()
                    reader = fresh
                    self.begin(moment)
                else:
                    self.tell(moment, reader.read())
                troubled = False
            except Error as error:
                # The place in the record is kept: what happens meanwhile is told when the database is back.
                if not troubled:
                    log.warning("The record cannot be read; open pages are not told of changes: %s", error)
                troubled = True
                connection.close()
            unheard = 0.0 if self.wanted() else unheard + EVERY
            self.stopped.wait(EVERY)
        self.pause()
        connection.close()
