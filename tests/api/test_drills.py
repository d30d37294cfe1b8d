"""Drills as outside programs file, read and find them."""

import pytest

from tests.api.calling import draft


def test_a_drill_is_filed_and_read_as_one(callers, wuhua):
    officer = callers("officer.fengning")
    made = [officer.post("whistles/", draft(**sent)).json() for sent in ({}, {"drill": False}, {"drill": True})]
    assert [one["drill"] for one in made] == [False, False, True]
    assert officer.get(f"whistles/{made[2]['number']}/").json()["drill"] is True


@pytest.mark.parametrize("sent", ["perhaps", 1, [], {}, "no"])
def test_what_is_neither_true_nor_false_is_refused(callers, sent):
    answer = callers("officer.fengning").post("whistles/", draft(drill=sent))
    assert answer.status_code == 400
    assert list(answer.json()["fields"]) == ["drill"]


def test_lists_of_whistles_and_orders_say_it_and_are_narrowed_by_it(callers, wuhua):
    for drill in (True, False):
        wuhua.dispatched(lead="water", assisting=[], drill=drill)
    for name in ("whistles/", "orders/"):
        for asked, found in (({}, [False, True]), ({"drill": "true"}, [True]), ({"drill": "false"}, [False])):
            rows = callers("dispatcher").get(name, **asked).json()["results"]
            assert [row["drill"] for row in rows] == found, (name, asked)
