"""Everybody there is, and how a table of who may do what is checked against each act of a table of actions.

The case lies in 虹山南路社区 of Fengning street in Wuhua; 五华区水务局 (water) is called to it. A name with ' is the
same role elsewhere: another street, another department, another district or another city.
"""

from datetime import timedelta

import pytest
from django.db import transaction

from common.errors import Forbidden
from dispatch.models import JointSession, Order, SessionTask
from grid.models import Area, Person, Post, Role
from tests.acting import again, table_of
from tests.factories import MONDAY, people
from whistle.models import AdviceLetter, Event, Lead, Signature, Whistle

AT = MONDAY + timedelta(days=3)

WHO = {
    "officer": "officer.fengning",
    "officer'": "officer.heilinpu",
    "secretary": "secretary.fengning",
    "secretary'": "secretary.heilinpu",
    "community": "community.hongshan",
    "community'": "community.heilinpu",
    "grid": "grid.hongshan",
    "dispatcher": "dispatcher",
    "dispatcher'": (Role.DISPATCHER, "530111"),
    "liaison": "liaison.water",
    "head": "head.water",
    "liaison'": "liaison.gas",
    "leader": "leader.fengning",
    "leader'": (Role.DISTRICT_LEADER, "530102008"),
    "assessor": "assessor",
    "admin": "admin",
    "city": "city",
    "city'": (Role.CITY_OBSERVER, "5303"),
    "former": (Role.STREET_OFFICER, "530102005"),  # until yesterday
    "nobody": None,
}


@pytest.fixture
def cast(wuhua):
    """Everybody of WHO, by the name in the tables."""
    Area.objects.create(code="5303", name="曲靖市", level=4, parent_id="53")
    everybody = {}
    for name, who in WHO.items():
        if isinstance(who, str):
            everybody[name] = people[who]
            continue
        everybody[name] = Person.objects.create(username=name, name=name)
        if who:
            role, area = who
            post = Post.objects.create(person=everybody[name], role=role, area_id=area, starts_on=MONDAY.date())
    # The last one made above is the post of whom the table calls former.
    Post.objects.filter(pk=post.pk).update(starts_on="2020-01-01", ends_on="2020-12-31")
    return everybody


def fresh(person):
    """As a request reads it: with nothing remembered."""
    return Person.objects.get(pk=person.pk)


def read(table):
    """Who stands in each line of a table, by what the line is about."""
    rows = [line.rsplit("  ", 1) for line in table.strip().splitlines()]
    found = {name.strip(): set(who.split()) for name, who in rows}
    assert set().union(*found.values()) <= set(WHO)
    return found


def traces():
    """What an act would leave behind."""
    return (
        Event.objects.count(),
        Signature.objects.count(),
        list(Whistle.objects.values_list("pk", "state")),
        list(Lead.objects.values_list("pk", "state", "holder")),
        list(AdviceLetter.objects.values_list("pk", "state")),
        list(Order.objects.values_list("pk", "state", "role")),
        list(JointSession.objects.values_list("pk", "state", "minuted_at")),
        list(SessionTask.objects.values_list("pk", "state")),
    )


def check_who_may(cast, row, name, given, allowed):
    """The act `name` on the row, with the input `given`, is offered to and done by exactly those who are `allowed`."""
    table = table_of(row)
    action = table.get(name)
    form = action.form(given, {}, row=row, person=cast["officer"])
    assert form.is_valid(), form.errors
    before = traces()
    may, done = set(), set()
    for who, person in cast.items():
        person = fresh(person)
        if action.may(person, row):
            may.add(who)
        assert action.is_open_to(person, row) == (who in may), who
        assert (action in table.open_to(person, row)) == (who in may), who
        for perform in (
            lambda person: action.perform(again(row), by=person, at=AT, data=given),
            # The service says no by itself, whoever forgets to ask first.
            lambda person: action.run(again(row), by=person, at=AT, **form.cleaned_data),
        ):
            with transaction.atomic():
                try:
                    perform(person)
                except Forbidden:
                    assert who not in may
                else:
                    done.add(who)
                    assert traces() != before
                transaction.set_rollback(True)
        assert traces() == before
    assert (may, done) == (allowed, allowed)


def who_can(cast, perform):
    """Everybody for whom `perform(person)` is not forbidden; nothing of it stays."""
    done = set()
    for who, person in cast.items():
        with transaction.atomic():
            try:
                perform(fresh(person))
            except Forbidden:
                pass
            else:
                done.add(who)
            transaction.set_rollback(True)
    return done


def who_sees(cast, row):
    return {who for who, person in cast.items() if type(row).objects.visible_to(fresh(person)).filter(pk=row.pk)}


def check_that_they_see_it(wuhua, cast, scenes, allowed):
    """Whoever may act can also see: an act on what one cannot see would be offered nowhere."""
    for name, (scene, _given) in scenes.items():
        with transaction.atomic():
            assert allowed[name] <= who_sees(cast, scene(wuhua)), name
            transaction.set_rollback(True)
