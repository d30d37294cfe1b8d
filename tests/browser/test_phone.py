"""A liaison on site with a phone: what it says of its position, or that it says nothing."""

import pytest
from playwright.sync_api import expect

from dispatch.models import Report
from tests.acting import act
from tests.browser.conftest import PHONE
from tests.factories import PASSWORD, orders_of
from whistle.models import Event

pytestmark = pytest.mark.browser


def test_a_report_on_site_says_how_far_the_phone_is_and_goes_without_where_it_may_not_say(somebody, district):
    order = orders_of(district.acknowledged())["housing"]
    liaison = somebody("liaison.housing", viewport=PHONE)
    liaison.context.set_geolocation({"latitude": 25.0587, "longitude": 102.687, "accuracy": 29.4})
    page = liaison.go("order-act", order.number, "report")
    said = page.locator("[data-told]")
    expect(said).to_have_text("已获取位置，误差约 29 米。 距现场 15 米。")
    liaison.context.set_geolocation({"latitude": 25.4187, "longitude": 102.687, "accuracy": 800})
    page.locator(".position-told button").click()
    expect(said).to_contain_text("距现场 40.0 公里。 距离很远")
    expect(said).to_contain_text("位置不准")
    assert not page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
    liaison.press(page.locator(".act-form form button[type=submit]"))
    first = Report.objects.get()
    assert (first.accuracy_m, round(first.distance_m, -2)) == (800, 40_000)
    expect(page.locator(".events li").last).to_contain_text("±800米 · 距现场40.0公里 · 离现场很远 · 位置不准确")

    liaison.context.clear_permissions()
    page = liaison.go("order-act", order.number, "report")
    expect(said).to_contain_text("不允许提供位置")
    liaison.press(page.locator(".act-form form button[type=submit]"))
    assert Report.objects.latest("id").lat is None
    expect(page.locator(".events li").last).to_contain_text("未提供位置")


def test_acts_without_a_network_wait_on_the_phone_and_go_out_as_their_maker_alone(somebody, district, clock):
    orders = orders_of(district.dispatched())
    liaison = somebody("liaison.housing", viewport=PHONE, installed=True)
    strip, number = liaison.page.locator("#outbox-strip"), orders["housing"].number
    page = liaison.go("order", number)
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    liaison.context.set_offline(True)
    page.locator("[data-act=acknowledge]").first.click()
    expect(strip).to_contain_text("无网络")
    page.locator("[data-act=progress]").first.click()
    page.locator("dialog[open] [name=note]").fill("正在路上")
    page.locator("dialog[open] button[type=submit]").click()
    expect(strip).to_contain_text("待发送：2")
    # No page is there without a network but the one that says what waits.
    page.goto(f"{liaison.address}/orders/")
    expect(page.locator(".outbox-list li")).to_have_count(2)
    expect(page.locator("[data-offline]")).to_be_visible()
    assert not page.evaluate("document.documentElement.scrollWidth > window.innerWidth")

    # Somebody acted meanwhile at a desk; and the session on the phone has ended.
    act(orders["housing"], "acknowledge", "liaison.housing", clock.now())
    liaison.context.clear_cookies(name="sessionid")
    liaison.context.set_offline(False)
    page.locator("[data-send]").click()
    expect(page.locator("[data-log-in]")).to_be_visible()
    log_in(page, liaison.address, "liaison.water")
    expect(strip).to_contain_text("他人")
    assert Event.objects.filter(kind="order.progress").count() == 0
    liaison.context.clear_cookies(name="sessionid")
    log_in(page, liaison.address, "liaison.housing")
    expect(strip).to_contain_text("未被接受：1")
    noted = Event.objects.get(kind="order.progress")
    assert (noted.person_name, noted.note, "claimed_at" in noted.data) == ("区住建局联络员", "正在路上", True)
    page.goto(f"{liaison.address}/outbox/")
    refused = page.locator(".outbox-list li[data-act=refused]")
    expect(refused).to_contain_text("签收")
    expect(page.locator(".outbox-list li[data-act=accepted]")).to_have_count(1)
    refused.locator("[data-away]").click()
    expect(refused).to_have_count(0)


def log_in(page, address, username):
    page.goto(f"{address}/login/")
    page.locator("[name=username]").fill(username)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("form:has([name=password]) button[type=submit]").click()
    expect(page).to_have_url(f"{address}/")
