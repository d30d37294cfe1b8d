"""Leads and letters have clocks and a record as whistles have, by the rules of their district."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from dispatch import clocks
from dispatch.explain import explain_all
from dispatch.models import ClockRule, Deadline, Message, Rung, Supervision
from dispatch.services.recalculating import reproject
from grid.models import Area, CalendarDay, Person
from tests.acting import again
from tests.factories import DISTRICT, FENGNING, HONGSHAN, MONDAY, departments, people
from whistle.models import AdviceLetter, Event, EventKind, Lead
from whistle.services import record

AT = MONDAY + timedelta(minutes=50)
MICROSECOND = timedelta(microseconds=1)
GRID = f"{HONGSHAN}001"


@pytest.fixture
def lead(wuhua):
    return Lead.objects.create(
        number="530102-20261123-L0001",
        district_id=DISTRICT,
        area_id=GRID,
        holder="grid",
        source="grid",
        title="井盖松动",
        reported_by=people["grid.hongshan"],
        reported_at=AT,
    )


@pytest.fixture
def letter(wuhua):
    return AdviceLetter.objects.create(
        number="530102-20261123-A0001",
        district_id=DISTRICT,
        sender_id=FENGNING,
        area_id=HONGSHAN,
        department=departments["water"],
        title="雨污分流改造的建议",
        text="虹山南路片区雨污合流，每逢大雨外溢。",
        created_by=people["officer.fengning"],
        sent_at=AT,
    )


def rule(kind, limit, unit, *rungs, reminders=(50,)):
    """A rule of Wuhua's in place of the preset's; `rungs`: (after, unit, audience)."""
    ClockRule.objects.filter(district=DISTRICT, kind=kind).delete()
    made = ClockRule.objects.create(district_id=DISTRICT, kind=kind, limit=limit, unit=unit, reminders=list(reminders))
    for position, (after, of, audience) in enumerate(rungs, start=1):
        Rung.objects.create(rule=made, position=position, after=after, unit=of, audience=audience)
    return made


def started(subject, kind, at=AT):
    (deadline,) = clocks.start(subject, [kind], at=at)
    return deadline


def told(subject):
    """What the record says about the subject's clocks: the line, and who got a message of it."""
    return [
        (event.kind.removeprefix("clock."), sorted(event.messages.values_list("person__username", flat=True)))
        for event in Event.objects.about(subject).order_by("id")
    ]


def sweep(now):
    return clocks.fire_due(limit=100, now=now)


# --- what they are about ---


def test_whatever_is_about_a_matter_is_about_exactly_one(lead, letter, wuhua):
    whistle = wuhua.drafted()
    about = {"whistle": whistle, "lead": lead, "letter": letter}
    fields = {"kind": EventKind.REMINDED, "district_id": DISTRICT, "at": AT}
    clock = {"district_id": DISTRICT, "kind": "lead", "limit": 1, "unit": "hours", "start_at": AT}
    clock["due_at"] = clock["next_at"] = AT + timedelta(hours=1)
    for model, given in [(Event, fields), (Deadline, clock)]:
        for names in [(), ("whistle", "lead"), ("lead", "letter"), ("whistle", "lead", "letter")]:
            with pytest.raises(IntegrityError), transaction.atomic():
                model.objects.create(**given, **{name: about[name] for name in names})
        for name, subject in about.items():
            assert model.objects.create(**given, **{name: subject}).subject == subject


def test_an_orders_clock_is_its_whistles_too(lead, wuhua):
    order = wuhua.dispatched(lead="water", assisting=[]).orders.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        Deadline.objects.filter(order=order).update(whistle=None, lead=lead)


def test_the_record_of_a_lead_is_its_own(lead, letter):
    record(EventKind.LEAD_REPORTED, lead, at=AT, by=people["grid.hongshan"])
    record(EventKind.LETTER_SENT, letter, at=AT, by=people["officer.fengning"])
    assert [event.kind for event in lead.events.all()] == ["lead.reported"]
    assert [event.kind for event in Event.objects.about(letter)] == ["letter.sent"]
    assert {event.district_id for event in Event.objects.all()} == {DISTRICT}


# --- rules ---


def test_a_rule_belongs_to_a_type_or_for_leads_and_letters_to_a_district(wuhua):
    ClockRule.objects.filter(district=DISTRICT).delete()
    type, district = wuhua.types["key"], Area.objects.get(pk=DISTRICT)
    ClockRule.objects.filter(type=type, kind="score").delete()
    given = {"limit": 3, "unit": "hours"}
    for wrong in (
        {"kind": "lead", "type": type},
        {"kind": "reply", "type": type, "district": district},
        {"kind": "score", "district": district},
        {"kind": "lead"},
        {"kind": "score"},
        {"kind": "lead", "district": district, "level": "major"},
    ):
        one = ClockRule(**given, **wrong)
        with pytest.raises(ValidationError, match="哨源"):
            one.full_clean()
        with pytest.raises(IntegrityError), transaction.atomic():
            one.save()
    ClockRule.objects.create(**given, kind="lead", district=district)
    with pytest.raises(ValidationError, match="本区"):
        ClockRule(**given, kind="lead", district=district).full_clean()


def test_another_districts_rule_starts_no_clock_and_without_a_rule_there_is_none(lead, letter):
    ClockRule.objects.filter(district=DISTRICT).update(district="530111")
    assert clocks.start(lead, ["lead"], at=AT) == clocks.start(letter, ["reply"], at=AT) == []


def test_wuhua_gives_a_lead_three_working_days_and_a_letter_fifteen(lead, letter):
    assert started(lead, "lead").due_at.date() == date(2026, 11, 26)
    assert started(letter, "reply").due_at.date() == date(2026, 12, 14)


def test_one_clock_of_a_kind_runs_for_each(lead, letter):
    for subject, kind in [(lead, "lead"), (letter, "reply")]:
        started(subject, kind)
        with pytest.raises(IntegrityError), transaction.atomic():
            started(subject, kind)
        clocks.meet(kind, at=AT + MICROSECOND, subject=subject)
        started(subject, kind)


# --- who hears of it ---


@pytest.mark.parametrize(
    ("holder", "who", "above"),
    [
        ("grid", "grid.hongshan", "community.hongshan"),
        ("community", "community.hongshan", "secretary.fengning"),
        ("street", "officer.fengning", "secretary.fengning"),
    ],
)
def test_whoever_has_the_lead_in_hand_is_told_and_then_those_above(lead, holder, who, above):
    rule("lead", 60, "minutes", (10, "minutes", "heads"), (10, "minutes", "centre"), (10, "minutes", "leader"))
    started(lead, "lead")
    Lead.objects.filter(pk=lead.pk).update(holder=holder)
    sweep(AT + timedelta(minutes=31))
    sweep(AT + timedelta(minutes=91))
    assert told(lead) == [
        ("reminded", [who]),
        ("breached", sorted([who, above])),
        ("passed_up", [above]),
        ("passed_up", ["dispatcher"]),
        ("passed_up", ["leader.fengning"]),
    ]
    assert again(lead.deadlines.get()).next_at is None


def test_the_department_of_a_letter_is_told_then_its_head_then_the_ladder(letter):
    rule("reply", 60, "minutes", (10, "minutes", "centre"), (10, "minutes", "leader"))
    started(letter, "reply")
    sweep(AT + timedelta(minutes=31))
    sweep(AT + timedelta(minutes=81))
    assert told(letter) == [
        ("reminded", ["liaison.water"]),
        ("breached", ["head.water", "liaison.water"]),
        ("passed_up", ["dispatcher"]),
        ("passed_up", ["leader.fengning"]),
    ]


def test_no_supervision_order_goes_where_there_is_no_order(letter):
    rule("reply", 60, "minutes", (10, "minutes", "centre"))
    Rung.objects.update(supervises=True)
    started(letter, "reply")
    sweep(AT + timedelta(minutes=71))
    assert told(letter)[-1] == ("passed_up", ["dispatcher"])
    assert not Supervision.objects.exists()


# --- kept or not ---


@pytest.mark.parametrize("sweep_first", [True, False])
@pytest.mark.parametrize(("offset", "verdict"), [(timedelta(0), "met"), (MICROSECOND, "met_late")])
def test_a_lead_is_answered_in_time_or_late_by_the_microsecond(lead, offset, verdict, sweep_first):
    due_at = started(lead, "lead").due_at
    later = due_at + timedelta(minutes=5)
    if sweep_first:
        sweep(later)
    clocks.meet("lead", at=due_at + offset, subject=lead)
    sweep(later)
    deadline = lead.deadlines.get()
    assert (deadline.state_at(later), deadline.next_at) == (verdict, None)
    lines = [kind for kind, _who in told(lead)]
    assert ("breach_lifted" in lines) == (sweep_first and verdict == "met")


def test_a_due_moment_named_from_outside_is_kept_to_the_microsecond(lead):
    rule("lead", 3, "working_days", (10, "minutes", "centre"), reminders=(50,))
    for until in (
        AT + timedelta(hours=30, seconds=7),
        AT + timedelta(days=40, microseconds=123_456),
        AT + MICROSECOND,
    ):
        Deadline.objects.all().delete()
        deadline = clocks.start_until(lead, "lead", at=AT, until=until)
        deadline = again(deadline)
        assert deadline.due_at == until
        assert AT - timedelta(seconds=1) < deadline.start_at <= AT
        assert (deadline.unit, deadline.provisional, deadline.calendar_version) == ("seconds", False, "")
        assert [step["rung"] for step in deadline.plan] == ["50", "breach", "ladder-1"]
        sweep(until)
        assert again(deadline).breached_at is None
        sweep(until + MICROSECOND)
        assert again(deadline).state_at(until + MICROSECOND) == "breached"
        assert again(deadline).breached_at == until + MICROSECOND
        deadline.firings.all().delete()


def test_what_was_named_from_outside_stays_when_everything_else_is_computed_again(lead):
    until = AT + timedelta(days=9, seconds=1)
    deadline = clocks.start_until(lead, "lead", at=AT, until=until)
    CalendarDay.objects.create(day="2026-11-24", works=False, name="演示")
    assert reproject(at=AT).looked_at == 0
    clocks.lay(deadline, clocks.calendar_now())
    assert deadline.due_at == until
    explain_all([deadline], DISTRICT, now=AT)
    assert deadline.explanation[0].endswith("开始计时")
    assert "12月2日 09:50" in deadline.explanation[-2]
    assert "外部" in deadline.explanation[-1]


def test_without_a_rule_a_moment_from_outside_is_watched_all_the_same(lead):
    ClockRule.objects.all().delete()
    deadline = clocks.start_until(lead, "lead", at=AT, until=AT + timedelta(hours=10))
    assert [step["rung"] for step in deadline.plan] == ["50", "80", "breach"]


def test_the_calendar_moves_the_clock_of_a_letter_on_its_own_record(letter):
    deadline = started(letter, "reply")
    CalendarDay.objects.create(day="2026-11-24", works=False, name="演示")
    done = reproject(at=AT)
    assert [(one.deadline.pk, one.would_be.date()) for one in done.moved] == [(deadline.pk, date(2026, 12, 15))]
    assert told(letter) == [("reprojected", ["liaison.water"])]


# --- all in one sweep ---


def test_leads_and_letters_cost_the_sweep_no_statement_more(lead, letter, wuhua):
    rule("lead", 60, "minutes")
    rule("reply", 60, "minutes")
    order = wuhua.dispatched(lead="water", assisting=[], at=AT).orders.get()

    def statements(now):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert sweep(now)
        return len(queries)

    alone = statements(AT + timedelta(minutes=31))
    started(lead, "lead", at=AT + timedelta(minutes=20))
    started(letter, "reply", at=AT + timedelta(minutes=20))
    assert statements(AT + timedelta(minutes=51)) == alone
    assert [kind for kind, _who in told(lead)] == [kind for kind, _who in told(letter)] == ["reminded"]
    assert Event.objects.filter(order_number=order.number, kind="clock.reminded").count() == 2
    assert Message.objects.filter(event__lead=lead).values_list("person", flat=True).get() == (
        Person.objects.get(username="grid.hongshan").pk
    )
