"""The command centre: returns, declines, escalates, or calls the departments."""

from datetime import timedelta

import pytest

from common.errors import Invalid, WrongState
from dispatch import services
from dispatch.models import Order, Playbook
from dispatch.states import ClockState
from grid.models import ResponsibilityItem
from tests.acting import act, again, clocks_of, events_of, last_event, offered
from tests.factories import MONDAY, departments, orders_of, people
from whistle.services import edit_draft

AT = MONDAY + timedelta(hours=1)
LATER = AT + timedelta(hours=1)
OFFICER = "officer.fengning"


def test_accepting_calls_a_lead_and_assisting_departments_and_starts_their_clocks(wuhua):
    whistle = act(
        wuhua.filed(), "dispatch", "dispatcher", AT, lead="water", assisting=["road", "gas"], note="请携带抽水设备"
    )
    assert (whistle.state, whistle.dispatched_at) == ("dispatched", AT)
    orders = orders_of(whistle)
    assert {code: (order.number, order.role, order.state) for code, order in orders.items()} == {
        "water": (f"{whistle.number}-01", "lead", "sent"),
        "road": (f"{whistle.number}-02", "assisting", "sent"),
        "gas": (f"{whistle.number}-03", "assisting", "sent"),
    }
    for order in orders.values():
        clocks = clocks_of(order)
        assert {kind: (clock.limit, clock.unit) for kind, clock in clocks.items()} == {
            "acknowledge": (1, "hours"),
            "report": (4, "working_hours"),
            "resolve": (15, "working_days"),
        }
        assert {clock.start_at for clock in clocks.values()} == {AT}
        assert events_of(order) == ["order.sent"]
    assert clocks_of(whistle)["triage"].met_at == AT
    said = last_event(whistle, "whistle.dispatched")
    assert (said.note, said.data["lead"]) == ("请携带抽水设备", "五华区水务局")


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({}, "lead"),
        ({"lead": "nobody"}, "lead"),
        ({"lead": "guandu-water"}, "lead"),
        ({"lead": "water", "assisting": ["guandu-urban"]}, "assisting"),
        ({"lead": "water", "assisting": "road"}, "assisting"),
        ({"lead": "water", "assisting": ["water", "road"]}, "assisting"),
        ({"lead": "gas"}, "lead"),
        ({"lead": "water", "note": "长" * 2001}, "note"),
    ],
)
def test_a_dispatch_that_cannot_be_calls_nobody(wuhua, given, field):
    gas = departments["gas"]
    gas.active = False
    gas.save(update_fields=["active"])
    whistle = wuhua.filed()
    with pytest.raises(Invalid) as refused:
        act(whistle, "dispatch", "dispatcher", AT, **given)
    assert field in refused.value.fields
    assert again(whistle).state == "filed"
    assert not Order.objects.exists()


@pytest.mark.parametrize("step", ["drafted", "signing", "dispatched", "finished", "closed"])
def test_only_what_was_filed_is_dispatched_whoever_asks_the_service(wuhua, step):
    whistle = getattr(wuhua, step)()
    with pytest.raises(WrongState):
        services.dispatch(whistle, by=people["dispatcher"], at=LATER, lead=departments["gas"], assisting=[])
    assert "gas" not in orders_of(whistle)


def test_a_returned_whistle_is_put_right_signed_again_and_refiled(wuhua):
    whistle = act(wuhua.filed(), "return", "dispatcher", AT, reason="请写明地点")
    assert whistle.state == "returned"
    assert clocks_of(whistle)["triage"].met_at == AT
    assert offered(whistle, OFFICER) == ["request-signatures", "withdraw"]
    edit_draft(
        whistle,
        by=people[OFFICER],
        at=AT,
        type=whistle.type,
        level="larger",
        source="hotline",
        title="虹山东路60号院外污水外溢",
        description=whistle.description,
        area=whistle.area,
        criteria=list(whistle.type.criteria.all()),
        departments=[departments["water"]],
    )
    whistle = act(whistle, "request-signatures", OFFICER, AT)
    assert (whistle.state, whistle.sign_round, whistle.level) == ("signing", 2, "larger")
    for who in ("secretary.fengning", "community.hongshan"):
        whistle = act(whistle, "sign", who, LATER, inspected_at=AT.isoformat(), opinion="属实")
    assert (whistle.state, whistle.filed_at) == ("filed", LATER)
    triage = clocks_of(whistle)["triage"]
    assert (triage.start_at, triage.met_at) == (LATER, None)
    assert whistle.deadlines.filter(kind="triage").count() == 2
    assert [criterion["code"] for criterion in whistle.criteria] == ["urgent", "hazard", "standing", "joint"]


@pytest.mark.parametrize("ruling", ["frivolous", "empty"])
def test_a_ruling_falls_on_everybody_who_signed_this_time(wuhua, ruling):
    whistle = act(wuhua.filed(), "return", "dispatcher", AT, reason="请写明地点")
    whistle = act(whistle, "request-signatures", OFFICER, AT)
    for who in ("secretary.fengning", "community.hongshan"):
        whistle = act(whistle, "sign", who, AT, inspected_at=AT.isoformat(), opinion="属实")
    whistle = act(whistle, "decline", "dispatcher", LATER, reason="查无此事", ruling=ruling)
    assert (whistle.state, whistle.ruling) == ("declined", ruling)
    said = last_event(whistle, "whistle.declined")
    assert said.data["ruling"] == ruling
    assert sorted(signer["name"] for signer in said.data["signers"]) == ["丰宁街道党工委书记", "虹山南路社区书记"]
    assert clocks_of(whistle)["triage"].met_at == LATER


def test_declining_without_blame_names_nobody(wuhua):
    whistle = act(wuhua.filed(), "decline", "dispatcher", AT, reason="不属于吹哨范围", ruling="")
    assert (whistle.state, whistle.ruling) == ("declined", "")
    assert "signers" not in last_event(whistle).data
    assert offered(whistle, "dispatcher") == offered(whistle, OFFICER) == []


def test_a_ruling_there_is_not_is_refused(wuhua):
    with pytest.raises(Invalid) as refused:
        act(wuhua.filed(), "decline", "dispatcher", AT, reason="x", ruling="lazy")
    assert list(refused.value.fields) == ["ruling"]


@pytest.mark.parametrize("name", ["return", "decline", "escalate"])
def test_no_triage_without_a_reason(wuhua, name):
    whistle = wuhua.filed()
    with pytest.raises(Invalid) as refused:
        act(whistle, name, "dispatcher", AT)
    assert list(refused.value.fields) == ["reason"]
    assert again(whistle).state == "filed"


def test_an_escalated_whistle_comes_back_by_the_citys_hand(wuhua):
    whistle = act(wuhua.filed(), "escalate", "dispatcher", AT, reason="跨区")
    assert whistle.state == "escalated"
    assert clocks_of(whistle)["triage"].met_at == AT
    assert offered(whistle, "dispatcher") == offered(whistle, OFFICER) == []
    whistle = act(whistle, "hand-back", "city", LATER, note="由五华区牵头")
    assert (whistle.state, last_event(whistle).note) == ("filed", "由五华区牵头")
    triage = clocks_of(whistle)["triage"]
    assert (triage.start_at, triage.met_at) == (LATER, None)
    assert act(whistle, "dispatch", "dispatcher", LATER, lead="water").state == "dispatched"


@pytest.mark.parametrize("step", ["drafted", "signing", "filed", "finished", "closed"])
def test_the_city_hands_back_only_what_was_escalated(wuhua, step):
    whistle = getattr(wuhua, step)()
    with pytest.raises(WrongState):
        services.hand_back(whistle, by=people["city"], at=LATER, note="x")
    assert again(whistle).state == whistle.state


# --- the playbook ---


def called(whistle):
    return {code: order.role for code, order in orders_of(whistle).items()}


def test_an_emergency_calls_whom_the_street_named_in_its_order(wuhua):
    whistle = wuhua.filed(type="emergency", lead="gas", assisting=["fire", "safety"], at=AT)
    assert list(called(whistle).items()) == [("gas", "lead"), ("fire", "assisting"), ("safety", "assisting")]
    said = last_event(whistle, "whistle.dispatched")
    assert (said.person, said.data["by_playbook"]) == (None, True)
    assert clocks_of(whistle)["triage"].state_at(AT) == ClockState.MET


def test_else_those_of_the_responsibility_lists_item_each_once(wuhua):
    item = ResponsibilityItem.objects.get(district=wuhua.DISTRICT, code="gas-line")
    item.assisting.add(item.lead)
    whistle = wuhua.filed(type="emergency", item=item)
    assert called(whistle) == {"gas": "lead", "housing": "assisting", "safety": "assisting"}


def test_else_the_types_playbook_without_whom_was_retired(wuhua):
    assert called(wuhua.filed(type="emergency")) == {"fire": "lead", "safety": "assisting", "gas": "assisting"}
    fire = departments["fire"]
    fire.active = False
    fire.save(update_fields=["active"])
    assert called(wuhua.filed(type="emergency")) == {"safety": "lead", "gas": "assisting"}


def test_with_nobody_to_call_it_waits_for_triage(wuhua):
    Playbook.objects.all().delete()
    whistle = wuhua.filed(type="emergency", at=AT)
    assert whistle.state == "filed"
    triage = clocks_of(whistle)["triage"]
    assert (triage.due_at, triage.met_at) == (AT + timedelta(minutes=15), None)
    assert set(clocks_of(whistle)) == {"triage", "sign_after"}


def test_a_returned_emergency_asks_for_its_signatures_anew(wuhua):
    Playbook.objects.all().delete()
    whistle = wuhua.filed(type="emergency", at=AT)
    whistle = act(whistle, "sign", "secretary.fengning", AT, inspected_at=AT.isoformat(), opinion="属实")
    whistle = act(whistle, "return", "dispatcher", LATER, reason="地点不明")
    assert clocks_of(whistle)["sign_after"].state_at(LATER) == ClockState.CANCELLED
    assert "sign" not in offered(whistle, "community.hongshan")
    whistle = act(whistle, "request-signatures", OFFICER, LATER)
    assert clocks_of(whistle)["sign_after"].due_at == LATER + timedelta(hours=24)
    assert "sign" in offered(whistle, "secretary.fengning")


# --- a major incident ---


def test_at_a_major_incident_the_district_leader_comes_and_it_is_on_record(wuhua):
    whistle = wuhua.dispatched(level="major")
    act(whistle, "come-on-site", "leader.fengning", LATER, lat="25.0586", lng="102.6870", note="到场牵头")
    said = last_event(whistle)
    assert (said.kind, said.note, said.data["distance_m"]) == ("whistle.leader_on_site", "到场牵头", 10)


def test_at_a_lesser_incident_no_leader_has_to_come(wuhua):
    whistle = wuhua.dispatched(level="larger")
    assert offered(whistle, "leader.fengning") == []
