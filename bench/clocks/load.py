"""What goes on beside the clocks: people who open pages, somebody who watches what is told, somebody who kills."""

import os
import threading
import time
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import psycopg2

from bench.http import Connection

PAGES = {
    "dispatcher": ("/", "/triage/", "/whistles/"),
    "liaison.water": ("/", "/orders/", "/messages/"),
    "officer.fengning": ("/", "/whistles/"),
}


class Readers:
    """People who together open so many pages a second; late ones are not made up for."""

    def __init__(self, port, sessions, per_second):
        self.port, self.sessions, self.interval = port, sessions, 1 / per_second
        self.times, self.stop = [], threading.Event()
        self.threads = [threading.Thread(target=self._read, args=(number,)) for number in range(4)]

    def _read(self, number):
        turns = [(who, page) for who, pages in PAGES.items() for page in pages]
        connections = {}
        for who, session in self.sessions.items():
            connections[who] = Connection(self.port)
            connections[who].headers = {"Cookie": session, "Accept-Language": "zh-hans"}
        turn, due = number, time.perf_counter() + number * self.interval
        while not self.stop.wait(max(0.0, due - time.perf_counter())):
            who, page = turns[turn % len(turns)]
            self.times.append(connections[who].call("GET", page)[0])
            turn, due = turn + 1, max(due + 4 * self.interval, time.perf_counter())

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *exc):
        self.stop.set()
        for thread in self.threads:
            thread.join()


class Watcher:
    """Notes when a firing can first be seen by others: committed, which is stricter than what it says of itself."""

    EVERY = 0.05

    def __init__(self, url):
        self.url, self.seen, self.stop = url.replace("postgres://", "postgresql://", 1), {}, threading.Event()
        self.thread = threading.Thread(target=self._watch)

    def _watch(self):
        with closing(psycopg2.connect(self.url)) as link:
            link.autocommit = True
            cursor = link.cursor()
            cursor.execute("SELECT coalesce(max(id), 0) FROM dispatch_firing")
            (last,) = cursor.fetchone()
            known = set()
            while not self.stop.wait(self.EVERY):
                # A late commit may have a lower key than one that was seen already.
                cursor.execute(
                    "SELECT id, deadline_id, planned_at FROM dispatch_firing WHERE id > %s", [last - 20_000]
                )
                now = datetime.now(UTC)
                for key, deadline, planned in cursor.fetchall():
                    if key not in known and planned > self.begun:
                        known.add(key)
                        self.seen[deadline] = (planned, now)
                        last = max(last, key)

    def __enter__(self):
        self.begun = datetime.now(UTC)
        self.thread.start()
        return self

    def __exit__(self, *exc):
        self.stop.set()
        self.thread.join()

    def lateness(self):
        """Seconds from planned to seen, sorted."""
        return sorted((seen - planned).total_seconds() for planned, seen in self.seen.values())


@contextmanager
def killer(worker, every, restarts):
    """Kills the worker every so many seconds and starts it again at once; notes when in `restarts`."""
    stop = threading.Event()

    def kill():
        while not stop.wait(every):
            worker.kill()
            worker.start()
            restarts.append(datetime.now(UTC))

    thread = threading.Thread(target=kill)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def outside():
    """The other side of a channel, which takes everything; returns its port."""

    class Taker(BaseHTTPRequestHandler):
        def do_POST(self):
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *arguments):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Taker)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server.server_address[1]


def share(values, percent):
    """The percentile of sorted values."""
    return values[min(len(values) - 1, int(len(values) * percent / 100))] if values else float("nan")


def quiet():
    """Whatever the processes log goes to the benchmark's own error stream."""
    return {"LOG_LEVEL": os.environ.get("LOG_LEVEL", "ERROR")}
