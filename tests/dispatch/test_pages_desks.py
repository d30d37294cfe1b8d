"""The pages on which lists are worked off: triage, signatures, my orders. Each as its reader meets it."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from dispatch import services
from dispatch.models import ClockRule, Order
from tests.copies import copied
from tests.factories import MONDAY, departments, dispatched, filed, finished, orders_of, people, signing, verified
from whistle.models import Whistle

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


def test_a_whistle_whose_type_has_no_clock_for_the_centre_waits_in_the_queue_all_the_same(as_):
    ClockRule.objects.filter(kind="triage").delete()
    waiting = [filed(title="路面塌陷"), filed(title="管线爆裂")]
    page = text(as_("dispatcher").get(reverse("triage")))
    assert [each.title in page for each in waiting] == [True, True]


@pytest.mark.parametrize(
    ("page", "stranger"),
    [("triage", "liaison.water"), ("sign", "officer.fengning"), ("my-orders", "dispatcher")],
)
def test_a_desk_is_shown_only_to_whoever_works_at_it(as_, page, stranger):
    assert as_(stranger).get(reverse(page)).status_code == 403


@pytest.mark.parametrize(
    ("page", "person", "sentence"),
    [
        ("triage", "dispatcher", "No whistle waits for triage"),
        ("sign", "secretary.fengning", "Nothing waits for your signature"),
        ("my-orders", "liaison.water", "No order waits for your department"),
    ],
)
def test_an_empty_desk_says_what_would_stand_there(as_, page, person, sentence):
    assert sentence in text(as_(person).get(reverse(page)))


# --- triage -----------------------------------------------------------------------------------------


def test_the_whistle_that_is_due_first_is_the_one_to_triage(as_):
    filed(at=NOW - timedelta(minutes=5), title="Later")
    filed(at=NOW - timedelta(minutes=90), title="Sooner")
    page = as_("dispatcher").get(reverse("triage"))
    assert page.context["chosen"].title == "Sooner"
    assert [card["title"] for card in page.context["queue"]] == ["Sooner", "Later"]


def test_any_whistle_of_the_queue_can_be_opened_instead(as_):
    filed(at=NOW - timedelta(minutes=90), title="Sooner")
    later = filed(at=NOW - timedelta(minutes=5), title="Later")
    page = as_("dispatcher").get(reverse("triage"), {"number": later.number})
    assert page.context["chosen"] == later
    assert as_("dispatcher").get(reverse("triage"), {"number": "nonsense"}).context["chosen"].title == "Sooner"


def test_a_whistle_that_is_named_is_found_however_far_back_it_stands(as_):
    for minutes in range(15):
        filed(at=NOW - timedelta(minutes=minutes))
    last = Whistle.objects.order_by("filed_at").last()
    assert as_("dispatcher").get(reverse("triage"), {"number": last.number}).context["chosen"] == last


def test_the_form_comes_with_the_departments_that_the_street_suggests_and_their_load(as_):
    dispatched("water", ("road",))
    dispatched("water", (), at=NOW)
    filed(at=NOW, lead="water", assisting=["road", "gas"])
    form = as_("dispatcher").get(reverse("triage")).context["case"]["dispatch"]["form"]
    assert form["lead"].value() == "water"
    assert form["assisting"].value() == ["road", "gas"]
    labels = [str(label) for _code, label in form.fields["assisting"].choices]
    assert labels[:3] == [
        "Wuhua Water Affairs · 2 open · 1 overdue",
        "Wuhua Roads and Bridges · 1 open · 1 overdue",
        "PetroChina Kunlun Gas · 0 open",
    ]


def test_the_due_moments_are_those_that_dispatching_now_sets(as_):
    whistle = filed(at=NOW, lead="water")
    promised = [promise["at"] for promise in as_("dispatcher").get(reverse("triage")).context["case"]["promises"]]
    services.dispatch(whistle, by=people["dispatcher"], at=NOW, lead=departments["water"], assisting=[])
    order = Order.objects.get(whistle=whistle)
    assert promised == list(order.deadlines.order_by("due_at").values_list("due_at", flat=True))


def test_dispatching_leads_back_to_the_queue(as_):
    whistle = filed(at=NOW)
    page = as_("dispatcher").get(reverse("triage"))
    act = page.context["case"]["dispatch"]
    assert f'name="next" value="{reverse("triage")}"' in text(page)
    sent = {
        "lead": "water",
        "assisting": ["road"],
        "idempotency_key": act["idempotency_key"],
        "next": reverse("triage"),
    }
    answer = as_("dispatcher").post(act["url"], sent)
    assert (answer.status_code, answer.url) == (302, reverse("triage"))
    assert {order.department.code for order in Order.objects.filter(whistle=whistle)} == {"water", "road"}


def test_a_refused_dispatch_keeps_what_was_typed_and_where_to_go_back_to(as_):
    whistle = filed(at=NOW)
    url = reverse("whistle-act", args=[whistle.number, "dispatch"])
    sent = {"lead": "", "note": "Bring the pump", "idempotency_key": "k" * 32, "next": reverse("triage")}
    answer = as_("dispatcher").post(url, sent)
    assert answer.status_code == 400
    assert "Bring the pump" in text(answer)
    assert f'name="next" value="{reverse("triage")}"' in text(answer)


def test_a_returned_order_stands_there_with_its_reason_and_both_rulings(as_):
    order = orders_of(dispatched("housing", ["water"]))["water"]
    services.return_order(order, by=people["liaison.water"], at=NOW, reason="The pipe is not ours")
    page = text(as_("dispatcher").get(reverse("triage")))
    assert "The pipe is not ours" in page
    for ruling in ("uphold-return", "overrule-return"):
        assert f"{reverse('order-act', args=[order.number, ruling])}?next={reverse('triage')}" in page


def test_what_a_street_verified_is_confirmed_with_one_click(as_):
    whistle = verified(at=NOW - timedelta(minutes=1))
    [card] = as_("dispatcher").get(reverse("triage")).context["to_confirm"]
    act = card["act"]
    answer = as_("dispatcher").post(act["url"], {"idempotency_key": act["idempotency_key"], "next": act["next"]})
    assert answer.url == reverse("triage")
    assert Whistle.objects.get(pk=whistle.pk).confirmed_at == NOW


def test_the_queue_of_another_district_is_not_shown(as_):
    filed(at=NOW)
    people["dispatcher"].posts.update(area="530111")
    assert as_("dispatcher").get(reverse("triage")).context["chosen"] is None


def test_triage_costs_the_same_for_one_row_and_for_fifty(as_):
    verified(at=NOW)
    rows = filed(at=NOW - timedelta(minutes=1), lead="water"), dispatched(at=NOW - timedelta(minutes=10))
    services.return_order(orders_of(rows[1])["water"], by=people["liaison.water"], at=NOW, reason="Not ours")
    one = cost(as_("dispatcher"), reverse("triage"))
    for row in rows:
        copied(row, 49)
    assert cost(as_("dispatcher"), reverse("triage")) == one


# --- signatures -------------------------------------------------------------------------------------


def test_a_secretary_signs_on_the_page_that_shows_the_case(as_):
    whistle = signing(at=NOW - timedelta(hours=1), description="Black water since the rain")
    page = as_("secretary.fengning").get(reverse("sign"))
    assert "Black water since the rain" in text(page)
    act = page.context["case"]["sign"]
    assert act["form"]["inspected_at"].value() == "2026-11-23T11:00"
    sent = {"inspected_at": "2026-11-23T10:30", "opinion": "Seen.", "next": act["next"], "idempotency_key": "k" * 32}
    answer = as_("secretary.fengning").post(act["url"], sent)
    assert answer.url == reverse("sign")
    assert [signature.opinion for signature in whistle.signatures.all()] == ["Seen."]
    assert as_("secretary.fengning").get(reverse("sign")).context["chosen"] is None


def test_the_other_secretarys_word_stands_beside_the_form(as_):
    whistle = signing(at=NOW - timedelta(hours=1))
    services.sign(whistle, by=people["community.hongshan"], at=NOW, opinion="I saw it too", inspected_at=NOW)
    assert "I saw it too" in text(as_("secretary.fengning").get(reverse("sign")))


def test_a_refusal_without_an_opinion_comes_back_with_its_form(as_):
    whistle = signing(at=NOW - timedelta(hours=1))
    url = reverse("whistle-act", args=[whistle.number, "refuse"])
    answer = as_("secretary.fengning").post(url, {"opinion": "", "idempotency_key": "k" * 32, "next": reverse("sign")})
    assert answer.status_code == 400
    assert not whistle.signatures.exists()


def test_signatures_cost_the_same_for_one_row_and_for_fifty(as_):
    row = signing(at=NOW)
    one = cost(as_("secretary.fengning"), reverse("sign"))
    copied(row, 49)
    assert cost(as_("secretary.fengning"), reverse("sign")) == one


# --- my orders --------------------------------------------------------------------------------------


def test_the_most_urgent_order_is_large_and_ticks_in_digits(as_):
    dispatched("water", (), at=NOW - timedelta(minutes=5), title="Later")
    dispatched("water", (), at=NOW - timedelta(minutes=48, seconds=8), title="Sooner")
    page = as_("liaison.water").get(reverse("my-orders"))
    assert page.context["first"]["title"] == "Sooner"
    assert [card["title"] for card in page.context["cards"]] == ["Later"]
    assert "<span data-clock-text>11:52</span>" in text(page)
    assert page.context["first_actions"][0]["name"] == "acknowledge"


def test_acknowledging_leads_back_to_the_list(as_):
    order = orders_of(dispatched("water", ()))["water"]
    act = as_("liaison.water").get(reverse("my-orders")).context["first_actions"][0]
    answer = as_("liaison.water").post(act["url"], {"idempotency_key": "k" * 32, "next": act["next"]})
    assert answer.url == reverse("my-orders")
    order.refresh_from_db()
    assert order.acknowledged_at == NOW


def test_finished_orders_stand_on_a_page_of_their_own(as_):
    finished(lead="water", assisting=(), at=NOW, title="Done")
    dispatched("water", (), title="Open")
    page = as_("liaison.water").get(reverse("my-orders"), {"show": "finished"})
    assert [card["title"] for card in page.context["cards"]] == ["Done"]


def test_another_departments_orders_are_not_there(as_):
    dispatched("gas", (), title="Somebody else's")
    assert "Somebody else" not in text(as_("liaison.water").get(reverse("my-orders")))


@pytest.mark.parametrize("page", ["0", "-1", "x", "1001"])
def test_a_page_that_cannot_be_is_not_found(as_, page):
    assert as_("liaison.water").get(reverse("my-orders"), {"page": page}).status_code == 404


def test_my_orders_cost_the_same_for_one_row_and_for_fifty_and_turn_their_pages(as_):
    row = dispatched("water", (), at=NOW)
    one = cost(as_("liaison.water"), reverse("my-orders"))
    copied(row, 49)
    assert cost(as_("liaison.water"), reverse("my-orders")) == one
    cost(as_("liaison.water"), reverse("my-orders") + "?page=3")
    last = as_("liaison.water").get(reverse("my-orders"), {"page": 3})
    assert (len(last.context["cards"]), last.context["more"]) == (10, False)
