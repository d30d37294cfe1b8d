"""Published cases of several cities, played through the services as far as their accounts tell.

Days are as precise as the account; moments within a day, and days within a month or year, are illustrative and follow
from the case's id, so that a replay always gives the same.
"""

import json
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

from django.db.models import Count, F, Q, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from assessment.cast import Cast
from assessment.formulas import evaluate
from assessment.models import Evaluation
from assessment.pace import Pace, finish, staged
from assessment.playing import play
from assessment.presets import formula_in_force, load_formulas
from assessment.stage import Returned, Script
from assessment.states import Ranked
from common.errors import Invalid
from dispatch.models import Deadline, Order
from dispatch.presets import load_preset, preset_names, preset_of_city
from dispatch.states import ClockKind
from grid.demo import ALSO_CALLED
from grid.models import Area, AreaLevel, Department, DepartmentGroup
from grid.worktime import SHANGHAI
from whistle.models import Whistle, WhistleType
from whistle.states import Level, Source

NEEDED = ("id", "city", "street", "place", "type", "level", "source", "blown", "title", "facts", "departments")
ILLUSTRATIVE = "（示意）"


@dataclass(frozen=True)
class Told:
    """What an account tells in words and its fields don't hold."""

    # A department said that it was none of its business.
    denied: str = ""
    visits: int = 1
    planned: timedelta | None = None
    solved: timedelta | None = None


TOLD = {
    # 各单位到场都称与本单位施工无关
    "wuhua-hongshan-sewage": Told(denied="中石油昆仑燃气有限公司"),
    # 先后4次综合整治
    "wuhua-heilinpu-traffic": Told(visits=4),
    # 不到半小时火情得到控制
    "yuexiu-zhuangyuanfang-fire": Told(solved=timedelta(minutes=28)),
    # 一个多月后从根本上解决，而规则是15个工作日
    "huangpu-huaji-septic": Told(solved=timedelta(days=38)),
    # 117天专项行动
    "pinggu-jinhaihu-mining": Told(solved=timedelta(days=117)),
    # 一周内完成
    "qinhuai-ruijin-paving": Told(solved=timedelta(days=6)),
    # 半个月内拿出整改方案，3个月后交出整治成果
    "qinhuai-honghua-market": Told(planned=timedelta(days=14), solved=timedelta(days=88)),
}


class Played(NamedTuple):
    """A case as it came out. `clocks`: how many of each kind were met in time and how many late."""

    id: str
    city: str
    number: str
    state: str
    departments: int
    clocks: dict[str, tuple[int, int]]
    score: Decimal | None


def read_cases(path: Path) -> list[dict[str, Any]]:
    """The cases of a file like `whistle/data/cases.json`. Refuses with Invalid what cannot be played."""
    try:
        cases = json.loads(path.read_text(encoding="utf-8"))["cases"]
        lacking = {str(case.get("id")): [name for name in NEEDED if name not in case] for case in cases}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise Invalid(_("%(path)s holds no cases: %(reason)s.") % {"path": path, "reason": error}) from error
    for id, names in lacking.items():
        if names:
            raise Invalid(_("The case %(id)s lacks: %(names)s.") % {"id": id, "names": ", ".join(names)})
    return cases


def replay(cases: list[dict[str, Any]]) -> list[Played]:
    """Plays all cases to their end, or to this moment, and says how each came out. Needs a transaction around it."""
    cast = Cast()
    scripts = [script_of(case, cast) for case in cases]
    play(scripts, until=timezone.now())
    return [_came_out(case, script.whistle) for case, script in zip(cases, scripts, strict=True)]


def script_of(case: dict[str, Any], cast: Cast, *, dispatched: datetime | None = None, **how) -> Script:
    """The script of a case, with everything made that its district lacks. `how`: as `staged` takes it.

    Refuses with Invalid when its areas are not loaded, and when no preset fits its city.
    """
    area = _area(case)
    type = _type(case, area.district_code)
    told = TOLD.get(case["id"], Told())
    pace = Pace(area.district_code, case["id"])
    script = staged(
        draft={
            "type": type,
            "level": Level(case["level"]),
            "source": Source(case["source"]),
            "title": case["title"],
            "description": case["facts"],
            "area": area,
            "address": case["place"],
            "criteria": [one for one in type.criteria.all() if one.required or one.code in ("urgent", "hazard")],
            "demonstration": True,
        },
        departments=_departments(case, area.district_code),
        cast=cast,
        pace=pace,
        dispatched=dispatched or _blown(case["blown"], pace),
        **how,
    )
    _as_told(script, case, told, pace)
    return script


# --- what a case needs -----------------------------------------------------------------------------


def _area(case):
    """The community where the account names one, else the street."""
    code = case.get("community") or case["street"]
    area = Area.objects.filter(pk=code).first()
    if area is None or not Area.objects.under(case["street"]).at(AreaLevel.COMMUNITY).exists():
        raise Invalid(
            _(
                "%(id)s: the area %(code)s is not loaded with its communities. "
                "Run: python manage.py load_areas DIRECTORY --under %(district)s"
            )
            % {"id": case["id"], "code": code, "district": code[:6]}
        )
    return area


def _type(case, district_code):
    name = case["city"] if case["city"] in preset_names() else preset_of_city(district_code[:4])
    if name is None:
        raise Invalid(_("%(id)s: there is no preset for %(city)s.") % {"id": case["id"], "city": case["city"]})
    load_preset(name, district_code)
    load_formulas(name, district_code, now=timezone.now())
    types = WhistleType.objects.filter(district=district_code, code=case["type"])
    type = types.prefetch_related("criteria").first()
    if type is None:
        raise Invalid(
            _("%(id)s: the district has no type of whistle “%(type)s”.") % {"id": case["id"], "type": case["type"]}
        )
    return type


def _departments(case, district_code):
    names = [ALSO_CALLED.get(name, name) for name in case["departments"]]
    if case.get("departments_are_illustrative"):
        names = [name + ILLUSTRATIVE for name in names]
    names += [
        f"责任部门{number}{ILLUSTRATIVE}" for number in range(len(names) + 1, case.get("departments_count", 0) + 1)
    ]
    return [_department(name, district_code) for name in names]


def _department(name, district_code):
    there = Department.objects.in_district(district_code)
    department = there.active().filter(name=name).first()
    if department is None:
        group, _made = DepartmentGroup.objects.get_or_create(
            code="replayed", defaults={"name": "案例单位", "name_en": "Units of published cases", "position": 90}
        )
        department = Department.objects.create(
            district_id=district_code, code=f"case-{there.count() + 1:03d}", name=name, group=group
        )
    return department


def _blown(told, pace):
    """A moment on the day, or on some working day of the month or year that the account gives."""
    parts = [int(part) for part in told.split("-")]
    if len(parts) == 3:
        day = date(*parts)
    else:
        year, month = parts if len(parts) == 2 else (parts[0], pace.random.randint(1, 12))
        some = datetime(year, month, pace.random.randint(1, monthrange(year, month)[1]), tzinfo=SHANGHAI)
        # The next office hours after that midnight; not in the next month, or the account would be wrong.
        opened = pace.office(some, 0.1).astimezone(SHANGHAI)
        while opened.month != month:
            some -= timedelta(days=1)
            opened = pace.office(some, 0.1).astimezone(SHANGHAI)
        day = opened.date()
    return pace.minutes(datetime(day.year, day.month, day.day, 10, 40, tzinfo=SHANGHAI), 0, 60)


# --- what the account tells ------------------------------------------------------------------------


def _as_told(script, case, told, pace):
    lead = script.calls[0]
    done = bool(script.verified)
    arrived = lead.reports[0] if lead.reports else None
    if arrived and case.get("leaders"):
        script.leader_on_site = pace.minutes(arrived, 3, 10)
        script.leader_note = "区领导到场，现场会商。"
    if arrived and case.get("also"):
        lead.progress.append((pace.minutes(arrived, 15, 25), "参加现场处置：" + "、".join(case["also"])))
    if arrived and case.get("volunteers"):
        lead.progress.append((pace.minutes(arrived, 0.5, 1.5), "志愿者已取微型消防站器材先行处置。"))
    if arrived and told.planned:
        lead.progress.append((script.triaged + told.planned, "提交整改方案。"))
    if told.denied:
        _denies(next(call for call in script.calls if call.department.name == told.denied), pace, script.triaged)
    if told.visits > 1:
        for call in script.calls:
            _visits(call, told.visits, pace)
    called = script.triaged or script.asked
    for number, call in enumerate(script.calls):
        if call.reports and told.solved:
            # Whoever solved it that soon was there sooner.
            call.acknowledged = min(call.acknowledged, called + told.solved / 4)
            call.reports[0] = min(call.reports[0], called + told.solved / 2)
        if call.result and told.solved:
            # The lead is the last to finish, at the moment that is told.
            call.result = called + told.solved - timedelta(minutes=number)
        if call.result and call.reports:
            call.result = max(call.result, pace.minutes(call.reports[-1], 5, 9))
    if done:
        finish(script, pace, seen=case.get("note", ""))


def _denies(call, pace, called):
    """It returns its order and is overruled; its clock ran on meanwhile."""
    call.returned = Returned(
        at=pace.minutes(called, 12, 25),
        reason="与本单位施工无关。",
        ruled=pace.minutes(called, 64, 75),
        note="现场管线涉及你单位，须到场共同排查，时限照常计算。",
    )
    call.cooperation, call.comment = 68, "先称与己无关，驳回后到场。"
    if call.acknowledged:
        call.acknowledged = pace.minutes(called, 80, 110)
    if call.reports:
        call.reports = [max(call.reports[0], pace.minutes(call.acknowledged, 20, 40))]


def _visits(call, visits, pace):
    """Comes so many times, some working days apart; the first time stops the clock."""
    while call.reports and len(call.reports) < visits:
        call.reports.append(pace.office(call.reports[-1], pace.random.uniform(14, 24)))


# --- how it came out -------------------------------------------------------------------------------


def _came_out(case, whistle):
    whistle = Whistle.objects.select_related("district__parent__parent").get(pk=whistle.pk)
    city = whistle.district.parent
    if city.name == "市辖区":
        # So the national list calls what lies between a municipality and its districts.
        city = city.parent
    late = Q(met_at__gt=F("due_at")) | Q(met_at=None)
    rows = Deadline.objects.filter(whistle=whistle, cancelled_at=None).values("kind").order_by("kind")
    clocks = {
        row["kind"]: (row["every"] - row["late"], row["late"])
        for row in rows.annotate(every=Count("id"), late=Count("id", filter=late))
    }
    return Played(
        id=case["id"],
        city=f"{city.name} {whistle.district.name}",
        number=whistle.number,
        state=whistle.state,
        departments=Order.objects.filter(whistle=whistle).values("department").distinct().count(),
        clocks=clocks,
        score=_score(whistle, clocks),
    )


def _score(whistle, clocks):
    """The whole case by the formula that scores a department's month; None before anything is scored."""
    marks = Evaluation.objects.filter(order__whistle=whistle)
    figures = marks.aggregate(scored=Count("id"), cooperation=Sum("cooperation"), resolution=Sum("resolution"))
    if not figures["scored"]:
        return None
    for kind in (ClockKind.ACKNOWLEDGE, ClockKind.REPORT, ClockKind.RESOLVE):
        met, late = clocks.get(kind, (0, 0))
        figures |= {f"{kind}_met": met, f"{kind}_due": met + late}
    now = timezone.now()
    formula = formula_in_force(whistle.district_id, Ranked.DEPARTMENTS, timezone.localdate(now), now=now)
    return evaluate(formula.read, {name: Decimal(value) for name, value in figures.items()}).total
