"""The inbox by API: one's own messages, what is unread, and marking them as read."""

from datetime import timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext

from dispatch import services
from dispatch.models import Message
from tests.factories import MONDAY, orders_of, people


def test_a_program_reads_its_persons_messages_and_marks_them(callers, wuhua):
    order = orders_of(wuhua.dispatched(lead="water", assisting=["road"]))["water"]
    services.supervise(order, by=people["dispatcher"], at=MONDAY + timedelta(hours=1), reason="请尽快")
    water = callers("liaison.water")
    newest, first = water.get("messages/").json()["results"]
    assert (newest["kind"], newest["note"], first["kind"]) == ("order.supervised", "请尽快", "order.sent")
    assert (first["about"], first["number"], first["page"]) == ("order", order.number, f"/orders/{order.number}/")
    assert (first["text"], first["read_at"], first["urgent"]) == ("派遣单已下达", None, False)
    assert water.get("messages/unread/").json() == {"unread": 2}
    said = water.does(f"messages/{first['id']}/read/")
    assert said["read_at"]
    # Once more changes nothing, not even when it was read.
    assert water.does(f"messages/{first['id']}/read/")["read_at"] == said["read_at"]
    assert [row["id"] for row in water.get("messages/", unread="true").json()["results"]] == [newest["id"]]
    assert [row["id"] for row in water.get("messages/", unread="false").json()["results"]] == [first["id"]]
    assert water.does("messages/read/", {"until": first["id"]}) == {"marked": 0, "unread": 1}
    assert water.does("messages/read/") == {"marked": 1, "unread": 0}
    page = water.get("messages/", page_size=1).json()
    assert (page["count"], len(page["results"])) == (2, 1)
    assert page["next"].endswith("page=2&page_size=1")


def test_messages_of_somebody_else_do_not_exist(callers, wuhua, client):
    wuhua.dispatched(lead="water", assisting=["road"])
    mine = Message.objects.get(person=people["liaison.water"])
    for stranger in ("liaison.road", "head.water", "dispatcher", "admin"):
        caller = callers(stranger)
        assert mine.pk not in [row["id"] for row in caller.get("messages/").json()["results"]]
        assert caller.get(f"messages/{mine.pk}/").status_code == 404
        assert caller.post(f"messages/{mine.pk}/read/").status_code == 404
        caller.does("messages/read/")
    mine.refresh_from_db()
    assert mine.read_at is None
    for path in ("messages/", "messages/unread/", f"messages/{mine.pk}/"):
        assert client.get(f"/api/v1/{path}").status_code == 401


def test_nonsense_is_refused_and_marks_nothing(callers, wuhua):
    wuhua.dispatched(lead="water", assisting=[])
    water = callers("liaison.water")
    for until in ("x", -1, 10**30, [], None):
        answer = water.post("messages/read/", {"until": until})
        assert (answer.status_code, list(answer.json()["fields"])) == (400, ["until"]), until
    assert water.post("messages/read/", []).status_code == 400
    assert water.get(f"messages/{10**30}/").status_code == 404
    assert water.get("messages/", page="0").status_code == 400
    assert water.get("messages/read/").status_code == 405
    assert not Message.objects.exclude(read_at=None).exists()


def test_the_list_costs_the_same_for_one_message_and_for_many(callers, wuhua):
    water, found = callers("liaison.water"), []
    for count in (1, 8):
        for _ in range(count):
            wuhua.dispatched(lead="water", assisting=[])
        with CaptureQueriesContext(connection) as queries:
            assert water.get("messages/").status_code == 200
        found.append(len(queries))
    assert found[0] == found[1] <= 4
