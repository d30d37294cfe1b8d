"""Who sees a case, a lead and a letter."""

import pytest

from dispatch.models import Order
from grid.models import Person, Post, Role
from tests.acting import act
from tests.factories import departments, orders_of, people
from tests.permissions.everybody import AT, WHO, fresh, read, who_sees
from whistle.models import Whistle

VISIBLE = read("""
draft                    officer secretary community dispatcher leader assessor city
draft-in-the-grid        officer secretary community grid dispatcher leader assessor city
draft-elsewhere          officer secretary dispatcher leader assessor city
draft-of-the-street      officer secretary community dispatcher leader assessor city
dispatched               officer secretary community dispatcher leader assessor city liaison head
returned-by-the-order    officer secretary community dispatcher leader assessor city liaison head
closed                   officer secretary community dispatcher leader assessor city liaison head
lead-in-the-grid         officer secretary community grid dispatcher leader assessor city
lead-of-the-street       officer secretary dispatcher leader assessor city
letter                   officer secretary community dispatcher leader assessor city liaison head
""")


def returned(wuhua):
    whistle = wuhua.dispatched(lead="water", assisting=[])
    act(orders_of(whistle)["water"], "return", "liaison.water", AT, reason="x")
    return whistle


CASES = {
    "draft": lambda wuhua: wuhua.drafted(lead="water"),
    "draft-in-the-grid": lambda wuhua: wuhua.drafted(lead="water", area="530102005008001"),
    "draft-elsewhere": lambda wuhua: wuhua.drafted(lead="water", area="530102005001"),
    "draft-of-the-street": lambda wuhua: wuhua.drafted(lead="water", area="530102005"),
    "dispatched": lambda wuhua: wuhua.dispatched(lead="water", assisting=[]),
    "returned-by-the-order": returned,
    "closed": lambda wuhua: wuhua.closed(lead="water", assisting=[]),
    "lead-in-the-grid": lambda wuhua: wuhua.reported(),
    "letter": lambda wuhua: wuhua.sent(),
    "lead-of-the-street": lambda wuhua: wuhua.reported(by="officer.fengning", area="530102005"),
}


def test_every_role_is_in_the_cast(cast):
    held = set(Post.objects.filter(person__in=cast.values()).values_list("role", flat=True))
    assert held == set(Role)
    assert set(cast) == set(WHO)


@pytest.mark.parametrize("case", CASES)
def test_who_sees_it(wuhua, cast, case):
    row = CASES[case](wuhua)
    sees = who_sees(cast, row)
    assert sees == VISIBLE[case]
    if isinstance(row, Whistle) and (whistle := row).orders.exists():
        # Whoever sees the case sees all of its orders.
        numbers = whistle.orders.count()
        for who, person in cast.items():
            assert Order.objects.visible_to(fresh(person)).count() == (numbers if who in sees else 0), who


def test_a_department_sees_its_own_cases_and_no_others(wuhua):
    wuhua.dispatched(lead="gas", assisting=[])
    mine = wuhua.dispatched(lead="water", assisting=["gas"])
    assert list(Whistle.objects.visible_to(people["liaison.water"])) == [mine]
    assert Whistle.objects.visible_to(people["liaison.gas"]).count() == 2


def test_a_post_counts_from_its_first_day_to_its_last(wuhua, time_machine):
    whistle, who = wuhua.drafted(), Person.objects.create(username="new", name="新来的")
    Post.objects.create(
        person=who, role=Role.STREET_OFFICER, area_id="530102005", starts_on="2026-11-24", ends_on="2026-11-25"
    )
    # Midnight in Kunming is four in the afternoon in Greenwich.
    for moment, holds in [
        ("2026-11-23T15:59:59Z", False),
        ("2026-11-23T16:00:00Z", True),
        ("2026-11-25T15:59:59Z", True),
        ("2026-11-25T16:00:00Z", False),
    ]:
        time_machine.move_to(moment, tick=False)
        assert Whistle.objects.visible_to(fresh(who)).filter(pk=whistle.pk).exists() == holds


def test_the_citys_own_departments_are_no_key_to_other_districts(wuhua):
    """A liaison of Guandu's water affairs has nothing to do with a case of Wuhua."""
    guandu = Person.objects.create(username="liaison.guandu", name="官渡联络员")
    Post.objects.create(person=guandu, role=Role.LIAISON, department=departments["guandu-water"])
    wuhua.dispatched(lead="water", assisting=[])
    assert not Whistle.objects.visible_to(guandu).exists()
