from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from assessment.presets import load_formulas
from common.errors import Refusal
from dispatch.presets import load_preset, preset_names, read_preset


class Command(BaseCommand):
    help = "Gives a district a city's types of whistles, criteria, working hours, clocks and formulas."

    def add_arguments(self, parser):
        parser.add_argument("name", help=", ".join(preset_names()))
        parser.add_argument("--district", required=True, metavar="CODE", help="for instance 530102")
        parser.add_argument(
            "--overwrite", action="store_true", help="put rows that exist back to what the preset says"
        )

    def handle(self, *, name, district, overwrite, **options):
        try:
            with transaction.atomic():
                settled = load_preset(name, district, overwrite=overwrite)
                formulas = load_formulas(name, district, now=timezone.now())
        except Refusal as refusal:
            raise CommandError(str(refusal)) from None
        self.stdout.write(_("%(made)d rows made, %(changed)d changed, %(kept)d kept.") % settled._asdict())
        for formula in formulas:
            self.stdout.write(f"  {formula.get_ranked_display()}: {formula}")
        for source in read_preset(name)["sources"]:
            self.stdout.write(f"  {source}")
