"""The API as outside programs use it: one case from the first call to closed, by its own `actions` alone."""

from tests.api.calling import draft, names

LEAD, ASSISTING = "housing", ["water", "road", "gas", "drainage"]


def test_a_case_goes_from_the_first_call_to_closed(callers):
    officer, dispatcher = callers("officer.fengning"), callers("dispatcher")
    answer = officer.post("whistles/", draft(), key="one")
    assert answer.status_code == 201, answer.json()
    made = answer.json()
    number = made["number"]
    assert made["state"] == "draft"
    assert {"request-signatures", "withdraw"} <= names(made["actions"])
    assert made["warnings"] == []

    assert officer.does(f"whistles/{number}/request-signatures/")["state"] == "signing"
    inspected = {"opinion": "情况属实，同意吹哨。", "inspected_at": "2026-01-05T09:00:00+08:00"}
    seen = callers("community.hongshan").get(f"whistles/{number}/").json()
    assert {"sign", "refuse"} <= names(seen["actions"])
    assert callers("community.hongshan").does(f"whistles/{number}/sign/", inspected)["state"] == "signing"
    assert callers("secretary.fengning").does(f"whistles/{number}/sign/", inspected)["state"] == "filed"

    filed = dispatcher.get(f"whistles/{number}/").json()
    assert [(clock["kind"], clock["state"]) for clock in filed["deadlines"]] == [("triage", "running")]
    offered = next(action for action in filed["actions"] if action["name"] == "dispatch")
    assert {field["name"] for field in offered["fields"]} == {"lead", "assisting", "note"}
    sent = dispatcher.does(
        f"whistles/{number}/dispatch/", {"lead": LEAD, "assisting": ASSISTING, "note": "请一小时内签收。"}
    )
    assert sent["state"] == "dispatched"
    assert [(order["department"], order["role"], order["state"]) for order in sent["orders"]] == [
        (LEAD, "lead", "sent"),
        *((code, "assisting", "sent") for code in ASSISTING),
    ]
    for order in sent["orders"]:
        assert [clock["kind"] for clock in order["deadlines"]] == ["acknowledge", "report", "resolve"]

    for order in sent["orders"]:
        liaison = callers(f"liaison.{order['department']}")
        path = f"orders/{order['number']}"
        mine = liaison.get("orders/").json()["results"]
        assert [row["number"] for row in mine] == [order["number"]]
        assert liaison.does(f"{path}/acknowledge/")["state"] == "acknowledged"
        acknowledged = liaison.get(f"{path}/").json()
        report = next(action for action in acknowledged["actions"] if action["name"] == "report")
        rank = next(field for field in report["fields"] if field["name"] == "rank")["choices"][0]["value"]
        on_site = liaison.does(f"{path}/report/", {"lat": 25.0587, "lng": 102.687, "note": "已到场", "rank": rank})
        assert on_site["state"] == "on_site"
        assert on_site["reports"][0]["distance_m"] < 50
        liaison.does(f"{path}/progress/", {"note": "正在排查管网。"})
    for order in sent["orders"]:
        liaison = callers(f"liaison.{order['department']}")
        assert liaison.does(f"orders/{order['number']}/submit-result/", {"note": "已修复。"})["state"] == "finished"

    assert officer.get(f"whistles/{number}/").json()["state"] == "handled"
    assert officer.does(f"whistles/{number}/verify/", {"solved": True, "note": "现场已干净。"})["state"] == "verified"
    dispatcher.does(f"whistles/{number}/confirm/")
    for order in sent["orders"]:
        scored = officer.does(
            f"orders/{order['number']}/score/", {"cooperation": 95, "resolution": 90, "comment": "到场快"}
        )
        assert scored["score"]["cooperation"] == 95
    closed = officer.get(f"whistles/{number}/").json()
    assert closed["state"] == "closed"
    assert {clock["state"] for order in closed["orders"] for clock in order["deadlines"]} == {"met"}
    assert [event["kind"] for event in closed["events"]][-2:] == ["order.scored", "whistle.closed"]


def test_submitting_twice_with_one_key_makes_one_whistle(callers):
    officer = callers("officer.fengning")
    first, second = (officer.post("whistles/", draft(), key="k") for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    assert officer.get("whistles/").json()["count"] == 1
    other = officer.post("whistles/", draft(title="另一件事"), key="k")
    assert (other.status_code, other.json()["code"]) == (422, "key_reused")


def test_lists_are_paged_and_filtered(callers, wuhua):
    wuhua.dispatched(lead="water", assisting=[])
    wuhua.filed()
    dispatcher = callers("dispatcher")

    def found(**params):
        answer = dispatcher.get("whistles/", **params)
        assert answer.status_code == 200, answer.json()
        return len(answer.json()["results"])

    assert found() == 2
    assert found(state="dispatched") == 1
    assert found(state="dispatched,filed") == 2
    assert found(type="key") == 2
    assert found(level="major") == 0
    assert found(area="530102005") == 2
    assert found(area="530102008") == 0
    assert found(department="water") == 1
    assert found(filed_after="2026-11-24T00:00:00+08:00") == 0
    assert found(filed_before="2026-11-24T00:00:00+08:00") == 2
    assert found(search="黑臭水") == 2
    assert found(open="true") == 2
    assert found(page_size=1) == 1
    assert dispatcher.get("whistles/", page_size=1).json()["next"]
    assert dispatcher.get("whistles/", state="no-such").status_code == 400
    assert dispatcher.get("whistles/", page="x").status_code == 400


def test_types_departments_and_areas_are_listed(callers):
    officer = callers("officer.fengning")
    types = officer.get("whistle-types/").json()["results"]
    assert {"emergency", "key", "co_creation"} <= {type["code"] for type in types}
    assert all({"code", "name", "criteria", "minimum_criteria", "sign_off"} <= set(type) for type in types)
    assert len(officer.get("areas/", parent="530102").json()["results"]) == 11
    codes = {row["code"] for row in officer.get("departments/", page_size=200).json()["results"]}
    assert {LEAD, *ASSISTING} <= codes
    assert not any(code.startswith("guandu") for code in codes)
