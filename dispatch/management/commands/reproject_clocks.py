from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils import timezone

from common.moments import exactly
from dispatch.services.recalculating import outdated, reproject
from grid.services import calendar_now


class Command(BaseCommand):
    help = "Computes the running clocks again after the calendar changed. Can be stopped and run again at any time."

    def add_arguments(self, parser):
        parser.add_argument("--dry-run", action="store_true", help="only say what would move")

    def handle(self, *args, dry_run=False, **options):
        if dry_run:
            with transaction.atomic():
                self._all()
                transaction.set_rollback(True)
            self.stdout.write("Nothing was changed.")
        else:
            self._all()

    def _all(self):
        at = timezone.now()
        total, done, moved, kept = outdated(calendar_now().version, at=at).count(), 0, 0, 0
        while (batch := reproject(at=at)).looked_at:
            for one in batch.moved:
                self.stdout.write(f"moved {_about(one)}: {exactly(one.was)} → {exactly(one.would_be)}")
            for one in batch.kept:
                self.stdout.write(f"kept  {_about(one)}: {exactly(one.was)}, not {exactly(one.would_be)}")
            done, moved, kept = done + batch.looked_at, moved + len(batch.moved), kept + len(batch.kept)
            self.stderr.write(f"{done} of {total}")
        self.stdout.write(
            f"{done} clocks computed again: {moved} moved, {kept} kept, {done - moved - kept} as before."
        )


def _about(one):
    return f"{(one.deadline.order or one.deadline.subject).number} {one.deadline.kind}"
