"""From the street's desk to the centre's: both secretaries look on site and sign, or refuse."""

from datetime import timedelta

import pytest

from common.errors import Invalid, WrongState
from dispatch import services
from dispatch.states import ClockState
from tests.acting import act, again, clocks_of, events_of, last_event, offered
from tests.factories import MONDAY, people
from whistle.models import Signature
from whistle.services import edit_draft

COMMUNITY, STREET = "community.hongshan", "secretary.fengning"
LATER = MONDAY + timedelta(hours=1)
LOOKED = {"inspected_at": MONDAY.isoformat(), "opinion": "情况属实。"}


@pytest.mark.parametrize("order", [(COMMUNITY, STREET), (STREET, COMMUNITY)])
def test_the_second_signature_files_the_whistle_whoever_signs_first(wuhua, order):
    first, second = order
    whistle = act(wuhua.signing(), "sign", first, LATER, **LOOKED)
    assert (whistle.state, whistle.filed_at) == ("signing", None)
    assert "sign" not in offered(whistle, first)
    whistle = act(whistle, "sign", second, LATER + timedelta(minutes=1), **LOOKED)
    assert (whistle.state, whistle.filed_at) == ("filed", LATER + timedelta(minutes=1))
    assert events_of(whistle) == [
        "whistle.drafted",
        "whistle.signatures_requested",
        "whistle.signed",
        "whistle.signed",
        "whistle.filed",
    ]
    signed = Signature.objects.get(whistle=whistle, person=people[first])
    assert (signed.agrees, signed.inspected_at, signed.at) == (True, MONDAY, LATER)
    assert clocks_of(whistle)["triage"].start_at == whistle.filed_at


def test_a_secretary_answers_once(wuhua):
    whistle = act(wuhua.signing(), "sign", STREET, LATER, **LOOKED)
    for name in ("sign", "refuse"):
        with pytest.raises(WrongState):
            act(whistle, name, STREET, LATER, **LOOKED)
    # Not even past the table: the database holds one answer per round and role.
    with pytest.raises(WrongState):
        services.sign(whistle, by=people[STREET], at=LATER, opinion="再签", inspected_at=MONDAY)
    assert Signature.objects.count() == 1


def test_a_refusal_brings_it_back_to_the_desk_and_the_next_round_asks_both_anew(wuhua):
    whistle = act(wuhua.signing(), "sign", STREET, LATER, **LOOKED)
    whistle = act(whistle, "refuse", COMMUNITY, LATER, opinion="地点写错了。")
    assert whistle.state == "draft"
    assert last_event(whistle).note == "地点写错了。"
    whistle = act(whistle, "request-signatures", "officer.fengning", LATER)
    assert (whistle.state, whistle.sign_round) == ("signing", 2)
    assert "sign" in offered(whistle, STREET)
    whistle = act(whistle, "sign", STREET, LATER, **LOOKED)
    assert whistle.state == "signing"
    assert act(whistle, "sign", COMMUNITY, LATER, **LOOKED).state == "filed"
    assert Signature.objects.count() == 4


def test_signing_takes_a_look_on_site_that_has_already_been(wuhua):
    whistle = wuhua.signing()
    for given in (
        {},
        {"inspected_at": "昨天"},
        {"inspected_at": "0001-01-01T00:00"},
        {"inspected_at": (LATER + timedelta(minutes=6)).isoformat()},
    ):
        with pytest.raises(Invalid) as refused:
            act(whistle, "sign", STREET, LATER, **{"opinion": "属实", **given})
        assert list(refused.value.fields) == ["inspected_at"]
    assert not Signature.objects.exists()
    # A phone's clock may be a little ahead.
    act(whistle, "sign", STREET, LATER, opinion="属实", inspected_at=(LATER + timedelta(minutes=5)).isoformat())


def test_refusing_takes_an_opinion(wuhua):
    with pytest.raises(Invalid) as refused:
        act(wuhua.signing(), "refuse", STREET, LATER, opinion=" ")
    assert list(refused.value.fields) == ["opinion"]


def test_one_person_with_two_posts_signs_for_one_of_them(wuhua):
    """Two secretaries look on site; one person can't be both."""
    whistle, both = wuhua.signing(), people[STREET]
    both.posts.create(role="community_secretary", area_id=wuhua.HONGSHAN)
    whistle = act(whistle, "sign", both, LATER, **LOOKED)
    assert (whistle.state, Signature.objects.get().role) == ("signing", "street_secretary")
    assert "sign" not in offered(whistle, both)


def test_a_whistle_for_the_whole_street_is_signed_by_any_of_its_community_secretaries(wuhua):
    whistle = wuhua.signing(area=wuhua.FENGNING)
    assert "sign" in offered(whistle, COMMUNITY)
    assert "sign" not in offered(whistle, "community.heilinpu")
    whistle = act(whistle, "sign", COMMUNITY, LATER, **LOOKED)
    assert act(whistle, "sign", STREET, LATER, **LOOKED).state == "filed"


def test_without_sign_off_it_is_filed_at_once_and_nobody_is_asked(wuhua):
    wuhua.types["key"].__class__.objects.filter(code="key").update(sign_off="none")
    whistle = act(wuhua.drafted(), "request-signatures", "officer.fengning", LATER)
    assert (whistle.state, whistle.filed_at) == ("filed", LATER)
    assert "sign" not in offered(whistle, STREET)
    assert set(clocks_of(whistle)) == {"triage"}


def test_an_emergency_is_dispatched_first_and_signed_within_its_clock(wuhua):
    whistle = wuhua.filed(type="emergency", lead="water", at=MONDAY)
    assert whistle.state == "dispatched"
    clock = clocks_of(whistle)["sign_after"]
    assert clock.due_at == MONDAY + timedelta(hours=24)
    whistle = act(whistle, "sign", STREET, LATER, **LOOKED)
    assert clocks_of(whistle)["sign_after"].met_at is None
    whistle = act(whistle, "sign", COMMUNITY, clock.due_at, **LOOKED)
    clock = clocks_of(whistle)["sign_after"]
    assert (whistle.state, clock.state_at(clock.due_at)) == ("dispatched", ClockState.MET)


def test_a_secretary_who_refuses_afterwards_has_answered(wuhua):
    whistle = wuhua.filed(type="emergency", lead="water", at=MONDAY)
    whistle = act(whistle, "sign", STREET, LATER, **LOOKED)
    whistle = act(whistle, "refuse", COMMUNITY, LATER, opinion="夸大了。")
    assert whistle.state == "dispatched"
    assert clocks_of(whistle)["sign_after"].met_at == LATER
    assert offered(whistle, COMMUNITY) == []


def test_an_emergency_closed_within_the_day_can_still_be_signed(wuhua):
    whistle = wuhua.closed(type="emergency")
    assert clocks_of(whistle)["sign_after"].met_at is None
    at = whistle.closed_at + timedelta(hours=1)
    for who in (COMMUNITY, STREET):
        whistle = act(whistle, "sign", who, at, **LOOKED)
    assert (whistle.state, clocks_of(whistle)["sign_after"].met_at) == ("closed", at)


def test_what_the_type_has_come_to_ask_for_is_asked_for_at_filing(wuhua):
    whistle = wuhua.drafted(criteria=("hazard", "joint"))
    whistle.type.criteria.filter(code="urgent").update(required=True)
    with pytest.raises(Invalid) as refused:
        act(whistle, "request-signatures", "officer.fengning", LATER)
    assert list(refused.value.fields) == ["criteria"]


@pytest.mark.parametrize("step", ["signing", "filed", "dispatched", "closed"])
@pytest.mark.parametrize("sign_off", ["before", "after", "none"])
def test_what_has_left_the_desk_is_not_filed_again_whoever_asks_the_service(wuhua, step, sign_off):
    whistle = getattr(wuhua, step)()
    type(whistle).objects.filter(pk=whistle.pk).update(sign_off=sign_off)
    with pytest.raises(WrongState):
        services.request_signatures(whistle, by=people["officer.fengning"], at=LATER)
    assert again(whistle).state == whistle.state


@pytest.mark.parametrize("step", ["drafted", "signing", "filed"])
def test_the_street_withdraws_before_anybody_is_called(wuhua, step):
    whistle = act(getattr(wuhua, step)(), "withdraw", "officer.fengning", LATER, reason="已自行解决")
    assert (whistle.state, last_event(whistle).note) == ("withdrawn", "已自行解决")
    assert {clock.state_at(LATER) for clock in clocks_of(whistle).values()} <= {ClockState.CANCELLED}
    assert offered(whistle, "officer.fengning") == []


def test_once_departments_are_called_it_is_not_withdrawn(wuhua):
    with pytest.raises(WrongState):
        act(wuhua.dispatched(), "withdraw", "officer.fengning", LATER, reason="算了")


def test_what_awaits_signatures_is_not_edited(wuhua):
    whistle = wuhua.signing()
    with pytest.raises(WrongState):
        edit_draft(
            whistle,
            by=people["officer.fengning"],
            at=LATER,
            type=whistle.type,
            level="major",
            source="street",
            title="改",
            description="改",
            area=whistle.area,
            criteria=list(whistle.type.criteria.all()),
        )
