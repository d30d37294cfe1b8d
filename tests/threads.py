"""Acts at the same moment, each on a connection of its own; for tests that really commit."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

from django.db import connection, transaction

PATIENCE = 20


def alone(call):
    """Runs in a thread of its own, hence on a connection of its own; returns what came of it, also a refusal."""
    try:
        return call()
    except Exception as error:  # noqa: BLE001 (what came of it is what the tests look at)
        return error
    finally:
        connection.close()


def together(*calls):
    """All at the same moment; returns what came of each."""
    start = threading.Barrier(len(calls))

    def run(call):
        start.wait(PATIENCE)
        return alone(call)

    with ThreadPoolExecutor(len(calls)) as threads:
        return list(threads.map(run, calls))


def somebody_waits():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return cursor.fetchone()[0] > 0


def overlapping(first, second, *, commit=True):
    """`second` begins after `first` has done its work and before it commits (or fails); returns what came of both."""
    done, go_on = threading.Event(), threading.Event()

    class Fails(Exception):
        pass

    def hold():
        with transaction.atomic():
            result = first()
            done.set()
            go_on.wait(PATIENCE)
            if not commit:
                raise Fails
        return result

    with ThreadPoolExecutor(2) as threads:
        held = threads.submit(alone, hold)
        while not done.wait(0.01):
            assert not held.done(), held.result()
        waiting = threads.submit(alone, second)
        until = time.monotonic() + PATIENCE
        while not waiting.done() and not somebody_waits():
            assert time.monotonic() < until
            time.sleep(0.005)
        overlapped = not waiting.done()
        go_on.set()
        return held.result(), waiting.result(), overlapped


def refusals(results):
    return [result for result in results if isinstance(result, Exception)]
