"""Tells open pages that something they show has changed: hints, never contents; see docs/adr/0016.

A page carries a signed ticket with the topics its reader may hear of. Whoever holds it, in the same session, may
listen at /live/: an endless answer of server-sent events. What has changed, the page then asks by its own address,
through the normal rights.
"""

import asyncio
import contextlib
import json
import random
import time
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable, Collection, Iterable
from typing import Any, NamedTuple
from urllib.parse import parse_qs

from django.conf import settings
from django.core import signing
from django.http.cookie import parse_cookie
from django.utils.crypto import salted_hmac

# Seconds. How long a ticket opens a stream, and how long a stream lasts at most: rights that were lost end with them.
TICKET_LASTS = 2 * 3600
STREAM_LASTS = 30 * 60
# How long hints are remembered for those who were cut off; whoever was away longer hears that everything changed.
REMEMBERED = 300
# Clocks of two machines, and two looks at the record, differ by less.
MARGIN = 1.0
# A stream that says nothing for longer is dead, as static/js/live-stream.js sees it after 20 s.
BEAT = 8
# A reader who takes nothing off for so many hints is cut off, and catches up on coming back.
WAITING = 64
# More than so many at once are told as "everything".
MANY = 100
EVERYTHING = "*"
SALT = "live"


class Change(NamedTuple):
    """What happened, for whom: `topics` whose listeners hear it, and what they hear."""

    topics: frozenset[str]
    says: str


# --- tickets ------------------------------------------------------------------------------------------------------


def ticket(session_key: str, topics: Iterable[str]) -> str:
    """What a page carries so that its reader may listen to `topics`, in this session alone and for TICKET_LASTS."""
    return signing.dumps([_bound_to(session_key), *topics], salt=SALT, compress=True)


def topics_in(given: str, session_key: str) -> list[str]:
    """The topics of a ticket. Raises signing.BadSignature for one that is forged, too old, or another session's."""
    bound_to, *topics = signing.loads(given, salt=SALT, max_age=TICKET_LASTS)
    if bound_to != _bound_to(session_key):
        raise signing.BadSignature("This ticket belongs to another session.")
    return topics


def _bound_to(session_key: str) -> str:
    return salted_hmac(SALT, session_key).hexdigest()[:32]


# --- who listens --------------------------------------------------------------------------------------------------


class Listener:
    """One open stream: what is still to be sent to it. None in the queue ends it."""

    def __init__(self, topics: Collection[str]) -> None:
        self.topics = topics
        self.queue: asyncio.Queue[bytes | None] = asyncio.Queue(WAITING)

    def hear(self, said: bytes | None) -> bool:
        """Whether there was room for it."""
        try:
            self.queue.put_nowait(said)
        except asyncio.QueueFull:
            return False
        return True


class Hub:
    """All open streams of one process, and the hints of the last minutes. Lives in one event loop.

    `reached`: the moment (seconds since the epoch) up to which everything has been told; it is the id of what is sent,
    so that a reader who comes back, also to another process, is told what came since. `since`: from when on the memory
    is complete; None while nobody watches the record.
    """

    def __init__(self) -> None:
        self.listeners: set[Listener] = set()
        self.memory: deque[tuple[float, dict[str, set[str]]]] = deque()
        self.since: float | None = None
        self.reached = 0.0
        self.closed = False

    def watch_from(self, moment: float) -> None:
        """The record is watched from now on; what was before is not known, and those who listen are told so."""
        self.memory.clear()
        self.since = self.reached = moment
        self._tell_all(frame((EVERYTHING,), moment))

    def watch_no_more(self) -> None:
        self.memory.clear()
        self.since = None

    def publish(self, moment: float, changes: Iterable[Change]) -> None:
        """Tells everybody concerned what had changed by `moment`, the moment before the record was read."""
        told: dict[str, set[str]] = defaultdict(set)
        for change in changes:
            for topic in change.topics:
                told[topic].add(change.says)
        self.reached = moment
        self._forget(moment - REMEMBERED)
        if not told:
            return
        self.memory.append((moment, told))
        for listener in list(self.listeners):
            heard = _heard(told, listener.topics)
            if heard and not listener.hear(frame(heard, moment)):
                self.leave(listener)

    def _forget(self, before: float) -> None:
        while self.memory and self.memory[0][0] < before:
            self.memory.popleft()
        if self.since is not None:
            self.since = max(self.since, before)

    def join(self, topics: Collection[str], since: float | None) -> Listener:
        """A new listener, who is told at once what came after `since`; everything, where the memory does not reach."""
        listener = Listener(topics)
        listener.hear(frame(self._missed(topics, since), self.reached))
        if self.closed:
            listener.hear(None)
        else:
            self.listeners.add(listener)
        return listener

    def _missed(self, topics: Collection[str], since: float | None) -> set[str]:
        if since is None or self.since is None:
            # Until the watching begins nothing can be said; then everybody is told.
            return set()
        if since < self.since:
            return {EVERYTHING}
        later = (told for moment, told in self.memory if moment > since - MARGIN)
        return set().union(*(_heard(told, topics) for told in later))

    def leave(self, listener: Listener) -> None:
        """Ends a stream, from either side."""
        if listener in self.listeners:
            self.listeners.discard(listener)
            if not listener.hear(None):
                # There is no room left for the end itself: what waits there will be told again on coming back.
                listener.queue.get_nowait()
                listener.hear(None)

    def beat(self) -> None:
        """A sign of life for everybody."""
        self._tell_all(frame((), self.reached))

    def _tell_all(self, said: bytes) -> None:
        for listener in list(self.listeners):
            if not listener.hear(said):
                self.leave(listener)

    def close(self) -> None:
        """Ends all streams at once, for good."""
        self.closed = True
        for listener in list(self.listeners):
            self.leave(listener)


def _heard(told: dict[str, set[str]], topics: Collection[str]) -> set[str]:
    found: set[str] = set().union(*(told[topic] for topic in topics if topic in told))
    return found if len(found) <= MANY else {EVERYTHING}


def frame(says: Iterable[str], moment: float) -> bytes:
    """One event as it goes over the wire; with nothing to say a sign of life."""
    return f"id: {moment:.3f}\ndata: {json.dumps(sorted(says))}\n\n".encode()


# --- the stream ---------------------------------------------------------------------------------------------------

Send = Callable[[dict[str, Any]], Awaitable[None]]
Receive = Callable[[], Awaitable[dict[str, Any]]]
HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    # A proxy must not keep hints back until it has many.
    (b"x-accel-buffering", b"no"),
]


async def stream(hub: Hub, scope: dict[str, Any], receive: Receive, send: Send) -> None:
    """Answers GET /live/?ticket=…&since=… (seconds since the epoch; Last-Event-ID goes before it). 403 for a ticket
    that is not this session's, 400 for a moment that is none.
    """
    headers = dict(scope["headers"])
    asked = parse_qs(scope["query_string"].decode("latin-1"))
    if scope["method"] != "GET":
        return await _refuse(send, 405)
    cookies = parse_cookie(headers.get(b"cookie", b"").decode("latin-1"))
    try:
        topics = topics_in(asked.get("ticket", [""])[0], cookies.get(settings.SESSION_COOKIE_NAME, ""))
    except signing.BadSignature:
        return await _refuse(send, 403)
    said = headers.get(b"last-event-id", b"").decode("latin-1") or asked.get("since", [""])[0]
    try:
        since = float(said) if said else None
    except ValueError:
        return await _refuse(send, 400)
    listener = hub.join(frozenset(topics), since)
    await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
    gone = asyncio.ensure_future(_gone(receive, hub, listener))
    # Not all of them at the same moment.
    ends = time.monotonic() + STREAM_LASTS * random.uniform(0.8, 1)  # noqa: S311 (nothing secret)
    try:
        while (said_now := await listener.queue.get()) is not None:
            await send({"type": "http.response.body", "body": said_now, "more_body": True})
            if time.monotonic() > ends:
                break
    finally:
        hub.leave(listener)
        gone.cancel()
    with contextlib.suppress(OSError):
        await send({"type": "http.response.body", "body": b""})


async def _gone(receive: Receive, hub: Hub, listener: Listener) -> None:
    """Waits until the reader has left."""
    while (await receive())["type"] != "http.disconnect":
        pass
    hub.leave(listener)


async def _refuse(send: Send, status: int) -> None:
    await send({"type": "http.response.start", "status": status, "headers": [(b"content-length", b"0")]})
    await send({"type": "http.response.body", "body": b""})
