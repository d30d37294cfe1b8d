"""The centre calls residents back after a case is closed; the first answer counts, and may reopen it."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from assessment import services
from assessment.models import Callback, Score
from assessment.services.months import compute
from assessment.states import Ranked
from assessment.verification import verify
from assessment.worklists import longest_waiting_first, to_call_back
from common.errors import Invalid, WrongState
from dispatch.models import Message
from tests.acting import act, again, last_event, offered
from tests.api.calling import Caller
from tests.factories import DISTRICT, FENGNING, MONDAY, USUAL, orders_of, people
from tests.reading import cost, text
from tests.threads import refusals, together

CLOSED = MONDAY + USUAL["closed"]
AT = CLOSED + timedelta(hours=3)
HEARD = {"contacted": True, "responded": True, "solved": True, "satisfaction": "fairly"}
PAGE = "/callbacks/"


def called(whistle, at=AT, **heard):
    return act(whistle, "call-back", "dispatcher", at, **(HEARD | heard))


def wait_for(who="dispatcher", at=AT):
    return list(longest_waiting_first(to_call_back(people[who], now=at)))


def test_the_first_answer_counts_and_ends_it(wuhua, time_machine):
    time_machine.move_to(AT, tick=False)
    earlier, whistle = wuhua.closed(at=CLOSED - timedelta(minutes=1)), wuhua.closed()
    assert wait_for() == [earlier, whistle]
    called(earlier, contacted=False, note="无人接听。")
    # What was heard of a call that reached nobody is not kept.
    [vain] = Callback.objects.all()
    assert (vain.contacted, vain.responded, vain.solved, vain.satisfaction) == (False, None, None, "")
    assert last_event(earlier).kind == "whistle.nobody_answered"
    # Whoever was called in vain is called again after those who were not called at all.
    assert wait_for() == [whistle, earlier]
    called(earlier, at=AT + timedelta(hours=1))
    said = last_event(earlier)
    assert said.kind == "whistle.called_back"
    assert said.data == {"responded": True, "solved": True, "satisfaction": "fairly"}
    assert said.post_name
    assert wait_for() == [whistle]
    assert "call-back" not in offered(earlier, "dispatcher")
    with pytest.raises(WrongState):
        services.call_back(earlier, by=people["dispatcher"], at=AT, **HEARD)
    assert Callback.objects.count() == 2
    assert wait_for("officer.fengning") == []


@pytest.mark.parametrize(
    ("given", "fields"),
    [
        ({"contacted": ""}, {"contacted"}),
        ({"contacted": "perhaps"}, {"contacted"}),
        ({"solved": "", "satisfaction": "", "responded": ""}, {"solved", "satisfaction", "responded"}),
        ({"satisfaction": "delighted"}, {"satisfaction"}),
        ({"solved": "half"}, {"solved"}),
        ({"note": "长" * 2001}, {"note"}),
    ],
)
def test_who_was_reached_has_said_something(wuhua, time_machine, given, fields):
    time_machine.move_to(AT, tick=False)
    whistle = wuhua.closed()
    with pytest.raises(Invalid) as refused:
        called(whistle, **given)
    assert set(refused.value.fields) == fields
    assert not Callback.objects.exists()


def test_nobody_is_called_before_the_end_nor_for_a_drill_nor_when_it_cannot_be_reopened_any_more(wuhua):
    last = CLOSED + timedelta(days=30)
    for whistle, at in ((wuhua.confirmed(), AT), (wuhua.closed(drill=True), AT)):
        with pytest.raises(WrongState):
            services.call_back(whistle, by=people["dispatcher"], at=at, **HEARD)
    whistle, other = wuhua.closed(), wuhua.closed()
    assert wait_for(at=last) == [whistle, other]
    assert wait_for(at=last + timedelta(microseconds=1)) == []
    services.call_back(whistle, by=people["dispatcher"], at=last, **HEARD)
    with pytest.raises(WrongState):
        services.call_back(other, by=people["dispatcher"], at=last + timedelta(microseconds=1), **HEARD)


def test_a_case_that_is_not_solved_is_told_to_the_street_and_reopened_and_asked_about_again(wuhua, as_, time_machine):
    time_machine.move_to(AT, tick=False)
    whistle = called(wuhua.closed(lead="water", assisting=[]), solved=False, satisfaction="not", note="水又冒出来了。")
    told = set(Message.objects.filter(event=last_event(whistle)).values_list("person__username", flat=True))
    assert told == {"officer.fengning", "secretary.fengning"}
    page = as_("officer.fengning").get(reverse("whistle", args=[whistle.number]))
    assert "Residents say that it is not solved" in text(page)
    assert "水又冒出来了。" in text(page)
    reopen = reverse("whistle-act", args=[whistle.number, "reopen"])
    assert reopen in text(page)
    assert reopen in text(as_("dispatcher").get(PAGE))

    whistle = act(whistle, "reopen", "dispatcher", AT, reason="居民反映未解决。")
    act(whistle, "dispatch", "dispatcher", AT, lead="gas")
    order = orders_of(whistle)["gas"]
    act(order, "acknowledge", "liaison.gas", AT)
    act(order, "report", "liaison.gas", AT, rank="head")
    act(order, "submit-result", "liaison.gas", AT, note="已修复。")
    act(whistle, "verify", "officer.fengning", AT, solved=True)
    act(whistle, "confirm", "dispatcher", AT)
    later = AT + timedelta(hours=2)
    act(order, "score", "officer.fengning", later, cooperation=90, resolution=90)
    assert again(whistle).state == "closed"
    page = as_("officer.fengning").get(reverse("whistle", args=[whistle.number]))
    assert page.context["now"]["event"] is None
    time_machine.move_to(later, tick=False)
    assert wait_for(at=later) == [whistle]
    called(whistle, at=later, satisfaction="satisfied")

    # Each answer is that of the departments it is about; of the whistle the last one counts. The record says the same.
    bulletin = compute(DISTRICT, date(2026, 11, 1), now=later + timedelta(hours=1))
    heard = {
        row.unit_name if row.ranking.ranked == Ranked.DEPARTMENTS else row.unit: {
            name: Decimal(row.figures.get(name, 0)) for name in ("callbacks", "contacted", "solved", "satisfied")
        }
        for row in Score.objects.filter(ranking__ranked__in=[Ranked.DEPARTMENTS, Ranked.STREETS])
    }
    assert heard[wuhua.departments["water"].name] == {"callbacks": 1, "contacted": 1, "solved": 0, "satisfied": 0}
    assert heard[wuhua.departments["gas"].name] == {"callbacks": 1, "contacted": 1, "solved": 1, "satisfied": 1}
    assert heard[FENGNING] == {"callbacks": 1, "contacted": 1, "solved": 1, "satisfied": 1}
    assert list(verify(bulletin, now=later)) == []


def test_the_page_leads_from_call_to_call(wuhua, as_, time_machine):
    time_machine.move_to(AT, tick=False)
    assert "Nobody waits to be called" in text(as_("dispatcher").get(PAGE))
    assert as_("officer.fengning").get(PAGE).status_code == 403
    whistle = wuhua.closed()
    [card] = as_("dispatcher").get(PAGE).context["cards"]
    assert "What they said" in text(as_("dispatcher").get(card["act"]["url"]))
    sent = {"contacted": "true", "responded": "false", "satisfaction": "not"} | {
        "solved": "",
        "note": "Typed",
        "idempotency_key": "k" * 32,
        "next": PAGE,
    }
    refused = as_("dispatcher").post(card["act"]["url"], sent)
    assert (refused.status_code, "Typed" in text(refused)) == (400, True)
    assert as_("dispatcher").post(card["act"]["url"], sent | {"solved": "true"}).url == PAGE
    page = as_("dispatcher").get(PAGE)
    assert (page.context["cards"], page.context["recent"][0]["call"].whistle) == ([], whistle)
    one = cost(as_("dispatcher"), PAGE)
    for number in range(5):
        wuhua.closed(at=CLOSED + timedelta(seconds=number))
    called(wuhua.closed(), contacted=False)
    assert cost(as_("dispatcher"), PAGE) == one
    entries = {entry["url"]: entry["count"] for entry in as_("dispatcher").get("/").context["page"]["nav"]}
    assert entries[PAGE] == 6


def test_programs_see_who_is_to_be_called_and_say_what_was_heard(wuhua, time_machine):
    time_machine.move_to(AT, tick=False)
    whistle = wuhua.closed()
    dispatcher, officer = Caller("dispatcher"), Caller("officer.fengning")
    assert [row["number"] for row in dispatcher.get("callbacks/").json()["results"]] == [whistle.number]
    assert officer.get("callbacks/").status_code == 403
    path = f"whistles/{whistle.number}/call-back/"
    assert officer.post(path, HEARD).status_code == 403
    assert Caller("officer.heilinpu").post(path, HEARD).status_code == 404
    assert dispatcher.post(path, HEARD | {"satisfaction": ""}).status_code == 400
    assert dispatcher.does(path, HEARD)["events"][-1]["kind"] == "whistle.called_back"
    assert dispatcher.post(path, HEARD).status_code == 409
    assert dispatcher.get("callbacks/").json()["results"] == []


@pytest.mark.django_db(transaction=True)
def test_two_who_call_at_once_leave_one_answer(wuhua):
    whistle = wuhua.closed()

    def call(satisfaction):
        return services.call_back(
            again(whistle), by=people["dispatcher"], at=AT, **HEARD | {"satisfaction": satisfaction}
        )

    [refused] = refusals(together(lambda: call("satisfied"), lambda: call("not")))
    assert isinstance(refused, WrongState)
    assert Callback.objects.count() == 1


def test_the_form_of_a_call_belongs_to_the_desk_of_callbacks(wuhua, as_, time_machine):
    time_machine.move_to(AT, tick=False)
    whistle = wuhua.closed()
    page = as_("dispatcher").get(reverse("whistle-act", args=[whistle.number, "call-back"]))
    assert [entry["url"] for entry in page.context["page"]["nav"] if entry["active"]] == [PAGE]
