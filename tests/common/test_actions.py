"""The table of actions: right, state and input are checked in this order, before anything is done."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django import forms
from django.utils import timezone

from common.actions import Action, ActionForm, ActionTable
from common.errors import Forbidden, Invalid, WrongState

AT = timezone.now()


class NoteForm(ActionForm):
    note = forms.CharField()


@pytest.fixture
def done():
    return []


@pytest.fixture
def greet(done):
    def run(row, *, by, at, note):
        done.append((row, by, at, note))
        return row

    return Action(
        name="greet",
        label="Greet",
        run=run,
        may=lambda person, row: person == "host",
        states=frozenset(["here"]),
        when=lambda row: row.awake,
        turn=lambda person, row: person not in row.greeted_by,
        why_not=lambda row, at: "" if at < row.leaves_at else "It has left.",
        form=NoteForm,
    )


def guest(state="here", awake=True, greeted_by=(), leaves_at=AT + timedelta(days=1)):
    return SimpleNamespace(state=state, awake=awake, greeted_by=greeted_by, leaves_at=leaves_at)


def test_an_act_runs_with_who_when_and_what(greet, done):
    row = guest()
    assert greet.is_open_to("host", row)
    assert greet.perform(row, by="host", at=AT, data={"note": " welcome ", "more": "ignored"}) is row
    assert done == [(row, "host", AT, "welcome")]


@pytest.mark.parametrize(
    ("person", "row", "data", "refusal"),
    [
        pytest.param("passer-by", guest(state="gone"), {}, Forbidden, id="the right comes first"),
        pytest.param("host", guest(state="gone"), {}, WrongState, id="then the state"),
        pytest.param("host", guest(awake=False), {"note": "hello"}, WrongState, id="and the rest of the row"),
        pytest.param("host", guest(greeted_by=["host"]), {"note": "hello"}, WrongState, id="and whose turn it is"),
        pytest.param("host", guest(), {"note": " "}, Invalid, id="then the input"),
    ],
)
def test_a_refused_act_is_not_run(greet, done, person, row, data, refusal):
    with pytest.raises(refusal):
        greet.perform(row, by=person, at=AT, data=data)
    assert done == []


def test_what_depends_on_the_moment_is_judged_at_the_moment_of_the_act_and_says_why_not(greet, done):
    gone = guest(leaves_at=AT - timedelta(hours=1))
    assert not greet.is_open_to("host", gone)
    with pytest.raises(WrongState, match="It has left."):
        greet.perform(gone, by="host", at=AT, data={"note": "hello"})
    greet.perform(gone, by="host", at=AT - timedelta(hours=2), data={"note": "hello"})
    assert len(done) == 1


def test_invalid_input_is_told_by_field(greet):
    with pytest.raises(Invalid) as refused:
        greet.perform(guest(), by="host", at=AT, data={})
    assert list(refused.value.fields) == ["note"]


def test_a_table_offers_the_likeliest_act_first_and_takes_each_name_once():
    def named(name, weight):
        anybody = lambda person, row: True  # noqa: E731
        return Action(name=name, label=name, run=print, may=anybody, states=frozenset(["here"]), weight=weight)

    table = ActionTable()
    table.add(named("leave", 10), named("greet", 90))
    assert [action.name for action in table.open_to("host", guest())] == ["greet", "leave"]
    assert table.open_to("host", guest(state="gone")) == []
    assert table.get("greet").weight == 90
    assert table.get("nothing") is None
    with pytest.raises(ValueError, match="leave"):
        table.add(named("leave", 50))
