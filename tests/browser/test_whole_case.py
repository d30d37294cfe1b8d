"""The main job, from the first click to closed, each role in a browser of its own."""

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from dispatch import clocks
from dispatch.models import Deadline, Order
from tests.browser.conftest import PHONE, fill
from tests.factories import HONGSHAN, photo
from whistle.models import Event, Whistle

pytestmark = pytest.mark.browser

CASES = json.loads((Path(__file__).parents[2] / "whistle/data/cases.json").read_text())["cases"]
SEWAGE = next(case for case in CASES if case["id"] == "wuhua-hongshan-sewage")
LEAD, *ASSISTING = CODES = ["housing", "water", "road", "gas", "drainage"]


def picture(tmp_path):
    path = tmp_path / "photo.png"
    upload = photo(size=(640, 480), color="steelblue")
    path.write_bytes(upload.read())
    return str(path)


def blow(officer, *, type, title, tmp_path, description="雨后工地旁冒出黑臭水，多方到场均称与己无关。", submit=True):
    """Fills in the form of a whistle as an officer would; returns the whistle."""
    page = officer.go("blow")
    form = page.locator("form[data-blow]")
    fill(form, "type", type)
    fill(form, "title", title)
    fill(form, "description", description)
    fill(form, "address", SEWAGE["place"])
    fill(form, "criteria", ["urgent", "hazard", "joint"])
    fill(form, "departments", CODES)
    fill(form, "leads", LEAD)
    fill(form, "photos", picture(tmp_path))
    # The picker fills a select that works without scripts, too.
    page.locator(f"[name=area] option[value='{HONGSHAN}']").first.wait_for(state="attached")
    page.evaluate(
        """code => {
            const field = document.querySelector("[name=area]");
            field.value = code;
            field.dispatchEvent(new Event("input", {bubbles: true}));
            field.dispatchEvent(new Event("change", {bubbles: true}));
        }""",
        HONGSHAN,
    )
    page.locator("button[name=submit]" if submit else "button[name=save]").click()
    expect(page).to_have_url(re.compile(r"/whistles/530102-\d{8}-\d{4}/$"))
    return Whistle.objects.latest("id")


def sign(secretary):
    page = secretary.go("sign")
    form = page.locator("#sign-it form").first
    fill(form, "opinion", "到现场看过，情况属实。")
    secretary.press(form.locator("button[type=submit]"))


def clock_on(person, order, kind):
    """The words of one clock on the whistle's page: its row is the department's, its column the kind's."""
    row = person.page.locator("table.matrix tbody tr", has_text=str(order.department))
    return row.locator("td").nth(["acknowledge", "report", "resolve"].index(kind))


def test_the_sewage_of_hongshan_is_solved_from_the_first_click_to_closed(somebody, clock, tmp_path):
    officer, dispatcher = somebody("officer.fengning"), somebody("dispatcher")
    whistle = blow(officer, type=SEWAGE["type"], title=SEWAGE["title"], tmp_path=tmp_path)
    number = whistle.number
    assert whistle.state == "signing"
    assert whistle.events.first().photos.count() == 1

    clock.pass_by(minutes=10)
    sign(somebody("community.hongshan"))
    sign(somebody("secretary.fengning"))
    whistle.refresh_from_db()
    assert whistle.state == "filed"

    # Two working hours to triage, and the dispatcher sees them run.
    page = dispatcher.go("triage")
    expect(page.locator(".in-full .clock")).to_contain_text("还剩")
    expect(page.locator("#dispatch .promises")).to_contain_text("签收")
    clock.pass_by(minutes=20)
    form = page.locator("#dispatch form")
    assert form.locator("[name=lead]").input_value() == LEAD
    assert {each.input_value() for each in form.locator("[name=assisting]:checked").all()} == set(ASSISTING)
    dispatcher.press(form.locator("button[type=submit]"))
    whistle.refresh_from_db()
    assert whistle.state == "dispatched"

    orders = list(Order.objects.filter(whistle=whistle).select_related("department").order_by("id"))
    assert orders[0].department.name == SEWAGE["departments"][0]
    assert {order.department.name for order in orders} == set(SEWAGE["departments"])
    officer.go("whistle", number)
    for order in orders:
        for kind in ("acknowledge", "report", "resolve"):
            expect(clock_on(officer, order, kind)).to_contain_text("还剩")
    expect(clock_on(officer, orders[0], "acknowledge")).to_contain_text(re.compile(r"59分|60分|1小时"))

    # Acknowledge within the hour, on a phone; all but the gas company, which is two hours late.
    for order in orders:
        code = order.department.code
        if code != "gas":
            liaison = somebody(f"liaison.{code}", viewport=PHONE)
            liaison.go("my-orders")
            liaison.act("acknowledge")
    clock.pass_by(hours=2)
    while clocks.fire_due(limit=500):
        pass
    gas = next(order for order in orders if order.department.code == "gas")
    officer.go("whistle", number)
    expect(clock_on(officer, gas, "acknowledge")).to_contain_text("超时")
    expect(clock_on(officer, orders[0], "acknowledge")).not_to_contain_text("超时")
    somebody("liaison.gas", viewport=PHONE).go("order", gas.number)
    somebody("liaison.gas").act("acknowledge")

    # On site, with position and photo; then progress and the result.
    for order in orders:
        liaison = somebody(f"liaison.{order.department.code}")
        liaison.go("order", order.number)
        liaison.act("report", rank="deputy", note="已到场。", photos=picture(tmp_path))
        liaison.go("order", order.number)
        liaison.act("progress", note="正在逐段排查管网。")
    officer.go("whistle", number)
    for order in orders:
        expect(clock_on(officer, order, "report")).not_to_contain_text("超时")
    clock.pass_by(days=1)
    for order in orders:
        liaison = somebody(f"liaison.{order.department.code}")
        liaison.go("order", order.number)
        liaison.act("submit-result", note="已清淤并修复。", photos=picture(tmp_path))
    whistle.refresh_from_db()
    assert whistle.state == "handled"

    # Not solved at first: back to handling. Then solved, confirmed, scored, closed.
    officer.go("whistle", number)
    officer.act("verify", solved="false", note="井口仍在外溢。", departments=[LEAD])
    whistle.refresh_from_db()
    assert whistle.state == "dispatched"
    lead = somebody(f"liaison.{LEAD}")
    lead.go("order", orders[0].number)
    lead.act("submit-result", note="更换管段，已不再外溢。")
    officer.go("whistle", number)
    officer.act("verify", solved="true", note="现场干净。")
    dispatcher.go("whistle", number)
    dispatcher.act("confirm")
    for _ in orders:
        page = officer.go("score")
        form = page.locator("form:has([name=cooperation])").first
        fill(form, "cooperation", "92")
        fill(form, "resolution", "88")
        officer.press(form.locator("button[type=submit]"))
    whistle.refresh_from_db()
    assert whistle.state == "closed"

    # Each clock as the database has it, and as the page shows it.
    page = officer.go("whistle", number)
    late = {
        (clock.order_id, clock.kind) for clock in Deadline.objects.filter(whistle=whistle) if clock.overdue_seconds
    }
    assert late == {(gas.pk, "acknowledge")}
    expect(clock_on(officer, gas, "acknowledge")).to_contain_text("晚")
    expect(page.locator(".events li").last).to_contain_text("结案")
    assert not Event.objects.filter(whistle=whistle, kind="clock.breached").exclude(order_number=gas.number).exists()
    ranking = somebody("assessor").go("ranking")
    for order in orders:
        expect(ranking.locator("main")).to_contain_text(str(order.department))


def test_an_emergency_calls_at_once_and_a_late_report_is_recorded_as_late(somebody, clock, tmp_path):
    officer = somebody("officer.fengning")
    whistle = blow(officer, type="emergency", title="虹山东路地下管线爆裂", tmp_path=tmp_path)
    assert whistle.state == "dispatched"
    order = Order.objects.get(whistle=whistle, department__code="water")
    page = somebody("dispatcher").go("whistle", whistle.number)
    expect(page.locator("table.matrix")).to_contain_text(str(order.department))

    liaison = somebody("liaison.water", viewport=PHONE)
    liaison.go("my-orders")
    expect(liaison.page.locator(".clock").first).to_contain_text(re.compile("9|10"))
    liaison.act("acknowledge")
    clock.pass_by(minutes=40)
    while clocks.fire_due(limit=500):
        pass
    liaison.go("order", order.number)
    expect(liaison.page.locator(".order-head .clock")).to_contain_text("超时")
    liaison.act("report", rank="deputy", note="道路中断，绕行到场。", photos=picture(tmp_path))

    report = Deadline.objects.get(order=order, kind="report")
    assert report.state == "met_late"
    assert 9 * 60 <= report.overdue_seconds <= 12 * 60
    assert Deadline.objects.get(order=order, kind="acknowledge").state == "met"
    told = Event.objects.filter(whistle=whistle, order_number=order.number, kind="clock.breached")
    assert [event.data["clock"] for event in told] == ["report"]
    officer.go("whistle", whistle.number)
    expect(clock_on(officer, order, "report")).to_contain_text("晚")
    expect(officer.page.locator(".events")).to_contain_text("超时")

    # Signed afterwards, within 24 hours.
    sign(somebody("community.hongshan"))
    sign(somebody("secretary.fengning"))
    assert Deadline.objects.get(whistle=whistle, kind="sign_after").state == "met"
