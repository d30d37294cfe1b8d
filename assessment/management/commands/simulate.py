import time
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _
from redis import RedisError

from assessment.services.months import compute_touched
from assessment.services.simulating import begin, play_on, said
from common.errors import Refusal
from common.health import take_pulse


class Command(BaseCommand):
    help = "Plays made-up whistles in a district, through the services and the clocks, up to a moment."

    def add_arguments(self, parser):
        parser.add_argument("--district", required=True, metavar="CODE", help="for instance 530102")
        parser.add_argument("--days", type=int, default=60, help="over how many days (60)")
        parser.add_argument("--whistles", type=int, default=2000, help="how many (2000)")
        parser.add_argument("--seed", type=int, default=1, help="the same seed gives the same record (1)")
        parser.add_argument(
            "--until", type=self.moment, metavar="MOMENT", help="the last moment, for instance 2026-11-20T17:00; now"
        )

    def moment(self, text):
        at = datetime.fromisoformat(text)
        return at if at.tzinfo else at.replace(tzinfo=ZoneInfo(settings.TIME_ZONE))

    def handle(self, *, district, days, whistles, seed, until, **options):
        self.refuse_while_ticking()
        self.drawn = 0.0
        try:
            simulation = begin(district, days=days, whistles=whistles, seed=seed, until=until, now=timezone.now())
            terms = f"--district {district} --days {days} --whistles {whistles} --seed {seed}"
            self.stdout.write(f"simulate {terms} --until {said(simulation.until)}")
            if simulation.is_over:
                self.stdout.write(_("It has been played already: %(acts)d acts.") % {"acts": simulation.acts})
                return
            for played in play_on(simulation):
                self.progress(played, last=played.until == simulation.until)
        except Refusal as refusal:
            raise CommandError(str(refusal)) from None
        except KeyboardInterrupt:
            sentence = _("Interrupted. The days that were played remain; the same line goes on from there.")
            raise CommandError(sentence) from None
        compute_touched(district, simulation.since, now=simulation.until)
        self.stdout.write(_("Played: %(acts)d acts. The months are computed.") % {"acts": simulation.acts})

    def refuse_while_ticking(self):
        """The sweep would tell in real time what is played here, and the record would not be the seed's."""
        try:
            age = take_pulse().tick_age_at(timezone.now())
        except RedisError:
            return
        if age is not None and age < settings.CLOCK_TICK_STALE_SECONDS:
            raise CommandError(
                _(
                    "The system is running: its clocks were looked at %(age)d seconds ago. Stop it, wait "
                    "%(wait)d seconds, and start it again afterwards."
                )
                % {"age": age, "wait": settings.CLOCK_TICK_STALE_SECONDS}
            )

    def progress(self, played, *, last):
        """One line that changes, or a line every few seconds where nobody looks."""
        alive = self.stderr.isatty()
        if not last and time.monotonic() - self.drawn < (0.2 if alive else 5):
            return
        self.drawn = time.monotonic()
        text = _("%(day)s: %(acts)d of %(of)d acts") % {
            "day": said(played.until)[:10],
            "acts": played.acts,
            "of": played.of,
        }
        self.stderr.write(f"\r{text}" if alive else text, ending="\n" if last or not alive else "")
