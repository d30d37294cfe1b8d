"""The workbench and scoring, each as its reader meets it."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from assessment.models import Evaluation
from assessment.services.months import compute_running
from dispatch import services
from grid.demo import ACCOUNTS
from tests.copies import copied
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
from tests.reading import cost, text

NOW = MONDAY + timedelta(hours=2)


@pytest.fixture(autouse=True)
def at_eleven(wuhua):
    with time_machine.travel(NOW, tick=False):
        yield


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
        ("officer.fengning", {"drafts": 1, "verify": 1, "score": 2, "late": 0, "leads": 0, "letters": 0}),
        ("secretary.fengning", {"sign": 2, "verify": 1, "score": 2, "late": 0, "leads": 0, "letters": 0}),
        ("community.hongshan", {"sign": 2, "around": 6, "leads": 0, "letters": 0}),
        ("dispatcher", {"triage": 1, "returns": 1, "confirm": 1, "overdue": 0}),
        ("liaison.housing", {"handle": 2, "letters": 0}),
        ("leader.fengning", {"major": 1, "streets": 5}),
        ("city", {"escalated": 0}),
    ],
)
def test_each_role_finds_what_waits_for_it(as_, person, waiting):
    one_of_each()
    sections = as_(person).get("/").context["desk"].sections
    shown = [section for section in sections if section.total or not section.seldom]
    assert {section.name: section.total for section in shown} == waiting


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
    assert '<span id="todo" data-live="*">1 to do now</span>' in text(again)
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
    assert "Wuhua Water Affairs" not in text(as_("assessor").get("/"))
    compute_running(now=NOW)
    assert "Wuhua Water Affairs" in text(as_("assessor").get("/"))


@pytest.mark.parametrize("person", ["dispatcher", "liaison.housing", "officer.fengning"])
def test_the_workbench_costs_the_same_for_one_row_and_for_fifty(as_, person):
    one_of_each()
    rows = filed(at=NOW), dispatched("housing", (), at=NOW - timedelta(minutes=90))
    one = cost(as_(person), "/")
    for row in rows:
        copied(row, 49)
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
    closed(at=NOW)
    row = verified(lead="water", assisting=(), at=NOW)
    one = cost(as_("officer.fengning"), reverse("score"))
    copied(row, 49)
    assert cost(as_("officer.fengning"), reverse("score")) == one


def test_figures_lead_nowhere_one_may_not_go(client, wuhua):
    wuhua.closed()
    for username in ("grid.hongshan", "city", "officer.fengning"):
        client.force_login(wuhua.people[username])
        page = client.get(reverse("workbench"))
        may = client.get(reverse("ranking")).status_code == 200
        assert ('href="/ranking/"' in page.content.decode()) is may, username
