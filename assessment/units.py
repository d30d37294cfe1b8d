"""Who is ranked: the units of a month with what they are called, and their figures summed up from the tallies."""

from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

from django.db import connection

from assessment.models import ManualItem, Period
from assessment.states import Ranked
from assessment.tallies import districts_under
from grid.models import Area, AreaLevel, Department, Person

Figures = dict[str, Decimal]

# What is ranked in a district, and what in a whole city.
IN_A_DISTRICT = (Ranked.DEPARTMENTS, Ranked.STREETS, Ranked.COMMUNITIES, Ranked.DISPATCHERS)
IN_A_CITY = (Ranked.DISTRICTS, Ranked.STREETS)


def rankings_in(area: str) -> tuple[Ranked, ...]:
    return IN_A_DISTRICT if len(area) == AreaLevel.DISTRICT else IN_A_CITY


class Unit(NamedTuple):
    """`key`: a department's key, an area's code or a person's key, as text."""

    key: str
    name: str
    group: str = ""
    group_name: str = ""


def _weighted(yes_no: str, *, where: str = "") -> str:
    condition = f" FILTER (WHERE {where})" if where else ""
    return f"coalesce(sum(weight * {yes_no}){condition}, 0)"


def _counted(condition: str) -> str:
    return f"coalesce(sum(weight) FILTER (WHERE {condition}), 0)"


HEARD = {
    "callbacks": _counted("contacted IS NOT NULL"),
    "contacted": _weighted("contacted"),
    "solved": _weighted("solved"),
    "satisfied": _weighted("satisfied"),
    "fairly": _weighted("fairly"),
}
ORDERS = {
    "orders": "count(*)",
    "acknowledge_due": _counted("acknowledge IS NOT NULL"),
    "acknowledge_met": _weighted("acknowledge"),
    "report_due": _counted("report IS NOT NULL"),
    "report_met": _weighted("report"),
    "resolve_due": _counted("resolve IS NOT NULL"),
    "resolve_met": _weighted("resolve"),
    "handled": _weighted("handled", where="resolve IS NOT NULL"),
    "overdue_open": _weighted("overdue_open"),
    "scored": _counted("cooperation IS NOT NULL"),
    "cooperation": _weighted("cooperation"),
    "resolution": _weighted("resolution"),
    "extended": _counted("extended > 0"),
    "reworked": _weighted("reworked"),
    "results": _weighted("results"),
    "supervisions": _weighted("supervisions"),
    "returns_overruled": _weighted("returns_overruled"),
}
WHISTLES = {"whistles": "count(*) FILTER (WHERE filed > 0)"} | {
    name: _weighted(name)
    for name in (
        "filed triaged upheld frivolous empty verify_due verify_met score_due score_met accountability".split()  # noqa: SIM905 - a row of names
    )
}
CALLS = {
    "dispatches": _counted('"right" IS NOT NULL'),
    "right_dispatches": _weighted('"right"'),
    "triage_due": _counted("triage IS NOT NULL"),
    "triage_met": _weighted("triage"),
}

# A lead has no type, and so no weight.
LEADS = {
    "leads": "coalesce(sum(reported), 0)",
    "leads_due": "count(answer)",
    "leads_met": "coalesce(sum(answer), 0)",
    "leads_solved": "coalesce(sum(solved), 0)",
    "leads_passed_up": "coalesce(sum(passed_up), 0)",
    "leads_whistled": "coalesce(sum(whistled), 0)",
}

# By what is ranked: the tables that say something of a unit, the column that names it there, and what they say.
SOURCES = {
    Ranked.DEPARTMENTS: [("ordertally", "department_id", ORDERS | HEARD)],
    Ranked.STREETS: [("whistletally", "street", WHISTLES | HEARD), ("leadtally", "street", LEADS)],
    Ranked.COMMUNITIES: [("whistletally", "community", WHISTLES | HEARD), ("leadtally", "community", LEADS)],
    Ranked.DISPATCHERS: [("calltally", "person_id", CALLS)],
    Ranked.DISTRICTS: [
        ("ordertally", "district_id", ORDERS),
        ("whistletally", "district_id", WHISTLES | HEARD),
        ("leadtally", "district_id", LEADS),
        ("calltally", "district_id", CALLS),
    ],
}


def figures_of(period: Period, ranked: str) -> dict[str, Figures]:
    """The figures of every unit that has any, by its key: one query for each table."""
    found: dict[str, Figures] = {}
    with connection.cursor() as cursor:
        for table, column, measures in SOURCES[Ranked(ranked)]:
            sums = ", ".join(f"{sql} AS {name}" for name, sql in measures.items())
            # Names of tables and columns are our own, from above.
            cursor.execute(
                f"SELECT {column}::text, {sums} FROM assessment_{table} "  # noqa: S608
                f"WHERE period_id = %s AND {column}::text <> '' GROUP BY {column}",
                [period.pk],
            )
            for key, *values in cursor.fetchall():
                figures = found.setdefault(key, {})
                figures |= {name: Decimal(value) for name, value in zip(measures, values, strict=True)}
    return found


def units_of(area: str, ranked: str, keys: Iterable[str]) -> dict[str, Unit]:
    """The units of `area` (a district or city) by their key: those that exist, and those of `keys` that did."""
    if ranked == Ranked.DEPARTMENTS:
        rows = Department.objects.select_related("group")
        here = rows.filter(district__in=districts_under(area), active=True) | rows.filter(pk__in=list(keys))
        return {
            str(row.pk): Unit(str(row.pk), row.name, row.group.code, row.group.name) for row in here.order_by("code")
        }
    if ranked == Ranked.DISPATCHERS:
        people = Person.objects.filter(pk__in=list(keys))
        return {str(person.pk): Unit(str(person.pk), str(person)) for person in people}
    level = {
        Ranked.STREETS: AreaLevel.STREET,
        Ranked.COMMUNITIES: AreaLevel.COMMUNITY,
        Ranked.DISTRICTS: AreaLevel.DISTRICT,
    }[Ranked(ranked)]
    areas = Area.objects.under(area).at(level).order_by("code").values_list("code", "name")
    return {code: Unit(code, name) for code, name in areas}


def traits_of(keys: Iterable[str], ranked: str) -> dict[str, Figures]:
    """What areas are, whatever happens in them: difficulty, population, size. Empty for other units."""
    if ranked not in (Ranked.STREETS, Ranked.COMMUNITIES, Ranked.DISTRICTS):
        return {}
    rows = Area.objects.filter(pk__in=list(keys)).values_list("code", "difficulty", "population", "area_km2")
    return {
        code: {
            "difficulty": difficulty,
            "population": Decimal(population or 0),
            "area_km2": area_km2 or Decimal(0),
        }
        for code, difficulty, population, area_km2 in rows
    }


def manual_of(bulletin, ranked: str) -> dict[str, Figures]:
    """What was entered by hand, summed by unit and part."""
    found: dict[str, Figures] = {}
    for item in ManualItem.objects.filter(bulletin=bulletin, ranked=ranked, withdrawn_at=None):
        figures = found.setdefault(item.unit, {})
        name = f"manual:{item.part}"
        figures[name] = figures.get(name, Decimal(0)) + item.points
    return found
