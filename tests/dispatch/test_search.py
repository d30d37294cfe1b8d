"""One search over all that a person may see: any piece of a text, in any order, never more than the rights give."""

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from common.search import holding, words_of
from dispatch import searching
from dispatch.queries import whistles_of
from dispatch.searching import Search
from dispatch.services import send_letter
from grid.models import Area, Department
from tests import factories
from tests.factories import FENGNING, HEILINPU, HONGSHAN, MONDAY, people, reported
from whistle.models import Lead, Whistle

NOON = MONDAY.replace(hour=12)


@pytest.fixture(autouse=True)
def monday_noon(wuhua):
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def three():
    factories.filed(title="雨污水管破裂", address="学府路12号")
    factories.closed(title="污水横流")
    factories.dispatched(title="水污染", area=f"{HEILINPU}001", type="emergency", lead="gas", assisting=())


def titles(text, username="dispatcher"):
    person = people[username]
    return [whistle.title for whistle in Search(text, person).whistles(whistles_of(person)).order_by("id")]


@pytest.fixture(params=["by keys", "row by row"])
def either_way(request, monkeypatch):
    """What is rare is looked up by its keys, what is frequent row by row: both find the same."""
    if request.param == "row by row":
        monkeypatch.setattr(searching, "MANY", 0)


def test_any_piece_of_a_title_or_an_address_is_found_and_all_words_must_be(three, either_way):
    assert titles("污水") == ["雨污水管破裂", "污水横流"]
    assert titles("污") == ["雨污水管破裂", "污水横流", "水污染"]
    assert titles("染") == ["水污染"]
    assert titles("污水管破") == ["雨污水管破裂"]
    assert titles("污水 学府") == ["雨污水管破裂"]
    assert titles("学府路12号") == ["雨污水管破裂"]
    # Both pairs are there, but not in a row.
    assert titles("水污水") == []
    assert titles("没有") == []


def test_numbers_places_departments_and_people_are_found(three, either_way):
    assert titles("530102-20261123-0001") == ["雨污水管破裂"]
    assert titles("黑林铺") == ["水污染"]
    assert titles("kunlun") == ["水污染"]
    # Signed by that street's secretary.
    assert titles("丰宁街道党工委书记 横流") == ["污水横流"]
    # The name of a street finds what lies in its communities.
    street = Area.objects.get(code=FENGNING)
    assert titles(street.name) == ["雨污水管破裂", "污水横流"]
    assert titles(f"{street.name} 横流") == ["污水横流"]


def test_nobody_finds_more_than_they_may_see(three, either_way):
    assert titles("污", "officer.fengning") == ["雨污水管破裂", "污水横流"]
    assert titles("污", "liaison.gas") == ["水污染"]
    assert titles("污", "admin") == []


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.text(alphabet="ab水污'\\:*&|! %_", min_size=1, max_size=8),
    st.text(alphabet="ab水污'\\:*&|! %_", min_size=1, max_size=3),
)
def test_the_index_finds_exactly_what_reading_finds(wuhua, text, looked_for):
    reported(title=f"<{text}>", by="officer.fengning", area=HONGSHAN)
    lead = Lead.objects.latest("id")
    for word in words_of(looked_for):
        found = Lead.objects.filter(holding(word, "title", "address"), pk=lead.pk).exists()
        assert found == (word in lead.title.lower() or word in lead.address.lower()), word


def test_the_index_is_used_where_few_rows_hold_the_word(three):
    with connection.cursor() as cursor:
        # Two rows are read faster one after another, along whatever index the planner likes; a table of them is not.
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_indexscan = off")
    assert "whistle_grams" in Whistle.objects.filter(holding("污水", "title", "address")).explain()


def test_the_page_shows_what_was_found_by_kind_and_leads_to_the_lists(as_, three):
    reported(title="污水井盖", by="officer.fengning", area=HONGSHAN)
    send_letter(
        by=people["officer.fengning"],
        at=NOON,
        department=Department.objects.get(code="water"),
        area=Area.objects.get(code=HONGSHAN),
        title="关于污水管网的建议",
        text="请列入改造计划。",
    )
    for number in range(8):
        factories.filed(title=f"污水外溢{number}")
    page = as_("officer.fengning").get(reverse("search"), {"search": "污水"})
    assert [len(group["cards"]) for group in page.context["groups"]] == [8, 1, 1]
    assert "Show all in the list" in page.text
    assert f"{reverse('whistles')}?search=%E6%B1%A1%E6%B0%B4" in page.text
    assert "关于污水管网的建议" in page.text
    named = as_("officer.fengning").get(reverse("search"), {"search": "水务"})
    assert f"{reverse('whistles')}?department=water" in named.text


def test_a_whole_number_leads_to_its_page_at_once(as_):
    whistle = factories.dispatched()
    order = whistle.orders.first()
    lead = reported()
    for row in (whistle, order, lead):
        page = as_("dispatcher").get(reverse("search"), {"search": f" {row.number.lower()} "})
        assert page.status_code == 302
        assert page.url.endswith(f"/{row.number}/")
    # To others it does not exist.
    assert as_("officer.heilinpu").get(reverse("search"), {"search": whistle.number}).status_code == 200


def test_what_cannot_be_searched_for_is_refused_in_words_and_kept(as_):
    page = as_("dispatcher").get(reverse("search"), {"search": "一 二 三 四 五 六 七 八 九"})
    assert page.status_code == 400
    assert "8 words at most" in page.text
    assert 'value="一 二 三 四 五 六 七 八 九"' in page.text
    assert as_("dispatcher").get(reverse("search"), {"search": "长" * 101}).status_code == 400
    assert as_("dispatcher").get(reverse("search"), {"search": "a\x00b"}).status_code == 400
    assert as_("dispatcher").get(reverse("whistles"), {"search": "一 二 三 四 五 六 七 八 九"}).status_code == 400
    assert "What are you looking for?" in as_("dispatcher").get(reverse("search")).text
    assert "Nothing found" in as_("dispatcher").get(reverse("search"), {"search": "没有"}).text


def test_a_search_costs_the_same_for_one_row_and_for_many_and_for_several_words(as_, three):
    def cost(text):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert as_("dispatcher").get(reverse("search"), {"search": text}).status_code == 200
        return len([query for query in queries if "SAVEPOINT" not in query["sql"] and "session" not in query["sql"]])

    reported(title="污水井盖", by="officer.fengning", area=HONGSHAN)
    few = cost("污水")
    for number in range(8):
        factories.filed(title=f"污水外溢{number}")
        reported(title=f"污水{number}", by="officer.fengning", area=HONGSHAN)
    assert cost("污水") == few <= 15
    assert cost("污水 外溢") <= few
