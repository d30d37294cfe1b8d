import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override
from rest_framework.test import APIRequestFactory, force_authenticate

from grid.api import AreaViewSet, DepartmentViewSet
from grid.models import Area, Department, Person, Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer(areas, holder):
    return holder(Role.STREET_OFFICER, "530102005")


def get(viewset, person, code=None, **query):
    """The answer of the viewset to a GET; the list's, or that of one object."""
    request = APIRequestFactory().get("/", query)
    if person:
        force_authenticate(request, Person.objects.get(pk=person.pk))
    view = viewset.as_view({"get": "retrieve" if code else "list"})
    return view(request, pk=code) if code else view(request)


def codes(answer):
    return [row["code"] for row in answer.data["results"]]


def test_the_streets_of_a_district_are_listed_by_their_parent(officer):
    answer = get(AreaViewSet, officer, parent="530102")
    assert answer.data["count"] == 11
    assert answer.data["results"][4] == {
        "code": "530102005",
        "name": "丰宁街道",
        "short_name": "丰宁街道",
        "level": "street",
        "parent": "530102",
        "lat": None,
        "lng": None,
        "has_children": True,
    }


def test_a_community_is_named_as_people_say_it_and_holds_nothing(officer):
    answer = get(AreaViewSet, officer, code="530102005008")
    assert (answer.data["short_name"], answer.data["level"]) == ("虹山南路社区", "community")
    assert answer.data["has_children"] is False


def test_areas_are_filtered_by_level_branch_and_search(officer):
    assert codes(get(AreaViewSet, officer, level="district")) == ["530102", "530111"]
    assert get(AreaViewSet, officer, under="530102005", level="community").data["count"] > 1
    assert codes(get(AreaViewSet, officer, search="虹山南路")) == ["530102005008"]
    assert get(AreaViewSet, officer, search="530102005").data["count"] == len(Area.objects.under("530102005"))


def test_an_unknown_level_is_told_with_its_field(officer):
    answer = get(AreaViewSet, officer, level="galaxy")
    assert answer.status_code == 400
    assert "level" in answer.data["fields"]


def test_an_unknown_area_is_not_found(officer):
    assert get(AreaViewSet, officer, code="999999").status_code == 404


@pytest.mark.parametrize("viewset", [AreaViewSet, DepartmentViewSet])
def test_nobody_reads_without_logging_in(viewset):
    assert get(viewset, None).status_code == 401


@pytest.mark.parametrize(
    ("role", "place", "seen"),
    [
        (Role.STREET_OFFICER, "530102005", 3),
        (Role.DISPATCHER, "530102", 3),
        (Role.GRID_WORKER, "530111001", 1),
        (Role.CITY_OBSERVER, "5301", 4),
    ],
)
def test_one_sees_the_departments_of_the_districts_of_ones_posts(departments, holder, role, place, seen):
    assert get(DepartmentViewSet, holder(role, place)).data["count"] == seen


def test_a_liaison_sees_the_departments_of_the_own_district(departments, holder):
    liaison = holder(Role.LIAISON, departments["530111", "urban"])
    assert codes(get(DepartmentViewSet, liaison)) == ["urban"]


def test_without_a_post_one_sees_no_departments_not_even_as_a_superuser(departments):
    for person in (Person.objects.create_user("nobody"), Person.objects.create_superuser("root")):
        assert get(DepartmentViewSet, person).data["count"] == 0


def test_a_department_is_told_in_full_in_the_readers_language(departments, officer):
    assert get(DepartmentViewSet, officer, search="road").data["results"] == [
        {
            "code": "road",
            "name": "五华区城市管理局道桥处",
            "group": "government",
            "group_name": "政府部门",
            "district": "530102",
            "parent": "urban",
            "active": True,
        }
    ]
    with override("en"):
        urban = get(DepartmentViewSet, officer, search="urb").data["results"][0]
    assert (urban["name"], urban["group_name"], urban["parent"]) == (
        "Urban Management",
        "Government departments",
        None,
    )


def test_departments_are_filtered_by_group_activity_district_and_name(departments, officer):
    Department.objects.filter(code="road").update(active=False)
    assert codes(get(DepartmentViewSet, officer, group="company")) == ["gas"]
    assert codes(get(DepartmentViewSet, officer, active="false")) == ["road"]
    assert codes(get(DepartmentViewSet, officer, search="燃气")) == ["gas"]
    assert codes(get(DepartmentViewSet, officer, district="530111")) == []


def queries(viewset, person, **query):
    with CaptureQueriesContext(
        connection,
    ) as seen:
        assert get(viewset, person, **query).data["results"]
    return len(seen)


def test_a_list_of_areas_costs_the_same_for_one_and_for_fifty(officer):
    assert queries(AreaViewSet, officer, search="虹山南路") == queries(AreaViewSet, officer, under="530102") - 1
    # The person, the page; and from a second page on a count.
    assert queries(AreaViewSet, officer, under="530102") == 3


def test_a_list_of_departments_costs_the_same_for_one_and_for_forty(departments, groups, officer):
    # The person, the posts, the page.
    one = queries(DepartmentViewSet, officer, group="company")
    for number in range(40):
        Department.objects.create(
            district_id="530102",
            code=f"company-{number}",
            name=f"公司{number}",
            group=groups["company"],
            parent=departments["530102", "gas"],
        )
    assert queries(DepartmentViewSet, officer, group="company") == one == 3
