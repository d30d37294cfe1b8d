"""Months by API: from the review to publication by the acts that are offered, and what is refused on the way."""

from datetime import datetime

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assessment.models import Appeal, Bulletin, BulletinAct, Export, ManualItem, Score
from assessment.services import bulletins, exports
from assessment.services.months import compute
from assessment.services.proofs import prove_next
from assessment.states import BulletinState
from tests.api.calling import Caller, names
from tests.factories import DISTRICT, departments, people
from tests.months import (
    AFTER_TERM,
    NOVEMBER,
    NUMBER,
    OVER,
    TERM,
    appealed,
    in_review,
    late,
    november,
    open_to_appeals,
    points,
)

MONTH = f"bulletins/{NUMBER}/"


@pytest.fixture(autouse=True)
def over(wuhua):
    with time_machine.travel(OVER, tick=False) as traveller:
        yield traveller


@pytest.fixture
def order(wuhua):
    return late(lead="water", assisting=())


def key(code):
    return str(departments[code].pk)


def row_of(caller, code):
    rows = caller.get(f"{MONTH}rows/", of="departments").json()["results"]
    return next(row for row in rows if row["unit"] == key(code))


def refused(answer, status, code, field=None):
    """The sentence with which a call was refused."""
    said = answer.json()
    assert (answer.status_code, said["code"]) == (status, code), said
    return said["fields"][field][0] if field else said["detail"]


# --- the way to publication -------------------------------------------------------------------------


def test_a_month_goes_its_whole_way_by_the_acts_that_are_offered(callers, order, over):
    november()
    assessor, water = callers("assessor"), callers("liaison.water")
    assert names(assessor.get(MONTH).json()["actions"]) == {"begin-review", "prove", "export"}
    assert water.get(MONTH).status_code == 404, "not yet shown to departments"
    assert assessor.does(f"{MONTH}begin-review/")["state"] == "review"
    before = row_of(assessor, "water")
    given = {"bulletin": NUMBER, "ranked": "departments", "unit": key("water"), "part": "manual", "points": -2}
    made = assessor.post("points/", given | {"reason": "约谈一次。"}, key="p")
    assert (made.status_code, made.json()["name"], made.json()["points"]) == (201, "五华区水务局", -2)
    assert assessor.post("points/", given | {"reason": "约谈一次。"}, key="p").json() == made.json()
    assert ManualItem.objects.count() == 1
    after = row_of(assessor, "water")
    assert (before["parts"]["manual"], after["parts"]["manual"]) == (0, -2)
    assert after["checksum"] != before["checksum"]
    assert [item["points"] for item in after["points"]] == [-2]
    opened = assessor.does(f"{MONTH}open-appeals/", {"until": TERM.isoformat()})
    assert datetime.fromisoformat(opened["appeals_until"]) == AFTER_TERM

    assert names(water.get(MONTH).json()["actions"]) == {"appeal", "export"}
    given = {"bulletin": NUMBER, "order": order.number, "about": "acknowledge", "reason": "通信中断。"}
    made = water.post("appeals/", given)
    appeal = made.json()
    assert (made.status_code, appeal["state"], appeal["old"], appeal["actions"]) == (201, "waiting", 0, [])
    month = assessor.get(MONTH).json()
    assert (month["appeals"], month["appeals_waiting"], month["points"]) == (1, 1, 1)
    path = f"appeals/{appeal['number']}/"
    assert names(assessor.get(path).json()["actions"]) == {"grant", "refuse"}
    ruled = assessor.does(f"{path}grant/", {"new": "1", "opinion": "情况属实。"})
    assert (ruled["granted"], ruled["old"], ruled["new"], ruled["ruled_by"]) == (True, 0, 1, "区考核人员")
    [beside] = row_of(water, "water")["appeals"]
    assert (beside["order"], beside["old"], beside["new"]) == (order.number, 0, 1)

    over.move_to(AFTER_TERM)
    said = assessor.does(f"{MONTH}publish/")
    assert (said["state"], said["checksum"]) == ("published", Bulletin.objects.get().checksum)
    assert names(said["actions"]) == {"correct", "prove", "export"}
    assert assessor.does(f"{MONTH}correct/", {"text": "名次说明更正。"})["checksum"] == said["checksum"]
    [notice] = water.get(MONTH).json()["corrections"]
    assert (notice["text"], notice["accountability"]) == ("名次说明更正。", None)
    acts = [act["kind"] for act in water.get(MONTH).json()["acts"]]
    assert acts == ["review_begun", "points_entered", "appeals_opened", "published", "corrected"]
    assert [row["state"] for row in water.get("bulletins/", state="published").json()["results"]] == ["published"]


def test_a_proof_is_asked_for_and_its_differences_are_named_to_assessors(callers, order):
    month = open_to_appeals()
    assessor = callers("assessor")
    assert assessor.get(MONTH).json()["proof"] is None
    assert assessor.does(f"{MONTH}prove/")["proof"]["ended_at"] is None
    prove_next()
    proof = assessor.get(MONTH).json()["proof"]
    assert (proof["count"], proof["differences"]) == (0, [])
    row = Score.objects.get(ranking__bulletin=month, ranking__ranked="departments", unit=key("water"))
    Score.objects.filter(pk=row.pk).update(figures=row.figures | {"acknowledge_met": "1"})
    assessor.does(f"{MONTH}prove/")
    prove_next()
    proof = assessor.get(MONTH).json()["proof"]
    assert proof["count"] > 0
    found = [(each["of"], each["name"], each["figure"], each["kept"]) for each in proof["differences"]]
    assert ("departments", "五华区水务局", "acknowledge_met", "1") in found
    others = callers("liaison.water").get(MONTH).json()["proof"]
    assert (others["count"], others["differences"]) == (proof["count"], [])


def test_points_are_taken_back_and_stay_visible(callers, order):
    item = points(in_review())
    assessor = callers("assessor")
    [row] = assessor.get("points/", bulletin=NUMBER).json()["results"]
    assert (row["state"], names(row["actions"])) == ("counts", {"withdraw"})
    said = assessor.does(f"points/{item.pk}/withdraw/", {"reason": "重复录入。"})
    assert (said["state"], said["withdrawn_by"]) == ("withdrawn", "区考核人员")
    assert refused(assessor.post(f"points/{item.pk}/withdraw/", {"reason": "x"}), 409, "wrong_state")
    assert [each["state"] for each in row_of(assessor, "water")["points"]] == ["withdrawn"]


def test_a_file_is_asked_for_watched_and_read_by_whoever_asked(callers, order):
    open_to_appeals()
    water = callers("liaison.water")
    made = water.post("exports/", {"bulletin": NUMBER, "kind": "xlsx"}).json()
    path = f"exports/{made['number']}/"
    assert (made["state"], made["percent"], made["file"], names(made["actions"])) == ("waiting", 0, None, {"stop"})
    assert water.post("exports/", {"bulletin": NUMBER, "kind": "xlsx"}).json()["number"] == made["number"]
    assert water.get(f"{path}file/").status_code == 404
    assert water.does(f"{path}stop/")["state"] == "stopped"
    water.does(f"{path}retry/")
    Export.objects.filter(state="waiting").update(done=1, total=4)
    [waits, _stopped] = water.get("exports/").json()["results"]
    assert (waits["state"], waits["percent"]) == ("waiting", 25)
    exports.write_next()
    done = water.get(f"exports/{waits['number']}/").json()
    assert (done["state"], done["percent"], done["filename"]) == ("done", 100, "五华区2026-11.xlsx")
    answer = water.get(done["file"].removeprefix("/api/v1/"))
    assert b"".join(answer.streaming_content)[:2] == b"PK"
    for stranger in ("assessor", "liaison.gas"):
        assert callers(stranger).get(f"exports/{waits['number']}/").status_code == 404
        assert callers(stranger).get(f"exports/{waits['number']}/file/").status_code == 404
        assert callers(stranger).post(f"exports/{waits['number']}/stop/").status_code == 404
        assert callers(stranger).get("exports/").json()["results"] == []


# --- who sees what ----------------------------------------------------------------------------------


def test_for_strangers_nothing_of_a_month_exists(callers, order):
    month = in_review()
    item = points(month)
    bulletins.open_appeals(month, by=people["assessor"], at=OVER, until=TERM)
    appeal = appealed(order)
    grid, gas, water = callers("grid.hongshan"), callers("liaison.gas"), callers("liaison.water")
    assert grid.get("bulletins/").status_code == 403
    for caller, path in (
        (grid, MONTH),
        (grid, f"{MONTH}rows/"),
        (grid, f"points/{item.pk}/"),
        (gas, f"appeals/{appeal.pk}/"),
        (gas, "appeals/x/"),
        (gas, f"appeals/{10**30}/"),
        (gas, "bulletins/530111-2026-11/"),
        (gas, "bulletins/530102-2026-13/"),
    ):
        answer = caller.get(path)
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found"), path
    assert gas.post(f"appeals/{appeal.pk}/grant/", {"new": "1", "opinion": "x"}).status_code == 404
    assert grid.post(f"{MONTH}appeal/", {"order": order.number}).status_code == 404
    assert gas.get("appeals/").json()["results"] == []
    assert grid.get("points/").json()["results"] == []
    assert row_of(gas, "water")["appeals"] == [], "another's order is not theirs to see"
    assert water.get(f"{MONTH}rows/", of="dispatchers").status_code == 403
    assert refused(water.get(f"{MONTH}rows/", of="districts"), 400, "invalid", "of")
    assert [each["of"] for each in water.get(MONTH).json()["rankings"]] == ["departments", "streets", "communities"]
    assert refused(water.post(f"appeals/{appeal.pk}/grant/", {"new": "1", "opinion": "x"}), 403, "forbidden")
    assert refused(water.post(f"{MONTH}leave-appeals/", {"reason": "x"}), 403, "forbidden")
    assert refused(water.post(f"{MONTH}export/", {"kind": "pdf"}), 400, "invalid", "kind")
    assert water.post(f"{MONTH}nonsense/").status_code == 404


def test_lists_are_narrowed_and_nonsense_is_refused(callers, order):
    month = open_to_appeals()
    appealed(order)
    assessor = callers("assessor")
    for path, params, count in (
        ("bulletins/", {"district": DISTRICT, "state": "appeals,published"}, 1),
        ("bulletins/", {"district": "5301"}, 0),
        ("appeals/", {"bulletin": month.number, "waiting": "true"}, 1),
        ("appeals/", {"waiting": "false"}, 0),
        ("appeals/", {"order": order.number}, 1),
        ("appeals/", {"bulletin": "530102-2026-10"}, 0),
        ("appeals/", {"bulletin": "530102-2026-99"}, 0),
        ("points/", {"of": "streets", "unit": "x"}, 0),
    ):
        assert assessor.get(path, **params).json()["count"] == count, (path, params)
    for path, params in (
        ("bulletins/", {"state": "asleep"}),
        ("bulletins/", {"page": "0"}),
        ("points/", {"of": "dogs"}),
        ("exports/", {"state": "lost"}),
        (f"{MONTH}rows/", {"page": "x"}),
    ):
        assert assessor.get(path, **params).status_code == 400, (path, params)


# --- what is refused, with the reason, and changes nothing ------------------------------------------


def test_a_month_that_is_not_over_is_not_reviewed(callers, over):
    compute(DISTRICT, NOVEMBER.replace(month=12), now=OVER)
    answer = Caller("assessor", language="en").post("bulletins/530102-2026-12/begin-review/")
    assert refused(answer, 409, "wrong_state") == "This month is not over yet."
    assert callers("assessor").get("bulletins/530102-2027-01/").status_code == 404
    assert Bulletin.objects.get().state == BulletinState.RUNNING


def test_a_month_is_published_once_after_its_term_and_with_every_appeal_ruled_on(callers, order, over):
    open_to_appeals()
    appealed(order)
    assessor = Caller("assessor", language="en")
    answer = assessor.post(f"{MONTH}publish/")
    assert "Departments may still appeal" in refused(answer, 409, "wrong_state")
    over.move_to(AFTER_TERM)
    answer = assessor.post(f"{MONTH}publish/")
    assert "Appeals still wait for a ruling: 1." in refused(answer, 409, "wrong_state")
    assert BulletinAct.objects.count() == 2
    assessor.does(f"appeals/{Appeal.objects.get().pk}/refuse/", {"opinion": "证明不足。"})
    assessor.does(f"{MONTH}publish/")
    for act, body in (
        ("publish", {}),
        ("begin-review", {}),
        ("leave-appeals", {"reason": "x"}),
        ("open-appeals", {"until": "2026-12-20"}),
    ):
        assert refused(assessor.post(f"{MONTH}{act}/", body), 409, "wrong_state"), act
    assert Bulletin.objects.get().state == BulletinState.PUBLISHED
    assert BulletinAct.objects.count() == 3


def test_an_appeal_comes_in_its_term_about_a_figure_of_ones_own_that_counts_against_one(callers, order, over):
    theirs = late(lead="gas", assisting=["water"])
    theirs = theirs.whistle.orders.get(department=departments["gas"])
    alone = late(lead="gas", assisting=())
    given = {"bulletin": NUMBER, "order": order.number, "about": "acknowledge", "reason": "通信中断。"}
    water = Caller("liaison.water", language="en")
    in_review()
    assert "no such month" in refused(water.post("appeals/", given), 400, "invalid", "bulletin")
    bulletins.open_appeals(Bulletin.objects.get(), by=people["assessor"], at=OVER, until=TERM)
    for changes, status, code, field in (
        ({"order": theirs.number}, 400, "invalid", "order"),
        ({"order": alone.number}, 400, "invalid", "order"),
        ({"order": "no-such"}, 400, "invalid", "order"),
        ({"order": [1]}, 400, "invalid", "order"),
        ({"about": "cooperation"}, 409, "wrong_state", None),
        ({"about": "beauty"}, 400, "invalid", "about"),
        ({"reason": " "}, 400, "invalid", "reason"),
        ({"bulletin": "530102-2026-10"}, 400, "invalid", "bulletin"),
        ({"bulletin": {"x": 1}}, 400, "invalid", "bulletin"),
    ):
        assert refused(water.post("appeals/", given | changes), status, code, field), changes
    assert refused(callers("assessor").post("appeals/", given), 403, "forbidden")
    assert refused(callers("assessor").post("appeals/", []), 400, "invalid")
    assert not Appeal.objects.exists()
    over.move_to(AFTER_TERM)
    answer = water.post("appeals/", given)
    assert refused(answer, 409, "wrong_state") == "The term for appeals is not running."
    over.move_to(OVER)
    assert water.post("appeals/", given).status_code == 201
    assert "already" in refused(water.post("appeals/", given), 409, "wrong_state")
    assert Appeal.objects.count() == 1


def test_a_ruling_is_given_once_within_bounds_and_points_lie_within_theirs(callers, order):
    month = in_review()
    assessor = callers("assessor")
    given = {"bulletin": NUMBER, "ranked": "departments", "unit": key("water"), "part": "manual", "reason": "x"}
    for changes, field in (
        ({"points": 101}, "points"),
        ({"points": 0}, "points"),
        ({"points": "many"}, "points"),
        ({"points": 1, "part": "acknowledgement"}, "part"),
        ({"points": 1, "unit": "0"}, "unit"),
        ({"points": 1, "ranked": "dogs"}, "ranked"),
        ({"points": 1, "reason": ""}, "reason"),
    ):
        assert refused(assessor.post("points/", given | changes), 400, "invalid", field), changes
    assert refused(assessor.post(f"{MONTH}open-appeals/", {"until": "2026-11-01"}), 400, "invalid", "until")
    bulletins.open_appeals(month, by=people["assessor"], at=OVER, until=TERM)
    assert refused(assessor.post("points/", given | {"points": 1}), 409, "wrong_state")
    assert not ManualItem.objects.exists()
    appeal = appealed(order)
    for new in (101, "0", None):
        body = {"new": new, "opinion": "x"}
        assert refused(assessor.post(f"appeals/{appeal.pk}/grant/", body), 400, "invalid", "new"), new
    assessor.does(f"appeals/{appeal.pk}/refuse/", {"opinion": "证明不足。"})
    assert refused(assessor.post(f"appeals/{appeal.pk}/grant/", {"new": "1", "opinion": "x"}), 409, "wrong_state")


def test_nothing_of_a_published_month_is_changed_by_any_act(callers, order, over):
    item = points(in_review())
    bulletins.open_appeals(Bulletin.objects.get(), by=people["assessor"], at=OVER, until=TERM)
    over.move_to(AFTER_TERM)
    bulletins.publish(Bulletin.objects.get(), by=people["assessor"], at=AFTER_TERM)
    checksums = list(Score.objects.order_by("id").values_list("checksum", flat=True))
    assessor = Caller("assessor", language="en")
    answer = assessor.post(f"points/{item.pk}/withdraw/", {"reason": "x"})
    assert refused(answer, 409, "wrong_state") == "Points are entered by hand while the month is in review."
    given = {"bulletin": NUMBER, "ranked": "departments", "unit": key("water"), "part": "manual", "reason": "x"}
    assert refused(assessor.post("points/", given | {"points": 1}), 409, "wrong_state")
    given = {"bulletin": NUMBER, "order": order.number, "about": "acknowledge", "reason": "x"}
    assert refused(callers("liaison.water").post("appeals/", given), 409, "wrong_state")
    assert list(Score.objects.order_by("id").values_list("checksum", flat=True)) == checksums


def test_a_case_that_is_not_closed_is_not_called_back_about(callers, wuhua, order):
    body = {"contacted": True, "responded": True, "solved": True, "satisfaction": "satisfied"}
    assert refused(callers("dispatcher").post(f"whistles/{order.whistle.number}/call-back/", body), 409, "wrong_state")


# --- what it costs ----------------------------------------------------------------------------------


def test_lists_cost_the_same_for_one_row_and_for_many(callers, order):
    others = [late(lead="water", assisting=()) for _number in range(6)]
    month = in_review()
    points(month)
    bulletins.open_appeals(month, by=people["assessor"], at=OVER, until=TERM)
    appealed(order)
    assessor, water = callers("assessor"), callers("liaison.water")
    water.post("exports/", {"bulletin": NUMBER, "kind": "xlsx"})
    calls = [(assessor, "bulletins/"), (assessor, "appeals/"), (water, "exports/"), (assessor, "points/")]
    calls += [(assessor, MONTH), (water, MONTH), (assessor, f"{MONTH}rows/")]

    def costs():
        found = []
        for caller, path in calls:
            with CaptureQueriesContext(connection) as queries:
                assert caller.get(path).status_code == 200
            found.append((path, len(queries)))
        return found

    few = costs()
    for each in others:
        appealed(each)
    water.post("exports/", {"bulletin": NUMBER, "kind": "docx"})
    compute(DISTRICT, NOVEMBER.replace(month=10), now=OVER)
    by = people["assessor"]
    ManualItem.objects.bulk_create(
        ManualItem(bulletin=month, ranked="departments", unit=key(code), part="manual", points=1, by=by, at=OVER)
        for code in ("water", "gas", "fire")
    )
    assert costs() == few
