"""The worker behind gunicorn: uvicorn's, with a bound on the head of a request, and no life without gunicorn."""

import os
import signal

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn_worker import UvicornWorker

# Bytes of the first line and the headers together. The parser itself would take any number.
HEAD = 64 * 1024


class Bounded(HttpToolsProtocol):
    """Speaks HTTP/1.1; hangs up on a head that never ends."""

    head = 0
    in_head = False

    def data_received(self, data):
        super().data_received(data)
        self.head = self.head + len(data) if self.in_head else 0
        if self.head > HEAD:
            self.transport.close()

    def on_message_begin(self):
        self.in_head = True
        super().on_message_begin()

    def on_headers_complete(self):
        self.in_head = False
        super().on_headers_complete()


class Worker(UvicornWorker):
    CONFIG_KWARGS = {
        "loop": "uvloop",
        "http": Bounded,
        "ws": "none",
        "lifespan": "on",
        "access_log": False,
        "server_header": False,
        # Who asks, and how, is Django's to find out: SECURE_PROXY_SSL_HEADER.
        "proxy_headers": False,
        "timeout_graceful_shutdown": 8,
        # Seconds between two signs of life to gunicorn, which are the moments to see whether it still lives itself.
        "timeout_notify": 1,
    }

    async def callback_notify(self):
        await super().callback_notify()
        # Left behind by a gunicorn that was killed, it would hold the port against the next one.
        if self.ppid != os.getppid():
            os.kill(os.getpid(), signal.SIGTERM)
