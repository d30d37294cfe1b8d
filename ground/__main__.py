"""Where every make target comes in. Readable to old Pythons too, so that they are refused in words."""

import sys

if sys.version_info < (3, 11):  # noqa: UP036
    sys.exit(
        "Python 3.11 or newer is needed, and this is Python "
        + ".".join(map(str, sys.version_info[:3]))
        + ". Install one and say which: make PYTHON=/path/to/python3.11 run"
    )

import os
from pathlib import Path

from ground import console, places, processes, venv


def main():
    # Everything below an own DATA_DIR decides its rights itself; packages must be readable for PostgreSQL's user.
    os.umask(0o022)
    os.chdir(places.ROOT)
    processes.listen()
    try:
        if Path(sys.prefix) != places.VENV:
            venv.ensure()
            os.execv(places.VENV_PYTHON, [places.VENV_PYTHON, "-m", "ground", *sys.argv[1:]])  # noqa: S606
        from ground import commands

        return commands.main(sys.argv[1:])
    except processes.Asked as asked:
        return asked.exit_status
    except console.Trouble as trouble:
        console.error(trouble)
        return 1


sys.exit(main())
