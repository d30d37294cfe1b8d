import pytest
from django.conf import settings

from grid.divisions import load_areas
from grid.models import Department, DepartmentGroup, Person, Post, Role


@pytest.fixture
def areas(db):
    """The shipped districts Wuhua (530102) and Guandu (530111) with all their streets and communities."""
    load_areas(settings.BASE_DIR / "grid" / "data" / "divisions")


@pytest.fixture
def groups(db):
    return {
        code: DepartmentGroup.objects.create(code=code, name=name, name_en=name_en, position=position)
        for position, (code, name, name_en) in enumerate(
            [("government", "政府部门", "Government departments"), ("company", "公用企业", "Utilities")]
        )
    }


@pytest.fixture
def departments(areas, groups):
    """Three departments of Wuhua and one of Guandu, by district and code."""
    rows = [
        ("530102", "urban", "五华区城市管理局", "Urban Management", "government"),
        ("530102", "road", "五华区城市管理局道桥处", "", "government"),
        ("530102", "gas", "中石油昆仑燃气有限公司", "", "company"),
        ("530111", "urban", "官渡区城市管理局", "", "government"),
    ]
    made = {
        (district, code): Department.objects.create(
            district_id=district, code=code, name=name, name_en=name_en, group=groups[group]
        )
        for district, code, name, name_en, group in rows
    }
    made["530102", "road"].parent = made["530102", "urban"]
    made["530102", "road"].save(update_fields=["parent"])
    return made


@pytest.fixture
def holder(db):
    """`holder(role, area_or_department, **person)`: somebody new who holds this post."""

    def make(role, place, **fields):
        name = f"{role}-{Person.objects.count()}"
        person = Person.objects.create_user(**{"username": name, "password": "a long password", **fields})
        where = "department" if role in (Role.LIAISON, Role.HEAD) else "area_id"
        Post.objects.create(person=person, role=role, **{where: place})
        return person

    return make
