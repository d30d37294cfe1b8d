"""A drill runs as if it were real: set while it is written, fixed once blown, and seen to be one wherever it shows."""

from datetime import timedelta

import pytest
import time_machine
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils.translation import override

from common.errors import Invalid
from dispatch import clocks, services
from dispatch.models import Deadline, Message, Supervision
from tests.acting import act, again, events_of, last_event, offered
from tests.factories import HEILINPU, HONGSHAN, MONDAY, orders_of, people
from whistle.models import Whistle
from whistle.queries import similar
from whistle.services import edit_draft

NEW = "/whistles/new/"
FORM = {
    "type": "key",
    "level": "general",
    "title": "燃气泄漏联合处置演练",
    "description": "按预案演练。",
    "area": HONGSHAN,
    "criteria": ["hazard", "joint"],
    "departments": ["gas"],
}
BADGE = '<span class="tag tag-drill">Drill</span>'


@pytest.fixture(autouse=True)
def noon(wuhua):
    with time_machine.travel(MONDAY + timedelta(hours=3), tick=False):
        yield


@pytest.fixture
def browse(client):
    def log_in(username):
        client.force_login(people[username])
        client.cookies["django_language"] = "en"
        return client

    return log_in


@pytest.fixture
def seen(browse):
    """`seen(username, address)`: how many badges of drills a page shows."""

    def count(username, address):
        response = browse(username).get(address)
        assert response.status_code == 200, address
        return response.content.decode().count(BADGE)

    return count


def edited(whistle, **fields):
    return edit_draft(
        whistle,
        by=people["officer.fengning"],
        at=MONDAY + timedelta(hours=2),
        type=whistle.type,
        area=whistle.area,
        criteria=list(whistle.type.criteria.filter(code__in=["hazard", "joint"])),
        **fields,
    )


# --- set while it is written, fixed once it is blown ---


@pytest.mark.parametrize(("sent", "drill"), [({}, False), ({"drill": "on"}, True)])
def test_the_form_says_whether_it_is_a_drill(browse, sent, drill):
    browse("officer.fengning").post(NEW, {**FORM, **sent, "submit": "yes"})
    assert Whistle.objects.get().drill is drill


def test_a_draft_can_become_a_drill_and_cease_to_be_one(wuhua):
    whistle = wuhua.drafted()
    assert edited(whistle, drill=True).drill
    assert last_event(whistle).data == {"drill": True}
    assert not edited(whistle, drill=False).drill
    assert last_event(whistle).data == {}


def test_what_leaves_it_out_leaves_it_as_it_is(wuhua):
    assert edited(wuhua.drafted(drill=True), title="另一个题目").drill


def test_a_secretary_who_refuses_gives_it_back_before_it_is_blown(wuhua):
    whistle = act(wuhua.signing(drill=True), "refuse", "secretary.fengning", MONDAY + timedelta(hours=1), opinion="x")
    assert not edited(whistle, drill=False).drill


@pytest.mark.parametrize("drill", [True, False])
def test_once_blown_it_is_fixed_even_when_it_comes_back_to_the_street(wuhua, drill):
    whistle = act(wuhua.filed(drill=drill), "return", "dispatcher", MONDAY + timedelta(hours=1), reason="补充照片")
    with pytest.raises(Invalid) as refused:
        edited(whistle, drill=not drill)
    assert list(refused.value.fields) == ["drill"]
    assert again(whistle).drill is drill
    assert edited(whistle, drill=drill, title="补充").title == "补充"


def test_the_form_of_a_returned_whistle_keeps_it_whatever_is_sent(wuhua, browse):
    whistle = act(wuhua.filed(drill=True), "return", "dispatcher", MONDAY + timedelta(hours=1), reason="补充照片")
    address = reverse("whistle-edit", args=[whistle.number])
    field = browse("officer.fengning").get(address).context["form"]["drill"]
    assert (field.value(), field.field.disabled) == (True, True)
    browse("officer.fengning").post(address, {**FORM, "title": "补充", "submit": "yes"})
    assert (again(whistle).title, again(whistle).state, again(whistle).drill) == ("补充", "signing", True)


def test_the_database_itself_refuses_to_change_what_was_blown(wuhua):
    drafted, filed = wuhua.drafted(), wuhua.filed()
    Whistle.objects.filter(pk=drafted.pk).update(drill=True)
    with pytest.raises(DatabaseError, match="can no longer be changed"), transaction.atomic():
        Whistle.objects.filter(pk=filed.pk).update(drill=True)
    assert list(Whistle.objects.order_by("id").values_list("drill", flat=True)) == [True, False]


# --- it runs as if it were real ---


def test_clocks_ladder_supervision_and_messages_run_as_for_any_other(wuhua):
    def story(**draft):
        whistle = wuhua.dispatched(lead="water", assisting=[], **draft)
        while clocks.fire_due(limit=100, now=MONDAY + timedelta(days=2)):
            pass
        order = orders_of(whistle)["water"]
        told = Message.objects.filter(event__whistle=whistle).order_by("event__id", "person_id")
        return (
            events_of(whistle),
            [(each.kind, each.plan) for each in Deadline.objects.filter(whistle=whistle).order_by("kind")],
            Supervision.objects.filter(order=order).count(),
            list(told.values_list("event__kind", "person_id", "urgent")),
            [offered(order, who) for who in ("liaison.water", "dispatcher")],
        )

    drill, real = story(drill=True), story()
    assert drill == real
    assert drill[2] > 0


def test_a_drill_is_played_to_its_end_and_scored(wuhua):
    whistle = wuhua.closed(drill=True)
    assert (whistle.state, whistle.drill) == ("closed", True)
    reopened = services.reopen(
        whistle, by=people["dispatcher"], at=whistle.closed_at + timedelta(days=1), reason="再练一遍"
    )
    assert reopened.drill


def test_the_record_says_so_where_it_was_written_and_where_it_was_blown(wuhua):
    whistle = wuhua.filed(drill=True)
    said = {event.kind: event.data.get("drill") for event in whistle.events.all()}
    assert said["whistle.drafted"] is said["whistle.filed"] is True
    assert not any(event.data.get("drill") for event in wuhua.filed().events.all())


def test_nobody_is_kept_from_blowing_by_a_drill_nearby(wuhua):
    wuhua.filed(drill=True)
    real = wuhua.filed()
    assert similar(within="530102005", at=MONDAY + timedelta(hours=3), area=HONGSHAN) == [real]


# --- seen to be one wherever it shows ---


def test_the_case_and_its_orders_show_it(wuhua, seen):
    whistle = wuhua.on_site(lead="water", assisting=["gas"], drill=True)
    order = orders_of(whistle)["water"]
    # The head of the page, and each row of the matrix.
    assert seen("dispatcher", reverse("whistle", args=[whistle.number])) == 3
    assert seen("liaison.water", reverse("order", args=[order.number])) == 1
    assert seen("liaison.water", reverse("order-act", args=[order.number, "submit-result"])) == 1


@pytest.mark.parametrize(
    ("make", "who", "address"),
    [
        ("filed", "dispatcher", "/"),
        ("filed", "dispatcher", "/triage/"),
        ("filed", "dispatcher", "/whistles/"),
        ("signing", "secretary.fengning", "/sign/"),
        ("dispatched", "liaison.water", "/orders/"),
        ("verified", "officer.fengning", "/score/"),
        ("closed", "officer.fengning", "/score/"),
    ],
)
def test_lists_and_desks_show_it(wuhua, seen, make, who, address):
    case = {} if make in ("filed", "signing") else {"lead": "water", "assisting": []}
    for number in range(2):
        getattr(wuhua, make)(**case, title=f"第{number}次演练", drill=True)
    both = seen(who, address)
    assert both >= 2
    getattr(wuhua, make)(**case)
    assert seen(who, address) == both


def test_a_returned_order_shows_it(wuhua, seen):
    for drill in (True, False):
        whistle = wuhua.dispatched(lead="water", assisting=[], drill=drill)
        act(orders_of(whistle)["water"], "return", "liaison.water", MONDAY + timedelta(hours=1), reason="x")
    assert seen("dispatcher", "/triage/") == 1


def test_messages_and_the_timeline_say_it_in_words(wuhua, browse):
    whistle = wuhua.dispatched(lead="water", assisting=[], drill=True)
    assert "[Drill] 虹山东路黑臭水外溢" in browse("liaison.water").get("/messages/").content.decode()
    page = browse("dispatcher").get(reverse("whistle", args=[whistle.number])).content.decode()
    assert "Whistle blown · drill" in page
    with override("zh-hans"):
        assert whistle.titled == "【演练】虹山东路黑臭水外溢"
        assert wuhua.drafted().titled == "虹山东路黑臭水外溢"


# --- narrowed by it ---


@pytest.mark.parametrize(("drill", "found"), [("true", ["演练"]), ("false", ["真的"]), ("", ["真的", "演练"])])
def test_the_list_can_be_narrowed_to_drills_and_to_what_is_real(wuhua, browse, drill, found):
    wuhua.filed(title="演练", drill=True)
    wuhua.filed(title="真的", area=f"{HEILINPU}001")
    cards = browse("dispatcher").get("/whistles/", {"drill": drill}).context["cards"]
    assert [card["title"] for card in cards] == found
