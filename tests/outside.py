"""The other side of a channel: a real HTTP server on 127.0.0.1 that answers as told and remembers what it got."""

import json
import os
import socket
import threading
from base64 import urlsafe_b64encode
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_network

import http_ece
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

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
                side.note(self)
                side.answer(self)

            def log_message(self, *arguments):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    def note(self, handler):
        body = json.loads(handler.rfile.read(int(handler.headers["Content-Length"])))
        self.got.append({"key": handler.headers["Idempotency-Key"], "path": handler.path, **body})

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
        return self.let(Outside(*answers))

    def let(self, side):
        self.made.append(side)
        self.allowed.append((HOME, side.port))
        return side

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


class PushService(Outside):
    """A push service that takes what is sealed for one browser, and the browser, which can open it."""

    def __init__(self, *answers):
        super().__init__(*answers)
        self.key, self.secret = ec.generate_private_key(ec.SECP256R1()), os.urandom(16)

    def note(self, handler):
        sealed = handler.rfile.read(int(handler.headers["Content-Length"]))
        opened = http_ece.decrypt(sealed, private_key=self.key, auth_secret=self.secret, version="aes128gcm")
        said = json.loads(opened)
        self.got.append({"path": handler.path, "headers": handler.headers, "size": len(sealed), **said})

    @property
    def endpoint(self):
        return f"http://127.0.0.1:{self.port}/the-secret-path"

    @property
    def subscription(self):
        """What the browser's PushManager would give."""
        public = self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        keys = {
            "p256dh": _written(public),
            "auth": urlsafe_b64encode(self.secret).decode(),
        }
        return json.dumps({"endpoint": self.endpoint, "expirationTime": None, "keys": keys})


def _written(key):
    return urlsafe_b64encode(key).decode().rstrip("=")


@pytest.fixture
def push(outside, settings):
    """`push(410)`: a push service, on a server that has keys."""
    key = ec.generate_private_key(ec.SECP256R1())
    public = key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    private = key.private_numbers().private_value.to_bytes(32)
    settings.WEB_PUSH_PUBLIC_KEY = _written(public)
    settings.WEB_PUSH_PRIVATE_KEY = _written(private)
    settings.WEB_PUSH_CONTACT = "mailto:it@example.org"
    return lambda *answers: outside.let(PushService(*answers))
