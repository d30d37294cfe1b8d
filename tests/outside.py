"""The other side of a channel: a real HTTP server on 127.0.0.1 that answers as told and remembers what it got."""

import json
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_network

import pytest

# Answers that are none: says nothing, says a byte now and then, hangs up.
HANGS, DRIPS, CUTS = "hangs", "drips", "cuts"


class Outside:
    """Gives its answers in turn, and the last one for ever. `got`: what was sent, as dictionaries."""

    def __init__(self, *answers):
        self.answers = list(answers) or [200]
        self.got, self.let_go = [], threading.Event()
        side = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                side.got.append({"key": self.headers["Idempotency-Key"], "path": self.path, **body})
                side.answer(self)

            def log_message(self, *arguments):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    def answer(self, handler):
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if answer == HANGS:
            self.let_go.wait(30)
        elif answer == DRIPS:
            self._drip(handler.wfile)
        elif answer != CUTS:
            handler.send_response(answer)
            handler.send_header("Location", "/elsewhere")
            handler.send_header("Content-Length", "0")
            handler.end_headers()

    def _drip(self, to):
        """Never silent for long enough for a socket to lose patience."""
        try:
            to.write(b"HTTP/1.1 200 OK\r\n")
            while not self.let_go.wait(0.1):
                to.write(b"X: x\r\n")
                to.flush()
        except OSError:
            return

    @property
    def port(self):
        return self.server.server_address[1]

    @property
    def address(self):
        return f"json://127.0.0.1:{self.port}/the-secret-path"

    @property
    def keys(self):
        return [each["key"] for each in self.got]

    @property
    def titles(self):
        return [each["title"] for each in self.got]

    def close(self):
        self.let_go.set()
        self.server.shutdown()
        self.server.server_close()


HOME = ip_network("127.0.0.1/32")


class Others:
    """Makes other sides, and lets channels reach them: `others(500, 200)`."""

    def __init__(self, allowed):
        self.allowed, self.made, self.taken = allowed, [], []

    def __call__(self, *answers):
        self.made.append(Outside(*answers))
        self.allowed.append((HOME, self.made[-1].port))
        return self.made[-1]

    def nobody(self):
        """An address where nobody listens."""
        self.taken.append(socket.socket())
        self.taken[-1].bind(("127.0.0.1", 0))
        port = self.taken[-1].getsockname()[1]
        self.allowed.append((HOME, port))
        return f"json://127.0.0.1:{port}/the-secret-path"

    def close(self):
        for each in (*self.made, *self.taken):
            each.close()


@pytest.fixture
def outside(settings):
    settings.CHANNEL_SCHEMAS = ["json", "dingtalk", "mailto"]
    settings.CHANNEL_INTRANET = []
    settings.SEND_LIMIT_SECONDS = 2
    others = Others(settings.CHANNEL_INTRANET)
    yield others
    others.close()
