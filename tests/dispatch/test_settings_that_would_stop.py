"""No setting stops the clock: what would is refused in words, at the start or when saved, and nothing changes."""

import runpy
from datetime import date, datetime, time, timedelta

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags

from dispatch import clocks
from dispatch.models import ClockRule, Rung
from grid.models import CalendarDay, WorkSegment
from grid.worktime import OFFICE_HOURS, SHANGHAI, Calendar, Unit, due
from tests.factories import DISTRICT, MONDAY, people
from tests.threads import overlapping, together
from whistle.models import WhistleType

# --- the environment ---


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *[("CLOCK_TICK_SECONDS", value) for value in ("0", "-1", "61", "often", "0.5")],
        *[("CLOCK_GRACE_SECONDS", value) for value in ("0", "-60", "4", "1e9")],
        *[("CLOCK_TICK_STALE_SECONDS", value) for value in ("0", "-1", "1")],
        *[("CLOCK_AUDIT_STALE_SECONDS", value) for value in ("0", "89")],
        *[("AUDIT_PING_URL", value) for value in ("yes", "hc-ping.example.org/1", "ftp://example.org/ping?who=x")],
    ],
)
def test_a_rhythm_that_would_stop_the_clocks_or_their_auditor_stops_the_start(monkeypatch, name, value):
    monkeypatch.setenv(name, value)
    with pytest.raises(ImproperlyConfigured, match=name):
        runpy.run_path(str(settings.BASE_DIR / "config" / "settings.py"))


def test_whoever_watches_is_never_more_impatient_than_the_clock_ticks(monkeypatch):
    monkeypatch.setenv("CLOCK_TICK_SECONDS", "60")
    read = runpy.run_path(str(settings.BASE_DIR / "config" / "settings.py"))
    assert (read["CLOCK_GRACE_SECONDS"], read["CLOCK_TICK_STALE_SECONDS"], read["AUDIT_PING_URL"]) == (120, 120, "")
    for name in ("CLOCK_GRACE_SECONDS", "CLOCK_TICK_STALE_SECONDS"):
        with monkeypatch.context() as patched:
            patched.setenv(name, "60")
            with pytest.raises(ImproperlyConfigured, match=name):
                runpy.run_path(str(settings.BASE_DIR / "config" / "settings.py"))


# --- the settings of administrators ---


@pytest.fixture
def admin(wuhua):
    return administrator()


def administrator():
    client = Client(headers={"accept-language": "en"})
    client.force_login(people["admin"], backend="django.contrib.auth.backends.ModelBackend")
    return client


def page(model, name, *args):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{name}", args=args)


def errors(answer):
    """Every sentence that the form and the forms in it were refused with."""
    forms = [answer.context["adminform"].form]
    for inline in answer.context["inline_admin_formsets"]:
        forms += inline.formset.forms
        yield from inline.formset.non_form_errors()
    for form in forms:
        for sentences in form.errors.values():
            yield from sentences


def said(answer):
    return " ".join(strip_tags(answer.content.decode()).split())


def rule_form(*rungs, **changes):
    type = WhistleType.objects.get(district=DISTRICT, code="key")
    data = {"type": type.pk, "level": "larger", "kind": "report", "limit": "4", "unit": "working_hours"}
    data |= {"reminders": "[50, 80]", "extensions": "2", "suspensions": "1"}
    data |= {"ladder-TOTAL_FORMS": len(rungs), "ladder-INITIAL_FORMS": 0}
    for number, rung in enumerate(rungs):
        rung = {"position": number + 1, "after": 30, "unit": "minutes", "audience": "centre"} | rung
        data |= {f"ladder-{number}-{name}": value for name, value in rung.items()}
    return data | changes


@pytest.mark.parametrize(
    ("rungs", "changes", "sentence"),
    [
        ([], {"limit": "0"}, "must be more than 0"),
        ([], {"limit": "-4"}, "greater than or equal to"),
        ([], {"limit": "10001"}, "less than or equal to 10000"),
        ([], {"limit": "9000", "unit": "working_days"}, "too long"),
        ([], {"type": "999999"}, "not one of the available choices"),
        ([], {"type": ""}, "every other one to a type"),
        ([{"after": 0}], {}, "greater than or equal to 1"),
        ([{}] * 7, {}, "at most six rungs"),
        ([{"position": 2}], {}, "without a gap"),
        # Each could be computed for the clock itself, and the clock could not start because of it.
        ([{"after": 2501, "unit": "working_days"}], {}, "too long"),
        ([{"audience": "heads"}], {"kind": "triage"}, "nobody is the head"),
        ([{"supervises": "on"}], {"kind": "lead", "type": "", "level": "", "district": DISTRICT}, "there is none"),
    ],
    ids=str,
)
def test_a_rule_under_which_no_clock_could_run_is_refused_in_words(admin, rungs, changes, sentence):
    before = ClockRule.objects.count(), Rung.objects.count()
    answer = admin.post(page(ClockRule, "add"), rule_form(*rungs, **changes))
    assert answer.status_code == 200
    assert any(sentence in each for each in errors(answer)), list(errors(answer))
    assert (ClockRule.objects.count(), Rung.objects.count()) == before


def test_a_rule_with_a_sensible_ladder_is_saved_and_its_clock_starts(admin, wuhua):
    answer = admin.post(page(ClockRule, "add"), rule_form({}, {"audience": "leader", "unit": "working_days"}))
    assert answer.status_code == 302
    whistle = wuhua.dispatched(level="larger", lead="water", assisting=[])
    plan = whistle.deadlines.get(kind="report").plan
    assert [step["rung"] for step in plan] == ["50", "80", "breach", "ladder-1", "ladder-2"]


def test_the_last_rule_of_a_clock_is_not_deleted_while_its_type_can_be_blown(admin):
    general = ClockRule.objects.get(type__code="key", type__district=DISTRICT, kind="resolve", level="")
    lead = ClockRule.objects.get(district=DISTRICT, kind="lead")
    for rule in (general, lead):
        answer = admin.post(page(ClockRule, "delete", rule.pk), {"post": "yes"})
        assert (answer.status_code, "cannot be deleted" in said(answer)) == (409, True)
        chosen = {"action": "delete_selected", "_selected_action": [rule.pk], "post": "yes"}
        assert admin.post(page(ClockRule, "changelist"), chosen).status_code == 409
    assert ClockRule.objects.filter(pk__in=[general.pk, lead.pk]).count() == 2
    # Nor can it be made another's in passing.
    kept = rule_form(type=WhistleType.objects.exclude(pk=general.type_id).first().pk, limit="9", unit="working_days")
    ladder = {"ladder-INITIAL_FORMS": 0, "ladder-TOTAL_FORMS": 0}
    assert admin.post(page(ClockRule, "change", general.pk), kept | ladder).status_code == 302
    general.refresh_from_db()
    assert (general.type.code, general.kind, general.level, general.limit) == ("key", "resolve", "", 9)
    # One that another covers goes, and so does all of a type that nobody blows any more.
    special = ClockRule.objects.create(type=general.type, kind="resolve", level="major", limit=1, unit="hours")
    assert admin.post(page(ClockRule, "delete", special.pk), {"post": "yes"}).status_code == 302
    WhistleType.objects.filter(pk=general.type_id).update(active=False)
    assert admin.post(page(ClockRule, "delete", general.pk), {"post": "yes"}).status_code == 302
    assert not ClockRule.objects.filter(pk__in=[special.pk, general.pk]).exists()


def test_what_running_clocks_stand_on_cannot_be_deleted(admin, wuhua):
    whistle = wuhua.dispatched(lead="water", assisting=[])
    clock = whistle.deadlines.get(kind="resolve")
    before = type(clock).objects.filter(pk=clock.pk).values().get()
    for row in (whistle.type, whistle.orders.get().department.group):
        answer = admin.post(page(type(row), "delete", row.pk), {"post": "yes"})
        assert (answer.status_code, "Deleting the" in said(answer)) == (200, True)
        assert type(row).objects.filter(pk=row.pk).exists()
    for row in (whistle.district, whistle.orders.get().department, people["liaison.water"]):
        assert admin.post(page(type(row), "delete", row.pk), {"post": "yes"}).status_code == 403
    # Without hours of its own a district works those of an office; what runs keeps those it started with.
    for segment in WorkSegment.objects.filter(district=DISTRICT):
        admin.post(page(WorkSegment, "delete", segment.pk), {"post": "yes"})
    assert not WorkSegment.objects.filter(district=DISTRICT).exists()
    assert type(clock).objects.filter(pk=clock.pk).values().get() == before
    assert clocks.start(whistle, ["verify"], at=MONDAY)[0].hours == str(OFFICE_HOURS)


# --- the calendar ---


def test_a_calendar_by_which_nobody_works_for_over_a_month_is_refused(admin):
    """From Saturday, November 28, on: the thirty-first day is December 28."""
    weekdays = [day for number in range(28) if (day := date(2026, 11, 30) + timedelta(days=number)).weekday() < 5]
    CalendarDay.objects.bulk_create(CalendarDay(day=day, works=False, name="停") for day in weekdays)

    def close(day):
        return admin.post(page(CalendarDay, "add"), {"day": day, "name": "停"})

    assert close("2026-12-28").status_code == 302
    before = CalendarDay.objects.count()
    assert "Nobody would work from 2026-11-28 to 2026-12-29" in said(close("2026-12-29"))
    assert "out of all reason" in said(close("9001-01-01"))
    assert CalendarDay.objects.count() == before
    # In passing, by closing a day that was made one of work, neither.
    CalendarDay.objects.create(day="2026-12-29", works=True, name="恢复上班")
    answer = admin.post(page(CalendarDay, "change", "2026-12-29"), {"name": "停"})
    assert "Nobody would work from" in said(answer)


def test_whatever_calendar_there_already_is_a_due_moment_is_found(wuhua):
    """Entered past the forms, say: years without a day of work are stepped over, up to the last year there is."""
    days = (date(2026, 11, 23) + timedelta(days=number) for number in range(1500))
    CalendarDay.objects.bulk_create(CalendarDay(day=day, works=False, name="停") for day in days)
    whistle = wuhua.dispatched(lead="water", assisting=[])
    clock = whistle.deadlines.get(kind="resolve")
    assert clock.due_at > datetime(2031, 1, 1, tzinfo=SHANGHAI)
    assert clock.provisional
    first = date(8995, 1, 1)
    shut = Calendar({first + timedelta(days=number): (False, "停") for number in range(7 * 366)})
    for unit in (Unit.WORKING_DAYS, Unit.WORKING_HOURS):
        late = due(datetime(8999, 6, 1, tzinfo=SHANGHAI), 1, unit, shut, OFFICE_HOURS).at
        assert late.astimezone(SHANGHAI).year == 9001


# --- working hours ---

MORNING = {"district": DISTRICT, "starts": "09:00", "ends": "12:00"}


@pytest.mark.django_db(transaction=True)
def test_of_two_administrators_at_once_one_is_told_that_the_hours_overlap_and_the_database_keeps_them_apart(wuhua):
    WorkSegment.objects.filter(district=DISTRICT).delete()

    def add(**hours):
        return lambda: administrator().post(page(WorkSegment, "add"), MORNING | hours)

    answers = together(add(), add(starts="11:00", ends="17:00"))
    assert sorted(answer.status_code for answer in answers) == [200, 302]
    [refused] = [said(answer) for answer in answers if answer.status_code == 200]
    assert "which the district works already" in refused
    assert WorkSegment.objects.filter(district=DISTRICT).count() == 1
    # Nor does the database itself take them, from whatever hand.
    WorkSegment.objects.filter(district=DISTRICT).delete()

    def enter(starts, ends, district=DISTRICT):
        return lambda: WorkSegment.objects.create(district_id=district, starts=time(starts), ends=time(ends))

    _first, second, overlapped = overlapping(enter(9, 12), enter(11, 17))
    assert (type(second), overlapped) == (IntegrityError, True)
    for starts, ends in ((12, 13), (20, 0)):
        enter(starts, ends)()
    enter(9, 12, "530111")()
    for starts, ends in ((0, 0), (23, 0), (8, 10), (13, 12)):
        with pytest.raises(IntegrityError), transaction.atomic():
            enter(starts, ends)()
    assert WorkSegment.objects.filter(district=DISTRICT).count() == 3


def test_hours_that_end_at_midnight_are_accepted_and_said_as_such(wuhua):
    WorkSegment.objects.filter(district=DISTRICT).delete()
    WorkSegment(district_id=DISTRICT, starts=time(0), ends=time(8)).save()
    night = WorkSegment(district_id=DISTRICT, starts=time(20), ends=time(0))
    night.full_clean()
    night.save()
    assert str(night) == "20:00–24:00"
    for starts, ends in ((0, 0), (22, 23), (7, 9), (22, 6)):
        with pytest.raises(ValidationError):
            WorkSegment(district_id=DISTRICT, starts=time(starts), ends=time(ends)).full_clean()
    assert not connection.needs_rollback
