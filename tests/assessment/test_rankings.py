"""A month's ranking, against an example computed by hand."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from assessment.queries import month_bounds, rank_departments
from dispatch import clocks
from grid.worktime import SHANGHAI
from tests.acting import act
from tests.factories import MONDAY, orders_of

AT = MONDAY + timedelta(hours=1)
NOVEMBER = date(2026, 11, 23)
LONG_AFTER = datetime(2027, 3, 1, tzinfo=SHANGHAI)


def played(wuhua, marks, *, late=(), scored_at=None, at=AT):
    """A closed case with one order for each department in `marks`; those in `late` acknowledge a minute late."""
    lead, *assisting = marks
    whistle = wuhua.dispatched(lead=lead, assisting=assisting, at=at)
    scored_at = scored_at or at + timedelta(days=2)
    orders = orders_of(whistle)
    for code, order in orders.items():
        who = f"liaison.{code}"
        act(order, "acknowledge", who, at + timedelta(minutes=61 if code in late else 10))
        act(order, "report", who, at + timedelta(hours=2), rank="head")
        act(order, "submit-result", who, at + timedelta(days=1), note="好了")
    act(whistle, "verify", "officer.fengning", scored_at, solved=True)
    act(whistle, "confirm", "dispatcher", scored_at)
    for code, (cooperation, resolution) in marks.items():
        act(orders[code], "score", "officer.fengning", scored_at, cooperation=cooperation, resolution=resolution)
    return whistle


@pytest.fixture
def november(wuhua):
    """Three cases, all of them with water, housing, market and gas; two with road as well."""
    same = {"housing": (76, 76), "market": (50, 50), "gas": (60, 60)}
    played(wuhua, {"water": (90, 100), **same, "road": (100, 100)}, late=["water"])
    played(wuhua, {"water": (80, 90), **same, "road": (100, 100)})
    played(wuhua, {"water": (70, 80), **same})


def ranking(month=NOVEMBER, district="530102", now=LONG_AFTER):
    return {
        group.code: [(standing.rank, standing.department.code, standing.score) for standing in standings]
        for group, standings in rank_departments(district, month, now=now).items()
    }


def test_departments_are_ranked_within_their_group(november):
    """Water: acknowledged in time 2 of 3, the rest in time, marks 80 and 90 in the mean:
    15 × 66.67 + 20 × 100 + 15 × 100 + 20 × 80 + 30 × 90 = 8800.05, in hundredths of a hundred 88.00.
    Housing: 50 × 100 + 50 × 76 = 8800. Market: 50 × 100 + 50 × 50. Road has two cases only: no rank.
    """
    assert ranking() == {
        "government": [
            (1, "housing", Decimal("88.00")),
            (1, "water", Decimal("88.00")),
            (3, "market", Decimal("75.00")),
            (None, "road", Decimal("100.00")),
        ],
        "utility": [(1, "gas", Decimal("80.00"))],
    }


def test_every_figure_can_be_opened_down_to_its_counts(november):
    groups = rank_departments("530102", NOVEMBER, now=LONG_AFTER)
    water = next(row for rows in groups.values() for row in rows if row.department.code == "water")
    assert water.parts == {
        "acknowledgement": Decimal("66.67"),
        "report": Decimal("100.00"),
        "resolution_in_time": Decimal("100.00"),
        "cooperation": Decimal("80.00"),
        "resolution": Decimal("90.00"),
    }
    counts = water.counts
    assert (counts.cases, counts.cooperation_sum, counts.resolution_sum) == (3, 240, 270)
    assert (counts.acknowledge_met, counts.acknowledge_all) == (2, 3)
    assert (counts.report_met, counts.report_all, counts.resolve_met, counts.resolve_all) == (3, 3, 3, 3)


def test_computed_again_the_figures_are_the_same_to_the_last_digit(november):
    first = rank_departments("530102", NOVEMBER, now=LONG_AFTER)
    while clocks.fire_due(limit=10, now=LONG_AFTER):
        pass
    assert rank_departments("530102", NOVEMBER, now=LONG_AFTER + timedelta(days=100)) == first


def test_a_month_begins_and_ends_at_midnight_in_kunming(wuhua):
    assert month_bounds(date(2026, 12, 31)) == (
        datetime(2026, 12, 1, tzinfo=SHANGHAI),
        datetime(2027, 1, 1, tzinfo=SHANGHAI),
    )
    midnight = datetime(2026, 12, 1, tzinfo=SHANGHAI)
    played(wuhua, {"water": (90, 90)}, scored_at=midnight - timedelta(microseconds=1))
    played(wuhua, {"gas": (90, 90)}, scored_at=midnight)
    assert list(ranking(date(2026, 11, 1))) == ["government"]
    assert list(ranking(date(2026, 12, 1))) == ["utility"]
    assert ranking(date(2026, 10, 1)) == {}


def test_another_district_has_a_ranking_of_its_own(november):
    assert ranking(district="530111") == {}


def test_who_was_let_go_counts_nowhere(wuhua):
    whistle = wuhua.dispatched(lead="water", assisting=["gas"], at=AT)
    act(whistle, "redispatch", "dispatcher", AT, lead="water")
    order, at = orders_of(whistle)["water"], AT + timedelta(minutes=5)
    act(order, "acknowledge", "liaison.water", at)
    act(order, "report", "liaison.water", at, rank="head")
    act(order, "submit-result", "liaison.water", at, note="好了")
    act(whistle, "verify", "officer.fengning", at, solved=True)
    act(order, "score", "officer.fengning", at, cooperation=90, resolution=90)
    assert list(ranking()) == ["government"]


def test_a_ranking_costs_the_same_for_one_department_and_for_many(wuhua, django_assert_num_queries):
    played(wuhua, {"water": (90, 90)})
    for _ in range(2):
        # The marks, the clocks, the departments.
        with django_assert_num_queries(3):
            ranking()
        played(wuhua, {"water": (90, 90), "gas": (90, 90), "road": (90, 90), "fire": (90, 90), "market": (90, 90)})
