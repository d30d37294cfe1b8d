"""Talking to the world outside, each time in a child process that is ended when its time is over.

A thread cannot be ended, and a timeout of a socket is no limit: a server may send a byte every few seconds for days.
In the child, Python itself reports every connection before it is made (an audit hook), so that no address a person
typed, no name behind it and no redirection leads anywhere but to the public internet and CHANNEL_INTRANET.
"""

import json
import logging
import os
import resource
import signal
import socket
import sys
import time
from ipaddress import IPv6Address, ip_address, ip_network
from multiprocessing.connection import wait
from pathlib import Path
from typing import Any, NamedTuple, NoReturn

import requests
from django.conf import settings
from urllib3.exceptions import ProtocolError

from dispatch.states import Trouble

# What a child may use beyond what it began with: an endless answer must not take the machine's memory.
MEMORY = 256 * 1024 * 1024
# What no way of sending needs.
FORBIDDEN = {"subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.fork", "socket.sendmsg"}
CONNECTING = {"socket.connect", "socket.sendto"}
NAT64 = ip_network("64:ff9b::/96")


class Letter(NamedTuple):
    """What is sent, as plain text. Only for devices: where it leads, and by which tag a later one takes its place."""

    title: str
    body: str
    address: str = ""
    tag: str = ""


class Outcome(NamedTuple):
    """What came of it. `answered`: the other side's status, where it has such; `uncertain`: it may have arrived."""

    arrived: bool
    trouble: str = ""
    answered: int | None = None
    uncertain: bool = False


class Errand:
    """One letter on its way by a service (see `dispatch.addresses`), in a process of its own, which `end` buries."""

    def __init__(self, service: Any, letter: Letter, key: str) -> None:
        self.until = time.monotonic() + settings.SEND_LIMIT_SECONDS
        self.reading, writing = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            _run(writing, service, letter, key)
        os.close(writing)

    def fileno(self) -> int:
        return self.reading

    def end(self) -> Outcome:
        """What came of it; an errand that has said nothing yet is ended now."""
        said = os.read(self.reading, 4096) if wait([self.reading], 0) else b""
        hangs = not said and time.monotonic() >= self.until
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self.reading)
        if said:
            return Outcome(**json.loads(said))
        return Outcome(arrived=False, trouble=Trouble.SILENT if hangs else Trouble.LOST, uncertain=True)


def ended(errands: list[Errand], patience: float) -> list[Errand]:
    """Those that have come to an end, or to the end of their time; waits at most `patience` seconds for the first."""
    soonest = min(errand.until for errand in errands) - time.monotonic()
    ready = wait(errands, max(0.0, min(patience, soonest)))  # type: ignore[arg-type]
    now = time.monotonic()
    return [errand for errand in errands if errand in ready or errand.until <= now]


# --- in the child --------------------------------------------------------------------------------


def _run(writing: int, service: Any, letter: Letter, key: str) -> NoReturn:
    """The child's whole life. It never returns, whatever happens: it is a copy of a process that goes on."""
    try:
        # Should nobody be left to end it.
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        signal.alarm(settings.SEND_LIMIT_SECONDS + 2)
        # The connections to the database and the broker are not ours, and even less for others to reach.
        os.closerange(3, writing)
        os.closerange(writing + 1, os.sysconf("SC_OPEN_MAX"))
        # Libraries write whole addresses to the log when they are asked for details.
        logging.disable(logging.CRITICAL)
        _limit_memory()
        os.write(writing, json.dumps(_deliver(service, letter, key)._asdict()).encode())
    finally:
        os._exit(0)


def _limit_memory() -> None:
    used = Path("/proc/self/statm")
    if used.exists():
        now = int(used.read_text().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (now + MEMORY, now + MEMORY))


def _deliver(service: Any, letter: Letter, key: str) -> Outcome:
    seen = Seen()
    sys.addaudithook(seen.before)
    requests.Session.send = seen.noting_answers(requests.Session.send)  # type: ignore[method-assign]
    socket.create_connection = seen.noting_connections(socket.create_connection)
    # Between the parts of one letter it would wait longer than the letter may take.
    service.request_rate_per_sec = 0
    if isinstance(getattr(service, "headers", None), dict):
        service.headers["Idempotency-Key"] = key
    # A device is ours to talk to; everything else is apprise's.
    carry = getattr(service, "carry", None)
    said = {"title": letter.title, "body": letter.body, "notify_type": "info", "body_format": "text"}
    if carry(letter, key) if carry else service.notify(**said):
        return Outcome(arrived=True)
    return seen.outcome()


class Seen:
    """What went by while a service was at work: apprise says only whether it went well."""

    def __init__(self) -> None:
        self.trouble: str = Trouble.REJECTED
        self.answered: int | None = None
        self.uncertain = False

    def before(self, event: str, arguments: tuple[Any, ...]) -> None:
        """The audit hook. An error raised here takes the place of what was about to be done."""
        if event in FORBIDDEN or (event in CONNECTING and not may_be_reached(arguments[1])):
            self.trouble = Trouble.UNREACHABLE
            raise PermissionError("not from here")

    def noting_connections(self, connect: Any) -> Any:
        """For what opens its own, as mail does."""

        def noted(*arguments: Any, **options: Any) -> socket.socket:
            try:
                opened: socket.socket = connect(*arguments, **options)
            except OSError as error:
                self.trouble = Trouble.SILENT if isinstance(error, TimeoutError) else Trouble.UNREACHABLE
                raise
            return opened

        return noted

    def noting_answers(self, send: Any) -> Any:
        """For everything that is sent by HTTP."""

        def noted(session: requests.Session, request: requests.PreparedRequest, **options: Any) -> requests.Response:
            try:
                response: requests.Response = send(session, request, **options)
            except requests.ConnectTimeout:
                self.trouble = Trouble.SILENT
                raise
            except requests.Timeout:
                self.trouble, self.uncertain = Trouble.SILENT, True
                raise
            except requests.ConnectionError as error:
                self.trouble = Trouble.UNREACHABLE
                # Cut off in the middle of it is something else than never let in.
                self.uncertain = any(isinstance(part, ProtocolError) for part in error.args)
                raise
            self.trouble, self.answered = Trouble.REJECTED, response.status_code
            return response

        return noted

    def outcome(self) -> Outcome:
        return Outcome(arrived=False, trouble=self.trouble, answered=self.answered, uncertain=self.uncertain)


def may_be_reached(address: Any) -> bool:
    """Whether a channel may lead to this end of a connection, (address, port, …) as sockets have it.

    Anything on the public internet; elsewhere only what CHANNEL_INTRANET names. Names are looked up before this is
    asked; a socket in the file system is nobody's channel.
    """
    if not isinstance(address, tuple) or len(address) < 2:
        return False
    try:
        ip = ip_address(str(address[0]).partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, IPv6Address):
        inner = IPv6Address(ip).packed[-4:] if ip in NAT64 else None
        ip = ip.ipv4_mapped or ip.sixtofour or (ip_address(inner) if inner else ip)
    if any(ip.version == network.version and ip in network and address[1] == port for network, port in _intranet()):
        return True
    return ip.is_global and not ip.is_multicast


def _intranet() -> list[tuple[Any, int]]:
    return settings.CHANNEL_INTRANET
