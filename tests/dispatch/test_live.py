"""What open pages are told: the record as it grows, to those who may see what it is about."""

import threading
import time

import pytest
from django.db import DatabaseError, connection

from dispatch import live
from dispatch.live import Growth, Reader, Watch, topics_of
from dispatch.models import Message
from grid.models import Person
from tests.factories import FENGNING, HEILINPU, HONGSHAN
from whistle.models import AdviceLetter, Event, Lead, Whistle

NO_NEWS = frozenset()


@pytest.fixture
def reader(wuhua):
    reader = Reader()
    reader.start()
    return reader


def test_each_matter_is_told_to_exactly_those_who_may_see_it(reader, wuhua):
    wuhua.dispatched("water", ("gas",), area=HONGSHAN)
    wuhua.filed(area=HEILINPU)
    # For a whole street: any of its community secretaries may sign it.
    wuhua.drafted(area=FENGNING)
    wuhua.reported()
    wuhua.sent()
    told = {}
    for change in reader.read():
        told[change.says] = told.get(change.says, NO_NEWS) | change.topics
    people = list(Person.objects.filter(is_active=True))
    assert len(people) > 15
    for person in people:
        visible = {
            f"{model.about}:{row.number}"
            for model in (Whistle, Lead, AdviceLetter)
            for row in model.objects.visible_to(person)
        }
        heard = {says for says, topics in told.items() if topics & set(topics_of(person)) and ":" in says}
        assert heard == visible, person


def test_a_message_is_told_to_its_reader_and_says_whether_it_is_urgent(reader, wuhua):
    wuhua.filed(type="emergency")
    told = {(*change.topics, change.says) for change in reader.read() if change.says.startswith("message")}
    written = {
        (f"person:{person}", "message!" if urgent else "message")
        for person, urgent in Message.objects.values_list("person_id", "urgent")
    }
    assert told == written
    assert any(says == "message!" for _topic, says in told)


def test_what_was_told_is_not_told_again(reader, wuhua):
    wuhua.filed()
    assert reader.read()
    assert reader.read() == []


def test_a_look_costs_three_queries_however_much_has_happened(reader, wuhua, django_assert_num_queries):
    for _ in range(3):
        wuhua.dispatched("water", ())
    with django_assert_num_queries(3):
        assert reader.read()
    with django_assert_num_queries(2):
        assert reader.read() == []


@pytest.fixture
def elsewhere():
    """A connection of somebody else's, whose transaction is open."""
    other = connection.copy()
    other.set_autocommit(False)
    yield other
    other.rollback()
    other.close()


COLUMNS = "at, kind, district_id, whistle_id, order_number, person_name, post_name, note, data"


def write(by):
    """One more line of the record, like the last one; its id."""
    with by.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO whistle_event ({COLUMNS}) SELECT {COLUMNS} FROM whistle_event "  # noqa: S608
            "ORDER BY id DESC LIMIT 1 RETURNING id"
        )
        return cursor.fetchone()[0]


@pytest.mark.django_db(transaction=True)
def test_a_line_that_is_committed_after_later_ones_is_not_skipped(elsewhere, wuhua):
    wuhua.drafted()
    growth = Growth(Event.objects.all())
    growth.start()
    late, soon = write(elsewhere), write(connection)
    assert late < soon
    assert [row["pk"] for row in growth.take()] == [soon]
    elsewhere.commit()
    assert [row["pk"] for row in growth.take()] == [late]

    # Neither is one that was under way when the watching began.
    late, soon = write(elsewhere), write(connection)
    begun = Growth(Event.objects.all())
    begun.start()
    elsewhere.commit()
    assert [row["pk"] for row in begun.take()] == [late]
    assert begun.take() == []


def test_what_was_rolled_back_is_not_waited_for_for_ever(reader, wuhua):
    wuhua.filed()
    reader.read()
    growth = reader.events
    growth._note_gaps(growth.top, [growth.top + 3])
    assert {growth.top + 1, growth.top + 2} <= set(growth.missing)
    growth.missing = dict.fromkeys(growth.missing, time.monotonic() - 1)
    growth.take()
    assert growth.missing == {}


def test_a_database_that_is_away_for_a_while_costs_nothing_that_happened(monkeypatch):
    """The place in the record is kept; what is told afterwards is told from there."""
    looks = iter([["begun"], DatabaseError("away"), DatabaseError("away"), ["came back"]])
    told, done = [], threading.Event()

    class Played:
        def start(self):
            next(looks)

        def read(self):
            found = next(looks, None)
            if found is None:
                done.set()
                return []
            if isinstance(found, Exception):
                raise found
            return found

    monkeypatch.setattr(live, "Reader", Played)
    monkeypatch.setattr(live, "EVERY", 0.01)
    monkeypatch.setattr(live, "close_old_connections", lambda: None)
    watch = Watch(
        wanted=lambda: True,
        begin=lambda moment: told.append("begin"),
        tell=lambda moment, changes: told.extend(changes),
        pause=lambda: told.append("pause"),
    )
    watch.start()
    watch.wake()
    assert done.wait(20)
    watch.stop()
    watch.join(20)
    assert told == ["begin", "came back", "pause"]
