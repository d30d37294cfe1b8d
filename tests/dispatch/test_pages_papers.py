"""Sheets to print: who gets them, and that they say what the record says."""

from datetime import timedelta

import pytest
from django.urls import reverse

from dispatch import papers, services
from dispatch.models import Deadline
from tests.factories import MONDAY, finished, orders_of, people, secretaries_of, signing


@pytest.fixture
def case(wuhua):
    """A whistle with two orders, of which the centre pressed one."""
    whistle = wuhua.dispatched()
    order = orders_of(whistle)["housing"]
    services.supervise(order, by=people["dispatcher"], at=MONDAY + timedelta(hours=2), reason="请立即到场。")
    return whistle, order


def sheets(whistle, order):
    return {
        "application": reverse("whistle-application", args=[whistle.number]),
        "order": reverse("order-sheet", args=[order.number]),
        "supervision": reverse("supervision-sheet", args=[order.number, 1]),
    }


@pytest.mark.parametrize("kind", ["application", "order", "supervision"])
def test_a_sheet_is_for_whoever_may_see_the_case(case, as_, kind):
    address = sheets(*case)[kind]
    for username in ("dispatcher", "officer.fengning", "liaison.housing"):
        assert as_(username).get(address).status_code == 200
    for username in ("liaison.gas", "officer.heilinpu"):
        assert as_(username).get(address).status_code == 404


def test_a_department_gets_no_sheet_of_another_ones_order(case, as_):
    addresses = sheets(*case)
    assert as_("liaison.water").get(addresses["application"]).status_code == 200
    assert as_("liaison.water").get(addresses["order"]).status_code == 404
    assert as_("liaison.water").get(addresses["supervision"]).status_code == 404


def test_an_application_says_who_signed_in_which_post_and_when(case, as_):
    whistle, _order = case
    page = as_("officer.fengning").get(sheets(*case)["application"]).text
    for secretary in secretaries_of(whistle):
        assert str(secretary) in page
    for signature in whistle.signatures.all():
        assert str(signature.post) in page
    assert page.count(" · 23 Nov 2026, 09:30:00") == 2
    assert "Not signed yet" not in page


def test_an_application_leaves_room_for_whoever_has_not_signed(wuhua, as_):
    whistle = signing()
    page = as_("officer.fengning").get(reverse("whistle-application", args=[whistle.number])).text
    assert page.count("Not signed yet") == 2


def test_a_draft_is_printed_as_a_draft(wuhua, as_):
    whistle = wuhua.drafted()
    page = as_("officer.fengning").get(reverse("whistle-application", args=[whistle.number])).text
    assert "Draft" in page


def test_an_order_says_how_each_due_moment_comes_about(case, as_):
    _whistle, order = case
    page = as_("dispatcher").get(sheets(*case)["order"]).text
    clocks = Deadline.objects.filter(order=order)
    assert page.count("the clock starts</li>") == clocks.count() == 3


def test_an_order_says_who_came_and_what_came_of_it(wuhua, as_):
    order = orders_of(finished())["housing"]
    page = as_("dispatcher").get(reverse("order-sheet", args=[order.number])).text
    assert "Report on site" in page
    assert "已处置完毕。" in page
    assert page.count("Met at") == 3


def test_a_supervision_order_says_who_presses_and_why(case, as_):
    page = as_("liaison.housing").get(sheets(*case)["supervision"]).text
    assert str(people["dispatcher"]) in page
    assert "请立即到场。" in page


def test_a_supervision_order_that_was_never_sent_is_not_found(case, as_):
    _whistle, order = case
    for position in (0, 2):
        assert as_("dispatcher").get(reverse("supervision-sheet", args=[order.number, position])).status_code == 404


def test_the_pages_of_a_case_lead_to_its_sheets(case, as_):
    whistle, order = case
    addresses = sheets(whistle, order)
    assert addresses["application"] in as_("officer.fengning").get(reverse("whistle", args=[whistle.number])).text
    page = as_("liaison.housing").get(reverse("order", args=[order.number])).text
    assert addresses["order"] in page
    assert addresses["supervision"] in page


def test_a_drill_is_printed_as_a_drill(wuhua, as_):
    whistle = wuhua.drafted(drill=True)
    page = as_("officer.fengning").get(reverse("whistle-application", args=[whistle.number])).text
    assert "tag-drill" in page


def test_the_code_on_a_sheet_is_that_of_its_own_address():
    one, other = papers.qr("https://example.org/whistles/1/"), papers.qr("https://example.org/whistles/2/")
    assert one.startswith("<svg")
    assert one != other
    assert papers.qr("https://example.org/whistles/1/") == one
