"""Open pages keep up with the server, and nobody is disturbed in what they are doing."""

import pytest
from playwright.sync_api import expect

from dispatch import services
from tests import factories

pytestmark = pytest.mark.browser


def test_a_new_whistle_comes_into_the_open_triage_and_what_is_being_typed_stays(enter, clock):
    factories.filed(title="第一件", at=clock.now())
    page = enter("dispatcher").go("triage")
    rows = page.locator(".queue li")
    expect(rows).to_have_count(1)
    note = page.locator("#dispatch textarea").first
    note.click()
    page.keyboard.type("请水务先到")
    note.evaluate("field => field.setSelectionRange(2, 2)")
    page.evaluate("window.scrollTo(0, 180)")
    before = page.evaluate("[document.activeElement.id, window.scrollY]")
    count = page.locator("nav.side a[href='/triage/'] .count")
    expect(count).to_have_text("1")

    factories.filed(title="第二件", type="key", at=clock.now())
    expect(rows).to_have_count(2)
    expect(rows.last).to_contain_text("第二件")
    expect(count).to_have_text("2")
    assert page.evaluate("[document.activeElement.id, window.scrollY]") == before
    expect(note).to_have_value("请水务先到")
    page.keyboard.type("两人")
    expect(note).to_have_value("请水两人务先到")
    expect(page.locator("#live-held")).to_be_hidden()


def test_a_form_somebody_types_in_is_left_alone_and_said_to_have_changed(enter, clock):
    whistle = factories.filed(at=clock.now())
    page = enter("dispatcher").go("triage")
    note = page.locator("#dispatch textarea").first
    note.fill("请水务先到")
    # A colleague is faster: the form is no more.
    services.dispatch(
        whistle, by=factories.people["dispatcher"], at=clock.now(), lead=factories.departments["water"], assisting=[]
    )
    expect(page.locator("#live-held")).to_be_visible()
    expect(note).to_have_value("请水务先到")
    # Nor does it stand beside another case.
    expect(page.locator(".in-full-head h2")).to_have_text(whistle.title)
    with page.expect_navigation():
        page.locator("#live-held button").click()
    expect(page.locator("#dispatch")).to_have_count(0)


def test_a_whistle_follows_its_orders_while_a_dialog_is_open(enter, clock):
    whistle = factories.acknowledged(lead="water", assisting=(), at=clock.now())
    order = whistle.orders.get()
    officer = enter("officer.fengning")
    page = officer.go("whistle", whistle.number)
    lines = page.locator(".events li")
    before = lines.count()
    page.locator(".matrix .clock summary").first.click()
    services.add_progress(order, by=factories.liaison_of(order), at=clock.now(), note="正在排查管网。")
    expect(lines).to_have_count(before + 1)
    expect(lines.last).to_contain_text("正在排查管网。")
    # What was opened is still open, and the map still drawn.
    expect(page.locator(".matrix .clock details[open]")).to_have_count(1)
    expect(page.locator(".leaflet-marker-icon")).to_have_count(1)


def test_a_page_cut_off_says_so_looks_by_itself_and_catches_up_when_it_is_live_again(enter, server, clock):
    page = enter("dispatcher").go("triage")
    off = page.locator("#live-off")
    expect(off).to_be_hidden()
    server.cut_streams()
    expect(off).to_be_visible()
    factories.filed(title="断线时", at=clock.now())
    server.cut = False
    expect(page.locator(".queue li")).to_have_count(1)
    expect(off).to_be_hidden()


def test_the_bell_counts_by_itself_opens_in_place_and_rings_for_emergencies_unless_muted(enter, clock):
    dispatcher = enter("dispatcher")
    page = dispatcher.page
    page.evaluate(
        "window.rung = 0; const start = OscillatorNode.prototype.start;"
        "OscillatorNode.prototype.start = function (at) { window.rung += 1; return start.call(this, at); }; null"
    )
    bell, panel = page.locator("a[data-bell]"), page.locator("#bell-panel")
    expect(bell.locator("[data-unread]")).to_have_count(0)
    bell.click()
    expect(panel).to_contain_text("没有未读消息")
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()

    factories.filed(type="emergency", title="管线爆裂", at=clock.now())
    expect(bell.locator("[data-unread]")).not_to_have_count(0)
    page.wait_for_function("window.rung > 0")
    bell.click()
    expect(panel.locator("li").first).to_contain_text("管线爆裂")
    panel.locator("[data-bell-sound]").click()
    page.evaluate("window.rung = 0; localStorage.removeItem('bell-rang')")
    before = bell.locator("[data-unread]").text_content()
    factories.filed(type="emergency", title="再次爆裂", at=clock.now())
    expect(bell.locator("[data-unread]")).not_to_have_text(before)
    assert page.evaluate("window.rung") == 0
