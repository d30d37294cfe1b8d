"""A district at work for two months: what SQL counts, step by step, is what the record proves in plain Python."""

import os
from datetime import date, datetime, timedelta

import pytest

from assessment.models import Accountability, Bulletin, LeadTally, Score
from assessment.services import simulating
from assessment.services.months import compute, compute_touched
from assessment.states import Ranked
from assessment.verification import verify
from dispatch import audit
from grid.worktime import SHANGHAI
from tests.factories import DISTRICT

WHISTLES = int(os.environ.get("LONG_WHISTLES", "200"))
# Over the holidays of the National Day, with a make-up Saturday, into a third month.
UNTIL = datetime(2026, 11, 20, 16, 0, tzinfo=SHANGHAI)
DAYS = 60
MONTHS = [date(2026, 9, 1), date(2026, 10, 1), date(2026, 11, 1)]

pytestmark = pytest.mark.long


def scores():
    rows = Score.objects.order_by("ranking__bulletin__area", "ranking__bulletin__month", "ranking__ranked", "unit")
    return list(rows.values_list("ranking__bulletin__area", "ranking__ranked", "unit", "total", "rank", "checksum"))


def wrong():
    return [
        (str(bulletin), ranking.ranked, difference)
        for bulletin in Bulletin.objects.order_by("area", "month")
        for ranking, difference in verify(bulletin, now=UNTIL)
    ]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_figure_of_two_months_at_work_follows_from_the_record(wuhua, seed):
    terms = {"days": DAYS, "whistles": WHISTLES, "seed": seed, "until": UNTIL, "now": UNTIL}
    simulation = simulating.begin(DISTRICT, **terms)
    for number, played in enumerate(simulating.play_on(simulation)):
        if number % 13 == 12:
            # What has been counted is counted on from here.
            compute_touched(DISTRICT, simulation.since, now=played.until)
            assert wrong() == []
    compute_touched(DISTRICT, simulation.since, now=UNTIL)
    compute(DISTRICT[:4], MONTHS[-1], now=UNTIL)
    assert wrong() == []
    assert set(Bulletin.objects.values_list("month", flat=True)) >= set(MONTHS)
    assert Accountability.objects.exists() and LeadTally.objects.exists()
    assert {ranked for _area, ranked, *_rest in scores()} == set(Ranked.values)

    step_by_step = scores()
    for month in MONTHS:
        compute(DISTRICT, month, now=UNTIL, afresh=True)
    assert scores() == step_by_step
    assert not any(audit.findings(UNTIL + timedelta(seconds=1)).values())
