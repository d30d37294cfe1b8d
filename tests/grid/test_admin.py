from datetime import time

import pytest
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.urls import reverse

from grid.models import (
    Area,
    CalendarDay,
    Department,
    DepartmentGroup,
    Person,
    Post,
    ResponsibilityItem,
    Role,
    WorkSegment,
)

MODELS = [Area, CalendarDay, Department, DepartmentGroup, Person, ResponsibilityItem, WorkSegment]

pytestmark = pytest.mark.django_db


@pytest.fixture
def log_in(client):
    def as_person(person):
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return as_person


@pytest.fixture
def administrator(areas, holder):
    """An administrator of Wuhua."""
    return holder(Role.ADMINISTRATOR, "530102", is_staff=True)


def page(model, name, *args):
    return reverse(f"admin:grid_{model._meta.model_name}_{name}", args=args)


def posts_form(*rows, initial=0):
    data = {"posts-TOTAL_FORMS": len(rows), "posts-INITIAL_FORMS": initial}
    for number, row in enumerate(rows):
        data |= {f"posts-{number}-{name}": value for name, value in row.items()}
    return data


def errors(answer):
    """Every sentence that a refused form says."""
    form = answer.context["adminform"].form
    said = [str(sentence) for sentences in form.errors.values() for sentence in sentences]
    for formset in answer.context["inline_admin_formsets"]:
        for row in formset.formset.errors:
            said += [str(sentence) for sentences in row.values() for sentence in sentences]
    return said


@pytest.mark.parametrize("model", MODELS)
def test_an_administrator_opens_every_list_with_a_search_and_every_form(log_in, administrator, departments, model):
    WorkSegment.objects.create(district_id="530102", starts=time(9), ends=time(12))
    CalendarDay.objects.create(day="2027-02-06", works=True, name="春节调休")
    ResponsibilityItem.objects.create(
        district_id="530102", code="flood", name="内涝", lead=departments["530102", "urban"]
    )
    client = log_in(administrator)
    assert client.get(page(model, "changelist"), {"q": "五"}).status_code == 200
    assert client.get(page(model, "add")).status_code == 200
    row = admin.site._registry[model].get_queryset(client.get(page(model, "changelist")).wsgi_request).first()
    assert client.get(page(model, "change", row.pk)).status_code == 200


@pytest.mark.parametrize("model", MODELS)
def test_staff_without_a_post_as_administrator_may_do_nothing(log_in, areas, holder, model):
    client = log_in(holder(Role.DISPATCHER, "530102", is_staff=True))
    assert client.get(page(model, "changelist")).status_code == 403
    assert client.get(page(model, "add")).status_code == 403


def test_an_administrator_without_the_staff_flag_is_sent_to_log_in(log_in, areas, holder):
    client = log_in(holder(Role.ADMINISTRATOR, "530102"))
    assert client.get(page(Area, "changelist")).status_code == 302


def test_a_post_that_has_ended_opens_nothing(log_in, administrator):
    Post.objects.filter(person=administrator).update(starts_on="2020-01-01", ends_on="2020-12-31")
    assert log_in(administrator).get(page(Area, "changelist")).status_code == 403


@pytest.mark.parametrize("model", [Area, Department, Person])
def test_areas_departments_and_people_cannot_be_deleted_even_by_a_superuser(log_in, departments, model):
    client = log_in(Person.objects.create_superuser("root", name="root"))
    row = model.objects.first()
    assert client.post(page(model, "delete", row.pk), {"post": "yes"}).status_code == 403
    answer = client.post(page(model, "changelist"), {"action": "delete_selected", "_selected_action": [row.pk]})
    assert model.objects.filter(pk=row.pk).exists()
    assert answer.status_code in (200, 302)


def test_what_lies_in_another_district_does_not_exist_for_an_administrator(log_in, administrator, departments):
    client = log_in(administrator)
    strange = departments["530111", "urban"]
    assert client.get(page(Department, "change", strange.pk)).status_code == 302
    assert client.get(page(Area, "change", "530111")).status_code == 302
    listed = client.get(page(Department, "changelist")).context["cl"].queryset
    assert {row.district_id for row in listed} == {"530102"}


def test_a_choice_from_another_district_is_refused_even_when_posted_by_hand(log_in, administrator, groups):
    answer = log_in(administrator).post(
        page(Department, "add"),
        {"district": "530111", "code": "water", "name": "水务局", "group": groups["government"].pk, "active": "on"},
    )
    assert errors(answer)
    assert not Department.objects.exists()


@pytest.mark.parametrize(("typed", "offered"), [("丰宁街道", "530102005"), ("530102005008", "530102005008")])
def test_areas_are_offered_by_name_or_code_while_typing(log_in, administrator, typed, offered):
    answer = log_in(administrator).get(
        reverse("admin:autocomplete"),
        {"term": typed, "app_label": "grid", "model_name": "post", "field_name": "area"},
    )
    assert [row["id"] for row in answer.json()["results"]] == [offered]


# --- people ---


def test_a_person_is_created_with_a_password_and_posts(log_in, administrator, departments):
    client = log_in(administrator)
    secret = "kunming-in-spring"
    answer = client.post(
        page(Person, "add"),
        {
            "username": "liaison.road",
            "name": "路",
            "usable_password": "true",
            "password1": secret,
            "password2": secret,
            **posts_form(
                {"role": Role.LIAISON, "department": departments["530102", "road"].pk, "starts_on": "2026-01-01"},
                {"role": Role.GRID_WORKER, "area": "530102005008", "starts_on": "2026-01-01"},
            ),
        },
    )
    assert answer.status_code == 302
    person = Person.objects.get(username="liaison.road")
    assert person.check_password(secret)
    assert {post.role for post in person.posts.all()} == {Role.LIAISON, Role.GRID_WORKER}


def test_a_liaison_of_an_area_is_refused_with_a_sentence(log_in, administrator):
    person = Person.objects.create_user("someone", name="某")
    answer = log_in(administrator).post(
        page(Person, "change", person.pk),
        {
            "username": "someone",
            "name": "某",
            "is_active": "on",
            **posts_form({"role": Role.LIAISON, "area": "530102", "starts_on": "2026-01-01"}),
        },
    )
    assert errors(answer)
    assert not person.posts.exists()


def test_a_password_is_changed_on_its_own_page(log_in, administrator, holder):
    worker = holder(Role.GRID_WORKER, "530102005")
    secret = "another-long-secret"
    answer = log_in(administrator).post(
        reverse("admin:auth_user_password_change", args=[worker.pk]),
        {"usable_password": "true", "password1": secret, "password2": secret},
    )
    assert answer.status_code == 302
    worker.refresh_from_db()
    assert worker.check_password(secret)


def test_nobody_takes_over_a_superuser_or_somebody_with_a_post_elsewhere(log_in, administrator, holder):
    root = Person.objects.create_superuser("root", name="root")
    observer = holder(Role.CITY_OBSERVER, "5301")
    two_districts = holder(Role.GRID_WORKER, "530102005")
    Post.objects.create(person=two_districts, role=Role.GRID_WORKER, area_id="530111001")
    client = log_in(administrator)
    for person in (root, observer, two_districts):
        before = person.password
        client.post(
            reverse("admin:auth_user_password_change", args=[person.pk]),
            {"usable_password": "true", "password1": "taken-over-now", "password2": "taken-over-now"},
        )
        person.refresh_from_db()
        assert person.password == before


def test_an_administrator_makes_nobody_a_superuser(log_in, administrator, holder):
    worker = holder(Role.GRID_WORKER, "530102005")
    post = worker.posts.get()
    log_in(administrator).post(
        page(Person, "change", worker.pk),
        {
            "username": worker.username,
            "name": "改过",
            "is_active": "on",
            "is_superuser": "on",
            **posts_form(
                {
                    "id": post.pk,
                    "person": worker.pk,
                    "role": post.role,
                    "area": post.area_id,
                    "starts_on": "2026-01-01",
                },
                initial=1,
            ),
        },
    )
    worker.refresh_from_db()
    assert (worker.name, worker.is_superuser) == ("改过", False)


def test_no_post_can_be_deleted_from_a_person(log_in, administrator, holder):
    worker = holder(Role.GRID_WORKER, "530102005")
    post = worker.posts.get()
    row = {"id": post.pk, "person": worker.pk, "role": post.role, "area": post.area_id, "starts_on": "2026-01-01"}
    log_in(administrator).post(
        page(Person, "change", worker.pk),
        {"username": worker.username, "is_active": "on", **posts_form({**row, "DELETE": "on"}, initial=1)},
    )
    assert worker.posts.exists()


# --- rules of the models, told by the forms ---


def segment(starts, ends, district="530102"):
    return WorkSegment(district_id=district, starts=time.fromisoformat(starts), ends=time.fromisoformat(ends))


def test_working_hours_that_overlap_are_refused_with_a_sentence_and_kept_out(log_in, administrator):
    client = log_in(administrator)
    first = {"district": "530102", "starts": "09:00", "ends": "12:00"}
    assert client.post(page(WorkSegment, "add"), first).status_code == 302
    (said,) = errors(client.post(page(WorkSegment, "add"), {**first, "starts": "11:00", "ends": "17:00"}))
    assert "09:00–12:00" in said
    assert client.post(page(WorkSegment, "add"), {**first, "starts": "12:00", "ends": "17:00"}).status_code == 302
    assert WorkSegment.objects.count() == 2


def test_working_hours_may_be_changed_within_themselves_and_overlap_another_districts(areas):
    segment("09:00", "12:00").save()
    own = WorkSegment.objects.get()
    own.ends = time(11)
    own.full_clean()
    segment("09:00", "12:00", "530111").full_clean()


@pytest.mark.parametrize(("starts", "ends"), [("12:00", "09:00"), ("12:00", "12:00"), ("22:00", "06:00")])
def test_working_hours_that_end_before_they_start_are_refused(areas, starts, ends):
    with pytest.raises(ValidationError):
        segment(starts, ends).full_clean()


@pytest.mark.parametrize(
    ("code", "level", "parent"),
    [
        ("530102005901", 12, "530102006"),
        ("530102005901", 12, None),
        ("530102005901", 9, "530102005"),
        ("53010200590", 11, "530102005"),
        ("54", 2, "53"),
        ("5301020059AB", 12, "530102005"),
    ],
)
def test_an_area_that_does_not_lie_where_its_code_says_is_refused(areas, code, level, parent):
    with pytest.raises(ValidationError):
        Area(code=code, name="某社区", level=level, parent_id=parent).full_clean()


def test_a_grid_of_a_community_is_accepted(areas):
    Area(code="530102005008001", name="第一网格", level=15, parent_id="530102005008", kind="general").full_clean()


def test_a_department_belongs_to_one_of_its_district_and_never_to_itself(departments):
    urban, road, strange = (departments[key] for key in [("530102", "urban"), ("530102", "road"), ("530111", "urban")])
    road.full_clean()
    for child, parent in [(urban, urban), (urban, road), (road, strange)]:
        child.parent = parent
        with pytest.raises(ValidationError) as refusal:
            child.full_clean()
        assert "parent" in refusal.value.message_dict
