"""The ranking of a year on its page, as a file and by API: from published months, corrections applied."""

import csv
import io
from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.urls import reverse

from assessment.formulas.parts import rounded
from assessment.models import Bulletin, Score
from assessment.services import bulletins
from assessment.services.months import compute
from assessment.states import Ranked
from assessment.yearly import year_of
from common.errors import Invalid
from grid.worktime import SHANGHAI
from tests.api.calling import Caller
from tests.api.test_schema import documented  # noqa: F401 - a fixture
from tests.factories import DISTRICT, MONDAY, closed, departments, people
from tests.reading import cost, text

PAGE = reverse("ranking-year")
OCTOBER, NOVEMBER = date(2026, 10, 1), date(2026, 11, 1)
NOW = datetime(2026, 12, 20, 9, tzinfo=SHANGHAI)


@pytest.fixture(autouse=True)
def december(wuhua):
    with time_machine.travel(NOW, tick=False):
        yield


def key(code):
    return str(departments[code].pk)


def cases(month, many=3, **marks):
    """Closed cases of departments in a month: `water=90` has cooperated like that."""
    at = MONDAY + timedelta(hours=30) - timedelta(days=31 if month == OCTOBER else 0)
    for code, mark in marks.items():
        for _number in range(many):
            closed(lead=code, assisting=(), at=at, cooperation=mark)


def over(month):
    return datetime.combine((month + timedelta(days=32)).replace(day=1), time(), SHANGHAI)


def published(month, area=DISTRICT):
    at, by = over(month), people["assessor"]
    bulletin = bulletins.begin_review(compute(area, month, now=at), by=by, at=at)
    bulletins.open_appeals(bulletin, by=by, at=at, until=at.date())
    return bulletins.publish(bulletin, by=by, at=at + timedelta(days=1))


def total(code, month):
    return Score.objects.get(ranking__ranked="departments", ranking__bulletin__month=month, unit=key(code)).total


def corrected(code, month, total, text="统计有误，更正。"):
    given = {"ranked": "departments", "unit": key(code), "total": Decimal(total)}
    bulletins.correct(Bulletin.objects.get(month=month), by=people["assessor"], at=NOW, text=text, **given)


def year(of=Ranked.DEPARTMENTS):
    return {row.year.unit: row for row in year_of(DISTRICT, of, 2026).rows}


def test_the_year_is_the_mean_of_its_published_months_and_each_month_opens_to_its_row(as_):
    cases(OCTOBER, water=90, housing=70)
    cases(NOVEMBER, water=70, housing=80)
    published(OCTOBER)
    only = year()
    assert only[key("water")].year.mark == total("water", OCTOBER)
    assert only[key("water")].year.months == 1, "a month that is not published counts for nobody"
    published(NOVEMBER)
    water = year()[key("water")].year
    assert water.mark == rounded((total("water", OCTOBER) + total("water", NOVEMBER)) / 2)
    assert (water.rank, water.months) == (1, 2)
    page = as_("liaison.water").get(PAGE)
    assert "2 months are published" in text(page)
    [row] = [row for group in page.context["groups"] for row in group["rows"] if row["row"].year.unit == key("water")]
    addresses = [cell["url"] for cell in row["cells"] if cell["score"]]
    assert len(addresses) == 2
    opened = as_("liaison.water").get(addresses[0])
    assert opened.context["standing"].score.total == total("water", OCTOBER)
    assert PAGE in opened.context["year_url"]


def test_who_was_listed_without_a_rank_or_not_at_all_in_a_month_is_told_apart(as_):
    cases(OCTOBER, water=90)
    cases(NOVEMBER, water=90, housing=80)
    cases(NOVEMBER, many=1, market=100)
    published(OCTOBER)
    published(NOVEMBER)
    found = year()
    assert OCTOBER not in found[key("housing")].months
    assert (found[key("housing")].year.months, found[key("housing")].year.rank) == (1, 2), "half of two months"
    market = found[key("market")]
    assert market.months[NOVEMBER].total is not None
    assert (market.year.mark, market.year.rank, market.months[NOVEMBER].counts) == (None, None, False)
    page = text(as_("assessor").get(PAGE))
    assert "Listed without a rank, does not count" in page
    assert "1 of 2" in page and "0 of 2" in page


def test_a_correction_counts_in_the_year_and_is_shown_beside_what_was_published(as_):
    cases(OCTOBER, water=60, housing=70)
    published(OCTOBER)
    was = total("water", OCTOBER)
    assert year()[key("housing")].year.rank == 1
    corrected("water", OCTOBER, "50.00")
    corrected("water", OCTOBER, "99.50", text="再次更正。")
    water = year()[key("water")]
    assert (water.year.mark, water.year.rank) == (Decimal("99.50"), 1)
    assert water.months[OCTOBER].score.total == was == total("water", OCTOBER), "the month stays as it was published"
    for address in (PAGE, f"{reverse('bulletin', args=['530102-2026-10'])}"):
        page = text(as_("liaison.water").get(address))
        assert f"<s>{was}</s> <b>99.50</b>" in page
    month = text(as_("liaison.water").get(reverse("ranking"), {"month": "2026-10"}))
    assert "corrected to 99.50" in month
    unit = reverse("ranking-unit", args=["departments", key("water")])
    assert "corrected to 99.50 by the notice of" in text(as_("liaison.water").get(unit, {"month": "2026-10"}))


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"unit": "0"}, "unit"),
        ({"total": Decimal(999)}, "total"),
        ({"total": None}, "total"),
        ({"ranked": ""}, "unit"),
    ],
)
def test_a_notice_about_no_score_or_an_impossible_one_is_refused(given, field):
    cases(OCTOBER, water=60)
    month = published(OCTOBER)
    about = {"ranked": "departments", "unit": key("water"), "total": Decimal(80)} | given
    with pytest.raises(Invalid) as refused:
        bulletins.correct(month, by=people["assessor"], at=NOW, text="更正。", **about)
    assert list(refused.value.fields) == [field]
    assert not month.acts.filter(kind="corrected").exists()


def test_the_form_of_a_notice_wants_a_score_whole_or_not_at_all_and_keeps_what_was_typed(as_):
    cases(OCTOBER, water=60)
    month = published(OCTOBER)
    address = reverse("bulletin-act", args=[month.number, "correct"])
    refused = as_("assessor").post(address, {"text": "统计有误。", "ranked": "departments", "unit": "", "total": "80"})
    assert refused.status_code == 400
    assert "leave all three empty" in text(refused) and "统计有误。" in text(refused)
    given = {"text": "统计有误。", "ranked": "departments", "unit": key("water"), "total": "80"}
    assert as_("assessor").post(address, given).status_code == 302
    assert year()[key("water")].year.mark == 80


def test_a_year_to_come_and_nonsense_are_refused_and_an_empty_one_says_why_it_is(as_):
    assert "No month of this year is published yet" in text(as_("assessor").get(PAGE, {"year": "2025"}))
    assert as_("assessor").get(PAGE, {"year": "2025", "format": "csv"}).status_code == 200
    for asked in ("2027", "26", "year", "０００１", "0000"):
        assert as_("assessor").get(PAGE, {"year": asked}).status_code == 400, asked
    assert as_("assessor").get(PAGE, {"of": "dogs"}).status_code == 400
    assert as_("assessor").get(PAGE, {"page": "0"}).status_code == 404


def test_the_year_is_shown_to_whom_the_months_are(as_):
    assert as_("grid.hongshan").get(PAGE).status_code == 403
    assert as_("liaison.water").get(PAGE, {"of": "dispatchers"}).status_code == 403
    assert as_("assessor").get(PAGE, {"district": "530111"}).status_code == 403
    page = as_("community.hongshan").get(PAGE)
    assert [tab["label"] for tab in page.context["tabs"]] == ["communities"]
    assert as_("city").get(PAGE, {"of": "districts"}).status_code == 200


def test_the_year_as_a_file_has_every_month_and_says_what_was_corrected(as_):
    cases(OCTOBER, water=60)
    published(OCTOBER)
    corrected("water", OCTOBER, "99.50")
    answer = as_("assessor").get(PAGE, {"format": "csv"})
    titles, row = csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig")))
    told = dict(zip(titles, row, strict=True))
    assert (told["Rank"], told["Mark of the year"], told["2026-10"], told["2026-11"]) == ("1", "99.50", "99.50", "")
    assert told["Corrected after publication"] == "2026-10"
    assert "ranking-departments-530102-2026.csv" in answer.headers["Content-Disposition"]


def test_a_program_reads_the_same_year(documented):  # noqa: F811 - the fixture
    cases(OCTOBER, water=60)
    published(OCTOBER)
    was = total("water", OCTOBER)
    corrected("water", OCTOBER, "99.50")
    said = Caller("assessor").get("rankings/year/", year="2026").json()
    assert (said["published"], said["enough"], said["ties"]) == (["2026-10"], 1, "shared")
    [row] = said["results"]
    assert (row["unit"], row["rank"], row["mark"], row["months_counted"]) == (key("water"), 1, 99.5, 1)
    [month] = row["months"]
    for name, data in (("Year", said), ("YearStanding", row), ("MonthOfYear", month)):
        documented(name, data)
    assert (month["total"], month["published_total"], month["rank"]) == (99.5, float(was), 1)
    assert month["corrected_at"]
    assert Caller("assessor").get("rankings/year/", year="2027").status_code == 400
    assert Caller("grid.hongshan").get("rankings/year/").status_code == 403


def test_a_year_costs_the_same_for_one_month_and_for_two(as_):
    cases(OCTOBER, many=1, water=60)
    published(OCTOBER)
    one = [cost(as_("dispatcher"), address) for address in (PAGE, f"{PAGE}?of=communities")]
    cases(NOVEMBER, many=1, water=60, housing=70, market=80, gas=60)
    published(NOVEMBER)
    corrected("water", NOVEMBER, "70")
    assert [cost(as_("dispatcher"), address) for address in (PAGE, f"{PAGE}?of=communities")] == one
