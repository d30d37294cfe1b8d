"""Starts and stops the whole system as `make run` does, on the embedded servers and in a folder of its own."""

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path
from urllib.parse import urlencode

import psutil
from django.db import connection

ROOT = Path(__file__).resolve().parent.parent.parent
# What would lead the system away from its embedded servers or into somebody's folders.
FOREIGN = {"DATABASE_URL", "REDIS_URL", "DATA_DIR", "STATIC_ROOT", "PORT", "HOST", "SECRET_KEY", "ALLOWED_HOSTS"}
FOREIGN |= {"DEMONSTRATION"}


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def address_of_the_database():
    """The database of the tests, as another process is told of it."""
    given = connection.settings_dict
    who = f"{given['USER']}:{given['PASSWORD']}" if given["PASSWORD"] else given["USER"]
    host = {"host": given["HOST"]} if given["HOST"].startswith("/") else {}
    place = "" if host else f"{given['HOST']}:{given['PORT'] or 5432}"
    return f"postgres://{who}@{place}/{given['NAME']}?{urlencode(host | given['OPTIONS'])}"


class System:
    """One `make run`, begun by `with`, and certainly ended with it."""

    def __init__(self, folder, port=None, *, command=(sys.executable, "-m", "ground", "run"), root=ROOT, **settings):
        self.folder, self.port, self.settings = Path(folder), port or free_port(), settings
        self.command, self.root = command, root
        self.output = Path(tempfile.mkstemp(prefix="output-", dir=self.folder.parent)[1])

    def __enter__(self):
        clean = {name: value for name, value in os.environ.items() if name not in FOREIGN}
        with open(self.output, "wb") as log:
            self.process = subprocess.Popen(
                self.command,
                cwd=self.root,
                env=clean | {"DATA_DIR": str(self.folder), "PORT": str(self.port)} | self.settings,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        return self

    def __exit__(self, *failure):
        if self.process.poll() is None:
            self.stop()

    def stop(self, by=signal.SIGTERM):
        """Returns the exit status."""
        self.process.send_signal(by)
        return self.process.wait(40)

    def health(self):
        """(status, answer) of /healthz; (None, None) while nobody answers."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=5) as response:
                return response.status, json.load(response)
        except urllib.error.HTTPError as refusal:
            return refusal.code, json.load(refusal)
        except OSError:
            return None, None

    def await_health(self, patience=240):
        """The answer of /healthz, once it is 200."""
        until = time.monotonic() + patience
        while time.monotonic() < until and self.process.poll() is None:
            status, answer = self.health()
            if status == 200:
                return answer
            time.sleep(0.1)
        raise AssertionError(f"{self.url} did not become healthy:\n{self.said()}")

    def await_words(self, words, patience=60):
        until = time.monotonic() + patience
        while words not in self.said():
            if time.monotonic() > until or self.process.poll() is not None:
                raise AssertionError(f"“{words}” was not said:\n{self.said()}")
            time.sleep(0.02)

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def said(self):
        return self.output.read_text()

    def addresses(self):
        """The URLs of its embedded servers while it runs."""
        return json.loads((self.folder / "running.json").read_text())

    def processes(self):
        """Everything alive that belongs to this folder: named in its command line or its environment."""
        mark, found = str(self.folder), []
        for process in psutil.process_iter():
            try:
                if process.status() == psutil.STATUS_ZOMBIE or process.pid == os.getpid():
                    continue
                given = process.cmdline() + [process.environ().get("DATA_DIR", "")]
            except (psutil.NoSuchProcess, psutil.AccessDenied):
                continue
            if any(mark in part for part in given):
                found.append(process)
        return found

    def await_nobody(self, patience=15):
        """Waits until nothing of it is alive; returns what still is."""
        until = time.monotonic() + patience
        while (left := self.processes()) and time.monotonic() < until:
            time.sleep(0.05)
        return left
