import unicodedata
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.translation import gettext as _

from assessment.replay import read_cases, replay
from common.errors import Refusal
from dispatch.states import ClockKind
from whistle.states import WhistleState


class Command(BaseCommand):
    help = "Plays published cases through the services and prints how each came out."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, help="for instance whistle/data/cases.json")
        parser.add_argument("--keep", action="store_true", help="keep what was played; without it nothing remains")

    def handle(self, *, file, keep, **options):
        try:
            # The record cannot be deleted from, so what shall not remain is rolled back as a whole.
            with transaction.atomic():
                rows = replay(read_cases(file))
                transaction.set_rollback(not keep)
        except Refusal as refusal:
            raise CommandError(str(refusal)) from None
        header = [_("case"), _("district"), _("departments"), *(kind.label for kind in ClockKind)]
        self.table([*map(str, header), _("points"), _("state")], [list(self.cells(row)) for row in rows])
        self.stdout.write(_("A pair such as 4+1 means four clocks met in time and one late."))
        self.stdout.write(_("Days are as precise as the accounts give them; moments within a day are illustrative."))
        if keep:
            self.stdout.write(_("Kept: %(numbers)s") % {"numbers": ", ".join(row.number for row in rows)})

    def cells(self, row):
        yield from (row.id, row.city, str(row.departments))
        for kind in ClockKind:
            met, late = row.clocks.get(kind, (0, 0))
            yield f"{met}+{late}" if met or late else "–"
        yield "–" if row.score is None else str(row.score)
        yield str(WhistleState(row.state).label)

    def table(self, header, rows):
        widths = [max(map(wide, column)) for column in zip(header, *rows, strict=True)]
        for row in [header, *rows]:
            cells = (cell + " " * (width - wide(cell)) for cell, width in zip(row, widths, strict=True))
            self.stdout.write("  ".join(cells).rstrip())


def wide(text):
    """How many columns of a terminal a text takes: Chinese characters take two."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)
