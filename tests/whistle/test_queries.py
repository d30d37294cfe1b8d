"""Which whistles are like one another."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from grid.geo import distance_m
from grid.models import ResponsibilityItem
from tests import factories
from tests.factories import DISTRICT, FENGNING, HEILINPU, HONGSHAN, MONDAY, people
from whistle.queries import similar, similar_to

LAT, LNG = 25.0586, 102.6869
OTHER = f"{FENGNING}001"
ONE_METRE = 1 / 111_195
pytestmark = pytest.mark.usefixtures("wuhua")


def found(**asked):
    return [whistle.title for whistle in similar(**{"within": FENGNING, "at": MONDAY, **asked})]


def item():
    return ResponsibilityItem.objects.get(district=DISTRICT, code="sewage")


def test_the_same_community_the_near_and_the_same_item_are_alike_and_nothing_else():
    factories.drafted(title="同社区", area=f"{HONGSHAN}001", lat=None, lng=None)
    factories.drafted(title="近", area=OTHER, lat=LAT + 200 * ONE_METRE)
    factories.drafted(title="同事项", area=OTHER, lat=None, lng=None, item=item())
    factories.drafted(title="无关", area=OTHER, lat=LAT + 1, lng=LNG)
    assert found(area=HONGSHAN) == ["同社区"]
    assert found(lat=LAT, lng=LNG) == ["近"]
    assert found(item=item()) == ["同事项"]
    assert set(found(area=HONGSHAN, lat=LAT, lng=LNG, item=item())) == {"同社区", "近", "同事项"}
    assert found() == []


def test_three_hundred_metres_are_near_and_the_corner_of_the_square_is_not():
    # 299 m and 301 m to the north; 250 m to the north and to the east is inside the square, yet 354 m away.
    factories.drafted(title="内", area=OTHER, lat=LAT + 299 * ONE_METRE)
    factories.drafted(title="外", area=OTHER, lat=LAT + 301 * ONE_METRE)
    corner = (LAT + 250 * ONE_METRE, LNG + 250 * ONE_METRE / 0.906)
    assert distance_m(LAT, LNG, *corner) > 300
    factories.drafted(title="角", area=OTHER, lat=corner[0], lng=corner[1])
    assert found(lat=LAT, lng=LNG) == ["内"]


def test_what_ended_long_ago_is_forgotten_and_what_is_still_open_is_not():
    old, recent = MONDAY - timedelta(days=100), MONDAY - timedelta(days=80)
    factories.drafted(title="久未结", at=old)
    for title, at in (("久已结", old), ("近已结", recent)):
        factories.closed(title=title, at=at)
    assert set(found(area=HONGSHAN)) == {"久未结", "近已结"}


def test_what_was_withdrawn_and_the_whistle_itself_are_not_named():
    gone = factories.filed(title="撤回")
    factories.services.withdraw(gone, by=people["officer.fengning"], at=MONDAY, reason="误报。")
    mine = factories.drafted(title="本哨")
    assert similar_to(mine, at=MONDAY) == []


def test_a_street_looks_at_its_own_and_the_centre_at_the_district():
    factories.drafted(title="邻街", area=f"{HEILINPU}001")
    mine = factories.drafted(title="本哨")
    assert similar_to(mine, at=MONDAY) == []
    assert [whistle.title for whistle in similar_to(mine, at=MONDAY, within=DISTRICT)] == ["邻街"]


def test_the_likest_come_first_and_say_why():
    factories.drafted(title="同社区", lat=None, lng=None)
    factories.drafted(title="近旁", lat=LAT + 10 * ONE_METRE, item=item())
    near, same = similar(within=FENGNING, at=MONDAY, area=HONGSHAN, lat=LAT, lng=LNG, item=item())
    assert (near.title, near.metres, near.same_community, near.same_item) == ("近旁", 10, True, True)
    assert (same.title, same.metres, same.same_community, same.same_item) == ("同社区", None, True, False)


def test_at_most_eight_are_named_at_the_same_cost():
    for _each in range(12):
        factories.drafted()
    with CaptureQueriesContext(connection) as queries:
        assert len([whistle.place for whistle in similar(within=FENGNING, at=MONDAY, area=HONGSHAN)]) == 8
    assert len(queries) == 1
