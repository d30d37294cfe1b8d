"""What the documentation of the API says is what the API answers."""

import pytest
from drf_spectacular.generators import SchemaGenerator
from jsonschema import Draft202012Validator
from rest_framework.reverse import reverse

from tests.api.calling import draft


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
        ("get", "/api/v1/rankings/"),
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


def test_the_documentation_itself_is_open_and_loads_nothing_from_elsewhere(client):
    assert client.get(reverse("schema")).status_code == 200
    page = client.get(reverse("docs"))
    assert page.status_code == 200
    assert b"https://" not in page.content
