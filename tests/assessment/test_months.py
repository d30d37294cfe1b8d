"""A month is computed from orders, clocks, marks and the record; and a second time from the record alone."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from assessment.models import Bulletin, OrderTally, Ranking, Score, WhistleTally
from assessment.services.months import bounds, compute, decimals, month_of
from assessment.states import Ranked
from assessment.verification import verify
from common.errors import Invalid
from dispatch import services
from grid.worktime import SHANGHAI
from tests import factories
from tests.factories import DISTRICT, MONDAY, departments, people

NOVEMBER = date(2026, 11, 1)
LATER = datetime(2026, 12, 5, 9, 0, tzinfo=SHANGHAI)

pytestmark = pytest.mark.usefixtures("wuhua")


def november(**how):
    return compute(DISTRICT, NOVEMBER, **({"now": LATER} | how))


def score_of(code, ranked=Ranked.DEPARTMENTS):
    unit = str(departments[code].pk) if ranked == Ranked.DEPARTMENTS else code
    return Score.objects.get(ranking__bulletin__month=NOVEMBER, ranking__ranked=ranked, unit=unit)


def figures(code, ranked=Ranked.DEPARTMENTS):
    return decimals(score_of(code, ranked).figures)


def everything():
    return [
        (row.ranking.ranked, row.unit, row.figures, row.values, row.total, row.rank, row.checksum)
        for row in Score.objects.select_related("ranking").order_by("ranking__ranked", "unit")
    ]


def wrong_in(bulletin):
    return [(ranking.ranked, difference) for ranking, difference in verify(bulletin, now=LATER)]


# --- which month ---


def test_a_calendar_month_begins_at_midnight_in_shanghai():
    start, end = bounds(NOVEMBER, 0)
    assert (start, end) == (
        datetime(2026, 11, 1, tzinfo=SHANGHAI),
        datetime(2026, 12, 1, tzinfo=SHANGHAI),
    )


def test_a_month_cut_at_the_19th_runs_from_the_20th_to_the_19th():
    start, end = bounds(date(2027, 1, 1), 19)
    assert (start, end) == (datetime(2026, 12, 20, tzinfo=SHANGHAI), datetime(2027, 1, 20, tzinfo=SHANGHAI))
    assert month_of(end - timedelta(microseconds=1), 19) == date(2027, 1, 1)
    assert month_of(end, 19) == date(2027, 2, 1)


# --- what counts ---


def test_a_case_counts_for_its_departments_its_street_and_its_dispatcher():
    factories.closed(cooperation=80, resolution=90)
    november()
    assert figures("housing") == {
        name: Decimal(value)
        for name, value in {
            "orders": 1,
            "acknowledge_due": 1,
            "acknowledge_met": 1,
            "report_due": 1,
            "report_met": 1,
            "scored": 1,
            "cooperation": 80,
            "resolution": 90,
            "results": 1,
        }.items()
    }
    street = figures(factories.FENGNING, Ranked.STREETS)
    assert (street["filed"], street["triaged"], street["upheld"]) == (1, 1, 1)
    dispatcher = Score.objects.get(ranking__ranked=Ranked.DISPATCHERS)
    assert dispatcher.unit_name == str(people["dispatcher"])
    assert decimals(dispatcher.figures)["right_dispatches"] == 1


def test_a_drill_counts_nowhere():
    factories.closed(drill=True)
    november()
    assert not OrderTally.objects.exists()
    assert not WhistleTally.objects.exists()
    assert not Score.objects.filter(ranking__ranked=Ranked.DEPARTMENTS).exists()


def test_an_acknowledgement_that_never_came_counts_as_late_once_its_time_is_over():
    factories.dispatched(at=MONDAY)
    november(now=MONDAY + timedelta(minutes=59))
    assert not Score.objects.filter(ranking__ranked=Ranked.DEPARTMENTS).exists()
    november(now=MONDAY + timedelta(minutes=61))
    assert figures("housing")["acknowledge_due"] == 1
    assert "acknowledge_met" not in figures("housing")


def test_a_clock_counts_in_the_month_in_which_it_is_due():
    factories.acknowledged(at=datetime(2026, 10, 31, 23, 59, 59, tzinfo=SHANGHAI))
    compute(DISTRICT, date(2026, 10, 1), now=LATER)
    assert not OrderTally.objects.filter(acknowledge__isnull=False, period__starts_at__month=9).exists()
    november()
    assert figures("housing")["acknowledge_met"] == 1


def test_a_wrong_call_is_held_against_the_dispatcher():
    order = factories.orders_of(factories.dispatched())["housing"]
    at = order.sent_at + timedelta(minutes=5)
    services.return_order(order, by=factories.liaison_of(order), at=at, reason="不属于本部门职责。")
    services.uphold_return(order, by=people["dispatcher"], at=at, department=departments["fire"])
    november()
    dispatcher = decimals(Score.objects.get(ranking__ranked=Ranked.DISPATCHERS).figures)
    assert dispatcher["dispatches"] == 1
    assert "right_dispatches" not in dispatcher


def test_a_case_weighs_what_its_type_weighs():
    from assessment.models import AssessmentRule

    whistle = factories.closed(cooperation=80)
    AssessmentRule.objects.update_or_create(type=whistle.type, defaults={"weight": Decimal("2.5")})
    november()
    assert figures("housing")["cooperation"] == 200
    assert figures("housing")["scored"] == Decimal("2.5")
    assert figures("housing")["orders"] == 1


# --- the same, however it is computed ---


def test_computing_twice_changes_nothing_and_writes_nothing(django_assert_num_queries):
    factories.closed()
    november()
    before = everything()
    november(afresh=True, now=LATER + timedelta(days=9))
    assert everything() == before


def test_step_by_step_comes_to_the_same_as_from_scratch():
    whistle = factories.acknowledged(at=MONDAY)
    november(now=MONDAY + timedelta(minutes=10))
    for order in factories.orders_of(whistle).values():
        services.report(order, by=factories.liaison_of(order), at=MONDAY + timedelta(hours=2), rank=order.must_come)
    november(now=MONDAY + timedelta(hours=3))
    factories.closed(at=MONDAY + timedelta(days=2), area=factories.HEILINPU)
    november()
    step_by_step = everything()
    november(afresh=True)
    assert everything() == step_by_step


def test_only_what_changed_is_looked_at_again():
    from assessment.models import Period
    from assessment.tallies import tally

    factories.closed(at=MONDAY)
    november()
    whistle = factories.dispatched(at=MONDAY + timedelta(days=1), area=factories.HEILINPU)
    Period.objects.update(seen_event=whistle.events.first().pk - 1)
    assert tally(Period.objects.get(), now=LATER, afresh=False) == 1


def test_a_month_that_has_not_begun_is_refused():
    with pytest.raises(Invalid):
        compute(DISTRICT, date(2027, 1, 1), now=LATER)
    assert not Bulletin.objects.exists()
    assert not Ranking.objects.exists()


# --- the proof ---


def test_the_record_alone_gives_the_same_figures():
    factories.closed(cooperation=70)
    factories.dispatched(at=MONDAY + timedelta(days=1), area=factories.HEILINPU)
    pressed = factories.orders_of(factories.on_site(at=MONDAY + timedelta(days=3), lead="fire"))["fire"]
    services.supervise(pressed, by=people["dispatcher"], at=MONDAY + timedelta(days=4), reason="请加快处置。")
    bulletin = november()
    assert wrong_in(bulletin) == []


def test_a_figure_that_was_tampered_with_is_named():
    factories.closed(cooperation=70)
    bulletin = november()
    Score.objects.filter(unit=str(departments["housing"].pk)).update(
        figures=score_of("housing").figures | {"cooperation": "100"}
    )
    found = [difference for what, difference in wrong_in(bulletin) if what == Ranked.DEPARTMENTS]
    assert {difference.figure for difference in found} == {"cooperation", "total", "values", "checksum"}
    difference = next(each for each in found if each.figure == "cooperation")
    assert (difference.figure, difference.kept, difference.proved) == ("cooperation", "100", "70")


def test_a_case_that_ended_before_the_month_counts_by_the_clocks_that_fall_due_in_it():
    factories.closed(at=datetime(2026, 10, 30, 17, 0, tzinfo=SHANGHAI))
    bulletin = november()
    assert figures("housing")["resolve_met"] == 1
    assert wrong_in(bulletin) == []
