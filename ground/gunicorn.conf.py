"""How the pages are served, for `make run` and the container alike."""

import gc
import os
from pathlib import Path

bind = f"{os.environ.get('HOST') or '127.0.0.1'}:{os.environ.get('PORT') or 8000}"
workers = int(os.environ.get("WEB_PROCESSES") or 2)
# Pages in WEB_THREADS threads each, streams in none; see docs/adr/0016.
worker_class = "ground.worker.Worker"
# Browsers and programs keep their connection; threads keep theirs to the database.
keepalive = 75
# The heartbeat file must not wait for a disk.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108
# It would stand in the user's home and be shared by two systems side by side.
control_socket_disable = True
graceful_timeout = 8
loglevel = "warning"


def post_worker_init(_worker):
    """What is loaded by now stays: to look through all of it for garbage made every twentieth page wait 50 ms more."""
    gc.collect()
    gc.freeze()
