"""The clock board: each open order in one lane, supervision orders for many at once, views kept by name."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from dispatch.board import SHOWN
from dispatch.models import Deadline, SavedView, Supervision
from tests import factories
from tests.factories import HEILINPU, MONDAY, orders_of, people

LIMIT = 60_000
NOON = MONDAY.replace(day=25, hour=12)
BOARD = "/board/"


@pytest.fixture(autouse=True)
def wednesday_noon(wuhua):
    with time_machine.travel(NOON, tick=False):
        yield


def soon_due():
    """Every running clock is due within the hour, in the order in which they began."""
    for number, clock in enumerate(Deadline.objects.running().order_by("pk")):
        Deadline.objects.filter(pk=clock.pk).update(
            start_at=NOON - timedelta(hours=1), due_at=NOON + timedelta(minutes=5 + number)
        )


def lanes(page):
    return {lane.name: [card["title"] for card in lane.cards] for lane in page.context["lanes"]}


@pytest.fixture
def four():
    factories.dispatched("water", (), title="待签收")
    factories.acknowledged(lead="water", assisting=(), title="在路上")
    factories.on_site(lead="water", assisting=(), title="在现场")
    factories.finished(lead="water", assisting=(), title="待核实")
    soon_due()


def test_each_order_stands_in_the_lane_of_what_it_is_waited_for_and_the_late_ones_apart(as_, four):
    look = as_("dispatcher")
    assert lanes(look.get(BOARD)) == {
        "sent": ["待签收"],
        "acknowledged": ["在路上"],
        "on_site": ["在现场"],
        "handled": ["待核实"],
        "late": [],
    }
    with time_machine.travel(NOON + timedelta(hours=3), tick=False):
        late = lanes(look.get(BOARD))
    assert late.pop("late") == ["待签收", "在路上", "在现场", "待核实"]
    assert late == {"sent": [], "acknowledged": [], "on_site": [], "handled": []}


def test_the_address_keeps_how_the_board_is_narrowed_and_what_makes_no_sense_is_refused(as_, four):
    factories.dispatched("gas", (), title="燃气的", type="emergency", area=f"{HEILINPU}001")
    soon_due()
    look = as_("dispatcher")
    assert lanes(look.get(BOARD, {"department": "gas"}))["sent"] == ["燃气的"]
    assert lanes(look.get(BOARD, {"area": HEILINPU}))["sent"] == ["燃气的"]
    assert lanes(look.get(BOARD, {"type": "key"}))["sent"] == ["待签收"]
    assert look.get(BOARD, {"level": "enormous"}).status_code == 400
    loads = {load.department.code: load.open for load in look.get(BOARD).context["loads"]}
    assert loads == {"water": 3, "gas": 1}


def test_the_board_is_the_dispatchers(as_):
    for username in ("officer.fengning", "liaison.water", "admin", "assessor"):
        assert as_(username).get(BOARD).status_code == 403
        assert as_(username).post(reverse("board-supervise"), {"order": "x", "reason": "y"}).status_code == 403
        assert as_(username).post(reverse("board-save"), {"name": "x"}).status_code == 403


def test_many_orders_are_pressed_with_one_reason_and_those_refused_are_named(as_, four):
    sent = orders_of(factories.dispatched("water", ("gas",)))
    over = orders_of(factories.closed(lead="water", assisting=()))["water"]
    numbers = [sent["water"].number, sent["gas"].number, over.number, "530102-20200101-0001-01"]
    look = as_("dispatcher")
    told = {"order": numbers, "reason": "请立即到场。", "idempotency_key": "k", "next": f"{BOARD}?type=key"}
    answer = look.post(reverse("board-supervise"), told)
    assert (answer.status_code, answer.url) == (302, f"{BOARD}?type=key")
    page = look.get(answer.url).text
    assert "2 supervision orders were sent." in page
    assert f"{over.number}: " in page
    assert "530102-20200101-0001-01: there is no such order." in page
    pressed = Supervision.objects.filter(by=people["dispatcher"], reason="请立即到场。")
    assert set(pressed.values_list("order__number", flat=True)) == {sent["water"].number, sent["gas"].number}
    # Sent twice, done once.
    look.post(reverse("board-supervise"), told)
    assert pressed.count() == 2


def test_without_a_reason_or_a_tick_nobody_is_pressed_and_what_was_given_stays(as_, four):
    number = orders_of(factories.dispatched("gas", ()))["gas"].number
    soon_due()
    look = as_("dispatcher")
    page = look.post(reverse("board-supervise"), {"order": [number], "reason": " ", "next": f"{BOARD}?department=gas"})
    assert page.status_code == 400
    assert page.context["ticked"] == {number}
    assert [card["number"] for card in page.context["lanes"][0].cards] == [number]
    page = look.post(reverse("board-supervise"), {"reason": "请立即到场。"})
    assert page.status_code == 400
    assert "Tick the orders" in page.text and "请立即到场。" in page.text
    many = {"order": [str(number) for number in range(51)], "reason": "x"}
    assert "At most 50 orders at once." in look.post(reverse("board-supervise"), many).text
    assert not Supervision.objects.exists()


def test_a_view_is_kept_by_name_replaced_and_deleted_by_its_owner_alone(as_):
    look = as_("dispatcher")
    kept = {"name": "水务", "next": f"{BOARD}?department=water&page=3"}
    assert look.post(reverse("board-save"), kept).status_code == 302
    look.post(reverse("board-save"), kept | {"next": f"{BOARD}?department=gas"})
    view = SavedView.objects.get()
    assert (view.person, view.query) == (people["dispatcher"], "department=gas")
    assert f'href="{BOARD}?department=gas"' in look.get(BOARD).text
    assert look.post(reverse("board-save"), {"name": "", "next": BOARD}).status_code == 400
    for number in range(SavedView.MOST - 1):
        look.post(reverse("board-save"), {"name": str(number), "next": BOARD})
    full = look.post(reverse("board-save"), {"name": "一个太多", "next": BOARD})
    assert "You have 12 views already." in full.text and "一个太多" in full.text
    assert as_("admin").post(reverse("board-delete", args=[view.pk])).status_code == 404
    as_("dispatcher").post(reverse("board-delete", args=[view.pk]))
    assert not SavedView.objects.filter(pk=view.pk).exists()


def test_the_board_costs_the_same_for_few_and_for_many_and_stays_light(as_, four):
    look = as_("dispatcher")

    def cost():
        look.get(BOARD)
        with CaptureQueriesContext(connection) as queries:
            page = look.get(BOARD)
        return len(queries), page

    few, _page = cost()
    for number in range(SHOWN + 3):
        factories.dispatched("water", ("gas",), title=f"第{number}件" + "很长的标题" * 12)
        factories.on_site(lead="water", assisting=(), title=f"第{number}件现场")
    soon_due()
    many, page = cost()
    assert many == few <= 15
    assert len(page.content) < LIMIT
    # One of the four, and two of each turn.
    assert f"and {1 + 2 * (SHOWN + 3) - SHOWN} more, due later" in page.text
