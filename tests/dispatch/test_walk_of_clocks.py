"""Random walks of one order: people act, received before the sweep and committed after it, or at the very moment a
clock is due; time is extended, suspended, resumed; the calendar changes; the sweep comes or does not come.
"""

from collections import Counter
from datetime import timedelta

import hypothesis.strategies as st
import pytest
import time_machine
from django.db import transaction
from hypothesis import HealthCheck, note, settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from common.errors import Refusal
from dispatch import audit, clocks
from dispatch.models import ClockRule, Deadline
from dispatch.plan import moment
from dispatch.services.recalculating import reproject
from dispatch.states import ClockKind, ClockState
from grid import worktime
from grid.models import CalendarDay
from grid.services import calendar_now, calendars_of
from grid.worktime import SHANGHAI, Segments
from tests import factories
from tests.acting import again, table_of
from tests.factories import MONDAY, orders_of
from whistle.models import Event

MICROSECOND = timedelta(microseconds=1)
PEOPLE = ("liaison.water", "dispatcher", "officer.fengning")
NEAR = st.dates(MONDAY.date(), MONDAY.date() + timedelta(days=7))
ASKED = {
    "report": st.just({"rank": "head"}),
    "submit-result": st.just({"note": "x"}),
    "return": st.just({"reason": "x"}),
    "overrule-return": st.just({}),
    "acknowledge": st.just({}),
    "ask-extension": st.fixed_dictionaries({"amount": st.integers(1, 12), "reason": st.just("x")}),
    "ask-suspension": st.fixed_dictionaries({"review_on": NEAR, "reason": st.just("x")}),
    "suspend": st.fixed_dictionaries({"review_on": NEAR, "reason": st.just("x")}),
    "resume": st.just({}),
    "grant": st.just({}),
    "refuse-request": st.just({"reason": "x"}),
    "pass-up": st.just({}),
    "verify": st.just({"solved": False, "note": "x"}),
}
STARTS = ["dispatched", "on_site", "on_site", "finished"]
# What stops a clock.
STOPS = {"acknowledge": "acknowledge", "report": "report", "resolve": "submit-result", "answer": "grant"}


class Walk(RuleBasedStateMachine):
    def __init__(self):
        super().__init__()
        self.transaction = transaction.atomic()
        self.transaction.__enter__()

    def teardown(self):
        transaction.set_rollback(True)
        self.transaction.__exit__(None, None, None)

    @initialize(start=st.sampled_from(STARTS), unit=st.sampled_from(["hours", "working_hours", "working_days"]))
    def begin(self, start, unit):
        whole = {"limit": 12 if unit != "working_days" else 3, "unit": unit}
        ClockRule.objects.update(since=MONDAY - timedelta(days=1))
        ClockRule.objects.filter(kind="resolve").update(**whole, extensions=3, suspensions=3)
        self.whistle = getattr(factories, start)(lead="water", assisting=[])
        self.order = orders_of(self.whistle)["water"]
        self.people = {name: factories.people[name] for name in PEOPLE}
        # When the last act was received, and how far the sweep's own clock has come.
        self.acted = self.now = Event.objects.latest("at").at

    @rule(minutes=st.sampled_from([1, 30, 300, 1500]))
    def time_passes(self, minutes):
        self.now += timedelta(minutes=minutes)

    @rule(data=st.data(), lag=st.sampled_from([timedelta(0), timedelta(hours=2)]), times=st.integers(1, 3))
    def somebody_acts(self, data, lag, times):
        """What was received up to `lag` ago is committed now; the sweep may have come in between."""
        for _ in range(times):
            self.act(data, max(self.acted, self.now - lag))
            self.now += timedelta(minutes=7)

    @rule(data=st.data(), offset=st.sampled_from([-MICROSECOND, timedelta(0), MICROSECOND]), swept=st.booleans())
    def somebody_acts_at_the_very_moment(self, data, offset, swept):
        """A clock is due, or it is a microsecond before or after; the sweep comes first, or the act that stops it."""
        running = Deadline.objects.running().filter(whistle=self.whistle, due_at__gt=self.now + MICROSECOND)
        ahead = [clock for clock in running.order_by("due_at", "pk") if clock.kind in STOPS]
        if not ahead:
            return
        clock = data.draw(st.sampled_from(ahead))
        received = clock.due_at + offset
        self.now = received + timedelta(minutes=5 * swept)
        if swept:
            self.the_minute_comes()
        self.act(data, received, STOPS[clock.kind])

    def act(self, data, at, name=None):
        """One of the acts that are open at that moment, or the one called `name`."""
        self.acted = at
        with time_machine.travel(at, tick=False):
            rows = [again(self.order), again(self.whistle)]
            found = [
                (row, action, who)
                for row in rows
                for who, person in self.people.items()
                for action in table_of(row).open_to(person, row)
                if action.name in ASKED and name in (None, action.name) and (action.name, row) != ("return", rows[1])
            ]
            if not found:
                return
            row, action, who = data.draw(st.sampled_from(found))
            given = data.draw(ASKED[action.name])
            note(f"{at.astimezone(SHANGHAI):%d %H:%M:%S.%f} {who}: {action.name} {given}")
            try:
                with transaction.atomic():
                    action.perform(row, by=self.people[who], at=at, data=given)
            except Refusal as refusal:
                note(f"refused: {refusal}")

    @rule(data=st.data())
    def the_calendar_changes(self, data):
        day = (self.now + timedelta(days=data.draw(st.integers(0, 6)))).astimezone(SHANGHAI).date()
        CalendarDay.objects.update_or_create(day=day, defaults={"works": data.draw(st.booleans()), "name": "x"})
        self.the_minute_comes()

    @rule()
    def the_minute_comes(self):
        """All that happens by itself; then the auditor finds nothing, and a second sweep has nothing to say."""
        while reproject(at=self.now).looked_at:
            pass
        while clocks.fire_due(limit=2, now=self.now):
            pass
        assert clocks.fire_due(limit=2, now=self.now) == 0
        assert not any(audit.findings(self.now).values()), audit.findings(self.now)

    @invariant()
    def every_clock_is_right(self):
        deadlines = list(Deadline.objects.filter(whistle=self.whistle).prefetch_related("firings"))
        versions = calendars_of({each.calendar_version for each in deadlines})
        lines = Event.objects.filter(whistle=self.whistle, kind__startswith="clock.").order_by("id")
        told = {}
        for line in lines:
            told.setdefault((line.data["clock"], line.kind), []).append(line)
        # Only the latest of the centre's clocks can be told apart from those before it.
        answers = [each.pk for each in deadlines if each.kind == ClockKind.ANSWER][:-1]
        for each in deadlines:
            self.verdict_is_by_timestamps(each)
            self.plan_is_followed(each)
            if (each.kind, "clock.kept") not in told:
                self.explanation_ends_where_it_is_due(each, versions.get(each.calendar_version))
            if each.pk not in answers:
                count = Counter({kind: len(rows) for (clock, kind), rows in told.items() if clock == each.kind})
                assert count["clock.breached"] - count["clock.breach_lifted"] <= 1 or each.kind == ClockKind.ANSWER

    def verdict_is_by_timestamps(self, clock):
        state = clock.state_at(self.now)
        if clock.met_at:
            assert state == (ClockState.MET if clock.met_at <= clock.due_at else ClockState.MET_LATE)
            assert clock.breached_at is None or clock.met_at > clock.due_at
        elif not clock.cancelled_at:
            assert (state == ClockState.BREACHED) == (self.now > clock.due_at and not clock.paused_until(self.now))
            # A breach on record is one that has happened.
            assert clock.breached_at is None or clock.breached_at > clock.due_at
        assert (clock.breached_at is None) == all(each.rung != "breach" for each in clock.firings.all())

    def plan_is_followed(self, clock):
        told = Counter(each.rung for each in clock.firings.all())
        assert set(told.values()) <= {1}
        left = [step for step in clock.plan if step["rung"] not in told]
        planned = [moment(step) for step in clock.plan]
        assert planned == sorted(planned)
        assert clock.next_at == (moment(left[0]) if left and clock.is_running else None)

    def explanation_ends_where_it_is_due(self, clock, calendar):
        due = worktime.due(
            clock.start_at,
            clock.budget,
            clock.unit,
            calendar or calendar_now(),
            Segments.parse(clock.hours),
            clock.pause_spans,
        )
        assert due.steps[-1].at == due.at == clock.due_at


@pytest.mark.django_db
def test_no_clock_is_ever_wrong_on_any_walk(wuhua):
    run_state_machine_as_test(
        Walk,
        settings=settings(
            max_examples=12,
            stateful_step_count=20,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
