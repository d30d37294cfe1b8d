"""The editor of a draft: what is typed is checked in words and never lost; and what the draft would have changed."""

import html
import re
from datetime import date
from decimal import Decimal

import pytest
import time_machine
from django.http import QueryDict
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from assessment.editor import kept, rules_of, sent, shown
from assessment.formulas import examine
from assessment.models import Formula, FormulaAct, OrderTally, Period, Score
from assessment.presets import formula_names, read_formula
from assessment.services import formulas as services
from assessment.services.months import compute
from assessment.states import Ranked
from assessment.whatif import what_if
from tests.factories import DISTRICT, MONDAY, closed, departments, people
from tests.reading import cost, text

NOW = MONDAY.replace(day=25)
NOVEMBER = date(2026, 11, 1)


@pytest.fixture
def assessor(wuhua):
    with time_machine.travel(NOW, tick=False):
        yield people["assessor"]


@pytest.fixture
def draft(assessor):
    return services.draft_from_preset("jinniu-departments", by=assessor, at=NOW, area=DISTRICT)


def fields_of(page):
    """What a browser would send: every field of the editor, by name."""
    form = re.search(r'<form[^>]*id="editor".*?</form>', page, re.S)[0]
    found = []
    for tag in re.findall(r"<input[^>]*>|<select.*?</select>", form, re.S):
        name = re.search(r'name="([^"]*)"', tag)
        if not name or ('type="checkbox"' in tag and "checked" not in tag):
            continue
        chosen = re.search(r'value="([^"]*)" selected', tag) if tag.startswith("<select") else None
        first = re.search(r'value="([^"]*)"', tag)
        value = (chosen or first)[1] if chosen or first else ""
        found.append((html.unescape(name[1]), html.unescape(value)))
    data = {}
    for name, value in found:
        data.setdefault(name, []).append(value)
    return data


@pytest.mark.parametrize("name", formula_names())
def test_the_form_of_any_formula_says_the_same_as_the_formula(name):
    shipped = read_formula(name)
    draft = kept("x", 1, shipped["definition"])
    before = examine(draft.definition, shipped["of"])
    for position in range(len(draft.rows)):
        opened = draft.does(f"open:{position}")
        rows = shown(opened, before, shipped["of"])
        data = QueryDict(mutable=True)
        data.update({"name": "x", "revision": "1"})
        for field in rules_of(opened, before, shipped["of"]):
            data[field.name] = field.value
        data.setlist("part", [row.json for row in rows])
        for row in rows:
            if row.weight is not None:
                data[f"{row.position}-weight"] = row.weight
        data["open"] = str(position)
        for field in rows[position].fields:
            if field.shape == "terms":
                data.setlist(field.name, [measure for measure, _factor in field.value])
                data.setlist(f"{field.name}-factor", [factor or "1" for _measure, factor in field.value])
            elif field.shape == "steps":
                data.setlist(field.step_from, [start for start, _points in field.value])
                data.setlist(field.step_points, [points for _start, points in field.value])
            elif field.shape == "tick":
                data[field.asks] = "yes"
                data.update({field.name: "yes"} if field.value else {})
            else:
                data[field.name] = field.value
        found = examine(sent(data).definition, shipped["of"])
        assert found.problems == {}
        assert examine(sent(data).definition, shipped["of"]) == before


def test_without_scripts_parts_are_added_moved_and_removed_and_nothing_typed_is_lost(as_, draft):
    client, address = as_("assessor"), reverse("formula", args=[draft.pk])
    page = client.get(address)
    assert "20 points" not in text(page), "the weight stands in a field of its own"
    assert "× (1 − results sent back ÷ results submitted)" in text(page)
    data = fields_of(text(page))
    data["name"], data["0-weight"] = ["Trial rules"], ["25"]
    for button in ("add:deduction", "up:5", "remove:3", "open:0"):
        page = client.post(address, data | {"do": button})
        assert page.status_code == 200
        data = fields_of(text(page))
    assert (data["name"], data["0-weight"]) == (["Trial rules"], ["25"])
    assert data["open"] == ["0"]
    kinds = [re.search(r'"kind": "(\w+)"', part)[1] for part in data["part"]]
    assert kinds == ["ratio", "ratio", "ratio", "ratio", "deduction"] or kinds.count("deduction") == 1
    assert "not saved yet" in text(page)
    assert Formula.objects.get(pk=draft.pk).revision == 1, "no button but one saves"
    saved = client.post(address, data | {"do": "save"})
    assert saved.status_code == 302
    assert Formula.objects.get(pk=draft.pk).name == "Trial rules"
    page = text(client.get(address))
    assert "The weights add up to <b>" in page
    assert "Name one to ten measures." in text(client.post(address, data | {"do": "open:3"})) + page


def test_what_is_typed_is_checked_beside_its_field_and_computed_for_a_real_unit(as_, draft):
    for _number in range(3):
        closed(lead="water", assisting=(), at=NOW)
    compute(DISTRICT, NOVEMBER, now=NOW)
    client, check = as_("assessor"), reverse("formula-check", args=[draft.pk])
    data = fields_of(text(client.post(reverse("formula", args=[draft.pk]), {"do": "open:0"} | _sent(draft))))
    assert "With real figures" in text(client.post(check, data))
    assert "Wuhua Water Affairs" in text(client.post(check, data))
    for changes, said in (
        ({"0-weight": ["40"]}, "The weights add up to 110 instead of 100."),
        ({"0-weight": ["nonsense"]}, "This is not a number."),
        ({"0-weight": ["9" * 400]}, "Must lie between"),
        ({"0-zero": [""]}, "Say what counts when there is nothing to divide by."),
        ({"0-cap": ["-5"]}, "Must lie between 0 and"),
        ({"0-denominator": [""]}, "Name one to ten measures."),
        ({"0-numerator": ["moons"]}, "There is no measure “moons” for these units."),
        ({"part": data["part"][:1] * 2}, "Two parts have the code “handled”."),
        ({"part": ['{"kind": "ratio", "weight": NaN}', "[", "7"]}, "A code begins with a small letter"),
    ):
        page = client.post(check, data | changes)
        assert page.status_code == 200
        assert said in html.unescape(text(page)), said
    assert FormulaAct.objects.filter(kind="saved").count() == 0


def _sent(draft):
    rows = shown(kept("x", 1, draft.definition), draft.examined, draft.ranked)
    data = {"name": "x", "revision": "1", "part": [row.json for row in rows]}
    data |= {f"{row.position}-weight": row.weight for row in rows if row.weight is not None}
    return data | {rule: draft.definition[rule] for rule in ("sample", "minimum", "ceiling", "cut_off", "ties")}


def test_whoever_saves_second_is_refused_keeps_what_was_typed_and_may_insist(as_, draft):
    address = reverse("formula", args=[draft.pk])
    data = _sent(draft) | {"name": "Mine", "do": "save"}
    assert as_("admin").post(address, data | {"name": "Theirs"}).status_code == 302
    refused = as_("assessor").post(address, data)
    assert refused.status_code == 409
    assert "has saved this draft since you opened it" in text(refused)
    typed = fields_of(text(refused))
    assert typed["name"] == ["Mine"]
    assert Formula.objects.get(pk=draft.pk).name == "Theirs"
    assert as_("assessor").post(address, typed | {"do": "overwrite"}).status_code == 302
    assert Formula.objects.get(pk=draft.pk).name == "Mine"
    services.discard(Formula.objects.get(pk=draft.pk), by=people["admin"], at=NOW)
    typed.pop("idempotency_key")
    assert as_("assessor").post(address, typed | {"do": "save"}).status_code == 409
    assert as_("liaison.water").post(address, typed | {"do": "save"}).status_code == 404


junk = st.text(max_size=6) | st.sampled_from(
    ["\0", "1e999", "{}", "[]", '{"kind": "tier", "steps": 7}', "²", "ratio:1"]
)
names = st.sampled_from(["part", "open", "do", "revision", "theirs", "0-weight", "0-terms", "0-from", "name", "base"])


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(names, st.lists(junk, max_size=3), max_size=6))
def test_junk_in_the_form_is_shown_again_and_never_crashes(given):
    data = QueryDict(mutable=True)
    for name, values in given.items():
        data.setlist(name, values)
    draft = sent(data).does(data.get("do", ""))
    shown(draft, examine(draft.definition, Ranked.STREETS), Ranked.STREETS)


# --- what if ---


def test_a_draft_shows_who_would_move_and_which_part_moves_them(as_, assessor):
    for _number in range(3):
        closed(lead="water", assisting=(), at=NOW, cooperation=100, resolution=60)
        closed(lead="housing", assisting=(), at=NOW, cooperation=60, resolution=90)
    compute(DISTRICT, NOVEMBER, now=NOW)
    draft = services.draft_from_preset("wuhua-departments", by=assessor, at=NOW, area=DISTRICT)
    definition = draft.definition
    weights = {"cooperation": 40, "resolution": 0.0001}
    for part in definition["parts"]:
        part["weight"] = weights.get(part["code"], part.get("weight"))
    definition["parts"][0]["weight"] = "9.9999"
    draft = services.save_draft(draft, by=assessor, at=NOW, name="x", definition=definition, revision=1)
    before = _kept()
    found = what_if(draft, NOVEMBER, now=NOW)
    moves = {move.after.score.unit: move for move in found.moves}
    water, housing = (moves[str(departments[code].pk)] for code in ("water", "housing"))
    assert (water.before.score.rank, water.after.score.rank, water.places) == (2, 1, 1)
    assert (housing.places, housing.lost) == (-1, 1)
    for move in (water, housing):
        assert sum(reason.change for reason in move.reasons) == pytest.approx(move.points, abs=Decimal("0.02"))
        assert {reason.name for reason in move.reasons[:2]} == {"配合分", "解决分"}
    client, address = as_("assessor"), reverse("formula-what-if", args=[draft.pk])
    page = text(client.get(address))
    for words in ("up 1", "down 1", "Compared with version 1", "still counted"):
        assert words in page
    assert text(client.get(address, {"order": "place"})).index("Water Affairs") > 0
    unit = reverse("formula-what-if-unit", args=[draft.pk, water.after.score.unit])
    both = text(client.get(unit))
    assert "100" in both
    assert f"{water.before.score.total}" in both
    assert f"{water.after.score.total}" in both
    few = cost(client, address), cost(client, unit)
    for code in ("gas", "road", "market"):
        closed(lead=code, assisting=(), at=NOW)
    compute(DISTRICT, NOVEMBER, now=NOW)
    assert (cost(client, address), cost(client, unit)) == few
    assert before["periods"] == _kept()["periods"], "nothing is written by looking"


def _kept():
    return {
        "periods": list(Period.objects.values_list("starts_at", "ends_at")),
        "scores": list(Score.objects.values_list("unit", "checksum")),
        "tallies": OrderTally.objects.count(),
    }


def test_a_comparison_says_what_it_cannot_know(as_, assessor):
    compute(DISTRICT, NOVEMBER, now=NOW)
    draft = services.draft_from_preset("beijing-streets-10-50-40", by=assessor, at=NOW, area=DISTRICT)
    client, address = as_("assessor"), reverse("formula-what-if", args=[draft.pk])
    page = text(client.get(address))
    assert "by this formula the month would have other days" in page.lower()
    assert "never computed" in text(client.get(address, {"month": "2026-01"}))
    assert client.get(address, {"month": "nonsense"}).status_code == 400
    assert client.get(reverse("formula-what-if-unit", args=[draft.pk, "0"])).status_code == 404
    services.save_draft(draft, by=assessor, at=NOW, name="x", definition={"parts": []}, revision=1)
    assert "it computes nothing" in text(client.get(address))
    assert as_("liaison.water").get(address).status_code == 404
