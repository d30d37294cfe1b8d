"""The live stream, from the very processes that serve the pages."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from urllib.parse import urlencode

import psutil
import pytest
from django.conf import settings
from django.test import Client

from common import live
from dispatch.live import topics_of
from tests import factories
from tests.ground.system import ROOT, address_of_the_database, free_port

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.lengthy]
PATIENCE = 30


class Stream:
    """One open stream, read event by event; whoever waits longer than PATIENCE for one fails."""

    def __init__(self, port, query, **headers):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        self.connection.request("GET", f"/live/?{urlencode(query)}", headers=headers)
        self.answer = self.connection.getresponse()
        self.last_id = None

    def next(self):
        """The hints of the next event; None once the stream has ended."""
        while line := self.answer.readline():
            name, _, value = line.decode().strip().partition(": ")
            if name == "id":
                self.last_id = value
            elif name == "data":
                return json.loads(value)
        return None

    def until(self, *hints):
        """Reads on until one of these hints has come."""
        until = time.monotonic() + PATIENCE
        while not set(hints) & set(self.next()):
            assert time.monotonic() < until, f"none of {hints} came"


class Web:
    """The web processes on the tests' own database."""

    def __init__(self, folder):
        self.port = free_port()
        env = {
            **os.environ,
            "DATABASE_URL": address_of_the_database(),
            "SECRET_KEY": settings.SECRET_KEY,
            "PORT": str(self.port),
            "WEB_PROCESSES": "2",
            "ALLOWED_HOSTS": "127.0.0.1",
            "STATIC_ROOT": str(folder),
        }
        command = [sys.executable, "-m", "gunicorn", "--config", "ground/gunicorn.conf.py", "config.asgi"]
        self.process = subprocess.Popen(command, cwd=ROOT, env=env)
        until = time.monotonic() + PATIENCE
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                break
            except OSError:
                assert self.process.poll() is None and time.monotonic() < until
                time.sleep(0.05)

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(PATIENCE)

    def listen(self, username, **more):
        """A stream of this person's, in a session of their own, who has a page from this very moment."""
        person, client = factories.people[username], Client()
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        session = client.session.session_key
        query = {"ticket": live.ticket(session, topics_of(person)), "since": time.time()} | more.pop("query", {})
        return Stream(self.port, query, Cookie=f"{settings.SESSION_COOKIE_NAME}={session}", **more)

    def say(self, raw):
        """The first line that answers to these bytes; empty when the server hangs up."""
        with socket.create_connection(("127.0.0.1", self.port), PATIENCE) as line:
            line.settimeout(PATIENCE)
            try:
                line.sendall(raw)
                return line.makefile("rb").readline().decode()
            except ConnectionError:
                return ""


@pytest.fixture
def web(tmp_path, wuhua):
    (tmp_path / "static").mkdir()
    web = Web(tmp_path / "static")
    children = []
    yield web
    if web.process.poll() is None:
        children = psutil.Process(web.process.pid).children(recursive=True)
    web.process.kill()
    web.process.wait()
    _gone, left = psutil.wait_procs(children, PATIENCE)
    for child in left:
        child.kill()
    # Workers that outlived a killed gunicorn would hold the port.
    assert left == []


def test_hints_arrive_those_cut_off_catch_up_at_any_process_and_a_stop_ends_all_streams(web):
    dispatcher = web.listen("dispatcher")
    assert dispatcher.answer.headers["Content-Type"].startswith("text/event-stream")
    # Nobody had watched the record before: whatever the page shows may be old.
    dispatcher.until("*")
    others = [web.listen("dispatcher") for _ in range(6)]
    water = web.listen("liaison.water")
    first = factories.filed()
    dispatcher.until(f"whistle:{first.number}")
    for other in others:
        # The other process may begin to watch only now.
        other.until(f"whistle:{first.number}", "*")

    # Cut off, while something happens; back at whichever process answers.
    left_at = dispatcher.last_id
    dispatcher.connection.close()
    second = factories.dispatched("water", ())
    others[0].until(f"whistle:{second.number}")
    for _ in range(4):
        again = web.listen("dispatcher", **{"Last-Event-ID": left_at})
        again.until(f"whistle:{second.number}", "*")
        others.append(again)
    water.until(f"whistle:{second.number}", "*")

    # Away for an hour: everything is asked for anew.
    web.listen("dispatcher", **{"Last-Event-ID": f"{time.time() - 3600:.3f}"}).until("*")

    assert web.stop() == 0
    for stream in [water, *others]:
        # In good order: one that is cut off raises here.
        while stream.next() is not None:
            pass


def test_what_is_not_to_be_served_is_refused_and_the_pages_go_on(web):
    person, ticket = factories.people["liaison.water"], {}
    for name, session in (("mine", "a" * 32), ("another's", "b" * 32)):
        ticket[name] = live.ticket(session, topics_of(person))
    cookie = f"{settings.SESSION_COOKIE_NAME}={'a' * 32}"
    assert Stream(web.port, {"ticket": ticket["mine"]}, Cookie=cookie).answer.status == 200
    forged = live.signing.dumps(["x", "area:530102"], salt="live", key="guessed", compress=True)
    for wrong in (ticket["another's"], forged, ticket["mine"][:-1], ""):
        assert Stream(web.port, {"ticket": wrong}, Cookie=cookie).answer.status == 403
    assert Stream(web.port, {"ticket": ticket["mine"]}).answer.status == 403
    assert Stream(web.port, {"ticket": ticket["mine"], "since": "soon"}, Cookie=cookie).answer.status == 400

    # Addresses no browser sends, and a head that never ends.
    host = b"Host: 127.0.0.1\r\n"
    assert " 400 " in web.say(b"GET /whistles/?search=\xe5\x93\xa8 HTTP/1.1\r\n" + host + b"\r\n")
    assert web.say(b"GET / HTTP/1.1\r\n" + host + b"X: " + b"y" * 200_000) == ""
    assert " 401 " in web.say(b"GET /api/v1/orders/ HTTP/1.1\r\n" + host + b"Connection: close\r\n\r\n")
