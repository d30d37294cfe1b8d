"""A whistle is filed on a phone: a slow network, none at all, a session that ends, and nothing is lost."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PHONE, fill
from tests.browser.test_whole_case import picture
from tests.factories import HONGSHAN, PASSWORD
from whistle.models import Unfinished, Whistle

pytestmark = pytest.mark.browser

OFFICER = "officer.fengning"


def test_a_whistle_is_filed_on_a_phone_over_a_slow_network_and_a_session_that_ends(somebody, district, tmp_path):
    # What is known nearby tells the community of a point.
    district.drafted(title="已经吹过的哨", area=f"{HONGSHAN}001")
    officer = somebody(OFFICER, viewport=PHONE)
    page = officer.go("blow")
    assert not page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
    told, form = page.locator("[data-autosaved]"), page.locator("form[data-blow]")
    network = officer.context.new_cdp_session(page)
    slow = {"offline": False, "latency": 120, "downloadThroughput": 60_000, "uploadThroughput": 60_000}
    network.send("Network.emulateNetworkConditions", slow)

    fill(form, "title", "虹山东路黑臭水外溢")
    expect(told).to_contain_text("已保存")
    fill(form, "photos", picture(tmp_path))
    expect(page.locator(".photo-pick")).to_have_count(1)
    page.locator("[data-here]").click()
    expect(page.locator("[name=area]")).to_have_value(HONGSHAN)
    expect(page.locator("[data-map-point] [data-said]")).to_contain_text("虹山南路社区")
    expect(page.locator(".similar")).to_contain_text("已经吹过的哨")

    network.send("Network.emulateNetworkConditions", slow | {"offline": True})
    fill(form, "address", "虹山东路60号")
    expect(told).to_contain_text("网络不通")
    network.send("Network.emulateNetworkConditions", slow)
    expect(told).to_contain_text("已保存")

    officer.context.clear_cookies(name="sessionid")
    fill(form, "description", "雨后冒出黑臭水。")
    expect(told).to_contain_text("登录已失效")
    told.locator("a").click()
    page.locator("[name=username]").fill(OFFICER)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("form:has([name=password]) button[type=submit]").click()
    expect(page).to_have_url(re.compile(r"/whistles/new/\?draft="))
    for name, typed in (
        ("title", "虹山东路黑臭水外溢"),
        ("address", "虹山东路60号"),
        ("description", "雨后冒出黑臭水。"),
    ):
        expect(form.locator(f"[name={name}]")).to_have_value(typed)
    expect(page.locator("[name=area]")).to_have_value(HONGSHAN)
    expect(page.locator(".photo-pick")).to_have_count(1)

    fill(form, "type", "key")
    fill(form, "criteria", ["hazard", "joint"])
    form.locator("[name=item]").select_option("sewage")
    expect(page.locator(".suggested")).to_contain_text("牵头")
    officer.press(page.locator("button[name=submit]"))
    expect(page).to_have_url(re.compile(r"/whistles/530102-\d{8}-\d{4}/$"))
    whistle = Whistle.objects.latest("id")
    assert (whistle.state, whistle.photos.count(), whistle.description) == ("signing", 1, "雨后冒出黑臭水。")
    assert whistle.suggested[0] == "water"
    assert not Unfinished.objects.open().exists()

    # An old page is sent once more.
    page.goto(f"{officer.address}/whistles/new/?draft={Unfinished.objects.get().key}")
    expect(page.locator(".notice").first).to_contain_text("没有重复提交")
    assert Whistle.objects.count() == 2


def test_two_tabs_on_one_draft_write_nothing_over(somebody):
    officer = somebody(OFFICER)
    first = officer.go("blow")
    fill(first.locator("form[data-blow]"), "title", "第一个窗口")
    expect(first.locator("[data-autosaved]")).to_contain_text("已保存")
    second = officer.context.new_page()
    second.goto(first.url)
    fill(first.locator("form[data-blow]"), "title", "第一个窗口又改")
    expect(first.locator("[name=version]")).to_have_value("2")
    fill(second.locator("form[data-blow]"), "title", "第二个窗口")
    expect(second.locator("[data-autosaved]")).to_contain_text("两份都已保留")
    expect(second.locator("[data-autosaved] a")).to_have_attribute("href", re.compile(r"/whistles/new/\?draft="))
    expect(second.locator("[name=version]")).to_have_value("1")
    assert {row.typed["title"] for row in Unfinished.objects.all()} == {"第一个窗口又改", "第二个窗口"}
