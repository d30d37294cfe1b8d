"""Files of a month: asked for by a person, written in the background, taken over when their writer dies."""

import errno
import logging
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from django.core.files import File
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from assessment.exports.document import write_document
from assessment.exports.spreadsheet import write_spreadsheet
from assessment.models import Export
from assessment.permissions import can_see_month
from assessment.states import ExportKind, ExportState, ExportTrouble
from common.errors import WrongState, require

# A writer that was not heard of for so long has died.
LEASE = timedelta(seconds=60)

NO_SPACE = (errno.ENOSPC, errno.EDQUOT)

log = logging.getLogger(__name__)


class Stopped(Exception):
    """Somebody stopped it, or another writer took it over."""


@transaction.atomic
def ask(bulletin, *, by, at, kind):
    """Asks for a file; what the same person already waits for is not asked for twice."""
    require(can_see_month(by, bulletin))
    under_way = Export.objects.filter(bulletin=bulletin, kind=kind, by=by, ended_at=None).first()
    return under_way or Export.objects.create(bulletin=bulletin, kind=kind, by=by, at=at)


@transaction.atomic
def stop(export, *, by, at):
    """Whoever asked doesn't want it any more; its writer notices within a thousand rows."""
    require(export.by_id == by.pk)
    export = Export.objects.select_for_update().get(pk=export.pk)
    if not export.is_under_way:
        raise WrongState(_("This file is not being written any more."))
    export.state, export.ended_at = ExportState.STOPPED, at
    export.save(update_fields=["state", "ended_at"])
    return export


def ask_again(export, *, by, at):
    """What failed or was stopped is asked for once more: a new file, the old one stays as it ended."""
    require(export.by_id == by.pk)
    return ask(export.bulletin, by=by, at=at, kind=export.kind)


def write_next(*, now=None):
    """Writes the file that waits longest, or one whose writer has died. Returns it; None when nothing waits."""
    export = _claim(now or timezone.now())
    if export is None:
        return None
    try:
        with TemporaryDirectory() as folder:
            path = Path(folder) / f"{export.bulletin.area_id}-{export.bulletin.month:%Y-%m}-{export.pk}.{export.kind}"
            _write(export, path)
            with path.open("rb") as written:
                export.file.save(path.name, File(written), save=False)
        _end(export, ExportState.DONE)
    except Stopped:
        log.info("Export %s was stopped.", export.pk)
    except Exception as error:
        log.exception("Export %s cannot be written.", export.pk)
        full = isinstance(error, OSError) and error.errno in NO_SPACE
        export.trouble = ExportTrouble.SPACE if full else ExportTrouble.ERROR
        _end(export, ExportState.FAILED)
    return export


@transaction.atomic
def _claim(now):
    dead = Q(state=ExportState.RUNNING, heard_at__lt=now - LEASE)
    waiting = Export.objects.filter(Q(state=ExportState.WAITING) | dead).order_by("id")
    export = waiting.select_for_update(skip_locked=True, of=("self",)).select_related("bulletin__area", "by").first()
    if export is not None:
        export.state, export.heard_at, export.done = ExportState.RUNNING, now, 0
        export.save(update_fields=["state", "heard_at", "done"])
    return export


def _write(export, path):
    mine = Export.objects.filter(pk=export.pk, state=ExportState.RUNNING)

    def report(done, total):
        claimed, export.heard_at = export.heard_at, timezone.now()
        if not mine.filter(heard_at=claimed).update(done=done, total=total, heard_at=export.heard_at):
            raise Stopped()

    if export.kind == ExportKind.SPREADSHEET:
        write_spreadsheet(export.bulletin, path, reader=export.by, report=report)
    else:
        write_document(export.bulletin, path, reader=export.by)


def _end(export, state):
    """Unless it was stopped meanwhile."""
    running = Export.objects.filter(pk=export.pk, state=ExportState.RUNNING)
    running.update(state=state, ended_at=timezone.now(), file=export.file.name or "", trouble=export.trouble)
