"""Where things are."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
VENV_PYTHON = VENV / "bin" / "python"
REQUIREMENTS = ROOT / "requirements.txt"
PROCFILE = ROOT / "Procfile"


def data_dir():
    """DATA_DIR, the same for the launcher and for settings.py."""
    return Path(os.environ.get("DATA_DIR") or ROOT / ".data").expanduser().resolve()
