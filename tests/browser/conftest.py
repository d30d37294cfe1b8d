"""Real browsers, one context per person, and a server whose time can be moved."""

import os
import threading
import time
from datetime import datetime, timedelta

import pytest
import time_machine
import uvicorn
from django.contrib.staticfiles.handlers import StaticFilesHandler, StaticFilesHandlerMixin
from django.core.wsgi import get_wsgi_application
from django.db import connections
from django.urls import reverse
from playwright.sync_api import expect, sync_playwright

from config.asgi import Application
from tests import factories

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# Playwright's loop runs in this thread; the tests' own reads of the database are none of its business.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
expect.set_options(timeout=10_000)

DESK = {"width": 1366, "height": 768}
PHONE = {"width": 375, "height": 812}


@pytest.fixture(scope="session")
def browser(chromium):
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield launched
        launched.close()


@pytest.fixture(scope="session", autouse=True)
def kept_files():
    """Browsers keep styles and scripts, as they do in the house, where their names carry a checksum."""
    serve = StaticFilesHandlerMixin.serve

    def kept(handler, request):
        answer = serve(handler, request)
        answer["Cache-Control"] = "max-age=315360000, immutable"
        return answer

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(StaticFilesHandlerMixin, "serve", kept)
        yield


class Someone:
    """A person at a browser of their own, logged in through the log-in page."""

    def __init__(self, browser, address, username, viewport, language, installed=False):
        locale = {"zh": "zh-CN", "en": "en-US"}[language]
        self.context = browser.new_context(
            viewport=viewport,
            locale=locale,
            geolocation={"latitude": 25.0587, "longitude": 102.687},
            # Between a page and the server stands nothing, but where a test is about just that.
            service_workers="allow" if installed else "block",
        )
        self.context.grant_permissions(["geolocation"])
        self.page = self.context.new_page()
        self.address = address
        self.errors = []
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.go("login")
        self.page.locator("[name=username]").fill(username)
        self.page.locator("[name=password]").fill(factories.PASSWORD)
        self.page.locator("form:has([name=password]) button[type=submit]").click()
        expect(self.page).to_have_url(f"{address}/")

    def go(self, name, *args):
        """Opens a page by the name of its address."""
        answer = self.page.goto(self.address + reverse(name, args=args))
        assert answer.ok, f"{name} {args}: {answer.status}"
        return self.page

    def act(self, name, **fields):
        """Presses the button of an act on the open page, fills in what it asks for, and sends it."""
        button = self.page.locator(f"button[data-act='{name}']").first
        if fields:
            button.click()
            form = self.page.locator("dialog[open] form")
            expect(form).to_be_visible()
            for field, value in fields.items():
                fill(form, field, value)
            button = form.locator("button[type=submit]")
        self.press(button)

    def press(self, button):
        """Sends a form by its button, and waits for the page that answers."""
        with self.page.expect_navigation():
            button.click()


def fill(form, name, value):
    """Gives one field of a form its value, whatever kind of field it is; a list ticks several."""
    field = form.locator(f"[name='{name}']")
    kind = field.first.get_attribute("type") or field.first.evaluate("each => each.tagName.toLowerCase()")
    if kind in ("radio", "checkbox"):
        for each in value if isinstance(value, list) else [value]:
            form.locator(f"[name='{name}'][value='{each}']").check()
    elif kind == "select":
        field.select_option(value)
    elif kind == "file":
        field.set_input_files(value)
    else:
        field.fill(value)


class Clock:
    """The server's time; browsers follow it, because they count by the server's clock."""

    def __init__(self, traveller):
        self.traveller = traveller

    def now(self):
        return datetime.now(tz=factories.MONDAY.tzinfo)

    def pass_by(self, **span):
        self.traveller.move_to(self.now() + timedelta(**span), tick=True)


@pytest.fixture
def clock():
    """Monday, nine o'clock in Kunming, and time goes on from there."""
    with time_machine.travel(factories.MONDAY, tick=True) as traveller:
        yield Clock(traveller)


@pytest.fixture
def district(written_district, transactional_db, clock):
    """The demonstration district without a case, committed, so that the server's threads see it."""
    written_district.lay()
    return factories


@pytest.fixture
def somebody(district, live_server, browser):
    """`somebody("dispatcher")`: a browser of their own. Whoever's page threw an error fails the test."""
    people = {}

    def enter(username, viewport=None, language="zh", installed=False):
        if username not in people:
            people[username] = Someone(browser, live_server.url, username, viewport or DESK, language, installed)
        return people[username]

    yield enter
    errors = {name: person.errors for name, person in people.items() if person.errors}
    for person in people.values():
        person.context.close()
    assert not errors, errors


class Server:
    """The pages and the stream, in threads of this process, whose time can be moved."""

    def __init__(self):
        self.application, self.cut = Application(StaticFilesHandler(get_wsgi_application())), False
        config = uvicorn.Config(self, port=0, lifespan="on", log_level="error", timeout_graceful_shutdown=2)
        self.server = uvicorn.Server(config)
        self.thread = threading.Thread(target=self.server.run, daemon=True)
        self.thread.start()
        until = time.monotonic() + 20
        while not self.server.started:
            assert time.monotonic() < until
            time.sleep(0.02)
        port = self.server.servers[0].sockets[0].getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"

    async def __call__(self, scope, receive, send):
        if self.cut and scope.get("path") == "/live/":
            await send({"type": "http.response.start", "status": 503, "headers": []})
            await send({"type": "http.response.body", "body": b""})
        else:
            await self.application(scope, receive, send)

    def cut_streams(self):
        self.cut = True
        for listener in list(self.application.hub.listeners):
            self.loop_call(self.application.hub.leave, listener)

    def loop_call(self, act, *given):
        self.server.servers[0].get_loop().call_soon_threadsafe(act, *given)

    def stop(self):
        self.loop_call(self.application.close)
        self.server.should_exit = True
        self.thread.join(20)
        self.application.pages.executor.shutdown()


@pytest.fixture
def server(district, monkeypatch):
    # The threads of the pages end with the test, and their connections with each request.
    monkeypatch.setitem(connections.settings["default"], "CONN_MAX_AGE", 0)
    server = Server()
    yield server
    server.stop()


@pytest.fixture
def enter(server, browser):
    people = []

    def log_in(username, language="zh", viewport=DESK):
        people.append(Someone(browser, server.url, username, viewport, language))
        return people[-1]

    yield log_in
    for person in people:
        person.context.close()
    assert [person.errors for person in people if person.errors] == []
