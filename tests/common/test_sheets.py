"""Any list as a table file: what stands in it, what office programs make of it, and that it ends."""

import csv
import io
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import translation

from assessment.services.months import compute_running
from common.sheets import cell, sheet
from grid.worktime import SHANGHAI
from tests import factories
from tests.factories import MONDAY, departments, people

NOW = MONDAY + timedelta(hours=30)


def read(answer):
    content = b"".join(answer.streaming_content).decode()
    assert content.startswith("\ufeff")
    return list(csv.reader(io.StringIO(content.removeprefix("\ufeff"))))


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@cmd", "\tx", "\rx"])
def test_nothing_that_people_typed_becomes_a_formula(text):
    assert cell(text) == f"'{text}"


def test_figures_and_moments_are_written_plainly():
    at = datetime(2026, 11, 23, 9, 5, tzinfo=SHANGHAI)
    written = [cell(value) for value in (Decimal("-2.50"), -3, None, at, at.date())]
    assert written == ["-2.50", "-3", "", "2026-11-23 09:05:00", "2026-11-23"]


def test_a_list_that_is_too_long_says_that_it_was_cut():
    with translation.override("en"):
        answer = sheet("x", ["n"], ([n] for n in range(5)), limit=3)
    rows = read(answer)
    assert rows[:4] == [["n"], ["0"], ["1"], ["2"]]
    assert "only its first 3 rows" in rows[4][0]
    assert len(read(sheet("x", ["n"], ([n] for n in range(3)), limit=3))) == 4


def test_every_list_comes_as_a_file_with_its_own_rows_and_by_its_own_rights(wuhua):
    browser = Client(headers={"accept-language": "en"})

    def rows(who, address, **params):
        browser.force_login(people[who])
        page = browser.get(address, params)
        assert "format=csv" in page.text, address
        return read(browser.get(address, params | {"format": "csv"}))[1:]

    with time_machine.travel(NOW, tick=False):
        factories.closed(at=NOW, lead="gas", assisting=())
        factories.closed(at=NOW, lead="water", assisting=(), title="=HYPERLINK(1)")
        open_one = factories.dispatched(at=NOW, lead="water", assisting=())
        compute_running(now=NOW)
        whistles = reverse("whistles")
        titles = [row[1] for row in rows("dispatcher", whistles, state="closed")]
        assert titles == ["'=HYPERLINK(1)", "虹山东路黑臭水外溢"]
        assert [row[0] for row in rows("liaison.water", whistles)] == [open_one.number]
        assert len(rows("liaison.gas", whistles, state="closed")) == 1
        [finished] = rows("liaison.water", reverse("my-orders"), show="finished")
        assert (finished[1], finished[3]) == ("'=HYPERLINK(1)", "Wuhua Water Affairs")
        water, gas = (departments[code] for code in ("water", "gas"))
        with translation.override("en"):
            assert {row[2] for row in rows("assessor", reverse("ranking"))} == {str(water), str(gas)}
        behind = reverse("ranking-figure", args=["departments", water.pk, "cooperation"])
        [row] = rows("assessor", behind)
        assert (row[1], float(row[7])) == ("'=HYPERLINK(1)", 90)
        browser.force_login(people["liaison.water"])
        others = reverse("ranking-figure", args=["departments", gas.pk, "cooperation"])
        assert read(browser.get(others, {"format": "csv"}))[1:] == []
        assert browser.get(reverse("ranking"), {"of": "dispatchers", "format": "csv"}).status_code == 403
        assert [row[0] for row in rows("assessor", reverse("bulletins"))] == ["2026-11", "2026-10"]
