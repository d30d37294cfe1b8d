"""A street that does not score in time leaves the marks to the rule of the type."""

from datetime import date, datetime, timedelta

import pytest
from django.conf import settings

from assessment import services, tasks
from assessment.models import AssessmentRule, Bulletin, Evaluation, OrderTally
from assessment.services import bulletins, by_rule
from assessment.services.by_rule import mark_by_rule, terms_of
from assessment.services.months import compute
from assessment.verification import verify
from common.errors import WrongState
from dispatch.models import Message, Order
from dispatch.services import confirm
from grid.worktime import SHANGHAI
from tests.acting import again, clocks_of, events_of, last_event
from tests.api.calling import Caller
from tests.factories import DISTRICT, orders_of, people
from tests.reading import text
from tests.threads import overlapping, together
from whistle.models import Event

MICROSECOND = timedelta(microseconds=1)
# Verified on Tuesday 2026-11-24: five working days to score, until the evening; three more until the rule.
OVER = datetime(2026, 12, 4, 17, 0, tzinfo=SHANGHAI)


@pytest.fixture
def rule(wuhua):
    return AssessmentRule.objects.create(type=wuhua.types["key"], cooperation=60, resolution=70, after_days=3)


def score(order, at):
    return services.score(order, by=people["officer.fengning"], at=at, cooperation=90, resolution=95)


def test_the_rule_marks_from_the_next_moment_on_and_nobody_else_can_any_more(wuhua, rule, time_machine, as_):
    whistle = wuhua.confirmed(lead="housing", assisting=["water"])
    orders = orders_of(whistle)
    assert terms_of([whistle])[whistle.pk].until == OVER
    time_machine.move_to(OVER, tick=False)
    page = as_("officer.fengning").get("/score/")
    assert page.context["groups"][0]["term"].until == OVER
    assert "after that the rule gives 60 for cooperation and 70 for the resolution" in text(page)
    # Until then, that moment included, the street scores.
    score(orders["water"], OVER)
    assert mark_by_rule(now=OVER) == 0
    with pytest.raises(WrongState):
        score(orders["housing"], OVER + MICROSECOND)
    # From then on it waits for nobody's marks, even before the task comes by.
    assert as_("officer.fengning").get("/score/").context["groups"] != []
    time_machine.move_to(OVER + MICROSECOND, tick=False)
    assert as_("officer.fengning").get("/score/").context["groups"] == []
    time_machine.move_to(OVER + timedelta(hours=2), tick=False)
    tasks.mark_by_rule()
    tasks.mark_by_rule()
    given = Evaluation.objects.get(order=orders["housing"])
    assert (given.cooperation, given.resolution, given.by_rule, given.by, given.at) == (60, 70, True, None, OVER)
    assert not Evaluation.objects.get(order=orders["water"]).by_rule
    said = last_event(orders["housing"])
    assert (said.kind, said.person, said.at) == ("order.scored_by_rule", None, OVER)
    assert said.data == {"cooperation": 60, "resolution": 70}
    told = set(Message.objects.filter(event=said).values_list("person__username", flat=True))
    assert told == {"officer.fengning", "secretary.fengning"}
    whistle = again(whistle)
    assert (whistle.state, whistle.closed_at, clocks_of(whistle)["score"].met_at) == ("closed", OVER, OVER)
    assert events_of(whistle)[-2:] == ["order.scored_by_rule", "whistle.closed"]
    assert "by rule" in text(as_("officer.fengning").get("/score/"))
    shown = Caller("liaison.housing").get(f"orders/{orders['housing'].number}/").json()
    assert shown["score"]["by_rule"] is True


def test_without_a_rule_of_its_own_a_type_goes_by_the_defaults_and_drills_wait_for_their_street(wuhua):
    whistle, drill = wuhua.verified(lead="water", assisting=[]), wuhua.verified(drill=True)
    until = terms_of([whistle])[whistle.pk].until
    assert (until - OVER).days == 4  # two more working days, over a weekend
    assert mark_by_rule(now=until + timedelta(days=400)) == 1
    assert list(Evaluation.objects.values_list("cooperation", "resolution")) == [(80, 100)]
    # The centre has yet to confirm; nothing more waits for the street.
    whistle = again(whistle)
    assert (whistle.state, clocks_of(whistle)["score"].is_running) == ("verified", False)
    assert again(confirm(whistle, by=people["dispatcher"], at=until + timedelta(days=401))).state == "closed"
    assert score(orders_of(drill)["water"], until + timedelta(days=400))
    assert Evaluation.objects.get(order__whistle=drill).by_rule is False


def test_one_case_that_cannot_be_marked_costs_the_others_nothing(wuhua, rule, monkeypatch, caplog):
    bad, good = wuhua.verified(), wuhua.verified()
    mark = by_rule._mark

    def stumble(whistle, term):
        mark(whistle, term)
        if whistle == bad:
            raise ValueError("a slip")

    monkeypatch.setattr(by_rule, "_mark", stumble)
    assert mark_by_rule(now=OVER + MICROSECOND) == 1
    assert set(Evaluation.objects.values_list("order__whistle", flat=True)) == {good.pk}
    assert f"Whistle {bad.pk}: mark failed." in caplog.text
    monkeypatch.undo()
    assert mark_by_rule(now=OVER + MICROSECOND) == 1


def test_the_month_counts_them_however_late_they_come_and_the_record_says_the_same(wuhua, rule):
    wuhua.confirmed(lead="water", assisting=[])
    december, end = date(2026, 12, 1), datetime(2027, 1, 1, tzinfo=SHANGHAI)
    # The tasks stood still until the review: it gives the marks itself.
    bulletin = compute(DISTRICT, december, now=end)
    bulletin = bulletins.begin_review(bulletin, by=people["assessor"], at=end)
    [counted] = OrderTally.objects.filter(cooperation=60)
    assert (counted.resolution, counted.by_rule) == (70, True)
    assert list(verify(bulletin, now=end)) == []
    assert Bulletin.objects.get().as_of == end


def test_it_is_looked_for_every_minute():
    entry = settings.CELERY_BEAT_SCHEDULE["mark-by-rule"]
    assert (entry["task"], entry["schedule"]) == ("assessment.tasks.mark_by_rule", 60)


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_mark_each_case_once_and_pass_by_what_somebody_has_in_hand(wuhua, rule):
    for _number in range(6):
        wuhua.verified()
    marked = together(*[lambda: mark_by_rule(now=OVER + MICROSECOND)] * 3)
    assert sum(marked) == 6
    assert Evaluation.objects.count() == Event.objects.filter(kind="order.scored_by_rule").count() == 12
    whistle = wuhua.verified()
    first = Order.objects.filter(whistle=whistle).first()
    held, passed, waited = overlapping(lambda: score(first, OVER), lambda: mark_by_rule(now=OVER + MICROSECOND))
    assert (held, passed, waited) == (first, 0, False)
    assert mark_by_rule(now=OVER + MICROSECOND) == 1
    assert Evaluation.objects.filter(order__whistle=whistle, by_rule=True).count() == 1
