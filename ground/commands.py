"""What one can ask of the ground: run, test, check and their small companions."""

import fcntl
import json
import os
import shlex
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from string import Template

from ground import embedded, places, prepare, processes
from ground.console import Trouble, error, say, step


def main(arguments):
    """Runs `arguments[0]` with the rest; returns the exit status."""
    name, *rest = arguments or ["help"]
    command = COMMANDS.get(name)
    if command is None:
        raise Trouble(f"There is no command “{name}”. There are: {', '.join(COMMANDS)}.")
    return command(rest)


# --- the servers and their surroundings ----------------------------------------------------------------------------


@contextmanager
def servers(folder, *, durable=True):
    """Gives the environment in which everything runs, with servers of our own where no URL names others."""
    # Passable for the user PostgreSQL runs as; what is private in it says so itself.
    folder.mkdir(mode=0o711, parents=True, exist_ok=True)
    if not os.access(folder, os.W_OK):
        raise Trouble(f"DATA_DIR {folder} belongs to somebody else; set DATA_DIR to a folder of your own.")
    with open(folder / "lock", "a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Trouble(
                f"{folder} is already in use by another start. Stop that one, or set another DATA_DIR (and PORT)."
            ) from None
        yield from _with_servers(folder, durable)


def _with_servers(folder, durable):
    env = environment(folder)
    logs = folder / "logs"
    for private in (logs, folder / "media"):
        private.mkdir(mode=0o700, exist_ok=True)
    wanted = []
    if not env.get("DATABASE_URL"):
        wanted.append(("DATABASE_URL", embedded.Postgres(folder / "postgres", logs / "postgres.log", durable=durable)))
    if not env.get("REDIS_URL"):
        wanted.append(("REDIS_URL", embedded.Redis(folder / "redis", logs / "redis.log")))
    running = folder / "running.json"
    try:
        if wanted:
            with step("Embedded PostgreSQL and Redis"):
                for name, server in wanted:
                    env[name] = server.start()
        # Tells `make manage` where the servers of a running system are.
        running.touch(mode=0o600)
        running.write_text(json.dumps({name: env[name] for name in ("DATABASE_URL", "REDIS_URL")}))
        yield env, [server.child for _, server in wanted]
    finally:
        running.unlink(missing_ok=True)
        for _, server in wanted:
            server.stop()


def environment(folder):
    """Our own environment, pointed at the virtual environment and at `folder`."""
    # Celery's dislike of root is for tasks that strangers may send; our broker takes none of theirs.
    quiet = {"PYTHONWARNINGS": "ignore:You're running the worker"} if os.geteuid() == 0 else {}
    return {
        **quiet,
        **os.environ,
        "DATA_DIR": str(folder),
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "PATH": f"{places.VENV / 'bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
        "VIRTUAL_ENV": str(places.VENV),
        "PYTHONUNBUFFERED": "1",
    }


def process_list(env):
    """The Procfile as `{name: arguments}`, its ${…} filled from `env`."""
    found = {}
    for line in places.PROCFILE.read_text().splitlines():
        name, command = line.split(":", 1)
        found[name] = [Template(part).substitute(env) for part in shlex.split(command)]
    return found


# --- run -----------------------------------------------------------------------------------------------------------


def run(arguments):
    """Serves until somebody stops it or one of its processes ends."""
    host, port = os.environ.get("HOST") or "127.0.0.1", _port()
    _refuse_taken(host, port)
    with servers(places.data_dir()) as (env, server_children):
        env |= {"HOST": host, "PORT": str(port)}
        accounts = prepare.everything(env)
        children = {}
        try:
            for name, command in process_list(env).items():
                children[name] = processes.spawn(command, env=env, stdin=subprocess.DEVNULL)
            watched = {**children, **{f"embedded server {child.pid}": child for child in server_children}}
            _await_health(f"http://127.0.0.1:{port}/healthz", watched)
            say(f"\n{accounts.strip()}\n\nShaoxiang 哨响 is ready: http://{host}:{port}\nCtrl-C stops it.\n")
            while True:
                _refuse_ended(watched)
                time.sleep(0.2)
        except processes.Asked:
            say("\nStopping …")
            return 0
        finally:
            processes.stop(*children.values())


def _port():
    given = os.environ.get("PORT") or "8000"
    if not given.isdecimal() or not 0 < int(given) < 65536:
        raise Trouble(f"PORT is {given!r}; it must be a number from 1 to 65535.")
    return int(given)


def _refuse_taken(host, port):
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as refused:
            raise Trouble(
                f"Port {port} of {host} cannot be used ({refused.strerror}). Choose another: make run PORT={port + 1}"
            ) from refused


def _refuse_ended(watched):
    for name, child in watched.items():
        if child.poll() is not None:
            raise Trouble(f"“{name}” ended by itself (exit status {child.returncode}), so everything is stopped.")


def _await_health(url, watched, patience=60):
    """Until /healthz says that all is well; what is not well after `patience` seconds is said, and we go on."""
    until = time.monotonic() + patience
    with step("Web, worker and clock"):
        while True:
            _refuse_ended(watched)
            try:
                with urllib.request.urlopen(url, timeout=5):  # noqa: S310 (an address of our own)
                    return
            except urllib.error.HTTPError as answer:
                reason = answer.read(500).decode(errors="replace")
            except OSError as failure:
                reason = str(failure)
            if time.monotonic() > until:
                error(f"{url} is not well yet: {reason}")
                return
            time.sleep(0.1)


# --- test and check ------------------------------------------------------------------------------------------------


def test(arguments):
    """The whole suite, or what `arguments` pick, on servers of its own that keep nothing."""
    with servers(places.data_dir() / "tests", durable=False) as (env, _):
        prepare.compile_translations()
        by_file = ["-n", "auto", "--dist", "loadfile", "--no-loadscope-reorder"]
        return processes.finish(["pytest", *by_file, *arguments], env=env)


def check(arguments):
    """Everything that can be wrong without running it; all of it is looked at, then one verdict."""
    failed = []
    with servers(places.data_dir() / "tests", durable=False) as (env, _):
        prepare.ensure_database(env["DATABASE_URL"])
        for name, command in CHECKS.items():
            say(f"• {name}")
            if processes.finish(command, env=env):
                failed.append(name)
    say("• translations")
    missing = list(prepare.untranslated())
    if missing:
        failed.append("translations")
        say("\n".join(missing))
    if failed:
        raise Trouble(f"Not in order: {', '.join(failed)}.")
    say("All in order.")
    return 0


CHECKS = {
    "style": ["ruff", "check", "."],
    "form": ["ruff", "format", "--check", "."],
    "templates": ["djlint", "--check", "--lint", "--quiet", "templates"],
    "import direction": ["lint-imports"],
    "types": ["mypy"],
    "settings": [sys.executable, "manage.py", "check", "--fail-level", "WARNING"],
    "migrations": [sys.executable, "manage.py", "makemigrations", "--check", "--dry-run"],
}


def format_code(arguments):
    env = environment(places.data_dir())
    commands = (
        ["ruff", "check", "--fix", "."],
        ["ruff", "format", "."],
        ["djlint", "--reformat", "--quiet", "templates"],
    )
    return max(processes.finish(command, env=env) for command in commands)


# --- companions ----------------------------------------------------------------------------------------------------


def manage(arguments):
    """A management command on the data of `make run`, whether that runs now or not."""
    command = [sys.executable, "manage.py", *arguments]
    folder = places.data_dir()
    running = folder / "running.json"
    if running.exists() and _locked(folder):
        return processes.finish(command, env=environment(folder) | json.loads(running.read_text()))
    with servers(folder) as (env, _):
        prepare.ensure_database(env["DATABASE_URL"])
        return processes.finish(command, env=env)


def _locked(folder):
    with open(folder / "lock", "a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        return False


def messages(arguments):
    return processes.finish(COLLECT_MESSAGES, env=environment(places.data_dir()))


COLLECT_MESSAGES = [
    *(sys.executable, "manage.py", "makemessages", "--locale=zh_Hans", "--no-obsolete", "--add-location=file"),
    *(f"--ignore={name}" for name in (".venv", ".data", "static/vendor", "tests")),
]


def bench_requests(arguments):
    return _on_fresh_ground("bench", [sys.executable, "-m", "bench.requests", *arguments])


def bench_clocks(arguments):
    return _on_fresh_ground("bench", [sys.executable, "-m", "bench.clocks", *arguments])


def bench_assessment(arguments):
    return _on_fresh_ground("bench", [sys.executable, "-m", "bench.assessment", *arguments])


def bench_screens(arguments):
    return _on_fresh_ground("bench", [sys.executable, "-m", "bench.screens", *arguments])


def screenshots(arguments):
    """Pictures of the pages of a running system, whose address may be given."""
    return _at_pages("tests.screenshots", arguments)


def access(arguments):
    """What keeps people from using the pages of a running system, whose address may be given."""
    return _at_pages("tests.access", arguments)


def _at_pages(program, arguments):
    command = [str(places.VENV / "bin" / "python"), "-m", program, *arguments]
    return processes.finish(command, env=environment(places.data_dir()))


def _on_fresh_ground(name, command):
    with servers(places.data_dir() / name) as (env, _):
        prepare.compile_translations()
        prepare.ensure_database(env["DATABASE_URL"])
        return processes.finish(command, env=env)


COMMANDS = {
    "run": run,
    "test": test,
    "check": check,
    "format": format_code,
    "manage": manage,
    "messages": messages,
    "bench-requests": bench_requests,
    "bench-clocks": bench_clocks,
    "bench-assessment": bench_assessment,
    "bench-screens": bench_screens,
    "screenshots": screenshots,
    "access": access,
}
