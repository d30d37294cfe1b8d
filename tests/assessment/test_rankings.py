"""A month's ranking as it is read: against an example computed by hand, opened down to the last clock."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db.models import F, Sum

from assessment.behind import RULES, TALLIES, behind, opens
from assessment.explain import explain, three_rates
from assessment.formulas.measures import measures_of
from assessment.models import AssessmentRule, Callback
from assessment.services.months import compute, ranking_for
from assessment.standings import find, listed, months_of, quota_of, standing_of, standings
from assessment.states import Ranked
from assessment.units import SOURCES
from dispatch import services
from grid.worktime import SHANGHAI
from tests import factories
from tests.acting import act
from tests.factories import DISTRICT, FENGNING, HEILINPU, MONDAY, departments, orders_of, people

AT = MONDAY + timedelta(hours=1)
NOVEMBER = date(2026, 11, 1)
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
    compute(DISTRICT, NOVEMBER, now=LONG_AFTER)


def ranking(of=Ranked.DEPARTMENTS, month=NOVEMBER, area=DISTRICT):
    return find(area, of, month)


def key(code):
    return str(departments[code].pk)


def water():
    return standing_of(ranking(), key("water"))


# --- the list ---------------------------------------------------------------------------------------


def test_departments_are_ranked_within_their_group_and_the_unranked_stand_last(november):
    """By the formula of Wuhua. Nobody was called back, and no result is due before December: 70 of 100 weight.

    Water: acknowledged in time 2 of 3, the reports in time, marks 80 and 90 in the mean:
    (10 × 66.67 + 20 × 100 + 15 × 80 + 25 × 90) ÷ 70 = 6116.70 ÷ 70 = 87.38.
    Housing: (30 × 100 + 40 × 76) ÷ 70 = 6040 ÷ 70 = 86.29. Market: (3000 + 2000) ÷ 70 = 71.43.
    Gas: (3000 + 2400) ÷ 70 = 77.14. Road has two orders only: no rank.
    """
    rows = [(row.group, row.score.rank, row.score.unit, row.score.total) for row in standings(listed(ranking()), "")]
    groups = {departments[code].group.name for code in ("water", "gas")}
    assert {row[0] for row in rows} == groups
    assert [row[1:] for row in rows if row[2] != key("gas")] == [
        (1, key("water"), Decimal("87.38")),
        (2, key("housing"), Decimal("86.29")),
        (3, key("market"), Decimal("71.43")),
        (None, key("road"), Decimal("100.00")),
    ]
    assert [row[1:] for row in rows if row[2] == key("gas")] == [(1, key("gas"), Decimal("77.14"))]


def test_groups_stand_in_the_order_of_the_administrator(november):
    from grid.models import DepartmentGroup

    first = [score.group for score in listed(ranking())]
    DepartmentGroup.objects.filter(code=first[0]).update(position=99)
    assert [score.group for score in listed(ranking())] == sorted(first, key=lambda group: group == first[0])


def test_a_running_month_that_nobody_has_computed_is_computed_when_it_is_asked_for(wuhua):
    wuhua.closed()
    now = MONDAY + timedelta(days=3)
    assert ranking() is None
    assert ranking_for(DISTRICT, Ranked.STREETS, NOVEMBER, now=now).scores.exists()


def test_a_month_long_ago_is_never_computed_by_looking_at_it(wuhua):
    assert ranking_for(DISTRICT, Ranked.STREETS, date(2026, 8, 1), now=MONDAY) is None
    assert find(DISTRICT, Ranked.STREETS, date(2026, 8, 1)) is None


def test_reading_a_ranking_computes_nothing_again(november):
    """Only what was computed is read: a mark that came later shows once the month is counted up to it."""
    before = water().score.total
    order = orders_of(factories.verified(lead="water", assisting=[], at=AT))["water"]
    act(order, "score", "officer.fengning", AT + timedelta(hours=1), cooperation=0, resolution=0)
    assert ranking_for(DISTRICT, Ranked.DEPARTMENTS, NOVEMBER, now=LONG_AFTER).scores.get(unit=key("water")).total == (
        before
    )


def test_a_list_costs_the_same_for_one_unit_and_for_many(november, django_assert_num_queries):
    # The ranking with its formula and period, and its scores with the places of their groups.
    with django_assert_num_queries(2):
        assert len(standings(listed(ranking()), Ranked.DEPARTMENTS)) == 5
    with django_assert_num_queries(2):
        assert len(standings(listed(ranking(Ranked.STREETS)), Ranked.STREETS)) > 5


def test_a_street_shows_how_many_of_the_expected_whistles_it_has_blown(wuhua):
    wuhua.closed()
    compute(DISTRICT, NOVEMBER, now=LONG_AFTER)
    streets = ranking(Ranked.STREETS)
    definition = streets.formula.read
    assert quota_of(definition, standing_of(streets, FENGNING)) == {"expected": 2, "blown": 1, "unused": 1}
    assert quota_of(definition, standing_of(streets, HEILINPU)) == {"expected": 2, "blown": 0, "unused": 2}
    assert quota_of(ranking().formula.read, standing_of(ranking(), key("housing"))) is None


def test_the_quota_counts_whistles_whatever_their_type_weighs(wuhua):
    whistle = wuhua.closed()
    AssessmentRule.objects.update_or_create(type=whistle.type, defaults={"weight": Decimal(3)})
    compute(DISTRICT, NOVEMBER, now=LONG_AFTER)
    streets = ranking(Ranked.STREETS)
    assert standing_of(streets, FENGNING).figure("filed") == 3
    assert quota_of(streets.formula.read, standing_of(streets, FENGNING))["blown"] == 1


def test_a_unit_has_its_months_in_a_row_a_year_at_most(wuhua):
    for month, day in ((9, 7), (10, 12), (11, 23)):
        wuhua.closed(at=datetime(2026, month, day, 9, tzinfo=SHANGHAI), lead="water", assisting=())
        compute(DISTRICT, date(2026, month, 1), now=LONG_AFTER)
    wuhua.closed(at=datetime(2025, 11, 3, 9, tzinfo=SHANGHAI), lead="water", assisting=())
    compute(DISTRICT, date(2025, 11, 1), now=LONG_AFTER)
    months = [month for month, _score in months_of(ranking(), key("water"), person=people["assessor"])]
    assert months == [date(2026, month, 1) for month in (9, 10, 11)]
    assert [
        month for month, _score in months_of(ranking(month=date(2026, 9, 1)), key("water"), person=people["assessor"])
    ] == [
        date(2025, 11, 1),
        date(2026, 9, 1),
    ]


# --- explained --------------------------------------------------------------------------------------


def test_every_part_is_told_as_a_line_of_arithmetic_with_the_numbers_in_place(november):
    explained = explain(water(), ranking().formula.read, Ranked.DEPARTMENTS)
    told = {each.part.code: (each.value, each.line) for each in explained.parts}
    assert told["acknowledgement"] == (Decimal("66.67"), "按时签收 2 ÷ 应签收 3 × 100")
    assert told["cooperation"][0] == Decimal("80.00")
    assert told["satisfaction"][0] is None
    assert explained.line == ("(10 × 66.67 + 20 × 100 + 15 × 80 + 25 × 90) ÷ 70")
    assert explained.total == water().score.total == Decimal("87.38")


def test_what_the_parts_bring_adds_up_to_the_total(november):
    for standing in standings(listed(ranking()), Ranked.DEPARTMENTS):
        explained = explain(standing, ranking().formula.read, Ranked.DEPARTMENTS)
        total = sum((each.share for each in explained.parts if each.share is not None), Decimal(0))
        assert total.quantize(Decimal("0.01")) == explained.total


def test_the_late_acknowledgement_stands_first_behind_the_figure_and_brings_nothing(november):
    found = behind(ranking(), key("water"), "acknowledge_met", person=people["assessor"])
    assert [row.brings for row in found.rows] == [0, 1, 1]
    late = found.rows[0].about.deadlines.get(kind="acknowledge")
    assert late.overdue_seconds_at(LONG_AFTER) == 60
    assert (found.number, found.more, found.hidden) == (1, False, 0)


def everything_that_can_be_counted(wuhua):
    """Cases of many kinds, and types that weigh different: every figure of every unit that tests can reach."""
    played(wuhua, {"water": (90, 100), "gas": (60, 60)}, late=["water"])
    closed = wuhua.closed(at=MONDAY + timedelta(days=3), type="co_creation", area=HEILINPU)
    AssessmentRule.objects.update_or_create(type=closed.type, defaults={"weight": Decimal("2.5")})
    Callback.objects.create(
        whistle=closed,
        district_id=DISTRICT,
        closing=closed.closed_at,
        at=closed.closed_at + timedelta(hours=2),
        by=people["dispatcher"],
        contacted=True,
        responded=True,
        solved=True,
        satisfaction="fairly",
    )
    pressed = orders_of(wuhua.on_site(at=MONDAY + timedelta(days=3), lead="fire"))["fire"]
    services.supervise(pressed, by=people["dispatcher"], at=MONDAY + timedelta(days=4), reason="请加快处置。")
    returned = orders_of(wuhua.dispatched())["housing"]
    at = returned.sent_at + timedelta(minutes=5)
    services.return_order(returned, by=factories.liaison_of(returned), at=at, reason="不属于本部门职责。")
    services.uphold_return(returned, by=people["dispatcher"], at=at, department=departments["fire"])
    services.decline(
        wuhua.filed(), by=people["dispatcher"], at=MONDAY + timedelta(hours=3), reason="空", ruling="empty"
    )
    compute(DISTRICT, NOVEMBER, now=LONG_AFTER)
    compute(DISTRICT[:4], NOVEMBER, now=LONG_AFTER)


def test_the_rows_behind_every_figure_of_every_unit_add_up_to_it(wuhua):
    everything_that_can_be_counted(wuhua)
    summed, seen = 0, set()
    for area, of in [(DISTRICT, of) for of in Ranked if of != Ranked.DISTRICTS] + [(DISTRICT[:4], Ranked.DISTRICTS)]:
        found = ranking(of, area=area)
        for standing in standings(found.scores.all(), of):
            for table, column, names in SOURCES[of]:
                for name in names:
                    rule = RULES[table][name]
                    there = TALLIES[table].objects.filter(rule.rows, period=found.period)
                    brings = rule.brings * F("weight") if rule.weighted else rule.brings
                    rows = there.filter(**{column: standing.score.unit})
                    total = rows.aggregate(total=Sum(brings))["total"] or 0
                    assert total == standing.figure(name), (of, standing.name, name)
                    summed += bool(total)
                    seen |= {name} if total else set()
    assert summed > 60
    assert {"supervisions", "upheld", "empty", "whistles", "fairly", "triage_met", "cooperation"} <= seen


def test_every_measure_that_is_counted_can_be_opened_and_what_an_area_is_cannot():
    for of in Ranked:
        counted = {name for _table, _column, names in SOURCES[of] for name in names}
        assert all(opens(of, name) for name in counted)
        assert not any(opens(of, name) for name in measures_of(of).keys() - counted)


def test_only_what_a_person_may_see_stands_behind_a_figure_and_the_rest_is_counted(november):
    assert behind(ranking(), key("gas"), "orders", person=people["liaison.water"]).hidden == 3
    assert behind(ranking(), key("gas"), "orders", person=people["liaison.water"]).rows == []
    own = behind(ranking(), key("gas"), "orders", person=people["liaison.gas"])
    assert (len(own.rows), own.hidden) == (3, 0)
    streets = ranking(Ranked.STREETS)
    assert behind(streets, FENGNING, "whistles", person=people["officer.heilinpu"]).hidden == 3
    assert len(behind(streets, FENGNING, "whistles", person=people["officer.fengning"]).rows) == 3


def test_a_figure_that_belongs_to_other_units_has_nothing_behind_it(november):
    assert behind(ranking(), key("water"), "filed", person=people["assessor"]) is None
    assert behind(ranking(), key("water"), "nonsense", person=people["assessor"]) is None


def test_opening_a_figure_costs_the_same_for_one_row_and_for_twenty(wuhua, django_assert_num_queries):
    def more(count):
        for _number in range(count):
            wuhua.closed(lead="water", assisting=())
        compute(DISTRICT, NOVEMBER, now=LONG_AFTER, afresh=True)

    for count in (1, 22):
        more(count)
        found, water, assessor = ranking(), key("water"), people["assessor"]
        # The page, two counts, the orders with their clocks, reports and appeals, and the posts of who asks.
        with django_assert_num_queries(8):
            behind(found, water, "scored", person=assessor)
    second = behind(ranking(), key("water"), "scored", person=people["assessor"], number=2)
    assert (len(second.rows), second.more, second.number) == (3, False, 2)


# --- three rates ------------------------------------------------------------------------------------


def test_three_rates_are_those_of_beijing_whatever_the_formula_weighs(wuhua):
    """Two callbacks of one street: one says contacted, solved, satisfied; the other nothing of it."""
    for number, happy in enumerate([True, False]):
        closed = wuhua.closed(at=MONDAY + timedelta(days=number))
        Callback.objects.create(
            whistle=closed,
            district_id=DISTRICT,
            closing=closed.closed_at,
            at=closed.closed_at + timedelta(hours=2),
            by=people["dispatcher"],
            contacted=True,
            responded=happy,
            solved=happy,
            satisfaction="satisfied" if happy else "not",
        )
    compute(DISTRICT, NOVEMBER, now=LONG_AFTER)
    streets = ranking(Ranked.STREETS)
    everybody = list(streets.scores.values_list("figures", flat=True))
    rates = three_rates(standing_of(streets, FENGNING), everybody)
    assert rates.names == ["响应率", "解决率", "满意率"]
    assert rates.own == rates.all == [Decimal(50)] * 3
    assert three_rates(standing_of(streets, HEILINPU), everybody).own == [None, None, None]
