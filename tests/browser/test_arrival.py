"""An officer holds a phone up in the street, a liaison scans it with another, and both see that he is there."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from dispatch import papers
from dispatch.models import ArrivalCode, Report
from tests import factories
from tests.browser.conftest import PHONE

pytestmark = pytest.mark.browser


def test_a_liaison_scans_the_officers_phone_and_the_officer_sees_it_at_once(enter, server, browser, clock):
    whistle = factories.acknowledged(at=clock.now())
    officer = enter("officer.fengning", viewport=PHONE)
    page = officer.go("whistle", whistle.number)
    officer.press(page.locator("button[data-act='show-code']").first)
    expect(page).to_have_url(f"{server.url}/whistles/{whistle.number}/arrival/")
    shown = page.locator(".arrival-qr")
    address = shown.get_attribute("data-address")
    # What a camera would read is this address, drawn large enough.
    drawn = papers.qr(address, border=4, light="#fff")
    assert shown.locator("path").last.get_attribute("d") in drawn
    assert shown.bounding_box()["width"] >= 250
    assert not page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
    expect(page.locator(".arrival-there")).to_have_count(0)

    # Scanned with the phone's own camera: nobody is logged in there yet.
    phone = browser.new_context(viewport=PHONE, locale="zh-CN", service_workers="block")
    scanned = phone.new_page()
    scanned.goto(address)
    scanned.locator("[name=username]").fill("liaison.housing")
    scanned.locator("[name=password]").fill(factories.PASSWORD)
    scanned.locator("form:has([name=password]) button[type=submit]").click()
    expect(scanned).to_have_url(address)
    assert not scanned.evaluate("document.documentElement.scrollWidth > window.innerWidth")
    # He may not say where he is, and need not.
    with scanned.expect_navigation():
        scanned.locator(".act-form button[type=submit]").click()
    order = factories.orders_of(whistle)["housing"]
    expect(scanned).to_have_url(server.url + reverse("order", args=[order.number]))
    expect(scanned.locator(".events li").last).to_contain_text("到场码")
    made = Report.objects.get()
    assert (made.lat, made.confirmed_by) == (None, factories.people["officer.fengning"])

    # The officer's phone shows it, and the next code, by itself.
    expect(page.locator(".arrival-there")).to_have_count(1)
    following = ArrivalCode.objects.standing().get()
    expect(shown).to_have_attribute("data-address", f"{server.url}/arrive/{following.token}/")
    expect(page.locator(".arrival-digits")).to_have_text(following.digits)
    # What was scanned once serves nobody a second time.
    scanned.goto(address)
    expect(scanned.locator(".one-act .notice")).to_contain_text("用过")
    phone.close()
