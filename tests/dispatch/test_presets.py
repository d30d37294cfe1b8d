from datetime import datetime, time

import pytest
from django.conf import settings
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command

from assessment.models import Evaluation
from common.errors import Invalid
from dispatch import clocks
from dispatch.admin import ClockRuleForm, PlaybookForm
from dispatch.models import ClockRule, Deadline, Order, Report
from dispatch.presets import UnknownPreset, load_preset, preset_names, preset_of_city, read_preset
from dispatch.states import ClockKind, Unit
from grid.divisions import load_areas
from grid.models import Department, Post, Role, WorkSegment
from grid.services import calendar_now, segments_of
from grid.worktime import SHANGHAI
from whistle.models import Criterion, Event, Photo, Signature, Whistle, WhistleType
from whistle.states import Level, SignOffKind

pytestmark = pytest.mark.django_db

WUHUA = "530102"
MONDAY_MORNING = datetime(2026, 11, 23, 9, tzinfo=SHANGHAI)


@pytest.fixture(autouse=True)
def areas():
    load_areas(settings.BASE_DIR / "grid" / "data" / "divisions")


def rules_of(code, level=""):
    rules = ClockRule.objects.filter(type__code=code, type__district=WUHUA, level=level)
    return {rule.kind: (rule.limit, rule.unit) for rule in rules}


def test_wuhuas_preset_has_the_figures_of_wuhua():
    load_preset("kunming-wuhua", WUHUA)
    others = {
        ClockKind.VERIFY: (3, Unit.WORKING_DAYS),
        ClockKind.SCORE: (5, Unit.WORKING_DAYS),
    }
    assert rules_of("emergency") == others | {
        ClockKind.TRIAGE: (15, Unit.MINUTES),
        ClockKind.SIGN_AFTER: (24, Unit.HOURS),
        ClockKind.ACKNOWLEDGE: (10, Unit.MINUTES),
        ClockKind.REPORT: (30, Unit.MINUTES),
        ClockKind.RESOLVE: (3, Unit.WORKING_DAYS),
        ClockKind.ANSWER: (2, Unit.HOURS),
    }
    others[ClockKind.ANSWER] = (8, Unit.WORKING_HOURS)
    assert rules_of("key") == others | {
        ClockKind.TRIAGE: (2, Unit.WORKING_HOURS),
        ClockKind.ACKNOWLEDGE: (1, Unit.HOURS),
        ClockKind.REPORT: (4, Unit.WORKING_HOURS),
        ClockKind.RESOLVE: (15, Unit.WORKING_DAYS),
    }
    assert rules_of("co_creation") == others | {
        ClockKind.TRIAGE: (2, Unit.WORKING_HOURS),
        ClockKind.ACKNOWLEDGE: (1, Unit.HOURS),
        ClockKind.REPORT: (2, Unit.WORKING_DAYS),
        ClockKind.RESOLVE: (30, Unit.WORKING_DAYS),
    }
    hours = WorkSegment.objects.filter(district=WUHUA).values_list("starts", "ends")
    assert list(hours) == [(time(9), time(12)), (time(13), time(17))]


def test_only_an_emergency_is_dispatched_at_once_and_signed_afterwards():
    load_preset("kunming-wuhua", WUHUA)
    types = {type.code: type for type in WhistleType.objects.filter(district=WUHUA)}
    assert {code for code, type in types.items() if type.by_playbook} == {"emergency"}
    assert {code: type.sign_off for code, type in types.items()} == {
        "emergency": SignOffKind.AFTER,
        "key": SignOffKind.BEFORE,
        "co_creation": SignOffKind.BEFORE,
    }


def test_the_need_for_joint_effort_must_hold_and_one_other_criterion_with_it():
    load_preset("kunming-wuhua", WUHUA)
    for type in WhistleType.objects.all():
        assert type.minimum_criteria == 2
        assert {c.code: c.required for c in type.criteria.all()} == {
            "urgent": False,
            "hazard": False,
            "standing": False,
            "joint": True,
        }


def test_qinhuai_sends_a_hard_lead_without_signatures_and_by_one_criterion():
    load_preset("nanjing-qinhuai", WUHUA)
    lead = WhistleType.objects.get(code="lead")
    assert (lead.sign_off, lead.minimum_criteria, lead.by_playbook) == (SignOffKind.NONE, 1, True)
    assert not lead.criteria.filter(required=True).exists()
    assert rules_of("key", Level.MAJOR) == {ClockKind.RESOLVE: (2160, Unit.HOURS)}


@pytest.mark.parametrize("name", preset_names())
def test_every_preset_loads_and_names_its_sources(name):
    assert read_preset(name)["sources"]
    assert load_preset(name, WUHUA).made > 30
    for type in WhistleType.objects.all():
        due = {
            rule.kind: clocks.promise(rule, MONDAY_MORNING, calendar_now(), segments_of(WUHUA)).at
            for rule in type.clock_rules.filter(level="")
        }
        assert due[ClockKind.ACKNOWLEDGE] < due[ClockKind.REPORT] < due[ClockKind.RESOLVE]
        assert ClockKind.TRIAGE in due
        assert (ClockKind.SIGN_AFTER in due) == (type.sign_off == SignOffKind.AFTER)


def test_a_second_time_changes_nothing_and_keeps_what_the_administrator_edited():
    first = load_preset("kunming-wuhua", WUHUA)
    ClockRule.objects.filter(type__code="key", kind=ClockKind.REPORT).update(limit=6)
    WhistleType.objects.filter(code="key").update(name="要紧哨")
    WorkSegment.objects.filter(starts=time(9)).update(starts=time(8, 30))
    assert load_preset("kunming-wuhua", WUHUA) == (0, 0, first.made - 2)
    assert rules_of("key")[ClockKind.REPORT] == (6, Unit.WORKING_HOURS)
    assert WhistleType.objects.filter(name="要紧哨").exists()
    assert WorkSegment.objects.filter(starts=time(8, 30)).exists()


def test_what_the_administrator_removed_comes_back():
    load_preset("kunming-wuhua", WUHUA)
    ClockRule.objects.filter(type__code="key", kind=ClockKind.REPORT).delete()
    assert load_preset("kunming-wuhua", WUHUA).made == 3  # the rule and the two rungs of its ladder


def test_overwriting_puts_everything_back():
    load_preset("kunming-wuhua", WUHUA)
    ClockRule.objects.filter(type__code="key", kind=ClockKind.REPORT).update(limit=6)
    WorkSegment.objects.filter(starts=time(9)).update(starts=time(8, 30))
    settled = load_preset("kunming-wuhua", WUHUA, overwrite=True)
    assert (settled.made, settled.changed) == (2, 1)
    assert rules_of("key")[ClockKind.REPORT] == (4, Unit.WORKING_HOURS)
    assert [segment.starts for segment in WorkSegment.objects.filter(district=WUHUA)] == [time(9), time(13)]


def test_another_district_of_the_city_finds_its_citys_preset():
    assert preset_of_city("4401") == "guangzhou-yuexiu"
    assert preset_of_city("3101") is None


def test_an_unknown_preset_is_refused_and_those_there_are_are_named():
    with pytest.raises(UnknownPreset, match="kunming-wuhua"):
        load_preset("../kunming-wuhua", WUHUA)


@pytest.mark.parametrize("code", ["999999", "530102005", "5301", ""])
def test_what_is_no_loaded_district_is_refused(code):
    with pytest.raises(Invalid, match="load_areas"):
        load_preset("kunming-wuhua", code)
    assert not WhistleType.objects.exists()


def test_the_command_loads_and_refuses_in_words(capsys):
    call_command("load_preset", "kunming-wuhua", "--district", WUHUA)
    assert WhistleType.objects.filter(district=WUHUA).count() == 3
    with pytest.raises(CommandError, match="999999"):
        call_command("load_preset", "kunming-wuhua", "--district", "999999")
    with pytest.raises(CommandError, match="nowhere"):
        call_command("load_preset", "nowhere", "--district", WUHUA)


# --- the administrator's pages ---------------------------------------------------------------------


@pytest.fixture
def all_powerful(rf):
    request = rf.get("/")
    request.user = get_user_model().objects.create_superuser("all-powerful", password="x", name="x")
    return request


@pytest.mark.parametrize("model", [Whistle, Event, Signature, Photo, Order, Report, Deadline, Evaluation])
def test_what_only_services_write_can_be_looked_at_but_not_touched(model, all_powerful):
    page = admin.site.get_model_admin(model)
    assert page.has_view_permission(all_powerful)
    assert not page.has_add_permission(all_powerful)
    assert not page.has_change_permission(all_powerful)
    assert not page.has_delete_permission(all_powerful)
    assert "delete_selected" not in page.get_actions(all_powerful)


def test_an_administrator_of_another_district_sees_no_clock_of_this_one(rf):
    load_preset("kunming-wuhua", WUHUA)
    person = get_user_model().objects.create_user("guandu", password="x", is_staff=True)
    Post.objects.create(person=person, role=Role.ADMINISTRATOR, area_id="530111")
    request = rf.get("/")
    request.user = person
    page = admin.site.get_model_admin(ClockRule)
    assert page.has_change_permission(request)
    assert not page.get_queryset(request).exists()


def test_types_and_criteria_can_be_edited(all_powerful):
    page = admin.site.get_model_admin(WhistleType)
    assert page.has_change_permission(all_powerful)
    assert [inline.model for inline in page.get_inline_instances(all_powerful)] == [Criterion]


def test_the_list_of_rules_shows_when_each_clock_would_be_due_now(all_powerful):
    load_preset("kunming-wuhua", WUHUA)
    page = admin.site.get_model_admin(ClockRule)
    response = page.changelist_view(all_powerful)
    rows = list(response.context_data["cl"].result_list)
    assert len(rows) == ClockRule.objects.count()
    assert all(page.preview(rule) for rule in rows)


def rule_form(**changes):
    type = WhistleType.objects.get(district=WUHUA, code="key")
    given = {"type": type.pk, "level": "larger", "kind": "report", "limit": "4", "unit": "working_hours"}
    return ClockRuleForm({**given, "reminders": "[50, 80]", "extensions": "2", "suspensions": "1", **changes})


def test_a_sensible_rule_is_accepted():
    load_preset("kunming-wuhua", WUHUA)
    assert rule_form().is_valid()


@pytest.mark.parametrize(
    "changes",
    [
        {"limit": "0"},
        {"limit": "-1"},
        {"limit": "99999"},
        {"limit": "9000", "unit": "working_days"},
        {"limit": "1.5"},
        {"extensions": "-1"},
        {"suspensions": "10"},
        {"limit": ""},
        {"unit": "fortnights"},
        {"level": ""},
        {"reminders": "[0]"},
        {"reminders": "[100]"},
        {"reminders": "[true]"},
        {"reminders": '"half"'},
        {"reminders": "["},
    ],
    ids=str,
)
def test_an_absurd_or_second_rule_is_refused(changes):
    load_preset("kunming-wuhua", WUHUA)
    assert not rule_form(**changes).is_valid()


@pytest.mark.parametrize(
    ("lead", "assisting", "accepted"),
    [
        ("fire", ["gas"], True),
        ("fire", [], True),
        ("fire", ["fire"], False),
        ("guandu-water", ["gas"], False),
        ("fire", ["guandu-water"], False),
        ("", ["gas"], False),
    ],
)
def test_a_playbook_calls_departments_of_its_own_district(wuhua, lead, assisting, accepted):
    keys = dict(Department.objects.values_list("code", "pk"))
    given = {
        "type": wuhua.types["key"].pk,
        "lead": keys.get(lead, ""),
        "assisting": [keys[code] for code in assisting],
    }
    assert PlaybookForm(given).is_valid() == accepted
