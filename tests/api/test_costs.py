"""What a call costs in statements, the opening and closing of its transaction included."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.api.calling import draft
from tests.copies import copied
from tests.factories import MONDAY


@pytest.fixture
def counted(django_db_blocker):
    def count(call):
        with CaptureQueriesContext(connection) as queries:
            answer = call()
        assert answer.status_code < 300, answer.json()
        return len(queries), answer.json(), "\n".join(query["sql"][:200] for query in queries.captured_queries)

    return count


def test_filing_a_draft_takes_at_most_fifteen_statements(callers, counted):
    officer = callers("officer.fengning")
    queries, _said, told = counted(lambda: officer.post("whistles/", draft(), key="k"))
    assert queries <= 15, told


def test_acknowledging_takes_at_most_eighteen_statements(callers, counted, wuhua):
    order = wuhua.orders_of(wuhua.dispatched())["water"]
    liaison = callers("liaison.water")
    queries, _said, told = counted(lambda: liaison.post(f"orders/{order.number}/acknowledge/", key="k"))
    assert queries <= 18, told


def test_one_whistle_with_five_orders_takes_at_most_twelve_statements(callers, counted, wuhua):
    whistle = wuhua.on_site(lead="housing", assisting=["water", "road", "gas", "drainage"])
    for username in ("dispatcher", "officer.fengning", "liaison.water"):
        caller = callers(username)
        queries, said, told = counted(lambda caller=caller: caller.get(f"whistles/{whistle.number}/"))
        assert len(said["orders"]) == 5
        assert queries <= 12, told


def test_a_list_costs_the_same_for_one_and_for_fifty(callers, counted, wuhua):
    dispatcher = callers("dispatcher")
    wuhua.dispatched()
    one, _said, _told = counted(lambda: dispatcher.get("whistles/", open="true"))
    orders_one, _said, _told = counted(lambda: dispatcher.get("orders/", open="true"))
    copied(wuhua.drafted(at=MONDAY), 49)
    copied(wuhua.acknowledged(), 8)
    fifty, said, told = counted(lambda: dispatcher.get("whistles/", open="true"))
    orders_many, _said, orders_told = counted(lambda: dispatcher.get("orders/", open="true"))
    assert len(said["results"]) == 50
    # One more to count, because there is a second page.
    assert fifty <= one + 1 <= 8, told
    assert orders_many <= orders_one, orders_told
