"""What every page costs on the server: its time, its statements, its size."""

import gc
import time
from typing import NamedTuple

from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

WARM_UP, ROUNDS = 3, 20


class Cost(NamedTuple):
    name: str
    p95_ms: float
    queries: int
    html_kb: float


def cost(name, username, path):
    """Asked in this process, so that what is timed is the server's own work."""
    client = Client(SERVER_NAME="127.0.0.1", headers={"accept-language": "zh-hans"})
    if username:
        person = get_user_model().objects.get(username=username)
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    taken = []
    # As the web processes do when they have started (ground/gunicorn.conf.py).
    gc.collect()
    gc.freeze()
    for number in range(WARM_UP + ROUNDS):
        begun = time.perf_counter()
        answer = client.get(path)
        took = (time.perf_counter() - begun) * 1000
        if answer.status_code != 200:
            raise RuntimeError(f"{name}: {path} answered {answer.status_code}")
        if number >= WARM_UP:
            taken.append(took)
    with CaptureQueriesContext(connection) as queries:
        content = client.get(path).content
    slow = sorted(taken)[round(0.95 * len(taken)) - 1]
    return Cost(name, slow, len(queries), len(content) / 1000)
