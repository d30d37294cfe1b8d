"""A small client that keeps its connections, and the server it talks to."""

import http.client
import json
import os
import socket
import statistics
import subprocess
import sys
import threading
import time
from contextlib import contextmanager


class Connection:
    """One persistent connection as one person."""

    def __init__(self, port, token=None):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        self.connection.connect()
        self.connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.headers = {"Content-Type": "application/json", "Accept-Language": "zh-hans"}
        if token:
            self.headers["Authorization"] = f"Token {token}"

    def call(self, method, path, body=None, key=None):
        """Milliseconds, status and body of one request."""
        headers = self.headers | ({"Idempotency-Key": key} if key else {})
        payload = json.dumps(body) if body is not None else None
        begun = time.perf_counter()
        self.connection.request(method, path, payload, headers)
        answer = self.connection.getresponse()
        content = answer.read()
        took = (time.perf_counter() - begun) * 1000
        if answer.status >= 300:
            raise RuntimeError(f"{method} {path}: {answer.status} {content[:500]!r}")
        return took, answer.status, content


def cookies(usernames):
    """A session for each of these people, as a header."""
    from django.conf import settings
    from django.test import Client

    from grid.models import Person

    found = {}
    for username in usernames:
        client = Client()
        client.force_login(Person.objects.get(username=username), backend="django.contrib.auth.backends.ModelBackend")
        found[username] = f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"
    return found


@contextmanager
def server(env):
    """Two web processes as the Procfile starts them, on a free port; yields the port."""
    with serving(env) as (port, _process):
        yield port


@contextmanager
def serving(env):
    """The same; yields the port and the process above them."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    env = {**os.environ, **env, "PORT": str(port), "WEB_PROCESSES": "2", "DJANGO_SETTINGS_MODULE": "bench.settings"}
    command = [sys.executable, "-m", "gunicorn", "--config", "ground/gunicorn.conf.py", "config.asgi"]
    process = subprocess.Popen(command, env=env)
    try:
        _await(port)
        yield port, process
    finally:
        process.terminate()
        process.wait(20)


def _await(port):
    for _ in range(200):
        try:
            Connection(port).call("GET", "/bench/empty/")
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the server did not come up")


def median_ms(samples):
    return statistics.median(samples)


def per_second(port, token, clients, seconds, request):
    """How many requests a second `clients` parallel connections complete; `request(connection, client, number)`."""
    counts, stop = [0] * clients, time.perf_counter() + seconds

    def work(client):
        connection = Connection(port, token)
        while time.perf_counter() < stop:
            request(connection, client, counts[client])
            counts[client] += 1

    threads = [threading.Thread(target=work, args=(client,)) for client in range(clients)]
    begun = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / (time.perf_counter() - begun)
