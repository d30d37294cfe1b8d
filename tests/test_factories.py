"""The builders of the tests build what they say, at the moment they were told."""

from datetime import timedelta

import pytest
import time_machine
from django.apps import apps
from django.db import transaction

from dispatch import audit, clocks
from dispatch.models import Deadline, Order
from grid.demo import ACCOUNTS
from grid.models import Area, AreaLevel, Department, Person
from tests import factories
from tests.copies import copied
from tests.factories import MONDAY

STATES = {
    "drafted": ("draft", "created_at"),
    "filed": ("filed", "filed_at"),
    "dispatched": ("dispatched", "dispatched_at"),
    "finished": ("handled", "handled_at"),
    "verified": ("verified", "verified_at"),
    "confirmed": ("verified", "confirmed_at"),
    "closed": ("closed", "closed_at"),
}


@pytest.mark.parametrize("step", STATES)
def test_each_builder_reaches_its_state_at_its_moment(wuhua, step):
    state, moment = STATES[step]
    at = MONDAY + timedelta(days=1, hours=3, microseconds=7)
    whistle = getattr(wuhua, step)(at=at)
    assert (whistle.state, getattr(whistle, moment)) == (state, at)


@pytest.mark.parametrize(
    ("step", "state", "moment"),
    [("acknowledged", "acknowledged", "acknowledged_at"), ("on_site", "on_site", "on_site_at")],
)
def test_the_builders_of_orders_do_too(wuhua, step, state, moment):
    at = MONDAY + timedelta(days=1)
    orders = wuhua.orders_of(getattr(wuhua, step)(at=at, lead="road", assisting=["gas", "fire"]))
    assert list(orders) == ["road", "gas", "fire"]
    assert {(order.state, getattr(order, moment)) for order in orders.values()} == {(state, at)}


def test_without_a_moment_the_clocks_start_on_that_monday(wuhua):
    wuhua.dispatched()
    assert {deadline.start_at for deadline in Deadline.objects.exclude(order=None)} == {MONDAY + timedelta(minutes=50)}


@pytest.mark.parametrize("type", ["emergency", "key", "co_creation"])
def test_every_type_can_be_closed(wuhua, type):
    whistle = wuhua.closed(type=type)
    assert whistle.state == "closed"
    assert Order.objects.filter(whistle=whistle, evaluation__isnull=False).count() == 2


def test_a_whistle_for_a_whole_street_without_accounts_of_its_own_can_be_filed(wuhua):
    assert wuhua.filed(area="530102007").state == "filed"


def test_the_district_has_what_the_demonstration_promises(wuhua):
    areas = Area.objects.under("530102")
    assert areas.at(AreaLevel.STREET).count() == 11
    assert areas.at(AreaLevel.COMMUNITY).count() == 101
    assert areas.at(AreaLevel.GRID).count() == 8 * 4
    codes = set(Department.objects.in_district("530102").values_list("code", flat=True))
    named = "housing water road gas drainage fire market safety urban traffic transport"
    assert codes >= set(named.split())
    assert Department.objects.in_district("530111").count() == 2


def test_every_account_can_log_in_and_holds_its_post(wuhua):
    assert len(ACCOUNTS) == 24
    for account in ACCOUNTS:
        person = Person.objects.get(username=account.username)
        assert person.check_password(wuhua.PASSWORD)
        assert [post.role for post in person.posts_now] == [account.role]


def test_laying_the_district_again_changes_nothing_and_keeps_changed_passwords(wuhua):
    person = wuhua.people["dispatcher"]
    person.set_password("one of their own")
    person.save()
    counts = [model.objects.count() for model in (Area, Department, Person)]
    wuhua.district()
    assert [model.objects.count() for model in (Area, Department, Person)] == counts
    assert wuhua.people["dispatcher"].check_password("one of their own")


def everything():
    """Every row there is, without the numbers the database gives and without the salt of passwords."""
    for model in apps.get_models(include_auto_created=True):
        fields = [field.name for field in model._meta.concrete_fields if not (field.is_relation or field.primary_key)]
        names = [name for name in fields if name != "password"]
        rows = model._base_manager.values_list(*(names or ["pk"]))
        yield model._meta.label, sorted(map(str, rows)) if names else len(rows)


def test_what_is_copied_in_is_what_the_services_lay(written_district, db):
    found = []
    for lay in (factories.district, written_district.lay):
        with transaction.atomic(), time_machine.travel(MONDAY, tick=False):
            lay()
            found.append(dict(everything()))
            transaction.set_rollback(True)
    laid, copied = found
    assert len(laid["grid.Area"]) > 100
    assert copied == laid


def test_a_copied_case_is_as_if_it_had_been_played(wuhua):
    def rows():
        return {name: len(found) if isinstance(found, list) else found for name, found in everything()}

    def grown(act):
        before, row = rows(), act()
        return row, {name: many - before[name] for name, many in rows().items() if many != before[name]}

    # So that the day's series and the calendar's version are there.
    wuhua.dispatched()
    played, by_playing = grown(lambda: wuhua.closed(lead="water", assisting=["gas"]))
    copy, by_copying = grown(lambda: copied(played, 1))
    assert by_copying == by_playing
    assert len({played.number, copy.number, copied(played, 2).number}) == 3
    assert {order.number[:-3] for order in copy.orders.all()} == {copy.number}
    assert copy.orders.count() == played.orders.count() == 2
    lines = [list(each.events.order_by("pk").values_list("kind", "at", "person_name")) for each in (played, copy)]
    assert lines[0] == lines[1]
    told = copy.events.exclude(order_number="").values_list("order_number", flat=True)
    assert {order.number for order in copy.orders.all()} == set(told)
    later = MONDAY + timedelta(days=2)
    clocks.fire_due(limit=100, now=later)
    assert not any(audit.findings(later).values())
