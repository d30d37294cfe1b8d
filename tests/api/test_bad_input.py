"""Bad input gets a clear sentence in the caller's language and the right status, and changes nothing."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.api.calling import Caller, draft
from whistle.models import Event, Photo, Whistle

REFUSED_DRAFTS = {
    "an unknown area": ({"area": "530102005999"}, 400, "area"),
    "an area that is no area": ({"area": {"code": 1}}, 400, "area"),
    "the wrong level of area": ({"area": "530102"}, 400, "area"),
    "another street's area": ({"area": "530102008001"}, 403, None),
    "a department outside the district": ({"departments": ["guandu-water"]}, 400, "departments"),
    "departments that are no list": ({"departments": "water"}, 400, "departments"),
    "too few criteria": ({"criteria": ["joint"]}, 400, "criteria"),
    "no criteria": ({"criteria": []}, 400, "criteria"),
    "a criterion that is required missing": ({"criteria": ["urgent", "hazard"]}, 400, "criteria"),
    "an unknown criterion": ({"criteria": ["joint", "boredom"]}, 400, "criteria"),
    "an unknown type": ({"type": "party"}, 400, "type"),
    "an unknown level": ({"level": "cosmic"}, 400, "level"),
    "an unknown source": ({"source": "rumour"}, 400, "source"),
    "no title": ({"title": None}, 400, "title"),
    "a blank title": ({"title": "   "}, 400, "title"),
    "a title that never ends": ({"title": "黑" * 101}, 400, "title"),
    "five megabytes of text": ({"description": "黑" * (5 * 1024 * 1024 // 3)}, 400, "description"),
    "a latitude without a longitude": ({"lng": None}, 400, "lat"),
    "a latitude beyond the pole": ({"lat": 95}, 400, "lat"),
    "a latitude that is a word": ({"lat": "north"}, 400, "lat"),
    "a null byte": ({"title": "黑\x00水"}, 400, "title"),
}


@pytest.mark.parametrize(("changes", "status", "field"), REFUSED_DRAFTS.values(), ids=REFUSED_DRAFTS.keys())
def test_a_draft_is_refused_with(callers, changes, status, field):
    answer = callers("officer.fengning").post("whistles/", draft(**changes))
    said = answer.json()
    assert answer.status_code == status, said
    assert said["code"] and said["detail"]
    if field:
        assert said["fields"][field][0]
        assert "%(" not in said["fields"][field][0]
    assert not Whistle.objects.exists()
    assert not Event.objects.exists()


def test_the_sentence_is_in_the_language_of_the_caller(callers, wuhua):
    chinese = callers("officer.fengning").post("whistles/", draft(criteria=[])).json()
    english = Caller("officer.fengning", language="en").post("whistles/", draft(criteria=[])).json()
    assert english["detail"].isascii()
    assert not chinese["detail"].isascii()


def test_a_point_outside_the_district_is_a_warning_and_no_refusal(callers):
    answer = callers("officer.fengning").post("whistles/", draft(lat=39.9, lng=116.4))
    assert answer.status_code == 201
    assert len(answer.json()["warnings"]) == 1


@pytest.mark.parametrize("body", ["{broken", "[1, 2]", '"text"', "null", "17", b"\xff\xfe\x00"])
def test_broken_json_is_refused(callers, body):
    answer = callers("officer.fengning").post("whistles/", body)
    assert answer.status_code == 400
    assert answer.json()["code"] in {"broken_json", "invalid"}


def test_only_street_officers_blow(callers):
    for username in ("dispatcher", "liaison.water", "secretary.fengning", "grid.hongshan", "admin", "city"):
        answer = callers(username).post("whistles/", draft())
        assert (answer.status_code, answer.json()["code"]) == (403, "forbidden"), username


def test_without_a_token_one_is_asked_to_log_in(wuhua):
    answer = Client().get("/api/v1/whistles/")
    assert (answer.status_code, answer.json()["code"]) == (401, "not_authenticated")
    wrong = Client().get("/api/v1/whistles/", headers={"Authorization": "Token no-such"})
    assert (wrong.status_code, wrong.json()["code"]) == (401, "authentication_failed")
    password = Client().post(
        "/api/v1/token/", {"username": "dispatcher", "password": "wrong"}, content_type="application/json"
    )
    assert (password.status_code, password.json()["code"]) == (401, "authentication_failed")
    nothing = Client().post("/api/v1/token/", {}, content_type="application/json")
    assert (nothing.status_code, set(nothing.json()["fields"])) == (400, {"username", "password"})


def test_a_strangers_case_does_not_exist(callers, wuhua):
    whistle = wuhua.dispatched(lead="water", assisting=[])
    order = wuhua.orders_of(whistle)["water"]
    for username in ("officer.heilinpu", "secretary.heilinpu", "community.heilinpu", "liaison.gas", "admin"):
        stranger = callers(username)
        for path in (f"whistles/{whistle.number}/", f"orders/{order.number}/"):
            assert (stranger.get(path).status_code, stranger.get(path).json()["code"]) == (404, "not_found"), username
        assert stranger.post(f"whistles/{whistle.number}/withdraw/", {"reason": "?"}).status_code == 404
        assert stranger.post(f"orders/{order.number}/acknowledge/").status_code == 404
        assert stranger.get("whistles/").json()["results"] == []
        assert stranger.get("orders/").json()["results"] == []


def test_the_wrong_role_is_told_so(callers, wuhua):
    whistle = wuhua.filed()
    refused = callers("officer.fengning").post(f"whistles/{whistle.number}/dispatch/", {"lead": "water"})
    assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")


def test_the_wrong_state_is_told_so_and_changes_nothing(callers, wuhua):
    whistle = wuhua.dispatched(lead="water", assisting=[])
    order = wuhua.orders_of(whistle)["water"]
    lines = Event.objects.count()
    liaison = callers("liaison.water")
    for action, body in (
        ("report", {"rank": "deputy"}),
        ("submit-result", {"note": "好了"}),
    ):
        answer = liaison.post(f"orders/{order.number}/{action}/", body)
        assert (answer.status_code, answer.json()["code"]) == (409, "wrong_state"), action
    again = callers("dispatcher").post(f"whistles/{whistle.number}/dispatch/", {"lead": "gas"})
    assert (again.status_code, again.json()["code"]) == (409, "wrong_state")
    assert Event.objects.count() == lines


def test_an_unknown_act_is_not_found(callers, wuhua):
    whistle = wuhua.filed()
    assert callers("dispatcher").post(f"whistles/{whistle.number}/bless/").status_code == 404
    assert callers("dispatcher").get(f"whistles/{whistle.number}/dispatch/").status_code == 405


def test_acts_refuse_what_they_ask_for_when_it_is_missing_or_wrong(callers, wuhua):
    whistle = wuhua.filed()
    dispatcher = callers("dispatcher")

    def refused(action, body):
        answer = dispatcher.post(f"whistles/{whistle.number}/{action}/", body)
        assert answer.status_code == 400, answer.json()
        return set(answer.json()["fields"])

    assert refused("dispatch", {}) == {"lead"}
    assert refused("dispatch", {"lead": "guandu-water"}) == {"lead"}
    assert refused("dispatch", {"lead": "water", "assisting": ["water"]}) == {"assisting"}
    assert refused("dispatch", {"lead": ["water"]}) == {"lead"}
    assert refused("return", {"reason": " "}) == {"reason"}
    assert refused("decline", {"reason": "无依据", "ruling": "rude"}) == {"ruling"}
    assert refused("return", {"reason": "黑" * 2001}) == {"reason"}
    whistle.refresh_from_db()
    assert whistle.state == "filed"


@pytest.mark.parametrize(
    "marks", [{"cooperation": 101, "resolution": 5}, {"cooperation": -1, "resolution": 5}, {"cooperation": "x"}]
)
def test_marks_outside_0_to_100_are_refused(callers, wuhua, marks):
    whistle = wuhua.verified()
    order = wuhua.orders_of(whistle)["housing"]
    answer = callers("officer.fengning").post(f"orders/{order.number}/score/", marks)
    assert answer.status_code == 400
    assert "cooperation" in answer.json()["fields"]


def test_a_signature_from_the_future_is_refused(callers, wuhua):
    whistle = wuhua.signing()
    answer = callers("secretary.fengning").post(
        f"whistles/{whistle.number}/sign/", {"opinion": "同意", "inspected_at": "2999-01-01T00:00:00+08:00"}
    )
    assert (answer.status_code, set(answer.json()["fields"])) == (400, {"inspected_at"})


def test_a_file_that_is_no_image_is_refused_and_nothing_is_kept(callers, wuhua, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    officer = callers("officer.fengning")
    fake = SimpleUploadedFile("photo.jpg", b"#!/bin/sh\necho", content_type="image/jpeg")
    answer = officer.client.post("/api/v1/whistles/", draft() | {"photos": [fake]}, headers=officer.headers)
    assert (answer.status_code, set(answer.json()["fields"])) == (400, {"photos"})
    assert not Whistle.objects.exists()
    assert not any(tmp_path.rglob("*.jpg"))
    real = officer.client.post("/api/v1/whistles/", draft() | {"photos": [wuhua.photo()]}, headers=officer.headers)
    assert real.status_code == 201, real.json()
    shown = real.json()["events"][0]["photos"][0]
    assert Photo.objects.count() == 1
    officer.client.force_login(wuhua.people["officer.fengning"])
    assert officer.client.get(shown["url"]).status_code == 200
    stranger = Client()
    stranger.force_login(wuhua.people["officer.heilinpu"])
    assert stranger.get(shown["url"]).status_code == 404
    assert stranger.get(shown["thumbnail"]).status_code == 404
    assert Client().get(shown["url"]).status_code == 302


def test_filters_that_make_no_sense_are_refused(callers):
    dispatcher = callers("dispatcher")
    for params in (
        {"state": "asleep"},
        {"filed_after": "yesterday"},
        {"page": "0"},
        {"page": "9999999999"},
        {"level": "general,cosmic"},
    ):
        answer = dispatcher.get("whistles/", **params)
        assert answer.status_code == 400, params
        assert answer.json()["detail"]
    for params in ({"month": "november"}, {"month": "2999-01"}, {"of": "dogs"}, {"month": "0000-00"}):
        assert dispatcher.get("rankings/", **params).status_code == 400, params
    assert dispatcher.get("rankings/", district="530111").status_code == 403


def test_every_body_of_an_error_is_json_with_a_code_and_a_sentence(callers):
    answer = callers("dispatcher").post("areas/")
    assert answer.status_code == 405
    assert set(json.loads(answer.content)) == {"code", "detail"}
