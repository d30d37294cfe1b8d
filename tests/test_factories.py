"""The builders of the tests build what they say, at the moment they were told."""

from datetime import timedelta

import pytest

from dispatch.models import Deadline, Order
from grid.demo import ACCOUNTS
from grid.models import Area, AreaLevel, Department, Person
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
