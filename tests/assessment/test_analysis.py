"""The analysis of a period: its figures against plain Python over the same cases, its rights, and what it refuses."""

from collections import Counter
from dataclasses import asdict
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from django.urls import reverse

from assessment.analysis import OF_ORDERS, OF_WHISTLES, Scope, Span, analyse, flows_of
from assessment.services import call_back
from dispatch import services
from dispatch.models import Order
from tests.api.calling import Caller
from tests.factories import (
    DISTRICT,
    FENGNING,
    HEILINPU,
    HONGSHAN,
    MONDAY,
    closed,
    departments,
    dispatched,
    filed,
    officer_of,
    on_site,
    people,
    types,
)
from tests.reading import cost, text
from whistle.models import Whistle

NOW = MONDAY + timedelta(days=3)
START, END = MONDAY - timedelta(days=20), NOW + timedelta(hours=15)
METRES_NORTH = 1 / 111_195
LAT = 25.0586
PAGE = reverse("analysis")


@pytest.fixture(autouse=True)
def thursday(wuhua):
    with time_machine.travel(NOW, tick=False):
        yield


def days(number):
    return MONDAY + timedelta(days=number)


@pytest.fixture
def played():
    """One of each kind, by a name; the drill has everything that would make it count."""
    cases = {
        "long ago": filed(at=days(-100)),
        "before": filed(at=days(-30), lat=None, lng=None),
        "first": closed(at=days(2), lead="water", assisting=["housing"], source="hotline"),
        "same address": on_site(at=days(2) + timedelta(hours=1), lead="gas", assisting=["water"], lat=None, lng=None),
        "near": dispatched(at=days(2) + timedelta(hours=2), address="对面", lat=LAT + 299 * METRES_NORTH),
        "far": filed(at=days(2) + timedelta(hours=3), address="远处", lat=LAT - 302 * METRES_NORTH),
        "other type": closed(at=days(3), type="co_creation", lead="fire", assisting=[]),
        "other street": filed(at=days(2), area=HEILINPU),
        "drill": closed(at=days(3), drill=True),
    }
    services.decline(
        cases["other street"], by=people["dispatcher"], at=days(2) + timedelta(hours=1), reason="空", ruling="empty"
    )
    taken_back = filed(at=days(2) + timedelta(hours=4))
    cases["taken back"] = services.withdraw(taken_back, by=officer_of(taken_back), at=NOW, reason="已自行解决。")
    return {name: Whistle.objects.get(pk=whistle.pk) for name, whistle in cases.items()}


def scope(**narrowed):
    return Scope(**{"start": START, "end": END, "area": DISTRICT, "districts": [DISTRICT], "now": NOW} | narrowed)


def numbered(groups):
    return [[whistle.number for whistle in group.whistles] for group in groups]


# --- figures ----------------------------------------------------------------------------------------


def percentile(values, share):
    """Between the two values that lie around the place, as PostgreSQL reckons."""
    values, place = sorted(values), (len(values) - 1) * share
    low, high = values[int(place)], values[min(int(place) + 1, len(values) - 1)]
    return low + (high - low) * (place - int(place))


def spans_of(rows, stages):
    """`stages`: by name, from which moment to which, as SQL says it: "o.acknowledged_at - o.sent_at"."""
    found = {}
    for name, sql in stages.items():
        until, since = (part.split(".")[1] for part in sql.split(" - "))
        lengths = [
            (getattr(row, until) - getattr(row, since)).total_seconds()
            for row in rows
            if getattr(row, until) and getattr(row, since)
        ]
        shares = (percentile(lengths, 0.5), percentile(lengths, 0.9)) if lengths else (None, None)
        found[name] = Span(len(lengths), *map(pytest.approx, shares) if lengths else shares)
    return found


def test_stages_are_the_medians_and_the_ninth_tenths_of_the_cases_in_earnest(played):
    found = analyse(scope()).stages
    whistles = [row for name, row in played.items() if name not in ("drill", "before", "long ago")]
    orders = list(Order.objects.filter(whistle__in=whistles))
    assert found.all == spans_of(whistles, OF_WHISTLES) | spans_of(orders, OF_ORDERS)
    assert found.all["acknowledge"].count == 5
    for code in ("key", "co_creation"):
        of_type = types[code].pk
        assert found.types[code] == spans_of(
            [row for row in whistles if row.type_id == of_type], OF_WHISTLES
        ) | spans_of([row for row in orders if row.whistle.type_id == of_type], OF_ORDERS)
    assert set(found.departments) == {departments[code].pk for code in ("water", "housing", "gas", "fire")}
    for key, spans in found.departments.items():
        assert spans == spans_of([row for row in orders if row.department_id == key], OF_ORDERS)


def test_communities_types_sources_and_ends_add_up_and_are_narrowed_alike(played):
    found = analyse(scope())
    hongshan, heilinpu = found.communities
    assert (hongshan.code, hongshan.count, hongshan.before) == (HONGSHAN, 6, 1)
    assert (hongshan.more, hongshan.types) == (5, {"key": 5, "co_creation": 1})
    assert (heilinpu.code, heilinpu.count, heilinpu.before, heilinpu.types) == (HEILINPU, 1, 0, {"key": 1})
    assert {(flow.source, flow.type, flow.ending): flow.count for flow in found.flows} == {
        ("hotline", "key", "solved"): 1,
        ("street", "co_creation", "solved"): 1,
        ("street", "key", "declined"): 1,
        ("street", "key", "withdrawn"): 1,
        # Nobody has triaged or acknowledged these in their time; another is being handled in its own.
        ("street", "key", "late"): 2,
        ("street", "key", "running"): 1,
    }
    assert found.count == 7
    assert not found.demonstration
    assert analyse(scope(area=HEILINPU)).count == 1
    assert analyse(scope(types=[types["co_creation"].pk])).count == 1
    gas = analyse(scope(departments=[departments["gas"].pk]))
    assert gas.count == 1
    assert set(gas.stages.departments) == {departments["gas"].pk}
    assert gas.stages.all["acknowledge"].count == 1


def test_what_comes_again_is_chained_by_address_or_distance_within_ninety_days(played):
    """The place and the item or type must be the same; the earlier one may lie before the period."""
    found = analyse(scope()).repeats
    chain = ["near", "first", "same address", "before"]
    # "near" is 299 m north of the first; what lies 302 m away, is of another type, or was taken back, is not like it.
    order = sorted(chain, key=lambda name: played[name].filed_at, reverse=True)
    assert numbered(found.largest) == [[played[name].number for name in order]]
    assert (found.whistles, found.groups, found.largest[0].count) == (3, 1, 4)
    # A department sees its own cases again, not those of others.
    assert analyse(scope(departments=[departments["gas"].pk])).repeats.groups == 0
    assert analyse(scope(start=days(-120), end=days(-95))).repeats.whistles == 0


def test_a_closed_case_may_not_be_solved_say_the_residents_and_a_reopened_one_begins_anew(played):
    heard = {"responded": True, "solved": False, "satisfaction": "not"}
    call_back(played["first"], by=people["dispatcher"], at=NOW, contacted=True, **heard)
    assert {flow.ending for flow in flows_of(scope())[0] if flow.source == "hotline"} == {"unsolved"}
    whistle = services.reopen(played["first"], by=officer_of(played["first"]), at=NOW, reason="又冒水了。")
    flows = {(flow.source, flow.ending): flow.count for flow in analyse(scope()).flows}
    assert flows["hotline", "running"] == 1
    # Its two orders belong to its first life.
    assert whistle.state == "filed"
    assert analyse(scope()).stages.all["acknowledge"].count == 5 - 2


# --- the page ---------------------------------------------------------------------------------------


def part(client, name, **asked):
    """A part of the page, as htmx asks for it."""
    return client.get(f"{PAGE}{name}/", asked, headers={"HX-Request": "true"})


def test_the_page_says_at_once_what_it_is_about_and_its_parts_come_each_by_itself(as_, played):
    assessor = as_("assessor")
    page = assessor.get(PAGE, {"stage": "acknowledge"})
    assert page.context["whole"].count == 8  # of the last 90 days
    assert "8 whistles" in text(page)
    assert [urlsplit(each["url"]).path for each in page.context["parts"]] == [
        f"{PAGE}{name}/" for name in ("time", "places", "repeats", "ways")
    ]
    assert all("stage=acknowledge" in each["url"] for each in page.context["parts"])
    assert "<main" not in text(part(assessor, "time"))
    assert assessor.get(f"{PAGE}nothing/").status_code == 404


def test_the_parts_show_all_figures_in_tables_and_open_to_the_cases(as_, played):
    assessor = as_("assessor")
    time = part(assessor, "time", stage="acknowledge")
    assert "10 min 00 s" in text(time)
    assert "Wuhua Water Affairs" in text(time)
    assert [row["label"] for row in time.context["by_type"]][0] == "all"
    places = part(assessor, "places")
    assert "↑" in text(places)
    row = places.context["communities"][0]
    listed = assessor.get(row["url"])
    assert Counter(parse_qs(urlsplit(row["url"]).query)["area"]) == {HONGSHAN: 1}
    assert len(listed.context["cards"]) == row["row"].count
    repeats = text(part(assessor, "repeats"))
    assert "5 times" in repeats
    assert played["near"].title in repeats
    assert played["drill"].number not in repeats
    ways = part(assessor, "ways")
    assert {node.column for node in ways.context["chart_of_ways"].nodes} == {0, 1, 2}


def test_without_scripts_each_part_is_counted_by_its_own_address(as_, played):
    page = text(as_("assessor").get(f"{PAGE}repeats/"))
    assert "8 whistles" in page
    assert "5 times" in page
    assert f'href="{PAGE}time/?' in page


def test_everybody_sees_the_figures_of_their_own_posts_alone(as_, played):
    def count(who, **asked):
        page = as_(who).get(PAGE, {"from": "2026-11-03", "to": "2026-11-26"} | asked)
        return page.context["whole"].count if page.status_code == 200 else page.status_code

    assert count("assessor") == count("city") == count("dispatcher") == 7
    assert count("assessor", area=FENGNING) == count("leader.fengning") == 6
    assert count("officer.heilinpu") == 1
    assert count("head.water") == count("liaison.water") == 3
    assert count("liaison.water", department="gas") == 400
    assert count("liaison.water", area=HEILINPU) == 0
    assert count("assessor", department="gas") == count("liaison.gas") == 1
    for who, area in (
        ("officer.heilinpu", FENGNING),
        ("officer.heilinpu", DISTRICT),
        ("liaison.water", "530111"),
        ("assessor", "5301"),
        ("assessor", "530102999"),
        ("assessor", f"{HONGSHAN}001"),
        ("assessor", "nowhere"),
    ):
        assert count(who, area=area) == 404, (who, area)
    assert count("grid.hongshan") == count("admin") == 403
    assert PAGE not in text(as_("grid.hongshan").get("/"))
    assert PAGE in text(as_("head.water").get("/"))


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"from": "2026-11-20", "to": "2026-11-19"}, "The last day lies before the first one."),
        ({"from": "1976-11-20"}, "Choose a period of two years at most."),
        ({"from": "sometime"}, "Enter a valid date."),
        ({"type": "none"}, "none is not one of the available choices."),
        ({"stage": "none"}, ""),
    ],
)
def test_a_question_that_makes_no_sense_is_told_in_words_and_stays_to_be_mended(as_, asked, says):
    page = as_("assessor").get(PAGE, asked)
    assert page.status_code == part(as_("assessor"), "time", **asked).status_code == 400
    assert says in text(page)
    assert all(value in text(page) for value in asked.values() if value != "none")


def test_a_period_without_whistles_says_so(as_):
    assert "No whistle was blown here in this period" in text(as_("assessor").get(PAGE))


def test_the_page_costs_the_same_for_one_case_and_for_many(as_):
    assessor = as_("assessor")
    filed(at=days(1))
    filed(at=days(1))
    addresses = [PAGE, *(f"{PAGE}{name}/" for name in ("time", "places", "repeats", "ways"))]
    for address in addresses:
        assessor.get(address)
    once = [cost(assessor, address) for address in addresses]
    for hours in range(4):
        dispatched(at=days(1) + timedelta(hours=hours))
        filed(at=days(1) + timedelta(hours=hours), area=HEILINPU, type="co_creation")
    assert [cost(assessor, address) for address in addresses] == once


def test_a_program_gets_the_same_figures_and_the_same_refusals(played):
    assessor = Caller("assessor")
    said = assessor.get("analysis/", **{"from": "2026-11-03", "to": "2026-11-26"}).json()
    found = analyse(scope())
    assert (said["count"], said["repeated"], said["area"]) == (7, 3, DISTRICT)
    assert said["stages"][1] == {"stage": "acknowledge"} | asdict(found.stages.all["acknowledge"])
    assert {row["code"] for row in said["departments"]} == {"water", "housing", "gas", "fire"}
    assert said["repeats"] == [{"count": 4, "whistles": numbered(found.repeats.largest)[0]}]
    assert said["communities"][0]["before"] == 1
    assert sum(flow["count"] for flow in said["flows"]) == 7
    assert assessor.get("analysis/", area="530111").status_code == 404
    refused = assessor.get("analysis/", **{"from": "2026-11-20", "to": "2026-11-19"})
    assert (refused.status_code, set(refused.json()["fields"])) == (400, {"to"})
    assert Caller("grid.hongshan").get("analysis/").status_code == 403
