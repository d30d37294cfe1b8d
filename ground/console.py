"""What the launcher says: one line for each slow step, its progress and how long it took."""

import sys
import time
from contextlib import contextmanager


class Trouble(Exception):
    """Something a person must change; the text says what."""


def say(text=""):
    print(text, flush=True)


def error(text):
    print(f"\n{text}", file=sys.stderr, flush=True)


@contextmanager
def step(title):
    """Says what is being done and how long it took; gives a function that tells how far it is."""
    began = last = time.monotonic()
    lively = sys.stdout.isatty()
    say(f"• {title} …")

    def progress(text):
        nonlocal last
        # A log gets a line every few seconds, a terminal one line that changes.
        if lively:
            print(f"\r\033[K    {text[:70]}", end="", flush=True)
        elif time.monotonic() - last > 5:
            last = time.monotonic()
            say(f"    {text}")

    yield progress
    print("\r\033[K" if lively else "", end="")
    say(f"    {time.monotonic() - began:.1f} s")
