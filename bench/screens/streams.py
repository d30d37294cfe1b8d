"""Many open streams at the web processes: what they cost while nothing happens, and how soon a page shows a change."""

import asyncio
import re
import threading
import time
from html import unescape
from urllib.parse import urlencode

import psutil

from bench.http import Connection
from bench.people import page_of

IDLE_SECONDS = 60
SETTLE_SECONDS = 5


class Streams:
    """So many open streams of one person, read and thrown away by a thread of their own."""

    def __init__(self, port, cookie, count):
        self.port, self.cookie, self.count = port, cookie, count
        head = page_of(port, "/whistles/", cookie)
        ticket = re.search(r'<meta name="live"\s+content="([^"]+)"', head)[1]
        self.path = "/live/?" + urlencode({"ticket": unescape(ticket), "since": time.time()})
        self.open, self.ended = 0, threading.Event()
        self.thread = threading.Thread(target=lambda: asyncio.run(self._read_all()), daemon=True)

    def __enter__(self):
        self.thread.start()
        until = time.monotonic() + 60
        while self.open < self.count:
            if time.monotonic() > until:
                raise RuntimeError(f"only {self.open} of {self.count} streams could be opened")
            time.sleep(0.1)
        return self

    def __exit__(self, *failure):
        self.ended.set()
        self.thread.join(20)

    async def _read_all(self):
        readers = [asyncio.ensure_future(self._read()) for _number in range(self.count)]
        while not self.ended.is_set():
            await asyncio.sleep(0.2)
        for reader in readers:
            reader.cancel()
        await asyncio.gather(*readers, return_exceptions=True)

    async def _read(self):
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(f"GET {self.path} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {self.cookie}\r\n\r\n".encode())
        first = await reader.readline()
        if b" 200 " not in first:
            raise RuntimeError(f"a stream was refused: {first!r}")
        self.open += 1
        try:
            while await reader.read(4096):
                pass
        finally:
            self.open -= 1
            writer.close()


class Processes:
    """The web processes, seen from outside."""

    def __init__(self, pid):
        master = psutil.Process(pid)
        self.all = [master, *master.children(recursive=True)]

    def cpu_s(self):
        return sum(sum(each.cpu_times()[:2]) for each in self.all)

    def memory_mb(self):
        """What is theirs alone; pages shared with others would be counted for each."""
        return sum(each.memory_full_info().uss for each in self.all) / 2**20


def idle(port, pid, cookie, count):
    """`(share of one core in %, MB)` that so many idle streams take: the processes' CPU with them, what they add."""
    processes = Processes(pid)
    for _round in range(20):
        Connection(port).call("GET", "/bench/empty/")
    before = processes.memory_mb()
    with Streams(port, cookie, count) as streams:
        time.sleep(SETTLE_SECONDS)
        used, begun = processes.cpu_s(), time.perf_counter()
        time.sleep(IDLE_SECONDS)
        share = (processes.cpu_s() - used) / (time.perf_counter() - begun) * 100
        added = processes.memory_mb() - before
        if streams.open != count:
            raise RuntimeError(f"{count - streams.open} streams ended by themselves")
    return share, added
