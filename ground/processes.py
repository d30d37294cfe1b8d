"""Starts, watches and stops child processes so that none is ever left behind."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time

from ground.console import Trouble, say

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
# Linux tells a child when its parent dies, even by SIGKILL; elsewhere the next start cleans up.
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None
_PR_SET_PDEATHSIG = 1
_hurry = False


class Asked(BaseException):
    """Somebody asked us to stop: Ctrl-C, SIGTERM or a closed terminal."""

    def __init__(self, number):
        self.exit_status = 128 + number
        super().__init__(signal.Signals(number).name)


def listen():
    """The first stop signal raises Asked wherever we are; a second one makes the stopping hasty."""
    stopping = False

    def answer(number, frame):
        nonlocal stopping
        global _hurry
        if stopping:
            _hurry = True
            return
        stopping = True
        raise Asked(number)

    for number in STOP_SIGNALS:
        signal.signal(number, answer)


def spawn(arguments, *, dies_by=signal.SIGTERM, **options):
    """Starts a child in its own session, so that a terminal's Ctrl-C reaches only us and we stop it in order.

    `dies_by`: the signal the child gets should this process vanish.
    """
    parent = os.getpid()
    # A signal between the fork and our knowing of the child would lose it.
    before = signal.pthread_sigmask(signal.SIG_BLOCK, STOP_SIGNALS)

    def in_the_child():
        if _libc:
            _libc.prctl(_PR_SET_PDEATHSIG, int(dies_by))
            if os.getppid() != parent:
                os._exit(1)
        signal.pthread_sigmask(signal.SIG_SETMASK, before)

    try:
        return subprocess.Popen(  # noqa: S603
            [str(argument) for argument in arguments], start_new_session=True, preexec_fn=in_the_child, **options
        )
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def stop(*children, by=(signal.SIGTERM,), grace=10):
    """Asks each child by the first signal, waits up to `grace` seconds, then by the next, and ends by SIGKILL."""
    for number in by:
        for child in children:
            if child.poll() is None:
                child.send_signal(number)
        until = time.monotonic() + grace
        while not _hurry and time.monotonic() < until and any(child.poll() is None for child in children):
            time.sleep(0.02)
    for child in children:
        # Also what a child left behind in its own group. (macOS says PermissionError for a group of zombies.)
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()


def finish(arguments, **options):
    """Runs a command to its end and returns its exit status; whatever happens, it does not outlive us."""
    child = spawn(arguments, **options)
    try:
        return child.wait()
    finally:
        stop(child)


def output(arguments, what, *, on_line=None, **options):
    """Runs a command that must succeed and returns what it printed; when it fails, shows that and is in Trouble.

    `on_line` gets each line as it comes. Errors go with the output unless `stderr` is given.
    """
    options.setdefault("stderr", subprocess.STDOUT)
    child = spawn(arguments, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True, **options)
    lines = []
    try:
        for line in child.stdout:
            lines.append(line)
            if on_line:
                on_line(line.rstrip())
        status = child.wait()
    finally:
        stop(child)
        child.stdout.close()
    if status:
        say("".join(lines[-60:]))
        raise Trouble(f"{what} failed (exit status {status}); its own words stand above.")
    return "".join(lines)
