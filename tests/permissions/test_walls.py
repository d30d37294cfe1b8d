"""Who may have a wall screen, and of which ground."""

from dispatch.permissions import areas_of_walls
from tests.factories import DISTRICT, FENGNING, people
from tests.permissions.everybody import WHO, read

HAVE = read("""
wall      dispatcher dispatcher' leader leader' admin city
""")


def test_who_may_have_a_wall(wuhua, cast, client):
    found = set()
    for who, person in cast.items():
        client.force_login(person)
        status = client.get("/wall/").status_code
        assert status in (200, 403), who
        if status == 200:
            found.add(who)
    assert found == HAVE["wall"]
    assert set(cast) == set(WHO)


def test_each_has_a_wall_of_the_ground_of_their_post(wuhua, as_):
    expected = {"dispatcher": [DISTRICT], "leader.fengning": [FENGNING], "city": [DISTRICT, "530111"]}
    assert {name: [area.code for area in areas_of_walls(people[name])] for name in expected} == expected
    assert as_("leader.fengning").get("/wall/", {"area": DISTRICT}).status_code == 404
    assert as_("dispatcher").get("/wall/", {"area": "530111"}).status_code == 404
    assert as_("city").get("/wall/", {"area": "530111"}).status_code == 200
