"""Every list as a file: the same rows as on its page, by the same rights, narrowed as the address says."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assessment import services as assessed
from assessment.services.holding import hold_to_account
from dispatch import services
from tests.common.test_sheets import read
from tests.copies import copied
from tests.factories import MONDAY, closed, dispatched, filed, people, reported, sent

NOW = MONDAY + timedelta(hours=40)


@pytest.fixture(autouse=True)
def wednesday(wuhua):
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def file(as_):
    """`file(who, page)`: its lines, each by the titles."""

    def get(who, page, **asked):
        answer = as_(who).get(reverse(page), asked | {"format": "csv"})
        assert answer.status_code == 200
        titles, *rows = read(answer)
        return [dict(zip(titles, row, strict=True)) for row in rows]

    return get


def test_leads_as_a_file_are_those_of_the_page_and_keep_whom_to_call_back(as_, file):
    reported(title="井盖松动", contact="13800000000")
    reported(title="树枝折断", hard=True)
    rows = file("officer.fengning", "leads")
    page = as_("officer.fengning").get(reverse("leads"))
    assert [row["Title"] for row in rows] == [card["title"] for card in page.context["cards"]]
    assert {row["Title"]: row["Hard"] for row in rows} == {"井盖松动": "no", "树枝折断": "yes"}
    assert all("13800000000" not in row.values() for row in rows)
    assert [row["Title"] for row in file("officer.fengning", "leads", search="树枝")] == ["树枝折断"]
    assert file("officer.heilinpu", "leads") == []
    assert as_("officer.fengning").get(reverse("leads"), {"state": "flying", "format": "csv"}).status_code == 400


def test_letters_as_a_file_say_what_was_advised_and_replied(file):
    letter = sent()
    services.reply(letter, by=people["liaison.water"], at=NOW, reply="已列入改造计划。")
    [row] = file("officer.fengning", "letters")
    assert (row["Number"], row["Reply"], row["Department"]) == (
        letter.number,
        "已列入改造计划。",
        "Wuhua Water Affairs",
    )
    assert file("liaison.gas", "letters") == []


def test_messages_as_a_file_are_ones_own(file):
    dispatched(lead="water", assisting=())
    [row] = file("liaison.water", "messages")
    assert row["Number"].startswith("530102-")
    assert row["Message"]
    assert file("liaison.gas", "messages") == []


def test_who_is_to_be_called_and_what_was_heard_are_two_files(file, as_):
    one, other = closed(title="已回访"), closed(title="待回访")
    given = {"contacted": True, "responded": True, "solved": False, "satisfaction": "not", "note": "又漏水了。"}
    assessed.call_back(one, by=people["dispatcher"], at=NOW, **given)
    assert [row["Number"] for row in file("dispatcher", "callbacks")] == [other.number]
    [heard] = file("dispatcher", "callbacks", list="called")
    assert (heard["Number"], heard["Solved"], heard["What they said"]) == (one.number, "no", "又漏水了。")
    assert as_("liaison.water").get(reverse("callbacks"), {"format": "csv"}).status_code == 403


def test_records_of_accountability_as_a_file_are_those_one_may_see(file):
    whistle = filed()
    services.decline(whistle, by=people["dispatcher"], at=NOW, reason="无须多方。", ruling="frivolous")
    hold_to_account(now=NOW)
    rows = file("assessor", "accountabilities")
    assert {row["Whistle"] for row in rows} == {whistle.number}
    assert len(rows) == 2
    [own] = file("community.hongshan", "accountabilities")
    assert own["Reason"] == "无须多方。"
    assert file("officer.heilinpu", "accountabilities") == []


@pytest.mark.parametrize(("who", "page"), [("officer.fengning", "leads"), ("liaison.water", "messages")])
def test_a_file_costs_the_same_for_one_row_and_for_twenty(as_, who, page):
    def cost():
        with CaptureQueriesContext(connection) as queries:
            read(as_(who).get(reverse(page), {"format": "csv"}))
        return len(queries)

    rows = reported(), dispatched(lead="water", assisting=())
    cost()
    one = cost()
    for row in rows:
        copied(row, 19)
    assert cost() == one
