"""The twelve published cases, played through the services."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import transaction
from django.utils import timezone

from assessment.replay import read_cases, replay
from dispatch.models import Deadline, Order
from dispatch.states import ClockKind
from grid.divisions import load_areas
from grid.models import Department, Person
from whistle.models import Event, EventKind, Signature, Whistle

# Played once for all of this file.
pytestmark = pytest.mark.lengthy

CASES = settings.BASE_DIR / "whistle" / "data" / "cases.json"
AREAS = Path(__file__).parent.parent / "data" / "divisions"
DEPARTMENTS = {
    "wuhua-hongshan-sewage": 5,
    "wuhua-huangtupo-market": 4,
    "wuhua-heilinpu-traffic": 5,
    "wuhua-shigushan-mud": 3,
    "yuexiu-zhuangyuanfang-fire": 1,
    "huangpu-huaji-septic": 6,
    "haizhu-yonglong-flood": 1,
    "pinggu-jinhaihu-mining": 5,
    "qinhuai-ruijin-paving": 4,
    "qinhuai-honghua-market": 11,
    "qinhuai-fuzimiao-grill": 1,
    "qinhuai-inner-river": 1,
}


@pytest.fixture(scope="module")
def played(django_db_setup, django_db_blocker):
    """What came out, by case; played once for this file, and taken back as a whole."""
    with django_db_blocker.unblock(), transaction.atomic():
        load_areas(AREAS)
        yield {row.id: row for row in replay(read_cases(CASES))}
        transaction.set_rollback(True)


def whistle_of(played, id):
    return Whistle.objects.get(number=played[id].number)


def test_all_twelve_cases_are_closed_with_all_their_departments(played):
    assert {id: row.departments for id, row in played.items()} == DEPARTMENTS
    assert {row.state for row in played.values()} == {"closed"}


def test_every_clock_of_every_order_is_counted(played):
    for row in played.values():
        for kind in (ClockKind.ACKNOWLEDGE, ClockKind.REPORT, ClockKind.RESOLVE):
            assert sum(row.clocks[kind]) == row.departments


def test_clocks_are_late_where_the_accounts_say_so_and_nowhere_else(played):
    late = {
        (id, str(kind)): counted[1] for id, row in played.items() for kind, counted in row.clocks.items() if counted[1]
    }
    assert late == {
        # Told that it was none of its business, and called all the same.
        ("wuhua-hongshan-sewage", "acknowledge"): 1,
        # More than a month where fifteen working days were given.
        ("huangpu-huaji-septic", "resolve"): 6,
    }


def test_whoever_was_late_has_the_lower_score(played):
    scores = {id: row.score for id, row in played.items()}
    assert all(0 < score <= 100 for score in scores.values())
    assert sorted(scores, key=scores.get)[:2] == ["huangpu-huaji-septic", "wuhua-hongshan-sewage"]


def test_days_months_and_years_are_those_of_the_accounts(played):
    for case in read_cases(CASES):
        filed = timezone.localtime(whistle_of(played, case["id"]).filed_at)
        assert f"{filed:%Y-%m-%d}".startswith(case["blown"])


def test_the_head_comes_to_a_larger_incident_and_the_leader_to_a_major_one(played):
    fire = Order.objects.get(whistle=whistle_of(played, "yuexiu-zhuangyuanfang-fire"))
    assert fire.reports.get(valid=True).rank == "head"
    for id in ("wuhua-shigushan-mud", "qinhuai-honghua-market"):
        came = Event.objects.filter(whistle=whistle_of(played, id), kind=EventKind.LEADER_ON_SITE)
        assert came.count() == 1


def test_the_four_campaigns_of_heilinpu_are_four_reports_on_each_order(played):
    orders = Order.objects.filter(whistle=whistle_of(played, "wuhua-heilinpu-traffic"))
    assert [order.reports.count() for order in orders] == [4] * 5


def test_an_emergency_is_signed_after_its_departments_were_called(played):
    whistle = whistle_of(played, "pinggu-jinhaihu-mining")
    assert whistle.dispatched_at == whistle.filed_at
    signed = Signature.objects.filter(whistle=whistle)
    assert signed.count() == 2
    assert all(signature.at > whistle.filed_at for signature in signed)


def test_the_fire_is_out_in_less_than_half_an_hour_with_volunteers_first(played):
    whistle = whistle_of(played, "yuexiu-zhuangyuanfang-fire")
    assert (whistle.handled_at - whistle.filed_at).total_seconds() < 30 * 60
    assert Event.objects.filter(whistle=whistle, kind=EventKind.PROGRESS, note__contains="志愿者").exists()


def test_the_plan_of_honghua_is_in_within_half_a_month_and_the_result_within_three(played):
    whistle = whistle_of(played, "qinhuai-honghua-market")
    plan = Event.objects.get(whistle=whistle, kind=EventKind.PROGRESS, note__contains="整改方案")
    assert (plan.at - whistle.dispatched_at).days < 15
    assert 80 < (whistle.handled_at - whistle.dispatched_at).days < 92


def test_a_hard_lead_goes_straight_to_the_body_responsible(played):
    whistle = whistle_of(played, "qinhuai-inner-river")
    assert whistle.type.code == "lead"
    assert not whistle.signatures.exists()
    assert whistle.dispatched_at == whistle.filed_at


def test_what_is_illustrative_is_called_so(played):
    assert Department.objects.in_district("320104").filter(name__contains="（示意）").count() == 11
    assert Department.objects.in_district("110117").filter(name__contains="（示意）").count() == 5


def test_the_community_that_took_part_is_on_record(played):
    events = Event.objects.filter(whistle=whistle_of(played, "wuhua-hongshan-sewage"))
    assert events.filter(note__contains="虹山南路社区").exists()
    assert events.filter(kind=EventKind.RETURN_OVERRULED).count() == 1


def test_nobody_can_log_in_as_those_who_act(played):
    assert not any(person.has_usable_password() for person in Person.objects.all())


def test_no_clock_is_left_running(played):
    assert not Deadline.objects.running().exists()


# --- the command -----------------------------------------------------------------------------------


@pytest.fixture
def one_case(tmp_path):
    """A file with the first case, changed by `fields`; None leaves a field out."""

    def write(**fields):
        case = {**read_cases(CASES)[0], **fields}
        case = {name: value for name, value in case.items() if value is not None}
        path = tmp_path / "cases.json"
        path.write_text(json.dumps({"cases": [case]}))
        return path

    return write


def run(*arguments):
    out = StringIO()
    call_command("replay_cases", *map(str, arguments), stdout=out)
    return out.getvalue()


@pytest.mark.django_db
def test_the_command_prints_the_table_and_leaves_nothing_behind(one_case):
    load_areas(AREAS)
    header, row, *notes = run(one_case()).splitlines()
    assert "wuhua-hongshan-sewage" in row
    assert "昆明市 五华区" in row
    assert row.split()[3] == "5"
    assert "4+1" in row
    assert len(notes) == 2
    assert not Whistle.objects.exists()
    assert not Event.objects.exists()
    assert not Person.objects.exists()


@pytest.mark.django_db
def test_the_same_case_comes_out_the_same_each_time(one_case):
    load_areas(AREAS)
    assert run(one_case()) == run(one_case())


@pytest.mark.django_db
def test_what_is_kept_is_marked_and_can_be_found_by_its_number(one_case):
    load_areas(AREAS)
    out = run(one_case(), "--keep")
    whistle = Whistle.objects.get()
    assert whistle.number in out
    assert (whistle.state, whistle.demonstration) == ("closed", True)


@pytest.mark.django_db
def test_missing_areas_are_named_with_the_command_that_loads_them(one_case):
    with pytest.raises(CommandError, match="load_areas DIRECTORY --under 530102"):
        run(one_case())


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"street": None}, "street"),
        ({"type": "silent"}, "silent"),
        ({"street": "999999001", "community": None}, "999999001"),
    ],
)
def test_a_case_that_cannot_be_played_is_refused_in_words(one_case, fields, named):
    load_areas(AREAS)
    with pytest.raises(CommandError, match=named):
        run(one_case(**fields))


@pytest.mark.django_db
@pytest.mark.parametrize("content", ["", "[]", "{}", '{"cases": 1}', '{"cases": [1]}'])
def test_a_file_without_cases_is_refused_in_words(tmp_path, content):
    path = tmp_path / "cases.json"
    path.write_text(content)
    with pytest.raises(CommandError, match="cases.json"):
        run(path)


@pytest.mark.django_db
def test_a_file_that_is_not_there_is_refused_in_words(tmp_path):
    with pytest.raises(CommandError, match="nowhere.json"):
        run(tmp_path / "nowhere.json")
