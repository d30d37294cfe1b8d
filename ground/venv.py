"""The virtual environment: made once, and made anew when the packages, the Python or the place have changed."""

import fcntl
import hashlib
import os
import platform
import re
import sys

from ground import console, processes
from ground.places import REQUIREMENTS, ROOT, VENV, VENV_PYTHON

STAMP = VENV / "made-from"


def ensure():
    """Makes .venv hold what requirements.txt asks for. Two starts at once wait for each other."""
    wanted = fingerprint()
    if _made_from() == wanted:
        return
    if not os.access(ROOT, os.W_OK):
        raise console.Trouble(f"{ROOT} is not writable for this user, so .venv cannot be made in it.")
    (ROOT / ".setup").mkdir(exist_ok=True)
    with open(ROOT / ".setup" / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if _made_from() != wanted:
            _make(wanted)


def fingerprint():
    """Changes with the packages, the Python that runs us and the place (scripts in .venv/bin name it)."""
    packages = hashlib.sha256(REQUIREMENTS.read_bytes()).hexdigest()[:16]
    return f"{packages} Python {platform.python_version()} {VENV}\n"


def _made_from():
    return STAMP.read_text() if STAMP.exists() and os.access(VENV_PYTHON, os.X_OK) else None


def _make(wanted):
    with console.step("Making the virtual environment"):
        processes.output(
            [sys.executable, "-m", "venv", "--clear", VENV],
            "Making the virtual environment (on Debian and Ubuntu it needs: apt-get install python3-venv)",
        )
    count = len(re.findall(r"^[\w-]+.*==", REQUIREMENTS.read_text(), re.MULTILINE))
    with console.step(f"Installing {count} packages, about a minute the first time") as progress:
        seen = 0

        def tell(line):
            nonlocal seen
            if line.startswith("Collecting "):
                seen += 1
                progress(f"{seen} of {count}: {line.split()[1]}")
            elif line.startswith("Installing collected"):
                progress(f"{count} fetched, putting them in place")

        processes.output(
            [VENV_PYTHON, "-m", "pip", "install", "--no-input", "--disable-pip-version-check", "--progress-bar=off"]
            + ["-r", REQUIREMENTS],
            "Installing the packages",
            on_line=tell,
        )
    # Written last: an installation broken off is not taken for a whole one.
    STAMP.write_text(wanted)
