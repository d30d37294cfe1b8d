"""Advice letters as outside programs send, read and answer them."""

from tests.api.calling import names
from tests.factories import HONGSHAN
from whistle.models import AdviceLetter


def test_a_letter_is_sent_and_answered_and_what_cannot_be_so_is_refused(callers):
    officer, liaison = callers("officer.fengning"), callers("liaison.water")
    body = {"department": "water", "area": HONGSHAN, "title": "雨污分流", "text": "反复外溢"}
    for changes, status, field in (
        ({"department": "guandu-water"}, 400, "department"),
        ({"department": ["water"]}, 400, "department"),
        ({"area": "530102"}, 400, "area"),
        ({"area": "530102008001"}, 403, None),
        ({"text": " "}, 400, "text"),
        ({"title": "长" * 101}, 400, "title"),
    ):
        answer = officer.post("letters/", body | changes)
        assert answer.status_code == status, (changes, answer.json())
        assert field is None or list(answer.json()["fields"]) == [field], changes
    assert callers("dispatcher").post("letters/", body).status_code == 403
    assert not AdviceLetter.objects.exists()
    made = officer.post("letters/", body, key="k").json()
    assert officer.post("letters/", body, key="k").json() == made
    assert (made["sender"], made["deadline"]["kind"]) == ("530102005", "reply")
    path = f"letters/{made['number']}/"
    assert names(liaison.get(path).json()["actions"]) == {"reply"}
    assert callers("liaison.gas").get(path).status_code == 404
    assert officer.post(f"{path}reply/", {"reply": "x"}).status_code == 403
    assert liaison.does(f"{path}reply/", {"reply": "列入计划"})["deadlines"][0]["state"] == "met"
    assert liaison.post(f"{path}reply/", {"reply": "x"}).status_code == 409
    assert officer.does(f"{path}outcome/", {"outcome": "adopted"})["state"] == "closed"
    assert [row["outcome"] for row in liaison.get("letters/", state="closed").json()["results"]] == ["adopted"]
