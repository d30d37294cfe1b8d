from datetime import datetime

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from assessment.models import Bulletin
from assessment.verification import verify


class Command(BaseCommand):
    help = "Proves a month against the record, and names every figure that does not follow from it."

    def add_arguments(self, parser):
        parser.add_argument("month", help="for instance 2026-10")
        parser.add_argument(
            "--district", metavar="CODE", help="a district or a city; without it all that have the month"
        )

    def handle(self, *, month, district, **options):
        try:
            first = datetime.strptime(month, "%Y-%m").date()
        except ValueError:
            raise CommandError(_("Write the month as 2026-11.")) from None
        bulletins = Bulletin.objects.filter(month=first, **({"area": district} if district else {}))
        if not bulletins:
            raise CommandError(_("Nothing was computed for this month."))
        wrong = 0
        for bulletin in bulletins.order_by("area"):
            self.stdout.write(f"{bulletin} {bulletin.get_state_display()}")
            for ranking, difference in verify(bulletin, now=timezone.now()):
                wrong += 1
                self.stdout.write(
                    _("  %(ranked)s %(unit)s, %(figure)s: the month says %(kept)s, the record says %(proved)s.")
                    % {"ranked": ranking.get_ranked_display(), **difference._asdict()}
                )
        if wrong:
            raise CommandError(_("%(count)d figures do not follow from the record.") % {"count": wrong})
        self.stdout.write(_("Every figure follows from the record."))
