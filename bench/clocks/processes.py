"""Redis, worker and beat as processes of their own, which can be killed and started again."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import closing

from redis import Redis, RedisError

from ground.commands import process_list


def free_port():
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


class Broker:
    """A Redis of the benchmark's own that keeps nothing."""

    def __init__(self):
        self.port, self.folder = free_port(), tempfile.mkdtemp()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.process = None

    def start(self):
        command = ["redis-server", "--port", str(self.port), "--save", "", "--appendonly", "no", "--dir", self.folder]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        with closing(Redis.from_url(self.url)) as redis:
            for _ in range(200):
                try:
                    redis.ping()
                    return
                except RedisError:
                    time.sleep(0.02)
        raise RuntimeError("the broker did not come up")

    def restart(self):
        """Everything in it is gone, and for a moment so is it."""
        with closing(Redis.from_url(self.url)) as redis:
            redis.flushall()
        self.stop()
        self.start()

    def stop(self):
        self.process.kill()
        self.process.wait()


class Child:
    """A process of the Procfile, in a group of its own."""

    def __init__(self, name, env):
        self.env = {**os.environ, **env, "PATH": f"{os.path.dirname(sys.executable)}:{os.environ['PATH']}"}
        self.command = process_list(self.env)[name]
        self.process = None

    def start(self):
        self.process = subprocess.Popen(self.command, env=self.env, start_new_session=True)

    def kill(self):
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self):
        os.killpg(self.process.pid, signal.SIGTERM)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.kill()
