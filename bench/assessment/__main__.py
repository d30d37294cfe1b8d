"""Measures a month of 100,000 orders in a table of a million. Needs a PostgreSQL in which databases can be made.

`--scale 0.01` makes everything smaller, for trying it out; figures count only without it.
"""

import argparse
import json
import os
import time
from datetime import date, datetime

import django
from django.core.management import call_command

from bench.assessment.reading import read
from bench.assessment.writing import write
from bench.clocks.load import quiet
from bench.requests import new_database, say

MONTHS = 10
ORDERS = 100_000
CHANGED = 100


class Bench:
    def __init__(self, scale):
        self.orders = max(200, round(ORDERS * scale))
        os.environ |= quiet() | {"DATABASE_URL": new_database(), "DJANGO_SETTINGS_MODULE": "bench.settings"}
        django.setup()
        call_command("collectstatic", "--noinput", verbosity=0)
        from grid.worktime import SHANGHAI
        from tests import factories

        factories.district()
        self.people, self.district = factories.people, factories.DISTRICT
        self.now = datetime(2026, 11, 6, 9, tzinfo=SHANGHAI)
        # The last of these is the one that is measured.
        self.months = [date(2026 + (month - 1) // 12, (month - 1) % 12 + 1, 1) for month in range(1, 1 + MONTHS)]
        self.month = self.months[-1]

    def fill(self, months):
        from assessment.services.months import bounds
        from bench.assessment.fill import fill, settle

        for month in months:
            start, end = bounds(month, 0)
            fill(
                start,
                end,
                whistles=self.orders // 2,
                first=1 + self.months.index(month) * self.orders,
                officer=self.people["officer.fengning"],
                dispatcher=self.people["dispatcher"],
            )
            say(f"  {month:%Y-%m}: {self.orders:,} orders")
        settle()

    def compute(self, month=None, *, afresh):
        from assessment.services.months import compute

        begun = time.perf_counter()
        compute(self.district, month or self.month, now=self.now, afresh=afresh)
        return time.perf_counter() - begun

    def change(self):
        """Something happens to so many orders of the month: each is pressed with a supervision order."""
        from dispatch.models import Order, Supervision
        from whistle.models import EventKind
        from whistle.services import record

        at = datetime(2026, 10, 28, 9, tzinfo=self.now.tzinfo)
        for order in Order.objects.filter(sent_at__month=10).select_related("whistle")[:CHANGED]:
            Supervision.objects.create(order=order, at=at, by=self.people["dispatcher"], reason="请加快处置。")
            record(EventKind.SUPERVISED, order.whistle, at=at, order_number=order.number)

    def measure(self):
        from assessment.models import Bulletin

        say("filling")
        self.fill(self.months)
        self.compute(afresh=True)
        scratch = sorted(self.compute(afresh=True) for _ in range(3))[1]
        self.pass_ten_minutes()
        changed = []
        for _ in range(3):
            self.change()
            changed.append(self.compute(afresh=False))
        found = {"month_100k_s": round(scratch, 2), "month_100_changed_s": round(sorted(changed)[1], 2)}
        say(json.dumps(found))
        found |= read(os.environ["DATABASE_URL"], self.month)
        say(json.dumps(found))
        bulletin = Bulletin.objects.get(area=self.district, month=self.month)
        return found | write(bulletin, self.people["assessor"], self.now)

    def pass_ten_minutes(self):
        """What was written by the filling is older than any transaction that could still be running."""
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute("UPDATE assessment_period SET seen_event = (SELECT max(id) FROM whistle_event)")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--scale", type=float, default=1)
    print(json.dumps(Bench(parser.parse_args().scale).measure()))
