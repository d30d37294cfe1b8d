"""Leads as outside programs report, read and act on them; the hotline's desk is one of them."""

import time_machine

from tests.api.calling import names
from tests.factories import HONGSHAN, MONDAY, reported
from whistle.models import Lead

GRID = f"{HONGSHAN}001"


def test_a_lead_goes_from_the_hotline_to_a_whistle(callers):
    officer = callers("officer.fengning")
    until = "2026-11-24T01:30:00Z"
    ticket = {
        "title": "噪声扰民",
        "area": HONGSHAN,
        "hotline_number": "12345-1",
        "answer_by": until,
        "contact": "来电",
    }
    with time_machine.travel(MONDAY, tick=False):
        answer = officer.post("leads/", ticket, key="k")
        assert answer.status_code == 201, answer.json()
        made = answer.json()
        assert officer.post("leads/", ticket, key="k").json() == made
        assert (made["source"], made["holder"], made["deadline"]["due_at"]) == ("hotline", "street", until)
        assert {"solve", "whistle", "pass-back"} <= names(made["actions"])
        path = f"leads/{made['number']}/"
        passed = officer.does(f"{path}pass-back/", {"reason": "社区先行处置"})
        assert passed["holder"] == "community"
        community = callers("community.hongshan")
        assert community.does(f"{path}pass-up/", {"note": "多方推诿"})["holder"] == "street"
        given = {"type": "key", "level": "general", "criteria": ["hazard", "joint"], "description": "多方推诿"}
        whistled = officer.does(f"{path}whistle/", given)
        assert (whistled["state"], whistled["deadline"], whistled["deadlines"][0]["state"]) == (
            "whistled",
            None,
            "met",
        )
        whistle = officer.get(f"whistles/{whistled['whistle']}/").json()
        assert (whistle["lead"], whistle["state"], whistle["source"]) == (made["number"], "draft", "hotline")


def test_what_cannot_be_so_is_refused_in_words_and_strangers_find_nothing(callers, wuhua):
    officer = callers("officer.fengning")
    lead = reported(contact="来访居民")
    reported(by="officer.fengning", area=HONGSHAN, hotline_number="12345-1")
    for changes, status, field in (
        ({"area": "530102005999"}, 400, "area"),
        ({"area": "530102"}, 400, "area"),
        ({"area": "530102008001"}, 403, None),
        ({"title": None}, 400, "title"),
        ({"hotline_number": "12345-1"}, 400, "hotline_number"),
        ({"source": "grid", "answer_by": "2999-01-01T00:00:00+08:00"}, 400, "answer_by"),
        ({"answer_by": "2020-01-01T00:00:00+08:00"}, 400, "answer_by"),
        ({"answer_by": "tomorrow"}, 400, "answer_by"),
        ({"hard": "perhaps"}, 400, "hard"),
        ({"lat": 25}, 400, "lat"),
    ):
        body = {"title": "x", "area": HONGSHAN} | changes
        answer = officer.post("leads/", {name: value for name, value in body.items() if value is not None})
        assert answer.status_code == status, (changes, answer.json())
        assert field is None or list(answer.json()["fields"]) == [field], changes
    assert Lead.objects.count() == 2
    assert callers("dispatcher").post("leads/", {"title": "x", "area": HONGSHAN}).status_code == 403
    for stranger in ("officer.heilinpu", "liaison.water"):
        assert callers(stranger).get(f"leads/{lead.number}/").status_code == 404
        assert callers(stranger).post(f"leads/{lead.number}/solve/", {"answer": "x"}).status_code == 404
        assert callers(stranger).get("leads/").json()["results"] == []
    assert officer.get(f"leads/{lead.number}/").json()["contact"] == "来访居民"
    assert callers("dispatcher").get(f"leads/{lead.number}/").json()["contact"] is None
    assert [row["number"] for row in officer.get("leads/", mine="false").json()["results"]] == [lead.number]
    assert officer.post(f"leads/{lead.number}/solve/", {"answer": "x"}).status_code == 403
    assert officer.get("leads/", holder="nobody").status_code == 400
