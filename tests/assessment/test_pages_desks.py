"""The workbench, scoring and the ranking, each as its reader meets it."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assessment.models import Evaluation
from dispatch import services
from grid.demo import ACCOUNTS
from tests.factories import (
    MONDAY,
    acknowledged,
    closed,
    confirmed,
    dispatched,
    drafted,
    filed,
    finished,
    on_site,
    orders_of,
    people,
    signing,
    verified,
)

NOW = MONDAY + timedelta(hours=2)
# What a page may cost its server and its reader.
QUERIES, BYTES = 15, 60 * 1024


@pytest.fixture(autouse=True)
def at_eleven(wuhua):
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def as_(client):
    """`as_("dispatcher")`: a browser in which this person reads English."""

    def log_in(username):
        client.force_login(people[username])
        client.cookies["django_language"] = "en"
        return client

    return log_in


def text(response):
    return response.content.decode()


def cost(client, url):
    """How many queries a page takes; neither they nor its weight go beyond what is allowed."""
    with CaptureQueriesContext(connection) as queries:
        response = client.get(url)
    assert response.status_code == 200
    assert len(queries) <= QUERIES, [query["sql"][:120] for query in queries]
    assert len(response.content) <= BYTES
    # What is sent from here is accepted.
    assert text(response).count('method="post"') == text(response).count("csrfmiddlewaretoken")
    return len(queries)


def one_of_each():
    """A case in every state that concerns anybody."""
    drafted()
    signing(at=NOW)
    filed(at=NOW)
    dispatched(at=NOW, type="emergency", level="major")
    returned = orders_of(dispatched("housing", ["water"], at=NOW))["water"]
    services.return_order(returned, by=people["liaison.water"], at=NOW, reason="Not ours")
    finished(at=NOW)
    verified(at=NOW)
    confirmed(at=NOW)
    closed(at=NOW)


# --- workbench --------------------------------------------------------------------------------------


def test_the_first_page_asks_strangers_to_log_in(client):
    assert client.get("/").url.startswith(reverse("login"))


def test_everybody_has_a_first_page_with_and_without_cases(as_):
    for account in ACCOUNTS:
        cost(as_(account.username), "/")
    one_of_each()
    for account in ACCOUNTS:
        cost(as_(account.username), "/")


@pytest.mark.parametrize(
    ("person", "waiting"),
    [
        ("officer.fengning", {"drafts": 1, "verify": 1, "score": 2, "late": 0}),
        ("secretary.fengning", {"sign": 2, "verify": 1, "score": 2, "late": 0}),
        ("community.hongshan", {"sign": 2, "around": 6}),
        ("dispatcher", {"triage": 1, "returns": 1, "confirm": 1, "overdue": 0}),
        ("liaison.housing", {"handle": 2}),
        ("leader.fengning", {"major": 1, "streets": 5}),
        ("city", {"escalated": 0}),
    ],
)
def test_each_role_finds_what_waits_for_it(as_, person, waiting):
    one_of_each()
    sections = as_(person).get("/").context["desk"].sections
    assert {section.name: section.total for section in sections} == waiting


def test_the_most_urgent_row_is_large_and_can_be_acted_upon_at_once(as_):
    dispatched("water", (), at=NOW - timedelta(minutes=5), title="Later")
    order = orders_of(dispatched("water", (), at=NOW - timedelta(minutes=50), title="Sooner"))["water"]
    desk = as_("liaison.water").get("/").context["desk"]
    assert (desk.todo, desk.first["title"]) == (2, "Sooner")
    act = desk.first["act"]
    answer = as_("liaison.water").post(act["url"], {"idempotency_key": act["idempotency_key"], "next": act["next"]})
    assert (answer.status_code, answer.url) == (302, "/")
    order.refresh_from_db()
    assert order.acknowledged_at == NOW


def test_an_act_that_asks_for_something_leads_to_its_form_and_back(as_):
    acknowledged(lead="water", assisting=(), at=NOW)
    act = as_("liaison.water").get("/").context["desk"].first["act"]
    assert act["url"].endswith("/report/?next=/")
    assert 'name="next" value="/"' in text(as_("liaison.water").get(act["url"]))


def test_a_refresh_says_nothing_while_nothing_has_changed(as_):
    dispatched("water", ())
    desk = as_("liaison.water").get("/").context["desk"]
    again = as_("liaison.water").get("/", {"seen": desk.stamp}, headers={"HX-Request": "true"})
    assert (again.status_code, again.content) == (204, b"")


def test_a_refresh_brings_the_lists_alone_once_something_has_changed(as_):
    desk = as_("liaison.water").get("/").context["desk"]
    dispatched("water", (), title="New")
    again = as_("liaison.water").get("/", {"seen": desk.stamp}, headers={"HX-Request": "true"})
    assert again.status_code == 200
    assert "New" in text(again)
    assert '<span id="todo" hx-swap-oob="true">1 to do now</span>' in text(again)
    assert "<html" not in text(again)


def test_a_leader_is_called_until_they_have_come(as_):
    whistle = dispatched(at=NOW, level="major")
    assert as_("leader.fengning").get("/").context["desk"].todo == 1
    services.come_as_leader(whistle, by=people["leader.fengning"], at=NOW)
    assert as_("leader.fengning").get("/").context["desk"].todo == 0


def test_nobody_finds_another_departments_or_streets_cases(as_):
    dispatched("gas", (), title="Not theirs")
    for stranger in ("liaison.water", "officer.heilinpu"):
        assert "Not theirs" not in text(as_(stranger).get("/"))


def test_the_month_tells_how_punctual_a_department_was(as_):
    acknowledged(lead="water", assisting=(), at=NOW)
    dispatched("water", (), at=NOW - timedelta(minutes=90))
    glance = as_("liaison.water").get("/").context["glance"]
    assert (glance.month.filed, glance.month.acknowledged, glance.acknowledged) == (2, (1, 2), 50)


def test_the_month_of_a_street_counts_its_own_whistles_only(as_):
    dispatched(at=NOW - timedelta(minutes=90))
    filed(at=NOW, area="530102008001")
    glance = as_("officer.fengning").get("/").context["glance"]
    assert (glance.month.filed, glance.month.acknowledged) == (1, (0, 2))
    assert as_("dispatcher").get("/").context["glance"].month.filed == 2


def test_the_city_sees_its_districts_and_what_is_overdue_in_them(as_):
    dispatched(at=NOW - timedelta(minutes=90))
    filed(at=NOW)
    [row] = as_("city").get("/").context["districts"]
    assert (row["code"], row["open"], row["overdue"]) == ("530102", 2, 1)


def test_the_assessor_sees_who_leads(as_):
    for _number in range(3):
        closed(lead="water", assisting=(), at=NOW)
    assert "Wuhua Water Affairs" in text(as_("assessor").get("/"))


@pytest.mark.parametrize("person", ["dispatcher", "liaison.housing", "officer.fengning"])
def test_the_workbench_costs_the_same_for_one_row_and_for_fifty(as_, person):
    def more(count):
        for _number in range(count):
            filed(at=NOW)
            dispatched("housing", (), at=NOW - timedelta(minutes=90))

    one_of_each()
    more(1)
    one = cost(as_(person), "/")
    more(49)
    assert cost(as_(person), "/") == one


# --- scores -----------------------------------------------------------------------------------------


def test_only_a_street_scores(as_):
    assert as_("liaison.water").get(reverse("score")).status_code == 403


def test_what_the_clocks_say_is_filled_in_and_explained(as_):
    whistle = on_site(lead="water", assisting=(), at=NOW - timedelta(minutes=90))
    order = orders_of(whistle)["water"]
    services.submit_result(order, by=people["liaison.water"], at=NOW, note="Pumped out")
    whistle.refresh_from_db()
    services.verify(whistle, by=people["officer.fengning"], at=NOW, solved=True)
    page = as_("officer.fengning").get(reverse("score"))
    [row] = page.context["groups"][0]["orders"]
    assert [str(clock.state) for clock in row["clocks"]] == ["met", "met", "met"]
    assert row["punctuality"] == 100
    assert "Pumped out" in text(page)


def test_a_late_report_lowers_the_computed_part(as_):
    order = orders_of(dispatched("water", (), at=NOW - timedelta(hours=20)))["water"]
    liaison = people["liaison.water"]
    services.acknowledge(order, by=liaison, at=NOW - timedelta(hours=2))
    services.report(order, by=liaison, at=NOW, rank="head")
    services.submit_result(order, by=liaison, at=NOW, note="Done")
    order.whistle.refresh_from_db()
    services.verify(order.whistle, by=people["officer.fengning"], at=NOW, solved=True)
    [row] = as_("officer.fengning").get(reverse("score")).context["groups"][0]["orders"]
    kept = [clock.met_at <= clock.due_at for clock in row["clocks"]]
    assert 0 < kept.count(True) < 3
    assert round(row["punctuality"]) == round(100 * kept.count(True) / 3)


def test_scoring_leads_back_to_the_list_where_the_mark_now_stands(as_):
    verified(lead="water", assisting=["road"], at=NOW)
    first, second = as_("officer.fengning").get(reverse("score")).context["groups"][0]["orders"]
    sent = {"cooperation": "88", "resolution": "77", "next": first["act"]["next"], "idempotency_key": "k" * 32}
    answer = as_("officer.fengning").post(first["act"]["url"], sent)
    assert answer.url == reverse("score")
    page = as_("officer.fengning").get(reverse("score"))
    assert [row["order"] for row in page.context["groups"][0]["orders"]] == [second["order"]]
    assert [(mark.cooperation, mark.resolution) for mark in page.context["recent"]] == [(88, 77)]


def test_a_mark_out_of_range_comes_back_with_what_was_typed(as_):
    order = orders_of(verified(lead="water", assisting=(), at=NOW))["water"]
    url = reverse("order-act", args=[order.number, "score"])
    sent = {"cooperation": "101", "resolution": "77", "comment": "Came twice", "idempotency_key": "k" * 32}
    answer = as_("officer.fengning").post(url, sent | {"next": reverse("score")})
    assert answer.status_code == 400
    assert "Came twice" in text(answer)
    assert not Evaluation.objects.exists()


def test_another_streets_orders_are_not_there(as_):
    verified(at=NOW)
    page = as_("officer.heilinpu").get(reverse("score"))
    assert page.context["groups"] == []
    assert "No department waits for your score" in text(page)


def test_scores_cost_the_same_for_one_whistle_and_for_fifty(as_):
    def more(count):
        for _number in range(count):
            verified(lead="water", assisting=(), at=NOW)

    closed(at=NOW)
    more(1)
    one = cost(as_("officer.fengning"), reverse("score"))
    more(49)
    assert cost(as_("officer.fengning"), reverse("score")) == one


# --- ranking ----------------------------------------------------------------------------------------


def standings(page):
    return {
        row["standing"].department.code: row["standing"].rank
        for group in page.context["groups"]
        for row in group["rows"]
    }


def test_departments_are_ranked_in_their_group_and_few_cases_have_no_rank(as_):
    for _number in range(3):
        closed(lead="water", assisting=["housing"], at=NOW, cooperation=90)
    for _number in range(3):
        closed(lead="housing", assisting=(), at=NOW, cooperation=60)
    closed(lead="market", assisting=["gas"], at=NOW, cooperation=100)
    page = as_("liaison.fire").get(reverse("ranking"))
    assert standings(page) == {"water": 1, "housing": 2, "market": None, "gas": None}
    assert "No rank below 3 scored orders" in text(page)


def test_the_formula_is_told_with_its_weights(as_):
    page = text(as_("assessor").get(reverse("ranking")))
    assert "How the score is computed" in page
    for weight in ("15 %", "20 %", "30 %"):
        assert weight in page


def test_another_month_is_one_click_away_and_a_month_to_come_is_refused(as_):
    closed(at=MONDAY - timedelta(days=30), lead="water", assisting=())
    page = as_("assessor").get(reverse("ranking"))
    assert page.context["groups"] == []
    assert "?month=2026-10" in text(page)
    before = as_("assessor").get(reverse("ranking"), {"month": "2026-10"})
    assert "water" in standings(before)
    assert "?month=2026-11" in text(before)
    assert as_("assessor").get(reverse("ranking"), {"month": "2026-12"}).status_code == 400
    assert as_("assessor").get(reverse("ranking"), {"month": "nonsense"}).status_code == 400


def test_demonstration_data_is_marked(as_):
    closed(at=NOW, lead="water", assisting=())
    assert "Contains demonstration data" not in text(as_("assessor").get(reverse("ranking")))
    closed(at=NOW, lead="water", assisting=(), demonstration=True)
    assert "Contains demonstration data" in text(as_("assessor").get(reverse("ranking")))


@pytest.mark.parametrize("person", ["grid.hongshan", "community.hongshan"])
def test_rankings_are_not_shown_to_whoever_has_no_part_in_them(as_, person):
    assert as_(person).get(reverse("ranking")).status_code == 403
    assert as_(person).get(reverse("ranking-department", args=["water"])).status_code == 403


def test_a_foreign_district_is_refused_and_an_unknown_department_is_not_found(as_):
    assert as_("assessor").get(reverse("ranking"), {"district": "530111"}).status_code == 403
    assert as_("assessor").get(reverse("ranking-department", args=["guandu-water"])).status_code == 404


def test_the_city_chooses_among_districts(as_):
    closed(at=NOW, lead="water", assisting=())
    page = as_("city").get(reverse("ranking"))
    assert {district.code for district in page.context["districts"]} == {"530102", "530111"}
    assert standings(as_("city").get(reverse("ranking"), {"district": "530102"})) == {"water": None}


def test_a_row_opens_to_the_orders_clocks_and_marks_behind_it(as_):
    closed(lead="water", assisting=["road"], at=NOW, cooperation=81, resolution=72)
    page = as_("assessor").get(reverse("ranking-department", args=["water"]))
    [row] = page.context["orders"]
    assert (row["order"].evaluation.cooperation, row["order"].evaluation.resolution) == (81, 72)
    assert {"acknowledge", "report", "resolve"} <= set(row)
    assert reverse("order", args=[row["order"].number]) in text(page)


def test_a_liaison_sees_another_departments_figures_but_not_its_cases(as_):
    for _number in range(3):
        closed(lead="gas", assisting=(), at=NOW, title="Not for water")
    page = as_("liaison.water").get(reverse("ranking-department", args=["gas"]))
    assert page.context["standing"].rank == 1
    assert page.context["hidden"] == 3
    assert "Not for water" not in text(page)


def test_rankings_cost_the_same_for_one_order_and_for_fifty(as_):
    def more(count):
        for _number in range(count):
            closed(lead="water", assisting=(), at=NOW)

    more(3)
    urls = [reverse("ranking"), reverse("ranking-department", args=["water"])]
    few = [cost(as_("liaison.water"), url) for url in urls]
    more(47)
    assert [cost(as_("liaison.water"), url) for url in urls] == few


def test_figures_lead_nowhere_one_may_not_go(client, wuhua):
    wuhua.closed()
    for username in ("grid.hongshan", "community.hongshan", "officer.fengning"):
        client.force_login(wuhua.people[username])
        page = client.get(reverse("workbench"))
        may = client.get(reverse("ranking")).status_code == 200
        assert ('href="/ranking/"' in page.content.decode()) is may, username
