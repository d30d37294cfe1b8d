"""A formula is drafted, saved with its faults, and adopted from a month on; then it is final."""

import copy
from datetime import date

import pytest
import time_machine
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import translation

from assessment.formulas import read
from assessment.formulas.words import changes, lines
from assessment.models import Formula, FormulaAct
from assessment.presets import read_formula
from assessment.services import bulletins
from assessment.services import formulas as services
from assessment.services.months import compute
from assessment.states import Ranked
from common.errors import Invalid, WrongState
from tests.factories import DISTRICT, MONDAY, people
from tests.reading import cost, text

OCTOBER, NOVEMBER, DECEMBER = date(2026, 10, 1), date(2026, 11, 1), date(2026, 12, 1)


@pytest.fixture(autouse=True)
def monday(wuhua):
    with time_machine.travel(MONDAY, tick=False):
        yield


@pytest.fixture
def assessor():
    return people["assessor"]


def drafted(assessor, name="jinniu-departments"):
    return services.draft_from_preset(name, by=assessor, at=MONDAY, area=DISTRICT)


def saved(draft, assessor, definition, revision=None, name="试行办法"):
    revision = revision or draft.revision
    return services.save_draft(draft, by=assessor, at=MONDAY, name=name, definition=definition, revision=revision)


def adopted(draft, assessor, month=DECEMBER):
    return services.adopt(draft, by=assessor, at=MONDAY, month=month, revision=draft.revision)


def changed(draft, **parts):
    """The draft's definition with other weights, by the code of the part."""
    definition = copy.deepcopy(draft.definition)
    for part in definition["parts"]:
        part["weight"] = parts.get(part["code"], part.get("weight"))
    return definition


# --- the life of a draft ---


def test_a_draft_is_saved_with_its_faults_and_adopted_without(assessor):
    draft = drafted(assessor)
    draft = saved(draft, assessor, changed(draft, handled=90))
    assert draft.examined.problems == {"parts": [_in_chinese("The weights add up to %(sum)s instead of 100.", "160")]}
    with pytest.raises(Invalid) as refused:
        adopted(draft, assessor)
    assert "parts" in refused.value.fields
    draft = saved(draft, assessor, changed(draft, handled=20, extended=20))
    before = Formula.objects.in_force(DISTRICT, Ranked.DEPARTMENTS, DECEMBER)
    version = adopted(draft, assessor)
    assert (before.version, version.version) == (1, 2)
    assert Formula.objects.in_force(DISTRICT, Ranked.DEPARTMENTS, NOVEMBER) == before
    assert Formula.objects.in_force(DISTRICT, Ranked.DEPARTMENTS, DECEMBER) == version
    acts = list(FormulaAct.objects.values_list("kind", "person_name", "post_name"))
    assert [kind for kind, *_who in acts] == ["started", "saved", "saved", "adopted"]
    assert set(acts) >= {("adopted", "区考核人员", str(assessor.posts.get()))}


def _in_chinese(sentence, value):
    return translation.gettext(sentence) % {"sum": value}


def test_what_is_adopted_or_discarded_never_changes_again(assessor):
    version = adopted(drafted(assessor), assessor)
    given_up = services.discard(drafted(assessor), by=assessor, at=MONDAY)
    for formula in (version, given_up):
        for act in (
            lambda formula: saved(formula, assessor, formula.definition),
            lambda formula: adopted(formula, assessor),
            lambda formula: services.discard(formula, by=assessor, at=MONDAY),
        ):
            with pytest.raises(WrongState):
                act(formula)
        for statement in (
            lambda formula: Formula.objects.filter(pk=formula.pk).update(name="x"),
            lambda formula: Formula.objects.filter(pk=formula.pk)._raw_delete("default"),
            lambda formula: formula.acts.update(person_name="x"),
        ):
            with pytest.raises(DatabaseError), transaction.atomic():
                statement(formula)
    copied = services.draft_from_version(given_up, by=assessor, at=MONDAY)
    assert (copied.definition, copied.version) == (given_up.definition, None)


def test_the_second_of_two_who_edit_a_draft_is_told(assessor):
    draft = drafted(assessor)
    saved(draft, people["admin"], changed(draft, handled=40), revision=1)
    for act in (
        lambda: saved(draft, assessor, changed(draft, handled=50), revision=1),
        lambda: services.adopt(draft, by=assessor, at=MONDAY, month=DECEMBER, revision=1),
    ):
        with pytest.raises(WrongState) as refused:
            act()
        assert refused.value.code == "stale"
        assert str(people["admin"]) in str(refused.value)
    assert Formula.objects.get(pk=draft.pk).definition["parts"][0]["weight"] == 40


def test_a_month_whose_figures_are_fixed_over_or_too_far_off_is_refused(assessor):
    draft = drafted(assessor)

    def refused(month):
        with translation.override("en"), pytest.raises(Invalid) as said:
            adopted(draft, assessor, month)
        return said.value.fields["month"][0]

    assert services.months_open(DISTRICT, at=MONDAY, count=2) == [OCTOBER, NOVEMBER]
    assert (
        refused(date(2026, 9, 1))
        == "September 2026 is over. A formula can count from October 2026 on at the earliest."
    )
    bulletins.begin_review(compute(DISTRICT, OCTOBER, now=MONDAY), by=assessor, at=MONDAY)
    assert refused(OCTOBER) == (
        "The figures of October 2026 are fixed (in review). Adopt the formula from November 2026 on."
    )
    assert "within the next two years" in refused(date(2029, 1, 1))
    assert adopted(draft, assessor, NOVEMBER).applies_from == NOVEMBER


ILL_FORMED = {
    "no object": [],
    "no list of parts": {"parts": {}},
    "two hundred parts": {"parts": [{"kind": "ratio"}] * 200},
    "a part that is none": {"parts": [{"kind": "python"}]},
    "a part that is a list": {"parts": [["ratio"]]},
    "no number": {"parts": [{"kind": "ratio", "weight": float("nan")}]},
    "a null byte": {"parts": [{"kind": "ratio", "name": "a\0b"}]},
    "far too long": {"parts": [{"kind": "ratio", "name": "长" * 50_000}]},
}


@pytest.mark.parametrize("definition", ILL_FORMED.values(), ids=ILL_FORMED)
def test_what_has_not_the_form_of_a_formula_is_not_kept(assessor, definition):
    draft = drafted(assessor)
    with pytest.raises(Invalid) as refused:
        saved(draft, assessor, definition)
    assert refused.value.fields
    assert Formula.objects.get(pk=draft.pk).revision == 1


# --- in words ---


def test_a_formula_is_said_line_by_line():
    shipped = read_formula("taihe-communities")
    with translation.override("en"):
        said = dict(lines(read(shipped["definition"], shipped["of"])))
    assert said["Troubles"].startswith("Counted for other parts only: 1 points for each: (3 × frivolous whistles + ")
    assert said["By difficulty"] == "Taken off: “Troubles” ÷ difficulty coefficient"
    assert said["Solved on the spot"] == "Added: 0.5 points for each: leads solved, at most 5"
    assert said["Points by hand"] == "Added: entered by hand with a reason, each between -5 and 5"
    assert said["Starts from"] == "100 points"


def test_what_changes_is_said_before_and_after():
    old = read_formula("wuhua-departments")["definition"]
    new = copy.deepcopy(old)
    new["parts"][0]["weight"], new["parts"][1]["weight"], new["cut_off"] = 20, 10, 19
    new["parts"] = [part for part in new["parts"] if part["code"] != "overruled"]
    with translation.override("en"):
        found = changes(read(old, Ranked.DEPARTMENTS), read(new, Ranked.DEPARTMENTS))
    assert [each.about for each in found] == ["Acknowledged in time", "On site in time", "Returns overruled", "Month"]
    assert found[0].after.startswith("20 points × acknowledged in time ÷ acknowledgements due. With nothing to divide")
    assert found[2].after == ""
    assert (found[3].before, found[3].after[:16]) == ("the calendar month", "ends with day 19")


# --- pages ---


def test_an_assessor_begins_a_draft_with_what_a_city_does_and_adopts_it(as_):
    client = as_("assessor")
    page = text(client.get(reverse("formulas")))
    for words in ("In force now", "from the beginning", "Jinniu", "Qinhuai", "10 points × acknowledged in time ÷"):
        assert words in page
    begun = client.post(reverse("formula-start"), {"preset": "jinniu-departments", "district": DISTRICT})
    draft = Formula.objects.drafts().get()
    assert begun.url == reverse("formula", args=[draft.pk])
    assert "(1 − results sent back ÷ results submitted)" in text(client.get(begun.url))
    address = reverse("formula-act", args=[draft.pk, "adopt"])
    asked = text(client.get(address))
    assert "What changes from version 1" in asked
    assert "no longer counts" in asked
    refused = client.post(address, {"month": "2026-09", "revision": 1})
    assert refused.status_code == 400
    assert "September 2026 is over." in text(refused)
    assert client.post(address, {"month": "2027-01", "revision": 1}).status_code == 302
    assert "from January 2027 on" in text(client.get(reverse("formulas")))
    assert client.post(address, {"month": "2027-01", "revision": 1}).status_code == 409


def test_drafts_are_hidden_from_others_and_adopted_formulas_are_shown_to_whoever_is_ranked(as_, assessor):
    draft = drafted(assessor)
    version = Formula.objects.in_force(DISTRICT, Ranked.DEPARTMENTS, NOVEMBER)
    dispatchers = Formula.objects.in_force(DISTRICT, Ranked.DISPATCHERS, NOVEMBER)
    assert as_("liaison.water").get(reverse("formula", args=[version.pk])).status_code == 200
    for username, formula in (("liaison.water", draft), ("liaison.water", dispatchers), ("grid.hongshan", version)):
        assert as_(username).get(reverse("formula", args=[formula.pk])).status_code == 404
        assert as_(username).post(reverse("formula-act", args=[formula.pk, "discard"])).status_code == 404
    assert as_("liaison.water").get(reverse("formulas")).status_code == 403
    assert as_("liaison.water").post(reverse("formula-start"), {"formula": version.pk}).status_code == 403
    assert as_("assessor").get(reverse("formulas"), {"district": "530111"}).status_code == 404
    assert as_("assessor").get(reverse("formulas"), {"of": "districts"}).status_code == 400
    assert as_("assessor").post(reverse("formula-start"), {"preset": "districts"}).status_code == 400


def test_the_list_costs_the_same_for_one_formula_and_for_ten(as_, assessor):
    drafted(assessor)
    adopted(drafted(assessor), assessor)
    few = cost(as_("assessor"), reverse("formulas"))
    for number in range(9):
        drafted(assessor)
        adopted(drafted(assessor), assessor, services.months_open(DISTRICT, at=MONDAY)[number])
    assert cost(as_("assessor"), reverse("formulas")) == few
