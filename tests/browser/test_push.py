"""A browser is registered with a click, shows what its push service hands over, and is forgotten on logging out."""

import json

import pytest
from playwright.sync_api import expect

from dispatch.models import Channel, Device
from tests.browser.conftest import PHONE

pytestmark = pytest.mark.browser

# A browser of tests has no push service to register with; everything else of it is real.
REGISTERS = """given => {
  let held = null;
  const made = (key) => ({
    endpoint: given.endpoint, options: { applicationServerKey: key.buffer ?? key }, toJSON: () => given,
    unsubscribe: async () => { held = null; sessionStorage.removeItem("held"); return true; },
  });
  PushManager.prototype.subscribe = async ({ applicationServerKey }) => {
    sessionStorage.setItem("held", [...applicationServerKey]);
    return held = made(applicationServerKey);
  };
  PushManager.prototype.getSubscription = async () => {
    const key = sessionStorage.getItem("held");
    return held ??= key ? made(new Uint8Array(key.split(",").map(Number))) : null;
  };
}"""


@pytest.fixture
def phone(push, somebody):
    side = push(201)
    liaison = somebody("liaison.water", viewport=PHONE, installed=True)
    liaison.context.grant_permissions(["geolocation", "notifications"])
    liaison.context.add_init_script(f"({REGISTERS})({side.subscription})")
    return liaison


def test_a_device_is_registered_with_a_click_listed_and_forgotten_on_logging_out(phone):
    page = phone.go("channels")
    button = page.locator("button[data-push]").first
    expect(button).to_have_text("在本设备上通知我")
    phone.press(button)
    expect(page.locator(".channel").first).to_contain_text("浏览器通知")
    assert Channel.objects.get().person.username == "liaison.water"
    expect(page.locator("button[data-push]").first).to_have_text("不再在本设备上通知我")
    assert not page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
    # Also from the bell, of any page.
    page = phone.go("workbench")
    page.locator("a[data-bell]").click()
    expect(page.locator("#bell-panel [data-push]")).to_have_text("不再在本设备上通知我")
    page.keyboard.press("Escape")
    page.locator("details.menu summary").click()
    phone.press(page.locator("form[data-forget] button"))
    assert not Device.objects.exists()


def test_what_the_push_service_hands_over_is_shown_and_a_repetition_takes_its_place(phone):
    page = phone.go("channels")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    session = phone.context.new_cdp_session(page)
    found = []
    session.on("ServiceWorker.workerRegistrationUpdated", lambda event: found.extend(event["registrations"]))
    session.send("ServiceWorker.enable")
    page.wait_for_function("navigator.serviceWorker.controller !== null")
    registration = found[-1]["registrationId"]
    worker = phone.context.service_workers[0]
    worker.evaluate(REMEMBERS)

    def shown(data):
        """What the browser has shown once it was handed this."""
        before = worker.evaluate("shown.length")
        given = {"origin": phone.address, "registrationId": registration, "data": data}
        session.send("ServiceWorker.deliverPushMessage", given)
        return worker.evaluate(AWAITED, before)

    said = {"title": "哨响：派遣单", "body": "请签收", "address": "/messages/7/", "tag": "messages-7", "urgent": False}
    assert shown(json.dumps(said)) == ["哨响：派遣单", "请签收", "messages-7", "/messages/7/"]
    # Under the same tag a browser replaces what it shows.
    again = said | {"body": "可能已收到过"}
    assert shown(json.dumps(again)) == ["哨响：派遣单", "可能已收到过", "messages-7", "/messages/7/"]
    # Nonsense is no reason to show nothing, which browsers would hold against us.
    _title, *rest = shown("?")
    assert rest == ["", "messages", "/messages/"]


# What was shown is taken down as it is shown: to look for it with getNotifications() while Chromium is still putting
# it on the screen makes Chromium forget it.
REMEMBERS = """() => {
  self.shown = [];
  const show = registration.showNotification.bind(registration);
  registration.showNotification = async (title, options) => {
    await show(title, options);
    shown.push([title, options.body, options.tag, options.data.address]);
  };
}"""
AWAITED = """async (before) => {
  for (const until = performance.now() + 20000; shown.length === before && performance.now() < until;) {
    await new Promise((done) => setTimeout(done, 50));
  }
  return shown[before];
}"""
