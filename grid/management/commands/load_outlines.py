from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from grid.datum import Datum
from grid.divisions import BadFile
from grid.outlines import load_outlines


class Command(BaseCommand):
    help = "Gives areas their outlines and centres from GeoJSON files (properties: code, name, center)."

    def add_arguments(self, parser):
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
        parser.add_argument(
            "--datum",
            choices=list(Datum),
            default=Datum.GCJ02,
            help="in which the files are drawn; outlines made for maps of the public, as most are, in gcj02 (default)",
        )

    def handle(self, *, files, datum, **options):
        try:
            outlined = load_outlines(files, datum=Datum(datum))
        except BadFile as refusal:
            raise CommandError(str(refusal)) from None
        self.stdout.write(_("%(areas)d areas have an outline now.") % {"areas": outlined.areas})
        if outlined.unknown:
            self.stderr.write(_("Left out, because not loaded: %(names)s") % {"names": ", ".join(outlined.unknown)})
