"""`make run`, really: on the embedded servers, in folders of its own."""

import signal
import socket
import subprocess
import sys

import psutil
import psycopg2
import pytest

from tests.ground.system import ROOT
from tests.ground.system import System as AnySystem

pytestmark = pytest.mark.startup


class System(AnySystem):
    """Without the month of cases that a newcomer finds: it is played elsewhere, and takes most of a first start."""

    def __init__(self, folder, **more):
        super().__init__(folder, DEMONSTRATION="district", **more)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A DATA_DIR that these tests fill once and start again and again."""
    return tmp_path_factory.mktemp("start") / "data"


def ask_database(system, statement):
    connection = psycopg2.connect(system.addresses()["DATABASE_URL"])
    try:
        connection.autocommit = True
        cursor = connection.cursor()
        cursor.execute(statement)
        return cursor.fetchall() if cursor.description else None
    finally:
        connection.close()


def test_a_start_becomes_healthy_and_a_sigterm_leaves_nobody(folder):
    with System(folder) as first:
        answer = first.await_health()
        assert (answer["status"], answer["database"], answer["broker"]) == ("ok", "ok", "ok")
        assert answer["clock_tick_age_seconds"] < 10
        first.await_words(f"is ready: {first.url}")
        assert first.stop(signal.SIGTERM) == 0
        assert first.await_nobody(0) == []


@pytest.mark.long
def test_a_killed_launcher_takes_its_children_along_and_the_next_start_keeps_the_data(folder):
    with System(folder) as killed:
        killed.await_health()
        ask_database(killed, "CREATE TABLE left_behind AS SELECT 42 AS number")
        assert killed.stop(signal.SIGKILL) == -signal.SIGKILL
        if sys.platform == "linux":
            assert killed.await_nobody() == []
    with System(folder) as again:
        again.await_health()
        assert ask_database(again, "SELECT number FROM left_behind") == [(42,)]
        with System(folder) as same_folder:
            assert same_folder.process.wait(20) == 1
        assert "already in use by another start" in same_folder.said()
        assert again.health()[0] == 200
        again.await_words(f"is ready: {again.url}")
        assert again.stop(signal.SIGINT) == 0
        assert again.await_nobody(0) == []


@pytest.mark.long
def test_of_two_side_by_side_one_whose_process_dies_ends_with_the_reason_and_the_other_goes_on(folder, tmp_path):
    # The other one has a path too long for a socket, with blanks and a comma in it.
    far = tmp_path / ("a long, winding way " * 5) / "data"
    far.parent.mkdir()
    with System(folder) as one, System(far) as other:
        one.await_health()
        other.await_health()
        [beat] = [process for process in one.processes() if "beat" in process.cmdline()]
        beat.kill()
        assert one.process.wait(30) == 1
        assert "“beat” ended by itself" in one.said()
        assert one.await_nobody(0) == []
        assert other.health()[0] == 200


def test_ctrl_c_during_the_set_up_leaves_nobody_and_nothing_half_done(tmp_path):
    with System(tmp_path / "data") as system:
        system.await_words("• Database …")
        assert system.stop(signal.SIGINT) == 128 + signal.SIGINT
        assert system.await_nobody(0) == []


def test_a_taken_port_is_refused_in_words(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with System(tmp_path / "data", port=taken.getsockname()[1]) as system:
            assert system.process.wait(20) == 1
        assert "Choose another: make run PORT=" in system.said()


def test_a_demonstration_that_there_is_not_is_refused_in_words(tmp_path):
    with AnySystem(tmp_path / "data", DEMONSTRATION="nothing") as system:
        assert system.process.wait(20) == 1
    assert "DEMONSTRATION is 'nothing'; it can be: cases, district, none." in system.said()


def test_make_hands_a_sigterm_on_to_the_launcher(tmp_path):
    """What a service manager signals is make, not the launcher below it."""
    launcher = tmp_path / "python"
    launcher.write_text("#!/bin/sh\nexec sleep 60\n")
    launcher.chmod(0o755)
    with subprocess.Popen(["make", "run", f"PYTHON={launcher}"], cwd=ROOT, stderr=subprocess.DEVNULL) as make:
        try:
            while not (children := psutil.Process(make.pid).children()):
                assert make.poll() is None
            make.terminate()
            make.wait(10)
            assert not any(child.is_running() and child.status() != psutil.STATUS_ZOMBIE for child in children)
        finally:
            make.kill()
