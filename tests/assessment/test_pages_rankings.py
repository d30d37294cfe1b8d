"""The pages of the rankings, and the same by API, as their readers meet them."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from assessment.models import Callback, ManualItem
from assessment.services.months import compute, compute_running
from assessment.standings import find
from assessment.states import Ranked
from dispatch import services
from tests.copies import copied
from tests.factories import (
    DISTRICT,
    FENGNING,
    HONGSHAN,
    MONDAY,
    closed,
    departments,
    dispatched,
    filed,
    liaison_of,
    orders_of,
    people,
)
from tests.reading import cost, text

NOW = MONDAY + timedelta(hours=30)
NOVEMBER = MONDAY.date().replace(day=1)


@pytest.fixture(autouse=True)
def tuesday(wuhua):
    with time_machine.travel(NOW, tick=False):
        yield


def key(code):
    return str(departments[code].pk)


def unit(of, key):
    return reverse("ranking-unit", args=[of, key])


def figure(of, key, name):
    return reverse("ranking-figure", args=[of, key, name])


def listed(page):
    return {row["name"]: row["score"].rank for group in page.context["groups"] for row in group["rows"]}


def counted():
    compute_running(now=NOW)


# --- the list ---------------------------------------------------------------------------------------


def test_departments_are_listed_in_their_group_and_few_orders_have_no_rank(as_):
    for _number in range(3):
        closed(lead="water", assisting=["housing"], at=NOW, cooperation=90)
    for _number in range(3):
        closed(lead="housing", assisting=(), at=NOW, cooperation=60)
    closed(lead="market", assisting=["gas"], at=NOW, cooperation=100)
    page = as_("liaison.fire").get(reverse("ranking"))
    ranks = {row["score"].unit: row["score"].rank for group in page.context["groups"] for row in group["rows"]}
    assert ranks == {key("water"): 1, key("housing"): 2, key("market"): None, key("gas"): None}
    assert "listed without a rank" in text(page)
    assert "Wuhua Water Affairs" in text(page)


@pytest.mark.parametrize(("of", "somebody"), [("streets", "丰宁街道"), ("communities", "虹山"), ("dispatchers", "")])
def test_streets_communities_and_dispatchers_are_ranked_too(as_, of, somebody):
    closed(at=NOW)
    page = as_("assessor").get(reverse("ranking"), {"of": of})
    assert page.status_code == 200
    assert any(somebody in name for name in listed(page))
    assert [tab["label"] for tab in page.context["tabs"] if tab["active"]] == [of]


def test_a_street_shows_what_it_has_left_of_its_quota(as_):
    closed(at=NOW)
    page = text(as_("assessor").get(reverse("ranking"), {"of": "streets"}))
    assert "1 of 2" in page
    assert "2 unused" in page


def test_the_city_ranks_its_districts_and_all_its_streets(as_):
    closed(at=NOW)
    page = as_("city").get(reverse("ranking"), {"of": "districts"})
    assert listed(page).keys() >= {"五华区"}
    assert [tab["label"] for tab in page.context["tabs"]] == ["districts", "streets"]
    assert {place.code for place in page.context["districts"]} == {"5301", DISTRICT, "530111"}
    assert as_("city").get(reverse("ranking"), {"of": "streets", "district": "5301"}).status_code == 200


def test_the_formula_is_named_with_its_version_and_weights(as_):
    closed(at=NOW)
    page = text(as_("assessor").get(reverse("ranking")))
    for words in ("How the score is computed", "version 1", "部门月度考核", "10 %", "25 %"):
        assert words in page


def test_another_month_is_one_click_away_and_a_month_to_come_is_refused(as_):
    closed(at=MONDAY - timedelta(days=30), lead="water", assisting=())
    page = as_("assessor").get(reverse("ranking"))
    assert "month=2026-10" in text(page)
    before = as_("assessor").get(reverse("ranking"), {"month": "2026-10"})
    assert len(listed(before)) == 1
    assert "month=2026-11" in text(before)
    assert as_("assessor").get(reverse("ranking"), {"month": "2026-12"}).status_code == 400
    assert as_("assessor").get(reverse("ranking"), {"month": "nonsense"}).status_code == 400


def test_a_month_that_was_never_computed_says_so_and_is_not_computed(as_):
    page = as_("assessor").get(reverse("ranking"), {"month": "2026-05"})
    assert "This month was never computed" in text(page)
    assert find(DISTRICT, Ranked.DEPARTMENTS, NOVEMBER.replace(month=5)) is None


def test_demonstration_data_is_marked(as_):
    closed(at=NOW, lead="water", assisting=())
    counted()
    assert "Contains demonstration data" not in text(as_("assessor").get(reverse("ranking")))
    closed(at=NOW, lead="water", assisting=(), demonstration=True)
    counted()
    assert "Contains demonstration data" in text(as_("assessor").get(reverse("ranking")))


def test_a_long_list_turns_its_pages(as_):
    closed(at=NOW)
    first = as_("assessor").get(reverse("ranking"), {"of": "communities"})
    second = as_("assessor").get(reverse("ranking"), {"of": "communities", "page": "2"})
    assert len(listed(first)) == 40
    assert listed(second)
    assert not listed(first).keys() & listed(second).keys()
    assert as_("assessor").get(reverse("ranking"), {"page": "0"}).status_code == 404


# --- who may see what -------------------------------------------------------------------------------


def test_rankings_are_not_shown_to_whoever_has_no_part_in_them(as_):
    closed(at=NOW)
    counted()
    for address in (reverse("ranking"), unit("departments", key("water")), figure("streets", FENGNING, "whistles")):
        assert as_("grid.hongshan").get(address).status_code == 403


def test_a_community_sees_where_it_stands_and_nothing_else(as_):
    closed(at=NOW)
    page = as_("community.hongshan").get(reverse("ranking"))
    assert page.status_code == 200
    assert [tab["label"] for tab in page.context["tabs"]] == ["communities"]
    assert as_("community.hongshan").get(unit("communities", HONGSHAN)).status_code == 200
    assert as_("community.hongshan").get(reverse("ranking"), {"of": "departments"}).status_code == 403
    assert as_("community.hongshan").get(unit("departments", key("water"))).status_code == 403


@pytest.mark.parametrize(
    ("person", "status"),
    [("dispatcher", 200), ("assessor", 200), ("leader.fengning", 200), ("admin", 200)]
    + [("liaison.water", 403), ("officer.fengning", 403), ("community.hongshan", 403), ("city", 403)],
)
def test_how_dispatchers_do_is_for_their_desk_and_those_who_answer_for_it(as_, person, status):
    closed(at=NOW)
    assert as_(person).get(reverse("ranking"), {"of": "dispatchers"}).status_code == status


def test_a_foreign_district_is_refused_and_what_is_not_there_is_not_found(as_):
    closed(at=NOW)
    assert as_("assessor").get(reverse("ranking"), {"district": "530111"}).status_code == 403
    assert as_("assessor").get(reverse("ranking"), {"district": "5301"}).status_code == 403
    assert as_("city").get(reverse("ranking"), {"district": "530199"}).status_code == 400
    assert as_("city").get(reverse("ranking"), {"of": "districts", "district": DISTRICT}).status_code == 400
    assert as_("assessor").get(reverse("ranking"), {"of": "dogs"}).status_code == 400
    assert as_("assessor").get(unit("departments", "0")).status_code == 404
    assert as_("assessor").get(unit("departments", key("guandu-water"))).status_code == 404
    assert as_("assessor").get(figure("streets", FENGNING, "population")).status_code == 404
    assert as_("assessor").get(figure("streets", FENGNING, "nonsense")).status_code == 404


# --- explained --------------------------------------------------------------------------------------


def test_one_click_leads_from_the_ranking_to_the_single_late_acknowledgement(as_):
    for minutes in (10, 64, 20):
        order = orders_of(dispatched("water", (), at=MONDAY))["water"]
        services.acknowledge(order, by=liaison_of(order), at=MONDAY + timedelta(minutes=minutes))
    page = as_("assessor").get(reverse("ranking"))
    cells = page.context["groups"][0]["rows"][0]["cells"]
    [address] = [cell["url"] for cell in cells if cell["part"].code == "acknowledgement"]
    opened = as_("assessor").get(address)
    late = opened.context["rows"][0]
    assert late["row"].brings == 0
    assert late["acknowledge"].overdue_seconds == 4 * 60
    assert reverse("order", args=[late["row"].about.number]) in text(opened)
    assert [row["row"].brings for row in opened.context["rows"]] == [0, 1, 1]


def test_every_part_opens_to_its_line_and_every_figure_to_its_rows(as_):
    closed(lead="water", assisting=["road"], at=NOW, cooperation=81, resolution=72)
    page = as_("assessor").get(unit("departments", key("water")))
    counted()
    assert "81 ÷ " in text(page)
    assert page.context["explained"].total == page.context["standing"].score.total
    opened = as_("assessor").get(figure("departments", key("water"), "cooperation"))
    [row] = opened.context["rows"]
    assert row["row"].brings == 81
    assert {"acknowledge", "report", "resolve"} <= set(row)


def test_a_street_has_its_year_and_once_somebody_was_asked_its_three_rates(as_):
    whistle = closed(at=NOW - timedelta(hours=1))
    page = as_("assessor").get(unit("streets", FENGNING))
    assert len(page.context["year"].labels) == 12
    assert "rates" not in page.context
    Callback.objects.create(
        whistle=whistle,
        district_id=DISTRICT,
        closing=whistle.closed_at,
        at=NOW,
        by=people["dispatcher"],
        contacted=True,
        responded=True,
        solved=True,
        satisfaction="satisfied",
    )
    compute(DISTRICT, NOVEMBER, now=NOW + timedelta(seconds=1), afresh=True)
    rates = as_("assessor").get(unit("streets", FENGNING)).context["rates"]
    assert rates.kind == "radar"
    assert [figure.value for figure in rates.series[0].figures] == [100, 100, 100]
    assert "rates" not in as_("assessor").get(unit("departments", key("water"))).context


def test_a_department_shows_how_long_each_stage_took_with_its_orders_of_the_month(as_):
    for minutes in (10, 20, 60):
        order = orders_of(dispatched("water", (), at=MONDAY))["water"]
        services.acknowledge(order, by=liaison_of(order), at=MONDAY + timedelta(minutes=minutes))
        services.report(order, by=liaison_of(order), at=MONDAY + timedelta(minutes=minutes + 30), rank=order.must_come)
    closed(lead="gas", assisting=(), at=NOW)
    counted()
    chart = as_("assessor").get(unit("departments", key("water"))).context["stages"]
    medians, ninths = ([figure and figure.value for figure in series.figures] for series in chart.series)
    assert medians == [20 * 60, 30 * 60, None]
    assert ninths == [52 * 60, 30 * 60, None]
    # What comes after the month was counted is not in it.
    services.submit_result(order, by=liaison_of(order), at=NOW + timedelta(minutes=1), note="已处置。")
    chart = as_("assessor").get(unit("departments", key("water"))).context["stages"]
    assert chart.series[0].figures[2] is None
    assert "stages" not in as_("assessor").get(unit("streets", FENGNING)).context


def test_points_by_hand_are_shown_with_their_reason_and_who_gave_them(as_):
    closed(lead="water", assisting=(), at=NOW)
    counted()
    bulletin = find(DISTRICT, Ranked.DEPARTMENTS, NOVEMBER).bulletin
    ManualItem.objects.create(
        bulletin=bulletin,
        ranked=Ranked.DEPARTMENTS,
        unit=key("water"),
        part="manual",
        points=-2,
        reason="约谈一次",
        by=people["assessor"],
        at=NOW,
    )
    counted()
    for address in (unit("departments", key("water")), figure("departments", key("water"), "manual:manual")):
        page = as_("assessor").get(address)
        assert "约谈一次" in text(page)
        assert str(people["assessor"]) in text(page)


def test_a_liaison_sees_another_departments_figures_but_not_its_cases(as_):
    for _number in range(3):
        closed(lead="gas", assisting=(), at=NOW, title="Not for water")
    counted()
    assert as_("liaison.water").get(unit("departments", key("gas"))).context["standing"].score.rank == 1
    page = as_("liaison.water").get(figure("departments", key("gas"), "orders"))
    assert page.context["behind"].hidden == 3
    assert "Not for water" not in text(page)
    assert "3 more rows count" in text(page)


def test_decisions_of_dispatchers_open_to_the_lines_of_the_record(as_):
    closed(at=NOW)
    filed(at=NOW)
    dispatcher = str(people["dispatcher"].pk)
    page = as_("assessor").get(reverse("ranking"), {"of": "dispatchers"})
    assert listed(page) == {str(people["dispatcher"]): None}
    opened = as_("assessor").get(figure("dispatchers", dispatcher, "right_dispatches"))
    assert [row["row"].about.kind for row in opened.context["rows"]] == ["whistle.dispatched"]


def test_rankings_cost_the_same_for_one_order_and_for_thirty(as_):
    row = closed(lead="water", assisting=(), at=NOW)
    copied(row, 2)
    counted()
    water, dispatcher = key("water"), str(people["dispatcher"].pk)
    urls = [
        reverse("ranking"),
        f"{reverse('ranking')}?of=communities",
        unit("departments", water),
        unit("streets", FENGNING),
        figure("departments", water, "acknowledge_met"),
        figure("streets", FENGNING, "whistles"),
        figure("dispatchers", dispatcher, "dispatches"),
    ]
    few = [cost(as_("dispatcher"), url) for url in urls]
    copied(row, 27)
    counted()
    assert [cost(as_("dispatcher"), url) for url in urls] == few
