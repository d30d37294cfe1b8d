"""How long a month of a hundred thousand orders takes to become a spreadsheet, and how much memory."""

import os
import subprocess
import sys
import time


def write(bulletin, by, at):
    """Seconds and megabytes (the writer's largest) of the .xlsx, and how many steps its progress showed meanwhile."""
    from assessment.models import Export
    from assessment.services.exports import ask
    from assessment.states import ExportKind, ExportState

    export = ask(bulletin, by=by, at=at, kind=ExportKind.SPREADSHEET)
    begun = time.perf_counter()
    writer = subprocess.Popen([sys.executable, "-m", "bench.assessment.clerk"])
    steps = set()
    while True:
        ended, _status, used = os.wait4(writer.pid, os.WNOHANG)
        if ended:
            break
        steps.add(Export.objects.get(pk=export.pk).percent)
        time.sleep(0.1)
    took = time.perf_counter() - begun
    export.refresh_from_db()
    if export.state != ExportState.DONE:
        raise RuntimeError(f"the file is {export.state}")
    return {
        "xlsx_100k_s": round(took, 1),
        "xlsx_peak_mb": round(used.ru_maxrss / 1024),
        "xlsx_rows": export.total,
        "xlsx_progress_steps": len(steps),
    }
