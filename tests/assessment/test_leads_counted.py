"""What leads bring to a month: counted in the database, proved from the record, opened down to the leads."""

from datetime import timedelta

import pytest
from django.urls import reverse

from assessment.behind import behind
from assessment.models import LeadTally
from assessment.proof import differences, proved
from assessment.services.months import compute
from assessment.standings import find
from assessment.states import Ranked
from assessment.units import figures_of
from assessment.verification import verify
from dispatch import services
from tests.acting import act, again
from tests.factories import DISTRICT, FENGNING, HEILINPU, HONGSHAN, MONDAY, people, reported
from tests.reading import text

NOVEMBER = MONDAY.date().replace(day=1)
GRID = f"{HONGSHAN}001"
AT = MONDAY + timedelta(hours=1)
# Before any clock of Monday's leads has run out, and when all have: three working days.
SOON, LATER = MONDAY + timedelta(hours=8), MONDAY + timedelta(days=6)
AS_A_WHISTLE = {
    "type": "key",
    "level": "general",
    "criteria": ["hazard", "joint"],
    "description": "多方均称与己无关。",
}
STREETS, COMMUNITIES, DISTRICTS = Ranked.STREETS, Ranked.COMMUNITIES, Ranked.DISTRICTS
pytestmark = pytest.mark.usefixtures("wuhua")


@pytest.fixture
def played():
    """One of each kind; that of October has its clock in November, and nobody ever answered it."""
    cases = {name: reported() for name in ("in time", "late", "hard", "whistled", "in vain")}
    cases["before"] = reported(at=MONDAY - timedelta(days=26))
    cases["elsewhere"] = reported(by="officer.heilinpu", area=HEILINPU)
    act(cases["in time"], "solve", "grid.hongshan", AT, answer="已复位。")
    act(cases["late"], "pass-up", "grid.hongshan", AT)
    for name in ("hard", "whistled", "in vain"):
        act(cases[name], "mark-hard", "grid.hongshan", AT)
    for name in ("whistled", "in vain"):
        act(cases[name], "whistle", "officer.fengning", AT, **AS_A_WHISTLE)
    return cases


def happens_later(cases):
    act(cases["late"], "solve", "community.hongshan", LATER - timedelta(hours=1), answer="已解决。")
    whistle = again(cases["in vain"]).whistles.get()
    services.withdraw(whistle, by=people["officer.fengning"], at=AT + timedelta(hours=1), reason="已解决。")


def counted(*, now, afresh=False):
    compute(DISTRICT, NOVEMBER, now=now, afresh=afresh)
    period = find(DISTRICT, STREETS, NOVEMBER).period
    for what in (STREETS, COMMUNITIES, DISTRICTS):
        kept = {unit: {k: v for k, v in rows.items() if v} for unit, rows in figures_of(period, what).items()}
        assert differences(kept, proved(period, now=now, weights={})[what]) == []
    return period


def leads_of(period, what, unit):
    figures = figures_of(period, what)[unit]
    return {name.removeprefix("leads_"): int(value) for name, value in figures.items() if name.startswith("leads")}


def test_leads_count_for_their_community_and_street_and_the_record_proves_it(played):
    period = counted(now=SOON)
    # Decided by now: what is solved or turned into a whistle, and the one of before.
    soon = {"leads": 5, "due": 4, "met": 3, "solved": 1, "passed_up": 4, "whistled": 2}
    assert leads_of(period, STREETS, FENGNING) == soon
    happens_later(played)
    period = counted(now=LATER)
    all_over = {"leads": 5, "due": 6, "met": 2, "solved": 2, "passed_up": 4, "whistled": 2}
    assert leads_of(period, STREETS, FENGNING) == all_over
    assert leads_of(period, COMMUNITIES, HONGSHAN) == all_over
    assert leads_of(period, STREETS, HEILINPU) == dict.fromkeys(all_over, 0) | {"leads": 1, "due": 1}
    bulletin = find(DISTRICT, STREETS, NOVEMBER).bulletin
    assert list(verify(bulletin, now=LATER)) == []
    # Counting what has changed gives what counting everything gives.
    changed = list(LeadTally.objects.order_by("lead").values_list("lead", "answer", "solved", "passed_up", "whistled"))
    counted(now=LATER, afresh=True)
    assert changed == list(
        LeadTally.objects.order_by("lead").values_list("lead", "answer", "solved", "passed_up", "whistled")
    )


def test_each_figure_opens_to_its_leads(played, as_, time_machine):
    time_machine.move_to(LATER, tick=False)
    happens_later(played)
    compute(DISTRICT, NOVEMBER, now=LATER)
    ranking = find(DISTRICT, STREETS, NOVEMBER)
    for name, brings in (
        ("leads", [1] * 5),
        ("leads_met", [0, 0, 0, 0, 1, 1]),
        ("leads_passed_up", [1] * 4),
        ("leads_whistled", [1] * 2),
    ):
        found = behind(ranking, FENGNING, name, person=people["assessor"])
        assert [row.brings for row in found.rows] == brings, name
    page = as_("assessor").get(reverse("ranking-figure", args=["streets", FENGNING, "leads_met"]))
    assert page.status_code == 200
    assert reverse("lead", args=[played["late"].number]) in text(page)
    # Of another street's leads nobody sees more than that they count.
    assert behind(ranking, FENGNING, "leads", person=people["officer.heilinpu"]).hidden == 5
