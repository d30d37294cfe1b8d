"""The pages of leads: the list, the report from a phone, each one's own page and its acts."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.acting import act, again
from tests.factories import FENGNING, HEILINPU, HONGSHAN, MONDAY, photo, reported
from whistle.models import Lead, Whistle

LIMIT = 60_000
GRID = f"{HONGSHAN}001"
NOON = MONDAY.replace(hour=12)


@pytest.fixture(autouse=True)
def monday_noon(wuhua):
    with time_machine.travel(NOON, tick=False):
        yield


def titles(response):
    return [card["title"] for card in response.context["cards"]]


def page_of(lead):
    return reverse("lead", args=[lead.number])


def test_the_list_shows_what_was_reported_where_one_looks_the_most_urgent_first(as_):
    reported(title="早先的")
    soon = NOON + timedelta(hours=1)
    reported(title="热线的", by="officer.fengning", area=HONGSHAN, hotline_number="12345-1", answer_by=soon)
    act(reported(title="已解决"), "solve", "grid.hongshan", NOON, answer="x")
    reported(title="别处的", by="officer.heilinpu", area=f"{HEILINPU}001")

    def look(username, **what):
        return titles(as_(username).get(reverse("leads"), what))

    assert look("officer.fengning") == ["热线的", "早先的"]
    assert look("grid.hongshan") == ["早先的"]
    assert look("dispatcher") == ["热线的", "早先的", "别处的"]
    assert look("liaison.water") == look("admin") == []
    assert look("officer.fengning", state="solved") == ["已解决"]
    assert look("officer.fengning", mine="true") == ["热线的"]
    assert look("dispatcher", holder="grid") == ["早先的"]
    assert look("dispatcher", area=HEILINPU) == ["别处的"]
    assert look("dispatcher", search="12345-1") == ["热线的"]
    assert look("dispatcher", search="丰宁街道工作人员") == ["热线的"]
    assert as_("dispatcher").get(reverse("leads"), {"state": "flying"}).status_code == 400
    assert "No lead fits" in as_("dispatcher").get(reverse("leads"), {"search": "没有"}).text
    assert reverse("lead-new") in as_("grid.hongshan").get(reverse("leads")).text
    assert reverse("lead-new") not in as_("dispatcher").get(reverse("leads")).text


def test_the_list_and_the_desk_cost_the_same_for_one_lead_and_for_fifty_and_stay_light(as_):
    client, counts = as_("grid.hongshan"), []
    for many in (1, 50):
        for _number in range(many):
            reported()
        counts.append([])
        for name in ("leads", "workbench"):
            client.get(reverse(name))
            with CaptureQueriesContext(connection) as queries:
                response = client.get(reverse(name))
            counts[-1].append(len(queries))
            assert len(response.content) <= LIMIT
    assert counts[0] == counts[1]
    assert titles(client.get(reverse("leads"), {"page": "2"})) == ["井盖松动"]


def test_a_grid_worker_reports_in_three_taps(as_):
    client = as_("grid.hongshan")
    page = client.get(reverse("lead-new"))
    assert f'<option value="{GRID}" selected>' in page.text
    assert 'capture="environment"' in page.text
    form = {"idempotency_key": "k", "title": "井盖松动", "area": GRID, "lat": "25.06", "lng": "102.68"}
    sent = client.post(reverse("lead-new"), form | {"photos": [photo()]}, follow=True)
    lead = Lead.objects.get()
    assert [to for to, _status in sent.redirect_chain] == [page_of(lead)]
    assert "The grid has it in hand" in sent.text
    assert (lead.holder, lead.source, lead.lat, lead.reported_at) == ("grid", "grid", 25.06, NOON)
    again_sent = client.post(reverse("lead-new"), form | {"photos": [photo()]})
    assert (again_sent.headers["Location"], Lead.objects.count()) == (page_of(lead), 1)


def test_a_report_that_is_refused_keeps_what_was_typed(as_):
    client = as_("officer.fengning")
    reported(by="officer.fengning", area=FENGNING, hotline_number="12345-1")
    right = {"title": "夜间噪声", "area": HONGSHAN, "source": "hotline"}
    for wrong, status, sentence in (
        ({"hotline_number": "12345-1"}, 400, "has been entered already"),
        ({"answer_by": "2026-11-23T11:59"}, 400, "has passed already"),
        ({"area": f"{HEILINPU}001"}, 403, "in the area of your post"),
        ({"area": "530102"}, 400, "lies in a street"),
        ({"title": " "}, 400, "required"),
        ({"lat": "25"}, 400, "both its latitude"),
    ):
        answer = client.post(reverse("lead-new"), right | {"contact": "来电市民"} | wrong)
        assert (answer.status_code, sentence in answer.text, "来电市民" in answer.text) == (status, True, True), wrong
    assert Lead.objects.count() == 1
    for username in ("dispatcher", "liaison.water", "admin"):
        assert as_(username).get(reverse("lead-new")).status_code == 403


def test_a_lead_opens_for_those_concerned_with_its_clock_and_what_they_may_do(as_):
    lead = reported(contact="来访居民", description="下雨后松动", lat=25.06, lng=102.68, photos=[photo()])
    for username, status in (("officer.heilinpu", 404), ("liaison.water", 404), ("admin", 404), ("dispatcher", 200)):
        assert as_(username).get(page_of(lead)).status_code == status, username
    said = as_("grid.hongshan").get(page_of(lead)).text
    for text in ("下雨后松动", "来访居民", "answer a lead", "Lead reported · the grid", "data-map-shown"):
        assert text in said, text
    assert reverse("lead-act", args=[lead.number, "solve"]) in said
    assert reverse("lead-act", args=[lead.number, "whistle"]) not in said
    looked_on = as_("dispatcher").get(page_of(lead)).text
    assert "来访居民" not in looked_on
    assert reverse("lead-act", args=[lead.number, "solve"]) not in looked_on
    desk = as_("grid.hongshan").get(reverse("workbench")).text
    assert page_of(lead) in desk
    assert "Leads in your hand" in desk


def test_acts_are_asked_for_and_done_on_pages_of_their_own(as_):
    lead = reported()
    client = as_("grid.hongshan")
    solve = reverse("lead-act", args=[lead.number, "solve"])
    assert lead.title in client.get(solve).text
    assert client.post(solve, {"answer": ""}).status_code == 400
    assert client.get(reverse("lead-act", args=[lead.number, "bless"])).status_code == 404
    assert client.get(reverse("lead-act", args=[lead.number, "whistle"])).status_code == 403
    assert client.post(solve, {"answer": "已换井盖"}).headers["Location"] == page_of(lead)
    assert "已换井盖" in client.get(page_of(lead)).text
    assert client.get(solve).status_code == 409


def test_a_lead_that_becomes_a_whistle_leads_to_its_draft_and_the_whistle_names_it(as_):
    lead = reported(hard=True)
    client = as_("officer.fengning")
    act_page = reverse("lead-act", args=[lead.number, "whistle"])
    refused = client.post(act_page, {"type": "key", "level": "general", "criteria": ["joint"], "description": "没法"})
    assert (refused.status_code, "needs at least" in refused.text, "没法" in refused.text) == (400, True, True)
    given = {"type": "key", "level": "general", "criteria": ["hazard", "joint"], "description": "没法"}
    sent = client.post(act_page, given)
    whistle = Whistle.objects.get(lead=lead)
    assert sent.headers["Location"] == reverse("whistle-edit", args=[whistle.number])
    assert page_of(lead) in client.get(reverse("whistle", args=[whistle.number])).text
    assert reverse("whistle", args=[whistle.number]) in client.get(page_of(again(lead))).text
