"""Lists of what waits, on a district of their own: their pages, and whom they ask."""

from datetime import timedelta

from dispatch import worklists
from tests.acting import act, again
from tests.factories import MONDAY, people

AT = MONDAY + timedelta(days=2)
SIGNED = {"inspected_at": MONDAY.isoformat(), "opinion": "属实"}


def test_a_full_page_of_such_a_list_stays_light_and_the_rest_stands_on_the_next(wuhua, client):
    for _each in range(27):
        wuhua.drafted()
    client.force_login(people["officer.fengning"])
    first, second = (client.get(f"/waiting/drafts/?page={number}") for number in (1, 2))
    assert [page.text.count('<article class="case') for page in (first, second)] == [25, 2]
    assert len(first.content) <= 60_000
    assert client.get("/waiting/drafts/?page=0").status_code == 400


def test_who_has_signed_in_one_role_is_not_asked_in_another(wuhua):
    whistle, both = wuhua.signing(), people["secretary.fengning"]
    both.posts.create(role="community_secretary", area_id=wuhua.HONGSHAN)
    act(whistle, "sign", both, AT, **SIGNED)
    assert not worklists.to_sign(people["secretary.fengning"]).exists()
    assert list(worklists.to_sign(people["community.hongshan"])) == [again(whistle)]
