"""What a newcomer finds after the first start: every page has something to show, for every account."""

from datetime import datetime, timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

from assessment.models import Accountability, Bulletin, Callback, Evaluation, Score
from assessment.states import Ranked
from assessment.units import IN_A_DISTRICT
from assessment.verification import verify
from dispatch.actions import order_actions, whistle_actions
from dispatch.models import Deadline, Firing, Order
from dispatch.states import ClockKind, OrderState, ReturnRuling
from grid.demo import ACCOUNTS, PASSWORD
from grid.geo import inside
from grid.models import Area, Person, Role
from grid.worktime import SHANGHAI
from whistle.models import Event, EventKind, Whistle
from whistle.states import Satisfaction, WhistleState

# Played once for all of this file.
pytestmark = pytest.mark.lengthy

MONDAY_AFTERNOON = datetime(2026, 11, 23, 15, 30, tzinfo=SHANGHAI)
# A Sunday night in the middle of the National Day holiday.
WORST_MOMENT = datetime(2026, 10, 4, 3, 7, tzinfo=SHANGHAI)


def loaded(at):
    """Loads the demonstration as if started at `at`; returns what the command printed."""
    out = StringIO()
    with time_machine.travel(at, tick=False):
        call_command("load_demo", stdout=out, stderr=StringIO())
    return out.getvalue()


@pytest.fixture(scope="module")
def demo(django_db_setup, django_db_blocker):
    """Loaded once for this file, and taken back as a whole."""
    with django_db_blocker.unblock(), transaction.atomic(), time_machine.travel(MONDAY_AFTERNOON, tick=False):
        yield loaded(MONDAY_AFTERNOON)
        transaction.set_rollback(True)


def open_acts(username):
    """The names of everything this account could do now, on whistles and on orders."""
    person = Person.objects.get(username=username)
    acts = set()
    for whistle in Whistle.objects.visible_to(person).select_related("type"):
        acts |= {action.name for action in whistle_actions.open_to(person, whistle)}
    for order in Order.objects.visible_to(person).select_related("whistle", "evaluation"):
        acts |= {f"order {action.name}" for action in order_actions.open_to(person, order)}
    return acts


OFFICER = {"request-signatures", "verify", "withdraw", "order confirm-report", "order score"}
CENTRE = {"dispatch", "return", "decline", "escalate", "confirm", "redispatch", "call-back", "order uphold-return"}
LIAISON = {"order acknowledge", "order return", "order report", "order progress"}
TO_DO = {
    "officer.fengning": OFFICER,
    "officer.heilinpu": OFFICER,
    "community.hongshan": {"sign", "refuse"},
    "secretary.fengning": {"sign", "refuse", "verify"},
    "community.heilinpu": {"sign", "refuse"},
    "secretary.heilinpu": {"sign", "refuse", "verify"},
    "dispatcher": CENTRE,
    "leader.fengning": {"come-on-site"},
    "city": {"hand-back"},
    "head.water": LIAISON,
    **{account.username: LIAISON for account in ACCOUNTS if account.role == Role.LIAISON},
}


def test_every_account_that_acts_has_its_acts_to_do(demo):
    assert {name: acts - open_acts(name) for name, acts in TO_DO.items() if acts - open_acts(name)} == {}


def test_those_who_only_look_have_something_to_look_at(demo):
    for name in ("grid.hongshan", "assessor", "city"):
        assert Whistle.objects.visible_to(Person.objects.get(username=name)).exists(), name
    assert not {account.username for account in ACCOUNTS} - TO_DO.keys() - {"grid.hongshan", "assessor", "admin"}


def test_every_state_of_a_whistle_and_an_order_is_there(demo):
    assert set(Whistle.objects.values_list("state", flat=True)) == set(WhistleState)
    assert set(Order.objects.values_list("state", flat=True)) >= set(OrderState) - {OrderState.CANCELLED}
    assert set(Order.objects.values_list("return_ruling", flat=True)) == {"", *ReturnRuling}


def test_some_clocks_ran_out_some_are_about_to(demo):
    now = timezone.now()
    late = [deadline for deadline in Deadline.objects.exclude(met_at=None) if deadline.met_at > deadline.due_at]
    assert {deadline.kind for deadline in late} >= {ClockKind.ACKNOWLEDGE, ClockKind.REPORT, ClockKind.TRIAGE}
    assert Deadline.objects.overdue(now).count() >= 3
    soon = Deadline.objects.running().filter(due_at__range=(now, now + timedelta(hours=1)))
    assert soon.count() >= 5


def test_what_the_clocks_told_was_told_at_its_moment_and_nothing_is_left_untold(demo):
    assert Firing.objects.count() > 50
    assert all(
        timedelta(0) <= firing.fired_at - firing.planned_at <= timedelta(seconds=1) for firing in Firing.objects.all()
    )
    assert not Deadline.objects.needing_attention(timezone.now()).exists()
    told = Event.objects.filter(kind=EventKind.BREACHED).count()
    assert told == Deadline.objects.exclude(breached_at=None).count() > 5


def test_nothing_lies_in_the_future_and_the_record_is_in_order(demo):
    now = timezone.now()
    assert not Event.objects.filter(at__gt=now).exists()
    for whistle in Whistle.objects.all():
        moments = [event.at for event in whistle.events.order_by("id")]
        assert moments == sorted(moments), whistle


def test_all_of_it_is_marked_as_a_demonstration_and_lies_in_wuhua(demo):
    assert not Whistle.objects.filter(demonstration=False).exists()
    assert 40 <= Whistle.objects.count() <= 70
    wuhua = Area.objects.get(pk="530102")
    for whistle in Whistle.objects.all():
        assert inside(whistle.lat, whistle.lng, wuhua.outline), whistle
    streets = {whistle.street_code for whistle in Whistle.objects.all()}
    assert streets == set(wuhua.children.values_list("code", flat=True))


def test_wuhuas_published_cases_stand_in_different_states(demo):
    titles = ["虹山东路黑臭水外溢", "黄土坡旧货市场安全隐患关停整治", "石鼓山雨水泥沙冲入龙泉路致断交"]
    titles.append("前街、长青路、昆源路早晚高峰拥堵")
    states = dict(Whistle.objects.filter(title__in=titles).values_list("title", "state"))
    assert [states[title] for title in titles] == ["dispatched", "closed", "dispatched", "verified"]
    traffic = Order.objects.filter(whistle__title=titles[3])
    assert {order.reports.count() for order in traffic} == {4}
    assert Event.objects.filter(whistle__title=titles[2], kind=EventKind.LEADER_ON_SITE).exists()


def test_this_month_and_the_last_can_be_ranked_and_the_marks_differ(demo):
    this = timezone.localdate().replace(day=1)
    for month in (this, (this - timedelta(days=1)).replace(day=1)):
        scores = Score.objects.filter(ranking__bulletin__month=month, ranking__bulletin__area="530102")
        assert {score.ranking.ranked for score in scores.select_related("ranking")} == set(IN_A_DISTRICT)
        departments = scores.filter(ranking__ranked=Ranked.DEPARTMENTS)
        assert departments.count() >= 8
        assert {score.rank for score in departments} >= {1, 2, 3}
    assert Evaluation.objects.values("resolution").distinct().count() > 5


def test_residents_said_different_things_and_the_record_agrees_with_the_months(demo):
    assert set(Callback.objects.reached().values_list("satisfaction", flat=True)) == set(Satisfaction)
    assert Callback.objects.filter(contacted=False).exists()
    assert set(Accountability.objects.values_list("state", flat=True)) == {"open", "appealed"}
    bulletin = Bulletin.objects.get(area="530102", month=timezone.localdate().replace(day=1))
    assert list(verify(bulletin, now=timezone.now())) == []


def test_the_command_prints_every_account_and_the_password(demo):
    assert PASSWORD in demo
    assert all(account.username in demo for account in ACCOUNTS)


def test_a_second_run_adds_nothing(demo):
    counts = [model.objects.count() for model in (Area, Person, Whistle, Event)]
    assert PASSWORD in loaded(MONDAY_AFTERNOON)
    assert [model.objects.count() for model in (Area, Person, Whistle, Event)] == counts


@pytest.mark.long
@pytest.mark.django_db
def test_everybody_has_something_to_do_even_if_it_is_started_in_a_holiday_night():
    with time_machine.travel(WORST_MOMENT, tick=False):
        loaded(WORST_MOMENT)
        assert {name: acts - open_acts(name) for name, acts in TO_DO.items() if acts - open_acts(name)} == {}
        assert set(Whistle.objects.values_list("state", flat=True)) == set(WhistleState)


@pytest.mark.django_db
def test_a_database_that_holds_areas_is_left_alone_and_no_account_is_claimed():
    Area.objects.create(code="11", name="北京市", level=2)
    out = StringIO()
    call_command("load_demo", "--if-empty", stdout=out, stderr=StringIO())
    assert Area.objects.count() == 1
    assert not Person.objects.exists()
    assert out.getvalue() == ""


@pytest.mark.django_db
def test_the_district_can_be_had_without_cases():
    call_command("load_demo", "--without-cases", stdout=StringIO(), stderr=StringIO())
    assert Person.objects.count() == len(ACCOUNTS)
    assert not Whistle.objects.exists()
