"""Hints to open pages: who hears what, and what those are told who were cut off."""

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest
import time_machine
from django.core import signing

from common import live
from common.live import Change, Hub, ticket, topics_in

STREET, DISTRICT = "area:530102005", "area:530102"
A_WHISTLE = Change(frozenset({STREET, DISTRICT, "department:7"}), "whistle:1")
A_MESSAGE = Change(frozenset({"person:4"}), "message!")


def heard(listener):
    """Everything that waits for a listener: the hints of each event; None for the end."""
    said = []
    while not listener.queue.empty():
        frame = listener.queue.get_nowait()
        said.append(None if frame is None else json.loads(frame.decode().split("data: ")[1]))
    return said


@pytest.fixture
def hub():
    hub = Hub()
    hub.watch_from(1000.0)
    return hub


def test_only_those_hear_of_a_change_who_listen_to_one_of_its_topics(hub):
    officer, dispatcher, stranger = (hub.join({each}, 1001.0) for each in (STREET, DISTRICT, "department:8"))
    hub.publish(1002.0, [A_WHISTLE, A_MESSAGE])
    assert heard(officer) == heard(dispatcher) == [[], ["whistle:1"]]
    assert heard(stranger) == [[]]


def test_whoever_comes_back_is_told_what_came_since_and_nothing_twice_that_is_long_gone(hub):
    hub.publish(1010.0, [A_WHISTLE])
    hub.publish(1020.0, [A_MESSAGE])
    assert heard(hub.join({STREET, "person:4"}, 1005.0)) == [["message!", "whistle:1"]]
    assert heard(hub.join({STREET, "person:4"}, 1015.0)) == [["message!"]]
    assert heard(hub.join({STREET, "person:4"}, 1025.0)) == [[]]


def test_whoever_was_away_longer_than_anything_is_remembered_hears_that_everything_changed(hub):
    hub.publish(1000.0 + 3600, [])
    assert heard(hub.join({STREET}, 1001.0)) == [["*"]]
    assert heard(hub.join({STREET}, 1000.0 + 3600)) == [[]]


def test_where_nobody_watched_the_record_everything_may_have_changed_until_the_watching_has_begun():
    """What happens between a page's first word and the first look at the record is in neither."""
    hub = Hub()
    listener = hub.join({STREET}, 1001.0)
    assert heard(listener) == [[]]
    hub.watch_from(1002.0)
    assert heard(listener) == [["*"]]


def test_hundreds_of_changes_at_once_are_told_as_everything(hub):
    listener = hub.join({STREET}, 1001.0)
    hub.publish(1002.0, [Change(frozenset({STREET}), f"whistle:{number}") for number in range(live.MANY + 1)])
    assert heard(listener) == [[], ["*"]]


def test_whoever_takes_nothing_off_is_cut_off_and_nobody_else(hub):
    stuck, well = hub.join({STREET}, None), hub.join({STREET}, None)
    for moment in range(live.WAITING):
        hub.publish(1002.0 + moment, [A_WHISTLE])
        heard(well)
    assert hub.listeners == {well}
    assert heard(stuck)[-1] is None


def test_closing_ends_every_stream_and_those_that_come_then(hub):
    open_ones = [hub.join({STREET}, None) for _ in range(3)]
    hub.close()
    assert [heard(each)[-1] for each in [*open_ones, hub.join({STREET}, None)]] == [None] * 4


def test_a_ticket_opens_its_own_topics_in_its_own_session_for_some_hours():
    with time_machine.travel("2026-11-23 09:00 +0800", tick=False) as clock:
        given = ticket("session-a", [STREET, "person:4"])
        assert topics_in(given, "session-a") == [STREET, "person:4"]
        for forged, session in (
            (given, "session-b"),
            (given, ""),
            (given[:-2] + "xx", "session-a"),
            ("", "session-a"),
        ):
            with pytest.raises(signing.BadSignature):
                topics_in(forged, session)
        clock.shift(live.TICKET_LASTS + 1)
        with pytest.raises(signing.BadSignature):
            topics_in(given, "session-a")


def ask(hub, query="", *, method="GET", **headers):
    """The answer to one request of a stream whose reader leaves at once."""
    sent = []

    async def send(message):
        sent.append(message)

    async def receive():
        return {"type": "http.disconnect"}

    scope = {
        "method": method,
        "query_string": query.encode(),
        "headers": [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()],
    }
    # Playwright's loop may run in this thread.
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, live.stream(hub, scope, receive, send)).result()
    return SimpleNamespace(
        status=sent[0]["status"], body=b"".join(each.get("body", b"") for each in sent[1:]), headers=sent[0]["headers"]
    )


def test_a_stream_is_refused_for_a_forged_ticket_a_moment_that_is_none_and_anything_but_reading(hub):
    good, cookie = ticket("session-a", [STREET]), "sessionid=session-a"
    assert ask(hub, f"ticket={good}", cookie=cookie).status == 200
    assert ask(hub, f"ticket={good}").status == 403
    assert ask(hub, f"ticket={good}x", cookie=cookie).status == 403
    assert ask(hub, cookie=cookie).status == 403
    assert ask(hub, f"ticket={good}&since=yesterday", cookie=cookie).status == 400
    assert ask(hub, f"ticket={good}", method="POST", cookie=cookie).status == 405
    assert hub.listeners == set()


def test_the_id_of_the_last_hint_goes_before_the_moment_of_the_page(hub):
    hub.publish(1010.0, [A_WHISTLE])
    query = f"ticket={ticket('a', [STREET])}&since=1001"
    assert b"whistle:1" in ask(hub, query, cookie="sessionid=a").body
    answer = ask(hub, query, cookie="sessionid=a", last_event_id="1012.5")
    assert answer.body == b"id: 1010.000\ndata: []\n\n"
    assert (b"cache-control", b"no-store") in answer.headers
