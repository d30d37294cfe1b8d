"""Random walks: anybody does anything that is open to them, in any order, and the laws of the house hold after each.

A few whistles live at once; hours pass, the sweep comes or does not come, and now and then somebody tries what is not
theirs to do.
"""

from datetime import timedelta

import hypothesis.strategies as st
import pytest
import time_machine
from django.db import transaction
from django.db.models import Count, F, Q
from hypothesis import HealthCheck, note, settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from assessment.models import Callback, Evaluation
from common.errors import Forbidden, Refusal, WrongState
from dispatch import clocks, states
from dispatch.models import (
    ClockRule,
    Deadline,
    Extension,
    Firing,
    Message,
    Order,
    Report,
    Supervision,
    Suspension,
)
from dispatch.plan import BREACH
from tests import factories
from tests.acting import table_of
from tests.factories import MONDAY
from whistle.models import Event, Signature, Whistle
from whistle.states import MOVES, SignOffKind, WhistleState

W, S = WhistleState, states.OrderState

PEOPLE = [
    "officer.fengning",
    "secretary.fengning",
    "community.hongshan",
    "dispatcher",
    "liaison.housing",
    "liaison.water",
    "liaison.road",
    "head.water",
    "leader.fengning",
    "city",
    # Those who have nothing to do here.
    "officer.heilinpu",
    "liaison.gas",
    "assessor",
    "admin",
    "grid.hongshan",
]
CALLED = ["housing", "water", "road"]
called = st.sampled_from(CALLED)
maybe_called = st.sampled_from(["", *CALLED])
some_called = st.lists(called, unique=True, max_size=3)

NEXT_MONTHS = (MONDAY.date(), MONDAY.date() + timedelta(days=90))

# What the acts ask for, mostly right.
ASKED = {
    "sign": st.fixed_dictionaries({"opinion": st.just("属实"), "inspected_at": st.just(MONDAY.isoformat())}),
    "refuse": st.fixed_dictionaries({"opinion": st.just("不符")}),
    "dispatch": st.fixed_dictionaries({"lead": called, "assisting": some_called}),
    "redispatch": st.fixed_dictionaries({"lead": called, "assisting": some_called}),
    "return": st.fixed_dictionaries({"reason": st.just("x"), "suggested_department": maybe_called}),
    "decline": st.fixed_dictionaries({"reason": st.just("x"), "ruling": st.sampled_from(["", "empty", "frivolous"])}),
    "escalate": st.fixed_dictionaries({"reason": st.just("x")}),
    "withdraw": st.fixed_dictionaries({"reason": st.just("x")}),
    "reopen": st.fixed_dictionaries({"reason": st.just("x")}),
    "call-back": st.fixed_dictionaries(
        {
            "contacted": st.booleans(),
            "responded": st.booleans(),
            "solved": st.booleans(),
            "satisfaction": st.sampled_from(["satisfied", "fairly", "not", ""]),
        }
    ),
    "hand-back": st.fixed_dictionaries({"note": st.just("x")}),
    "convene": st.fixed_dictionaries(
        {
            "held_at": st.dates(*NEXT_MONTHS).map(lambda day: f"{day}T15:00"),
            "place": st.just("x"),
            "departments": some_called,
        }
    ),
    "verify": st.fixed_dictionaries({"solved": st.booleans(), "note": st.just("x"), "departments": some_called}),
    "report": st.fixed_dictionaries({"rank": st.sampled_from(["head", "deputy", "staff"])}),
    "progress": st.fixed_dictionaries({"note": st.just("x")}),
    "submit-result": st.fixed_dictionaries({"note": st.just("x")}),
    "uphold-return": st.fixed_dictionaries({"department": maybe_called}),
    "ask-extension": st.fixed_dictionaries({"amount": st.integers(0, 20), "reason": st.just("x")}),
    "ask-suspension": st.fixed_dictionaries({"review_on": st.dates(*NEXT_MONTHS), "reason": st.just("x")}),
    "suspend": st.fixed_dictionaries({"review_on": st.dates(*NEXT_MONTHS), "reason": st.just("x")}),
    "grant": st.fixed_dictionaries({"amount": st.sampled_from(["", 1, 2])}),
    "refuse-request": st.fixed_dictionaries({"reason": st.just("x")}),
    "supervise": st.fixed_dictionaries({"reason": st.just("x")}),
    "score": st.fixed_dictionaries({"cooperation": st.integers(0, 100), "resolution": st.integers(0, 100)}),
}
# Ends of the story are drawn seldom, so that the walks go far.
SELDOM = {"withdraw", "decline", "escalate", "refuse", "come-on-site", "progress", "return", "confirm-report"}
SELDOM |= {"convene", "show-code", "ask-suspension", "suspend", "resume", "supervise", "pass-up", "ask-extension"}
# Where the walks set out from, so that they come to the end of the story as well.
STARTS = ["drafted", "dispatched", "on_site", "finished", "verified", "closed"]


def moves_of(was):
    """Where one act can lead a whistle: a move, or two where filing calls the departments at once."""
    return MOVES[was] | (MOVES[W.FILED] & {W.DISPATCHED} if W.FILED in MOVES[was] else set()) | {was}


TIMED = (Extension, Suspension, Supervision)


def everything():
    """All that an act could change."""
    return [
        list(model.objects.order_by("pk").values_list())
        for model in (*(Whistle, Order, Deadline, Firing, Signature, Report, Evaluation, Callback), *TIMED)
    ] + [Event.objects.count(), Message.objects.count()]


class Walk(RuleBasedStateMachine):
    def __init__(self):
        super().__init__()
        self.transaction = transaction.atomic()
        self.transaction.__enter__()
        self.now = MONDAY
        self.people = {name: factories.people[name] for name in PEOPLE}
        self.states = {}

    def teardown(self):
        transaction.set_rollback(True)
        self.transaction.__exit__(None, None, None)

    @initialize(
        type=st.sampled_from(["key", "emergency"]),
        level=st.sampled_from(["general", "larger", "major"]),
        start=st.sampled_from(STARTS),
    )
    def start(self, type, level, start):
        getattr(factories, start)(type=type, level=level, lead="housing", assisting=["water"])
        factories.dispatched(lead="water", assisting=["road"])
        self.now = Event.objects.latest("at").at
        self.remember()

    def rows(self):
        whistles = list(Whistle.objects.select_related("type", "area").prefetch_related("signatures", "orders"))
        orders = Order.objects.select_related("whistle", "department", "suggested_department", "evaluation")
        return [*whistles, *orders.prefetch_related("reports", "deadlines")]

    def remember(self):
        self.states = {(type(row), row.pk): row.state for row in self.rows()}

    @rule(data=st.data(), times=st.integers(1, 4))
    def some_do_what_is_open(self, data, times):
        for _ in range(times):
            self.somebody_does_what_is_open(data)

    def somebody_does_what_is_open(self, data):
        self.now += timedelta(minutes=data.draw(st.integers(0, 600)))
        with time_machine.travel(self.now, tick=False):
            likely, seldom = [], []
            for row in self.rows():
                for name, person in self.people.items():
                    for action in table_of(row).open_to(person, row):
                        (seldom if action.name in SELDOM else likely).append((row, action, name))
            some = likely if likely and (not seldom or data.draw(st.integers(0, 3))) else seldom
            if not some:
                return
            row, action, name = some[data.draw(st.integers(0, len(some) - 1))]
            given = data.draw(ASKED.get(action.name, st.just({})))
            note(f"{self.now:%d %H:%M} {name}: {action.name} {row.number} ({row.state}) {given}")
            before, last = everything(), Event.objects.latest("id").pk
            try:
                with transaction.atomic():
                    action.perform(row, by=self.people[name], at=self.now, data=given)
            except Refusal as refusal:
                # Something given does not fit the case; who and when was right.
                assert not isinstance(refusal, Forbidden | WrongState) and refusal.fields, refusal
                assert everything() == before
                return
        written = Event.objects.filter(pk__gt=last)
        assert written.filter(person=self.people[name], at=self.now).exclude(post_name="").exists()
        self.moved_along_the_tables()

    @rule(data=st.data())
    def somebody_tries_what_is_not_open(self, data):
        with time_machine.travel(self.now, tick=False):
            rows = self.rows()
            row = rows[data.draw(st.integers(0, len(rows) - 1))]
            person = self.people[data.draw(st.sampled_from(PEOPLE))]
            action = data.draw(st.sampled_from(list(table_of(row))))
            if action.is_open_to(person, row):
                return
            before = everything()
            given = data.draw(ASKED.get(action.name, st.just({})))
            note(f"not open: {person.username}: {action.name} {row.number} ({row.state})")
            with pytest.raises((Forbidden, WrongState)) as refused:
                action.perform(row, by=person, at=self.now, data=given)
        assert isinstance(refused.value, Forbidden) == (not action.may(person, row))
        assert everything() == before

    @rule(hours=st.integers(0, 60))
    def the_sweep_comes(self, hours):
        self.now += timedelta(hours=hours)
        while clocks.fire_due(limit=3, now=self.now):
            pass
        # What is overdue has been told once; by now there is nothing left to tell.
        overdue = Deadline.objects.overdue(self.now)
        assert not overdue.filter(breached_at=None).exists()
        assert set(overdue.values_list("pk", flat=True)) <= set(
            Firing.objects.filter(rung=BREACH).values_list("deadline", flat=True)
        )
        before = everything()
        assert clocks.fire_due(limit=100, now=self.now) == 0
        assert everything() == before

    def moved_along_the_tables(self):
        for row in self.rows():
            key = (type(row), row.pk)
            if key not in self.states:
                assert row.state == S.SENT
            elif isinstance(row, Whistle):
                assert row.state in moves_of(self.states[key]), (self.states[key], row.state)
            else:
                was = self.states[key]
                assert row.state in {was} | states.MOVES[was], (was, row.state)
        self.remember()

    @invariant()
    def the_record_only_grows_by_lines_with_a_moment(self):
        assert not Event.objects.filter(at__gt=self.now).exists()

    @invariant()
    def every_open_order_has_the_clocks_of_its_type_and_no_other_order_has_one_running(self):
        for order in Order.objects.open().select_related("whistle"):
            kinds = set(
                ClockRule.objects.filter(type=order.whistle.type_id, kind__in=states.OF_AN_ORDER)
                .values_list("kind", flat=True)
                .distinct()
            )
            standing = {clock.kind: clock for clock in order.deadlines.filter(cancelled_at=None)}
            assert set(standing) - {"answer"} == kinds == {"acknowledge", "report", "resolve"}
            running = {kind for kind, clock in standing.items() if clock.met_at is None}
            assert ("answer" in running) == bool(order.asks_for)
            running.discard("answer")
            expected = {
                S.SENT: {"acknowledge", "report", "resolve"},
                S.RETURNED: {"acknowledge", "report", "resolve"},
                S.ACKNOWLEDGED: {"report", "resolve"},
                S.ON_SITE: {"resolve"},
            }
            assert running == expected[order.state], (order.number, order.state)
            assert {standing[kind].start_at for kind in kinds} == {order.sent_at}
        over = Order.objects.exclude(pk__in=Order.objects.open())
        assert not Deadline.objects.running().filter(order__in=over).exists()

    @invariant()
    def a_whistles_own_clocks_run_while_it_waits_for_what_they_measure(self):
        expected = {W.FILED: {"triage"}, W.HANDLED: {"verify"}}
        for whistle in Whistle.objects.all():
            running = set(
                Deadline.objects.running().filter(whistle=whistle, order=None).values_list("kind", flat=True)
            )
            unscored = whistle.orders.filter(state=S.FINISHED, evaluation=None).exists()
            waits = {"score"} if whistle.state == W.VERIFIED and unscored else expected.get(whistle.state, set())
            assert running - {"sign_after"} == waits, (whistle.state, running)
            if "sign_after" in running:
                assert whistle.sign_off == SignOffKind.AFTER and whistle.state in (
                    *(W.FILED, W.ESCALATED, W.DISPATCHED, W.HANDLED, W.VERIFIED, W.CLOSED),
                )

    @invariant()
    def nobody_shares_the_lead(self):
        for whistle in Whistle.objects.exclude(dispatched_at=None):
            orders = Order.objects.of_present_call(whistle)
            leads = orders.filter(role="lead").filter(Q(pk__in=orders.open()) | Q(state=S.FINISHED))
            assert leads.count() <= 1
            twice = orders.filter(Q(pk__in=orders.open()) | Q(state=S.FINISHED)).values("department")
            assert not twice.annotate(times=Count("id")).filter(times__gt=1).exists()

    @invariant()
    def a_whistle_is_handled_as_soon_as_it_can_be(self):
        for whistle in Whistle.objects.filter(state__in=[W.DISPATCHED, W.HANDLED, W.VERIFIED, W.CLOSED]):
            orders = Order.objects.of_present_call(whistle)
            done = orders.filter(state=S.FINISHED, role="lead").exists() and not orders.open().exists()
            assert done == (whistle.state != W.DISPATCHED)

    @invariant()
    def what_is_closed_is_scored_and_confirmed(self):
        for whistle in Whistle.objects.filter(state=W.CLOSED):
            assert not whistle.orders.filter(state=S.FINISHED, evaluation=None).exists()
            assert whistle.confirmed_at and whistle.closed_at and whistle.verified_at
        unfinished = Evaluation.objects.exclude(order__state=S.FINISHED)
        assert not unfinished.exists()

    @invariant()
    def nothing_signed_before_filing_is_filed_without_both(self):
        blown = Whistle.objects.filter(sign_off=SignOffKind.BEFORE).exclude(filed_at=None)
        for whistle in blown.exclude(state__in=[W.RETURNED, W.SIGNING, W.DRAFT, W.WITHDRAWN]):
            signed = whistle.signatures.filter(round=whistle.sign_round, agrees=True)
            assert signed.count() == 2

    @invariant()
    def a_breach_stands_only_where_the_timestamps_say_so(self):
        in_time = Deadline.objects.filter(met_at__lte=F("due_at"))
        assert not in_time.exclude(breached_at=None).exists()
        assert not Deadline.objects.filter(breached_at__lte=F("due_at")).exists()


@pytest.mark.django_db
@pytest.mark.parametrize("walks", [4, pytest.param(24, marks=pytest.mark.long)])
def test_the_laws_of_the_house_hold_on_every_walk(wuhua, walks):
    run_state_machine_as_test(
        Walk,
        settings=settings(
            max_examples=walks,
            stateful_step_count=30,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
