"""The ground of the demonstration: Wuhua and Guandu, their departments, and the accounts to try things with.

Streets, communities, departments and outlines are real; grids, the responsibility list and everybody's names are not,
and say so: people are called after their post.
"""

from datetime import date
from typing import NamedTuple

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction

from grid.datum import Datum
from grid.divisions import load_areas
from grid.models import (
    Area,
    AreaLevel,
    Department,
    DepartmentGroup,
    GridKind,
    Person,
    Post,
    ResponsibilityItem,
    Role,
    StreetPart,
)
from grid.models.people import IN_DEPARTMENT
from grid.outlines import load_outlines

DATA = settings.BASE_DIR / "grid" / "data"
DISTRICT, CITY = "530102", "5301"
FENGNING, HEILINPU = "530102005", "530102008"
HONGSHAN = "530102005008"
PASSWORD = "demo-Wuhua-2026"  # noqa: S105 (printed for everybody who starts the demonstration)
NOT_REAL = "演示条目，非正式权责清单。"
# Before every moment that is played, so that whoever acts held the post then.
IN_POST_SINCE = date(2015, 1, 1)


class Account(NamedTuple):
    """Somebody to log in as. `place`: an area's code, or a department's for liaisons and heads."""

    username: str
    name: str
    role: Role
    place: str


R = Role
ACCOUNTS = [
    Account("grid.hongshan", "虹山南路社区网格员", R.GRID_WORKER, f"{HONGSHAN}001"),
    Account("community.hongshan", "虹山南路社区书记", R.COMMUNITY_SECRETARY, HONGSHAN),
    Account("officer.fengning", "丰宁街道工作人员", R.STREET_OFFICER, FENGNING),
    Account("secretary.fengning", "丰宁街道党工委书记", R.STREET_SECRETARY, FENGNING),
    Account("officer.heilinpu", "黑林铺街道工作人员", R.STREET_OFFICER, HEILINPU),
    Account("secretary.heilinpu", "黑林铺街道党工委书记", R.STREET_SECRETARY, HEILINPU),
    Account("community.heilinpu", "黑林铺社区书记", R.COMMUNITY_SECRETARY, f"{HEILINPU}001"),
    Account("dispatcher", "区网格中心调度员", R.DISPATCHER, DISTRICT),
    Account("liaison.housing", "区住建局联络员", R.LIAISON, "housing"),
    Account("liaison.water", "区水务局联络员", R.LIAISON, "water"),
    Account("liaison.road", "道桥处联络员", R.LIAISON, "road"),
    Account("liaison.gas", "昆仑燃气联络员", R.LIAISON, "gas"),
    Account("liaison.drainage", "排水公司联络员", R.LIAISON, "drainage"),
    Account("head.water", "区水务局负责人", R.HEAD, "water"),
    Account("liaison.fire", "区消防大队联络员", R.LIAISON, "fire"),
    Account("liaison.market", "区市场监管局联络员", R.LIAISON, "market"),
    Account("liaison.safety", "区安监局联络员", R.LIAISON, "safety"),
    Account("liaison.urban", "区城管执法局联络员", R.LIAISON, "urban"),
    Account("liaison.traffic", "交警四大队联络员", R.LIAISON, "traffic"),
    Account("liaison.transport", "区交通运输局联络员", R.LIAISON, "transport"),
    Account("leader.fengning", "包丰宁街道区领导", R.DISTRICT_LEADER, FENGNING),
    Account("assessor", "区考核人员", R.ASSESSOR, DISTRICT),
    Account("admin", "系统管理员", R.ADMINISTRATOR, DISTRICT),
    Account("city", "市级监督指挥中心", R.CITY_OBSERVER, CITY),
]

# code: name, English name
GROUPS = {
    "government": ("政府部门", "Government departments"),
    "force": ("公安与消防", "Police and fire brigade"),
    "utility": ("公用企业", "Utilities"),
    "company": ("辖区企业", "Companies"),
}
# code: name, English name, group, district
DEPARTMENTS = {
    "housing": ("五华区住房和城乡建设局", "Wuhua Housing and Construction", "government", DISTRICT),
    "water": ("五华区水务局", "Wuhua Water Affairs", "government", DISTRICT),
    "urban": ("五华区城市管理综合行政执法局", "Wuhua Urban Management", "government", DISTRICT),
    "road": ("五华区城市管理局道桥处", "Wuhua Roads and Bridges", "government", DISTRICT),
    "market": ("五华区市场监督管理局", "Wuhua Market Supervision", "government", DISTRICT),
    "safety": ("五华区安全生产监督管理局", "Wuhua Work Safety", "government", DISTRICT),
    "transport": ("五华区交通运输局", "Wuhua Transport", "government", DISTRICT),
    "fire": ("五华区消防大队", "Wuhua Fire Brigade", "force", DISTRICT),
    "traffic": ("昆明市公安局交警支队四大队", "Kunming Traffic Police, 4th Brigade", "force", DISTRICT),
    "gas": ("中石油昆仑燃气有限公司", "PetroChina Kunlun Gas", "utility", DISTRICT),
    "drainage": ("昆明排水设施管理有限责任公司", "Kunming Drainage", "utility", DISTRICT),
    "tobacco": ("红云红河集团昆明卷烟厂", "Hongyun Honghe Kunming Cigarette Factory", "company", DISTRICT),
    "guandu-water": ("官渡区水务局", "Guandu Water Affairs", "government", "530111"),
    "guandu-urban": ("官渡区城市管理局", "Guandu Urban Management", "government", "530111"),
}
PARENTS = {"road": "urban"}
# Names by which accounts of cases call a department of the list above.
ALSO_CALLED = {"五华区城市管理局": "五华区城市管理综合行政执法局"}

P = StreetPart
# code: name, English name, the street's part, lead and assisting departments
ITEMS = {
    "sewage": ("污水外溢、管网破损", "Sewage overflow", P.COORDINATE, "water drainage housing road"),
    "flood": ("低洼路段内涝积水", "Flooded roads", P.ASSIST, "water drainage road"),
    "gas-line": ("燃气管线安全隐患", "Unsafe gas lines", P.ASSIST, "gas housing safety"),
    "market-hazard": ("市场安全隐患整治", "Unsafe markets", P.COORDINATE, "market fire safety urban"),
    "jam": ("道路拥堵治理", "Traffic jams", P.COORDINATE, "traffic transport urban"),
    "road-damage": ("路面破损、井盖缺失", "Damaged roads and missing covers", P.ASSIST, "road drainage"),
    "fire-lane": ("消防通道堵塞", "Blocked fire lanes", P.COORDINATE, "fire urban traffic"),
    "e-bike": ("电动自行车违规充电", "Unsafe charging of e-bikes", P.LEAD, "fire market housing"),
    "illegal-building": ("违法建设查处", "Illegal building", P.COORDINATE, "urban housing"),
    "dust": ("工地扬尘、夜间施工噪声", "Dust and noise of building sites", P.ASSIST, "housing urban"),
    "stalls": ("占道经营", "Stalls in the street", P.LEAD, "urban market"),
    "fumes": ("餐饮油烟扰民", "Cooking fumes", P.COORDINATE, "urban market"),
    "old-house": ("危旧房屋安全", "Dilapidated houses", P.COORDINATE, "housing fire safety"),
}
ORDINALS = "一二三四五六七八九"


@transaction.atomic
def lay_ground():
    """Everything above, where it is not there yet; what exists stays as it stands."""
    load_areas(DATA / "divisions")
    load_outlines([DATA / "outlines.geojson"], datum=Datum.GCJ02)
    _draw_grids(FENGNING)
    _open_departments()
    _list_responsibilities()
    _open_accounts()


def _draw_grids(street, *, general=3):
    """A few general grids and a special one in each community of a street."""
    grids = []
    for community in Area.objects.under(street).at(AreaLevel.COMMUNITY):
        kinds = [(f"第{ORDINALS[number]}网格", GridKind.GENERAL) for number in range(general)]
        for number, (name, kind) in enumerate([*kinds, ("专属网格", GridKind.SPECIAL)], start=1):
            grids.append(
                Area(
                    code=f"{community.code}{number:03d}",
                    name=community.short_name + name,
                    level=AreaLevel.GRID,
                    parent=community,
                    kind=kind,
                )
            )
    Area.objects.bulk_create(grids, ignore_conflicts=True)


def _open_departments():
    DepartmentGroup.objects.bulk_create(
        [
            DepartmentGroup(code=code, name=name, name_en=name_en, position=position)
            for position, (code, (name, name_en)) in enumerate(GROUPS.items(), start=1)
        ],
        ignore_conflicts=True,
    )
    groups = {group.code: group for group in DepartmentGroup.objects.all()}
    there = set(Department.objects.values_list("district_id", "code"))
    made = {
        code: Department(district_id=district, code=code, name=name, name_en=name_en, group=groups[group])
        for code, (name, name_en, group, district) in DEPARTMENTS.items()
        if (district, code) not in there
    }
    Department.objects.bulk_create(made.values())
    for code, parent in PARENTS.items():
        if code in made:
            made[code].parent = Department.objects.in_district(DISTRICT).get(code=parent)
            made[code].save(update_fields=["parent"])


def _list_responsibilities():
    departments = {department.code: department for department in Department.objects.in_district(DISTRICT)}
    there = set(ResponsibilityItem.objects.filter(district=DISTRICT).values_list("code", flat=True))
    items, assists = [], []
    for code, (name, name_en, part, called) in ITEMS.items():
        if code in there:
            continue
        lead, *assisting = (departments[department] for department in called.split())
        item = ResponsibilityItem(
            district_id=DISTRICT,
            code=code,
            name=name,
            name_en=name_en,
            legal_basis=NOT_REAL,
            lead=lead,
            street_part=part,
        )
        items.append(item)
        assists += [(item, department) for department in assisting]
    ResponsibilityItem.objects.bulk_create(items)
    through = ResponsibilityItem.assisting.through
    through.objects.bulk_create(
        through(responsibilityitem=item, department=department) for item, department in assists
    )


def _open_accounts():
    there = set(Person.objects.values_list("username", flat=True))
    new = [account for account in ACCOUNTS if account.username not in there]
    # Computed once: hashing is slow on purpose, and everybody may know this password.
    password = make_password(PASSWORD) if new else ""
    people = Person.objects.bulk_create(
        Person(
            username=account.username,
            name=account.name,
            password=password,
            is_staff=account.role == Role.ADMINISTRATOR,
            is_superuser=account.role == Role.ADMINISTRATOR,
        )
        for account in new
    )
    departments = {department.code: department for department in Department.objects.in_district(DISTRICT)}
    Post.objects.bulk_create(
        Post(
            person=person,
            role=account.role,
            starts_on=IN_POST_SINCE,
            **(
                {"department": departments[account.place]}
                if account.role in IN_DEPARTMENT
                else {"area_id": account.place}
            ),
        )
        for person, account in zip(people, new, strict=True)
    )
