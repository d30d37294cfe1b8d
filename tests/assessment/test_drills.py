"""Of a drill nothing counts: no mark, no clock, no whistle, in no score, no ranking and no figure of a month."""

from datetime import date, datetime

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from assessment.models import Evaluation
from assessment.queries import districts_at_a_glance, first_places, month_at_a_glance, scored_by_street
from assessment.services.months import compute
from assessment.standings import find
from assessment.states import Ranked
from assessment.units import IN_A_DISTRICT
from dispatch.figures import open_by_district
from grid.worktime import SHANGHAI
from tests.factories import DISTRICT, departments, orders_of, people

NOVEMBER = date(2026, 11, 1)
LATER = datetime(2026, 11, 27, 12, 0, tzinfo=SHANGHAI)


@pytest.fixture(autouse=True)
def friday(wuhua):
    with time_machine.travel(LATER, tick=False):
        yield


def scores():
    """All scores of the month, counted anew: what is ranked, the unit, and its checksum."""
    compute(DISTRICT, NOVEMBER, now=LATER, afresh=True)
    return [
        [(score.unit, score.figures, score.checksum) for score in find(DISTRICT, of, NOVEMBER).scores.order_by("unit")]
        for of in IN_A_DISTRICT
    ]


def figures():
    """All that is counted, for everybody who sees figures."""
    return (
        *scores(),
        [month_at_a_glance(people[who], now=LATER) for who in ("dispatcher", "officer.fengning", "liaison.water")],
        open_by_district([DISTRICT], now=LATER),
        districts_at_a_glance(people["city"], now=LATER),
        [row.score.total for rows in first_places(people["assessor"], now=LATER).values() for row in rows],
    )


def test_what_is_done_in_a_drill_changes_no_figure(wuhua):
    for _ in range(3):
        wuhua.closed(lead="water", assisting=["gas"])
    wuhua.dispatched(lead="water", assisting=[])
    before = figures()
    # One with bad marks, one open and overdue, one by a department that has nothing else.
    wuhua.closed(lead="water", assisting=["gas"], cooperation=1, resolution=1, drill=True)
    wuhua.dispatched(lead="water", assisting=[], drill=True)
    wuhua.closed(lead="road", assisting=[], drill=True)
    assert figures() == before
    assert before[len(IN_A_DISTRICT)][0].month.filed == 4
    # The same in earnest changes every one of them: the comparison can tell.
    wuhua.closed(lead="water", assisting=["gas"], cooperation=1, resolution=1)
    wuhua.dispatched(lead="water", assisting=[])
    assert not [one for one, was in zip(figures(), before, strict=True) if one == was]


def test_a_month_of_nothing_but_drills_has_no_ranking(wuhua):
    for _ in range(3):
        wuhua.closed(lead="water", assisting=[], drill=True)
    scores()
    assert not find(DISTRICT, Ranked.DEPARTMENTS, NOVEMBER).scores.exists()
    assert open_by_district([DISTRICT], now=LATER) == []


def test_the_marks_of_a_drill_stay_with_the_drill(wuhua, client):
    whistle = wuhua.closed(lead="water", assisting=[], drill=True)
    order = orders_of(whistle)["water"]
    assert order.evaluation.cooperation == 90
    assert not Evaluation.objects.in_earnest().exists()
    assert [mark.order for mark in scored_by_street(people["officer.fengning"])] == [order]
    client.force_login(people["assessor"])
    counted = wuhua.closed(lead="water", assisting=[])
    compute(DISTRICT, NOVEMBER, now=LATER)
    page = client.get(reverse("ranking-figure", args=["departments", departments["water"].pk, "orders"]))
    assert order.number not in page.content.decode()
    assert orders_of(counted)["water"].number in page.content.decode()


def test_figures_lead_to_lists_of_what_they_count(wuhua, client):
    wuhua.dispatched(lead="water", assisting=[])
    wuhua.dispatched(lead="water", assisting=[], drill=True)
    for who, address in (
        ("dispatcher", f"?open=&amp;drill=false&amp;month={timezone.localdate():%Y-%m}&amp;area={DISTRICT}"),
        ("city", f"?open=true&amp;drill=false&amp;area={DISTRICT}"),
    ):
        client.force_login(people[who])
        assert address in client.get("/").content.decode(), who
        found = client.get(f"/whistles/{address.replace('&amp;', '&')}").context["cards"]
        assert len(found) == 1, who
