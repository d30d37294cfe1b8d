"""Formulas by API: a draft is begun, written whole with its faults named by place, tried out, and adopted."""

import copy

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assessment.models import Formula, FormulaAct
from assessment.presets import read_formula
from assessment.services.formulas import draft_from_preset
from assessment.services.months import compute
from tests.api.calling import Caller, names
from tests.factories import DISTRICT, MONDAY, people
from tests.months import NOVEMBER, late

PRESET = "jinniu-departments"


@pytest.fixture(autouse=True)
def monday(wuhua):
    with time_machine.travel(MONDAY, tick=False) as traveller:
        yield traveller


@pytest.fixture
def assessor(wuhua):
    return Caller("assessor", language="en")


def begun(caller, **body):
    answer = caller.post("formulas/", body or {"preset": PRESET})
    assert answer.status_code == 201, answer.json()
    return answer.json()


def path(draft, more=""):
    return f"formulas/{draft['number']}/{more}"


def saved(caller, draft, definition, revision=None, name="试行办法"):
    body = {"name": name, "definition": definition, "revision": revision or draft["revision"]}
    return caller.does(path(draft, "save/"), body)


def with_weights(draft, **weights):
    definition = copy.deepcopy(draft["definition"])
    for part in definition["parts"]:
        part["weight"] = weights.get(part["code"], part.get("weight"))
    return definition


def refused(answer, status, code, field=None):
    said = answer.json()
    assert (answer.status_code, said["code"]) == (status, code), said
    return said["fields"][field][0] if field else said["detail"]


def test_a_draft_is_begun_saved_with_its_faults_tried_out_and_adopted(assessor):
    shipped = {each["code"]: each for each in assessor.get("formulas/presets/").json()}
    assert (shipped[PRESET]["of"], shipped[PRESET]["sources"][0][:6]) == ("departments", "Jinniu")
    assert shipped[PRESET]["lines"]
    answer = assessor.post("formulas/", {"preset": PRESET}, key="k")
    draft = answer.json()
    assert (answer.status_code, draft["state"], draft["version"], draft["problems"]) == (201, "draft", None, {})
    assert draft["definition"] == read_formula(PRESET)["definition"]
    assert assessor.post("formulas/", {"preset": PRESET}, key="k").json()["number"] == draft["number"]
    assert names(draft["actions"]) == {"save", "adopt", "discard"}

    faulty = saved(assessor, draft, with_weights(draft, handled=90))
    assert (faulty["revision"], faulty["weight"], faulty["lines"]) == (2, 160, [])
    assert faulty["problems"] == {"parts": ["The weights add up to 160 instead of 100."]}
    adopt = {"month": "2026-12", "revision": 2}
    answer = assessor.post(path(draft, "adopt/"), adopt)
    assert refused(answer, 400, "unsound_formula", "parts") == "The weights add up to 160 instead of 100."

    sound = saved(assessor, faulty, with_weights(draft, handled=20, extended=20))
    assert sound["problems"] == {}
    assert sound["lines"][0]["text"].startswith("20 points × ")
    version = assessor.does(path(draft, "adopt/"), adopt | {"revision": 3})
    assert (version["state"], version["version"], version["applies_from"]) == ("adopted", 2, "2026-12")
    assert version["actions"] == []
    assert [act["kind"] for act in version["acts"]] == ["started", "saved", "saved", "adopted"]
    rows = assessor.get("formulas/", of="departments", state="adopted", district=DISTRICT).json()["results"]
    assert [row["version"] for row in rows] == [2, 1]
    again = begun(assessor, formula=version["number"])
    assert again["definition"] == version["definition"]
    assert assessor.does(path(again, "discard/"))["state"] == "discarded"


FAULTS = {
    "a formula that refers to itself": (
        {"kind": "normaliser", "code": "x", "name": "x", "of": "x", "by": "orders"},
        "parts.8.of",
        "A formula cannot refer to itself.",
    ),
    "a division by nothing said": (
        {"kind": "ratio", "code": "x", "name": "x", "enters": "not", "numerator": [["orders", 1]]},
        "parts.8.denominator",
        "Name one to ten measures.",
    ),
    "a measure that is none": (
        {"kind": "bonus", "code": "x", "name": "x", "points": 1, "terms": [["beauty", 1]]},
        "parts.8.terms",
        "There is no measure “beauty” for these units.",
    ),
}


@pytest.mark.parametrize(("part", "place", "sentence"), FAULTS.values(), ids=FAULTS)
def test_each_fault_is_named_by_its_place(assessor, part, place, sentence):
    draft = begun(assessor)
    parts = draft["definition"]["parts"]
    place = place.replace("8", str(len(parts)))
    definition = draft["definition"] | {"parts": [*parts, part]}
    said = assessor.does(path(draft, "check/"), {"definition": definition})
    assert sentence in said["problems"][place]
    assert Formula.objects.get(pk=draft["number"]).revision == 1, "nothing is kept"
    assert sentence in saved(assessor, draft, definition)["problems"][place]
    answer = assessor.post(path(draft, "adopt/"), {"month": "2026-12", "revision": 2})
    assert refused(answer, 400, "unsound_formula", place) == sentence


def test_what_has_not_the_form_of_a_formula_or_comes_too_late_is_refused_and_changes_nothing(assessor):
    draft = begun(assessor)
    right = {"name": "x", "definition": draft["definition"], "revision": 1}
    for changes, field in (
        ({"definition": []}, "definition"),
        ({"definition": "import os"}, "definition"),
        ({"definition": {"parts": {}}}, "parts"),
        ({"definition": {"parts": [{"kind": "python"}]}}, "parts.0.kind"),
        ({"definition": {"parts": [{"kind": "ratio"}] * 31}}, "parts"),
        ({"definition": {"parts": [{"kind": "ratio", "name": "长" * 50_000}]}}, "parts"),
        ({"name": " "}, "name"),
        ({"name": "长" * 61}, "name"),
        ({"revision": "x"}, "revision"),
    ):
        assert refused(assessor.post(path(draft, "save/"), right | changes), 400, "invalid", field), changes
    for body in ({"definition": []}, {"definition": {"parts": {}}}, {}, [], {"definition": 1}):
        assert refused(assessor.post(path(draft, "check/"), body), 400, "invalid"), body
    stale = assessor.post(path(draft, "save/"), right | {"revision": 7})
    assert "has saved this draft since" in refused(stale, 409, "stale")
    for month, words in (
        ("2026-09", "September 2026 is over."),
        ("2030-01", "too far ahead"),
        ("november", "Write the month as 2026-11."),
    ):
        answer = assessor.post(path(draft, "adopt/"), {"month": month, "revision": 1})
        assert words in refused(answer, 400, "invalid", "month")
    for body in (
        {},
        {"preset": PRESET, "formula": draft["number"]},
        {"preset": "no-such"},
        {"preset": "districts"},
        {"formula": "999999999"},
        {"formula": "x"},
        {"formula": ["x"]},
    ):
        assert refused(assessor.post("formulas/", body), 400, "invalid"), body
    assert assessor.post("formulas/", {"preset": PRESET, "district": "530111"}).status_code == 404
    assert FormulaAct.objects.count() == 1
    assessor.does(path(draft, "discard/"))
    assert refused(assessor.post(path(draft, "save/"), right), 409, "wrong_state")


def test_whoever_is_ranked_reads_what_is_adopted_and_nobody_else_what_is_drafted(callers, assessor):
    draft = begun(assessor)
    water = callers("liaison.water")
    rows = water.get("formulas/").json()["results"]
    assert {(row["of"], row["state"]) for row in rows} == {
        (of, "adopted") for of in ("departments", "streets", "communities")
    }
    read = water.get(f"formulas/{rows[0]['number']}/").json()
    assert read["lines"]
    assert (read["acts"], read["actions"]) == ([], [])
    assert callers("grid.hongshan").get("formulas/").json()["results"] == []
    for more in ("", "what-if/"):
        assert water.get(path(draft, more)).status_code == 404
    assert water.post(path(draft, "discard/")).status_code == 404
    assert water.post(path(draft, "check/"), {"definition": draft["definition"]}).status_code == 404
    assert water.get("formulas/presets/").status_code == 403
    assert water.get("formulas/measures/").status_code == 403
    assert water.post("formulas/", {"preset": PRESET}).status_code == 403
    version = path(rows[0])
    assert water.post("formulas/", {"formula": rows[0]["number"]}).status_code == 403
    assert water.get(f"{version}what-if/").status_code == 403
    assert water.post(f"{version}discard/").status_code == 403
    assert assessor.get("formulas/x/").status_code == 404
    assert assessor.get(f"formulas/{10**30}/").status_code == 404
    assert assessor.get("formulas/", of="dogs").status_code == 400


def test_what_if_says_who_moves_and_which_parts_move_them(assessor):
    late(lead="water", assisting=["road"])
    draft = begun(assessor)
    never = assessor.get(path(draft, "what-if/")).json()
    assert (never["state"], never["moves"], never["month"]) == (None, [], "2026-11")
    compute(DISTRICT, NOVEMBER, now=MONDAY)
    found = assessor.get(path(draft, "what-if/"), month="2026-11").json()
    assert (found["by"], found["formula"]["version"], found["state"]) == (draft["number"], 1, "running")
    move = next(each for each in found["moves"] if each["name"] == "Wuhua Water Affairs")
    assert move["before"]["total"] != move["after"]["total"]
    change = move["after"]["total"] - move["before"]["total"]
    assert move["points"] == pytest.approx(change)
    assert sum(reason["change"] for reason in move["reasons"]) == pytest.approx(change, abs=0.01)
    unit = assessor.get(path(draft, f"what-if/{move['unit']}/")).json()
    assert unit["move"] == move
    assert {bool(part["before"]) for part in unit["parts"]} == {True, False}
    assert unit["after_line"]
    assert assessor.get(path(draft, "what-if/0/")).status_code == 404
    assert refused(assessor.get(path(draft, "what-if/"), month="2027-01"), 400, "invalid", "month")
    saved(assessor, draft, with_weights(draft, handled=90))
    assert refused(assessor.get(path(draft, "what-if/")), 400, "unsound_formula", "parts")


def test_lists_and_what_if_cost_the_same_for_one_and_for_many(assessor):
    late(lead="water", assisting=())
    compute(DISTRICT, NOVEMBER, now=MONDAY)
    draft = begun(assessor)

    def costs():
        found = []
        for address in ("formulas/", path(draft), path(draft, "what-if/")):
            with CaptureQueriesContext(connection) as queries:
                assert assessor.get(address).status_code == 200
            found.append(len(queries))
        return found

    few = costs()
    for _number in range(5):
        draft_from_preset(PRESET, by=people["assessor"], at=MONDAY, area=DISTRICT)
    late(lead="gas", assisting=["road", "fire", "housing"])
    compute(DISTRICT, NOVEMBER, now=MONDAY)
    assert costs() == few
