"""A district at work, made up from a seed: the same seed gives the same record, interrupted or not."""

import hashlib
import json
from datetime import datetime, timedelta
from io import StringIO
from itertools import islice

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.utils import timezone, translation

from assessment.management.commands import simulate
from assessment.playing import perform, tell_clocks
from assessment.services import simulating
from assessment.simulation.ground import Ground
from assessment.simulation.writer import TURNS, write
from dispatch import audit, services
from dispatch.models import ClockRule, Deadline, Firing
from grid.models import Area, AreaLevel, Department
from grid.worktime import SHANGHAI
from tests import factories
from tests.factories import DISTRICT, people
from whistle.models import Event, Whistle

UNTIL = datetime(2026, 11, 20, 16, 0, tzinfo=SHANGHAI)
TERMS = {"days": 20, "whistles": 25, "seed": 7, "until": UNTIL, "now": UNTIL + timedelta(days=3)}
SECOND = timedelta(seconds=1)
GUANDU = "530111"


def record():
    """Everything the record says but keys, as one checksum."""
    lines = Event.objects.order_by("pk").values_list(
        "at", "kind", "whistle__number", "lead__number", "order_number", "person_name", "post_name", "note", "data"
    )
    return hashlib.sha256(json.dumps(list(lines), default=str, ensure_ascii=False).encode()).hexdigest()


def played():
    """Played in one go; what it leaves is taken back, its record remains as a checksum."""
    with transaction.atomic():
        assert list(simulating.play_on(simulating.begin(DISTRICT, **TERMS)))[-1].until == UNTIL
        found = record()
        transaction.set_rollback(True)
    return found


def interrupted(monkeypatch):
    """Played for a week and stopped in the middle of a day."""

    def stopped(acts, **how):
        perform(acts[: len(acts) // 2], **how)
        raise KeyboardInterrupt

    simulation = simulating.begin(DISTRICT, **TERMS)
    days = simulating.play_on(simulation)
    list(islice(days, 7))
    lines = Event.objects.count()
    with monkeypatch.context() as patched:
        patched.setattr(simulating, "perform", stopped)
        with pytest.raises(KeyboardInterrupt):
            list(days)
    assert Event.objects.count() == lines > 0
    return simulation


def test_the_same_seed_gives_the_same_record_even_when_it_is_interrupted_and_every_clock_is_right(wuhua, monkeypatch):
    whole = played()
    half = interrupted(monkeypatch)
    # As the same line typed again: without the end, because it was not given.
    again = simulating.begin(DISTRICT, **TERMS | {"until": None})
    assert again == half
    list(simulating.play_on(again))
    assert record() == whole

    # The auditor, asked a second after the end, finds nothing wrong.
    assert not any(audit.findings(UNTIL + SECOND).values())
    times = list(Event.objects.order_by("pk").values_list("at", flat=True))
    assert times == sorted(times)
    assert times[-1] <= UNTIL
    for clock in Deadline.objects.all():
        ended = clock.met_at or clock.cancelled_at or UNTIL
        assert (clock.breached_at is not None) == (ended > clock.due_at), clock
        # One to resolve may have been met in time until the street found it not solved.
        if clock.breached_at and clock.kind != "resolve":
            assert clock.due_at < clock.breached_at <= clock.due_at + SECOND
    told = Firing.objects.exclude(deadline__kind="resolve")
    assert all(timedelta() < each.fired_at - each.planned_at <= SECOND for each in told)
    assert Whistle.objects.filter(demonstration=False).count() == 0


def test_an_interrupted_simulation_does_not_go_on_where_something_else_has_happened(wuhua, monkeypatch):
    terms = TERMS | {"days": 3, "whistles": 3}
    simulation = simulating.begin(DISTRICT, **terms)
    list(islice(simulating.play_on(simulation), 2))
    tell_clocks(UNTIL + timedelta(days=9))
    with pytest.raises(simulating.WrongState, match="又有变动"):
        list(simulating.play_on(simulating.begin(DISTRICT, **terms)))
    ClockRule.objects.update(limit=1)
    with pytest.raises(simulating.WrongState, match="有变动"):
        list(simulating.play_on(simulating.begin(DISTRICT, **terms)))


def test_clocks_are_never_told_of_a_moment_before_the_last_act(wuhua):
    """The steps that a met clock missed come when the street finds the matter not solved."""
    whistle = factories.finished(at=UNTIL - timedelta(hours=1))
    Deadline.objects.filter(kind="resolve").update(next_at=None)

    def not_solved(at):
        services.verify(whistle, by=people["officer.fengning"], at=at, solved=False, note="仍有渗漏。")
        Deadline.objects.filter(kind="resolve").update(next_at=at - timedelta(days=1))

    perform([(UNTIL, not_solved)], until=UNTIL + timedelta(days=1))
    sent_back = Event.objects.filter(kind="order.sent_back").first()
    assert all(event.at >= UNTIL for event in Event.objects.filter(pk__gt=sent_back.pk))


def test_every_turn_a_case_can_take_is_taken_and_the_writer_needs_nothing_but_its_seed(wuhua):
    ground = Ground(DISTRICT)
    terms = {"days": 60, "whistles": 300, "until": UNTIL}
    story = write(ground, seed=7, **terms)
    scripts = story.cases
    first = [script for script in scripts if script.reopens is None]
    assert len(first) == 300
    assert len({script.drafted for script in first}) == 300
    seen = {
        "declined": any(script.decision == "decline" for script in scripts),
        "withdrawn": any(script.withdrawn for script in scripts),
        "refused": any(not agrees for script in scripts for _role, _at, agrees in script.signatures),
        "turned_back": any(script.detour and script.detour.decision == "return_to_street" for script in scripts),
        "escalated": any(script.handed_back for script in scripts),
        "overruled": any(call.returned and not call.returned.to for script in scripts for call in script.calls),
        "upheld": any(call.returned and call.returned.to for script in scripts for call in script.calls),
        "changed": any(script.changed for script in scripts),
        "not_solved": any(len(script.verified) > 1 for script in scripts),
        "reopened": len(scripts) > 300,
        "usual": True,
    }
    assert {name for name, was in seen.items() if was} == set(TURNS)
    kinds = {
        (call.more_time.amount > 0, call.more_time.granted) for s in scripts for call in s.calls if call.more_time
    }
    assert len(kinds) == 4
    assert any(script.draft["drill"] for script in scripts)
    assert any(script.leader_on_site for script in scripts)
    assert any(script.marked_by_rule for script in scripts)
    assert {heard.said is None for script in scripts for heard in script.called_back} == {True, False}
    disputed = [each for script in scripts if script.held for each in script.held.disputed]
    assert {each.reversed for each in disputed if each.decided} == {True, False}
    from_leads = [script for script in scripts if script.lead]
    assert any(script.lead.solved for script in from_leads)
    assert not any(script.draft["drill"] for script in from_leads)
    assert len({lead.reported for lead in story.leads}) == len(story.leads) == len(from_leads) + 150
    ways = {name for lead in story.leads for _at, name, _said in lead.passed}
    assert ways == {"pass_lead_up", "mark_hard", "pass_lead_back", "take_lead_over", "add_note"}
    assert any(not lead.solved for lead in story.leads[len(from_leads) :])
    assert {"answer_by" in lead.report for lead in story.leads} == {True, False}
    told = simulating._checksum(story)
    assert simulating._checksum(write(Ground(DISTRICT), seed=7, **terms)) == told
    assert simulating._checksum(write(ground, seed=8, **terms)) != told


@pytest.fixture
def still(monkeypatch):
    """As if no worker looked at the clocks."""
    monkeypatch.setattr(simulate.Command, "refuse_while_ticking", lambda self: None)


def refusal(**options):
    options = {"district": DISTRICT, "days": 3, "whistles": 2, "seed": 1} | options
    with translation.override("en"), pytest.raises(CommandError) as refused:
        call_command("simulate", **options, stdout=StringIO(), stderr=StringIO())
    return str(refused.value)


def test_the_command_refuses_in_words(wuhua, still):
    assert "“000000”" in refusal(district="000000")
    assert "at least 1" in refusal(days=0)
    assert "at least 1" in refusal(whistles=0)
    assert "future" in refusal(until=timezone.now() + timedelta(minutes=1))
    out = StringIO()
    terms = {"district": DISTRICT, "days": 1, "whistles": 1, "seed": 1, "until": UNTIL}
    call_command("simulate", **terms, stdout=out, stderr=StringIO())
    assert "--until 2026-11-20T16:00+08:00" in out.getvalue()
    call_command("simulate", **terms, stdout=out, stderr=StringIO())
    assert "此前已模拟完毕" in out.getvalue()
    assert "simulated from" in refusal(until=UNTIL - timedelta(hours=5))
    Department.objects.update(active=False)
    assert "no departments" in refusal()
    ClockRule.objects.filter(type__isnull=False).delete()
    assert "load_preset" in refusal()
    Area.objects.under(GUANDU).filter(level__gte=AreaLevel.COMMUNITY).delete()
    assert "no communities" in refusal(district=GUANDU)


def test_the_command_refuses_while_a_worker_looks_at_the_clocks(db, monkeypatch):
    class Pulse:
        @staticmethod
        def tick_age_at(now):
            return 2.0

    monkeypatch.setattr(simulate, "take_pulse", Pulse)
    assert "looked at 2 seconds ago" in refusal()


def test_the_command_says_that_it_was_interrupted(wuhua, still, monkeypatch):
    def stopped(simulation):
        raise KeyboardInterrupt
        yield

    monkeypatch.setattr(simulate, "play_on", stopped)
    assert "the same line goes on" in refusal()
