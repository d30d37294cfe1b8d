"""What the documentation of the API says is what the API answers."""

import pytest
import time_machine
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator
from jsonschema import Draft202012Validator
from rest_framework.reverse import reverse

from assessment.services import bulletins
from tests.api.calling import draft
from tests.factories import people
from tests.months import NUMBER, OVER, TERM, appealed, in_review, late, november, points


@pytest.fixture(scope="module")
def documented():
    """`check(name, data)`: data has exactly the fields of the component, of the kinds it says."""
    schema = SchemaGenerator().get_schema(request=None, public=True)

    def check(name, data):
        component = {"$ref": f"#/components/schemas/{name}", "components": schema["components"]}
        errors = [
            f"{list(error.path)}: {error.message}" for error in Draft202012Validator(component).iter_errors(data)
        ]
        assert not errors, errors
        assert set(data) == set(schema["components"]["schemas"][name]["properties"])

    check.paths = schema["paths"]
    return check


def test_every_call_of_the_contract_is_documented(documented):
    calls = {(method, path) for path, methods in documented.paths.items() for method in methods}
    for method, path in (
        ("post", "/api/v1/token/"),
        ("get", "/api/v1/areas/"),
        ("get", "/api/v1/departments/"),
        ("get", "/api/v1/whistle-types/"),
        ("post", "/api/v1/whistles/"),
        ("get", "/api/v1/whistles/"),
        ("get", "/api/v1/whistles/{number}/"),
        ("post", "/api/v1/whistles/{number}/{action}/"),
        ("get", "/api/v1/orders/"),
        ("get", "/api/v1/orders/{number}/"),
        ("post", "/api/v1/orders/{number}/{action}/"),
        ("get", "/api/v1/sessions/{number}/"),
        ("post", "/api/v1/sessions/{number}/{action}/"),
        ("get", "/api/v1/tasks/{number}/"),
        ("post", "/api/v1/tasks/{number}/{action}/"),
        ("get", "/api/v1/analysis/"),
        ("get", "/api/v1/messages/"),
        ("get", "/api/v1/messages/unread/"),
        ("post", "/api/v1/messages/read/"),
        ("get", "/api/v1/messages/{id}/"),
        ("post", "/api/v1/messages/{id}/read/"),
        ("post", "/api/v1/leads/"),
        ("get", "/api/v1/leads/"),
        ("get", "/api/v1/leads/{number}/"),
        ("post", "/api/v1/leads/{number}/{action}/"),
        ("post", "/api/v1/letters/"),
        ("get", "/api/v1/letters/"),
        ("get", "/api/v1/letters/{number}/"),
        ("post", "/api/v1/letters/{number}/{action}/"),
        ("get", "/api/v1/bulletins/"),
        ("get", "/api/v1/bulletins/{number}/"),
        ("get", "/api/v1/bulletins/{number}/rows/"),
        ("post", "/api/v1/bulletins/{number}/{action}/"),
        *(
            call
            for noun in ("appeals", "points", "exports", "formulas")
            for call in (
                ("get", f"/api/v1/{noun}/"),
                ("post", f"/api/v1/{noun}/"),
                ("get", f"/api/v1/{noun}/{{number}}/"),
                ("post", f"/api/v1/{noun}/{{number}}/{{action}}/"),
            )
        ),
        ("get", "/api/v1/exports/{number}/file/"),
        ("get", "/api/v1/formulas/presets/"),
        ("get", "/api/v1/formulas/measures/"),
        ("post", "/api/v1/formulas/{number}/check/"),
        ("get", "/api/v1/formulas/{number}/what-if/"),
        ("get", "/api/v1/formulas/{number}/what-if/{unit}/"),
        ("get", "/api/v1/rankings/"),
        ("get", "/api/v1/rankings/year/"),
        ("get", "/api/v1/rankings/{of}/{unit}/"),
        ("get", "/api/v1/rankings/{of}/{unit}/{figure_name}/"),
    ):
        assert (method, path) in calls


def test_whistles_and_orders_answer_as_documented(documented, callers, wuhua):
    whistle = wuhua.closed(lead="housing", assisting=["water", "road"])
    waiting = wuhua.dispatched()
    for username in ("officer.fengning", "dispatcher", "liaison.water"):
        caller = callers(username)
        for number in (whistle.number, waiting.number):
            said = caller.get(f"whistles/{number}/").json()
            documented("Whistle", said)
            for order in said["orders"]:
                documented("Order", order)
        for row in caller.get("whistles/").json()["results"]:
            documented("WhistleRow", row)
        for row in caller.get("orders/").json()["results"]:
            documented("Order", row)
        for row in caller.get("messages/").json()["results"]:
            documented("Message", row)
    made = callers("officer.fengning").post("whistles/", draft()).json()
    documented("Whistle", made)
    documented("Analysis", callers("assessor").get("analysis/", **{"from": "2026-11-01", "to": "2026-12-01"}).json())
    month = f"{whistle.created_at:%Y-%m}"
    ranking = callers("assessor").get("rankings/", month=month, of="departments").json()
    documented("Ranking", ranking)
    documented("Year", callers("assessor").get("rankings/year/").json())
    assert ranking["results"] != []
    for row in ranking["results"]:
        documented("Standing", row)
        unit = f"rankings/departments/{row['unit']}/"
        score = callers("assessor").get(unit, month=month).json()
        documented("UnitScore", score)
        for part in score["parts"]:
            documented("Part", part)
        behind = callers("assessor").get(f"{unit}orders/", month=month).json()
        documented("Behind", behind)
        for each in behind["results"]:
            documented("BehindRow", each)


def test_leads_and_letters_answer_as_documented(documented, callers, wuhua):
    letter = wuhua.sent()
    for username in ("officer.fengning", "liaison.water"):
        documented("Letter", callers(username).get(f"letters/{letter.number}/").json())
        for row in callers(username).get("letters/").json()["results"]:
            documented("LetterRow", row)
    wuhua.reported()
    made = callers("grid.hongshan").post("leads/", {"title": "x", "area": "530102005008001", "hard": True}).json()
    for username in ("officer.fengning", "dispatcher"):
        documented("Lead", callers(username).get(f"leads/{made['number']}/").json())
        for row in callers(username).get("leads/").json()["results"]:
            documented("LeadRow", row)
    documented("Lead", made)


@time_machine.travel(OVER, tick=False)
def test_months_and_what_is_made_in_them_answer_as_documented(documented, callers, wuhua):
    order = late(lead="water", assisting=())
    month = in_review()
    points(month)
    bulletins.open_appeals(month, by=people["assessor"], at=OVER, until=TERM)
    waits = appealed(order)
    month.proofs.create(
        by=people["assessor"],
        at=OVER,
        count=1,
        differences=[
            {"ranked": "departments", "unit": "1", "name": "x", "figure": "orders", "kept": "1", "proved": "2"}
        ],
    )
    for username in ("assessor", "liaison.water"):
        caller = callers(username)
        for name, path in (("BulletinRow", "bulletins/"), ("Appeal", "appeals/"), ("Points", "points/")):
            [row] = caller.get(path).json()["results"]
            documented(name, row)
        said = caller.get(f"bulletins/{NUMBER}/").json()
        documented("Bulletin", said)
        documented("Proof", said["proof"])
        for each in said["rankings"]:
            documented("MonthRanking", each)
        for each in said["acts"]:
            documented("MonthAct", each)
        for row in caller.get(f"bulletins/{NUMBER}/rows/").json()["results"]:
            documented("BulletinLine", row)
        documented("Export", caller.post("exports/", {"bulletin": NUMBER, "kind": "docx"}).json())
        documented("Export", caller.get("exports/").json()["results"][0])
    [difference] = callers("assessor").get(f"bulletins/{NUMBER}/").json()["proof"]["differences"]
    documented("Difference", difference)
    ruled = callers("assessor").does(f"appeals/{waits.pk}/grant/", {"new": "none", "opinion": "x"})
    documented("Appeal", ruled)


@time_machine.travel(OVER, tick=False)
def test_formulas_answer_as_documented(documented, callers, wuhua):
    late(lead="water", assisting=())
    november()
    assessor = callers("assessor")
    for each in assessor.get("formulas/presets/").json():
        documented("Preset", each)
    for each in assessor.get("formulas/measures/").json():
        documented("Measure", each)
    draft = assessor.post("formulas/", {"preset": "jinniu-departments"}).json()
    documented("Formula", draft)
    path = f"formulas/{draft['number']}/"
    faulty = {"name": "x", "definition": {"parts": [{"kind": "ratio", "weight": "x"}]}, "revision": 1}
    documented("Examined", assessor.post(f"{path}check/", faulty).json())
    found = assessor.get(f"{path}what-if/").json()
    documented("WhatIf", found)
    assert found["moves"]
    for each in found["moves"]:
        documented("Move", each)
    unit = assessor.get(f"{path}what-if/{found['moves'][0]['unit']}/").json()
    documented("WhatIfUnit", unit)
    documented("Formula", assessor.does(f"{path}save/", faulty))
    for row in callers("liaison.water").get("formulas/").json()["results"]:
        documented("FormulaRow", row)
        documented("Formula", callers("liaison.water").get(f"formulas/{row['number']}/").json())


def test_nothing_in_the_documentation_is_in_doubt():
    GENERATOR_STATS.reset()
    SchemaGenerator().get_schema(request=None, public=True)
    assert not GENERATOR_STATS


def test_joint_sessions_answer_as_documented(documented, callers, wuhua):
    task = wuhua.agreed()
    for username in ("officer.fengning", "dispatcher", "liaison.water"):
        said = callers(username).get(f"sessions/{task.session.number}/").json()
        documented("JointSession", said)
        documented("SessionTask", said["tasks"][0])
        documented("SessionTask", callers(username).get(f"tasks/{task.number}/").json())
        documented("Whistle", callers(username).get(f"whistles/{task.session.whistle.number}/").json())


def test_the_documentation_itself_is_open_and_loads_nothing_from_elsewhere(client):
    assert client.get(reverse("schema")).status_code == 200
    page = client.get(reverse("docs"))
    assert page.status_code == 200
    assert b"https://" not in page.content
