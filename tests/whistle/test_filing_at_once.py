"""Numbers without gaps, and one whistle for one request, however many come at the same moment."""

from datetime import timedelta

import pytest
from django.db import transaction

from common.errors import Invalid, KeyReused
from tests.factories import MONDAY, people
from tests.threads import overlapping, refusals, together
from whistle.idempotency import once
from whistle.models import Event, Receipt, Whistle

pytestmark = pytest.mark.django_db(transaction=True)

AT = MONDAY + timedelta(hours=3)
OFFICER = "officer.fengning"


# --- numbers ---


def test_numbers_have_no_gaps_however_many_file_at_once_and_some_fail(wuhua):
    officer, type, area = people[OFFICER], wuhua.types["key"], wuhua.areas[wuhua.HONGSHAN]
    criteria = list(type.criteria.all())

    class Fails(Exception):
        pass

    def file(thread):
        def five():
            numbers = []
            for attempt in range(5):
                try:
                    with transaction.atomic():
                        whistle = wuhua.create_draft(
                            by=officer,
                            at=AT,
                            type=type,
                            level="general",
                            title=f"{thread}-{attempt}",
                            description="x",
                            area=area,
                            criteria=criteria,
                        )
                        if (thread + attempt) % 3 == 0:
                            raise Fails
                except Fails:
                    continue
                numbers.append(whistle.number)
            return numbers

        return five

    results = together(*(file(thread) for thread in range(8)))
    assert refusals(results) == []
    numbers = sorted(number for five in results for number in five)
    assert numbers == [f"530102-20261123-{n:04d}" for n in range(1, len(numbers) + 1)]
    assert sorted(Whistle.objects.values_list("number", flat=True)) == numbers
    assert len(numbers) == sum((thread + attempt) % 3 != 0 for thread in range(8) for attempt in range(5))


# --- submitting twice ---


@pytest.fixture
def blow(wuhua):
    """`blow(key, asked)`: files a draft once per key, as a request does."""
    officer, type, area = people[OFFICER], wuhua.types["key"], wuhua.areas[wuhua.HONGSHAN]
    criteria = list(type.criteria.all())

    def file(key="a", asked=b"a whistle", criteria=criteria, person=officer):
        def draft():
            whistle = wuhua.create_draft(
                by=officer,
                at=AT,
                type=type,
                level="general",
                title="x",
                description="x",
                area=area,
                criteria=criteria,
            )
            return 201, {"number": whistle.number}

        return once(person, key, at=AT, asked=asked, act=draft)

    return file


def test_the_same_key_again_is_one_whistle_and_the_same_answer(blow):
    first = blow()
    assert first == (201, {"number": "530102-20261123-0001"})
    assert blow() == first
    assert Whistle.objects.count() == Receipt.objects.count() == Event.objects.count() == 1


def test_the_same_key_at_the_same_moment_is_one_whistle_and_the_same_answer(blow):
    assert together(*[blow] * 8) == [(201, {"number": "530102-20261123-0001"})] * 8
    assert Whistle.objects.count() == 1


def test_the_second_waits_for_the_first(blow):
    first, second, overlapped = overlapping(blow, blow)
    assert first == second
    assert overlapped
    assert Whistle.objects.count() == 1


def test_should_the_first_fail_the_second_is_done(blow):
    _first, second, overlapped = overlapping(blow, blow, commit=False)
    assert second == (201, {"number": "530102-20261123-0001"})
    assert overlapped
    assert Whistle.objects.count() == 1


def test_the_same_key_for_something_else_is_refused(blow):
    blow()
    with pytest.raises(KeyReused):
        blow(asked=b"another whistle")
    assert Whistle.objects.count() == 1


def test_a_refused_request_leaves_its_key_usable(blow):
    with pytest.raises(Invalid):
        blow(criteria=[])
    assert not Receipt.objects.exists()
    assert blow(asked=b"put right")[0] == 201


def test_a_key_is_a_persons_own(blow):
    blow()
    blow(person=people["officer.heilinpu"])
    assert Whistle.objects.count() == 2


def test_without_a_key_each_request_counts(blow):
    blow(key="")
    blow(key=None)
    assert Whistle.objects.count() == 2
    assert not Receipt.objects.exists()


def test_a_key_has_its_longest(blow):
    assert blow(key="k" * 100)[0] == 201
    with pytest.raises(Invalid):
        blow(key="k" * 101)
