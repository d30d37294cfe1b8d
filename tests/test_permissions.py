"""Who may do what and see what, written down once in tables and checked against every action there is.

The case lies in 虹山南路社区 of Fengning street in Wuhua; 五华区水务局 (water) is called to it. A name with ' is the
same role elsewhere: another street, another department, another district or another city.
"""

from contextlib import suppress
from datetime import date, timedelta

import pytest
from django.db import transaction

from assessment.actions import accountability_actions
from assessment.formula_actions import formula_actions
from assessment.models import Accountability
from assessment.services import accountability
from assessment.services.formulas import draft_from_preset, draft_from_version
from assessment.services.holding import hold_to_account
from common.errors import Forbidden
from dispatch import clocks, services
from dispatch.actions import order_actions, whistle_actions
from dispatch.lead_actions import lead_actions
from dispatch.letter_actions import letter_actions
from dispatch.models import Order
from grid.models import Area, Person, Post, Role
from tests.acting import act, again, table_of
from tests.factories import MONDAY, departments, orders_of, people
from whistle.models import AdviceLetter, Event, Lead, Signature, Whistle
from whistle.services import create_draft, edit_draft

AT = MONDAY + timedelta(days=3)

WHO = {
    "officer": "officer.fengning",
    "officer'": "officer.heilinpu",
    "secretary": "secretary.fengning",
    "secretary'": "secretary.heilinpu",
    "community": "community.hongshan",
    "community'": "community.heilinpu",
    "grid": "grid.hongshan",
    "dispatcher": "dispatcher",
    "dispatcher'": (Role.DISPATCHER, "530111"),
    "liaison": "liaison.water",
    "head": "head.water",
    "liaison'": "liaison.gas",
    "leader": "leader.fengning",
    "leader'": (Role.DISTRICT_LEADER, "530102008"),
    "assessor": "assessor",
    "admin": "admin",
    "city": "city",
    "city'": (Role.CITY_OBSERVER, "5303"),
    "former": (Role.STREET_OFFICER, "530102005"),  # until yesterday
    "nobody": None,
}

ALLOWED = """
action               who
-- on a whistle --
draft                officer
edit                 officer
request-signatures   officer secretary
sign                 secretary community
refuse               secretary community
withdraw             officer secretary
dispatch             dispatcher
redispatch           dispatcher
return               dispatcher
decline              dispatcher
escalate             dispatcher
hand-back            city
come-on-site         leader
verify               officer secretary
confirm              dispatcher
reopen               officer secretary dispatcher
call-back            dispatcher
-- on a lead of the grid, and where it says so of the street --
lead report              grid community officer secretary
lead solve               grid
lead pass-up             grid
lead mark-hard           grid
lead take-over           community officer secretary
lead note                grid community officer secretary
street-lead solve        officer secretary
street-lead pass-back    officer secretary
street-lead whistle      officer
-- on a letter of the street, and where it says so of the community --
letter send              community officer secretary
letter reply             liaison head
letter outcome           officer secretary
letter withdraw          officer secretary
community-letter outcome     community
community-letter withdraw    community
-- on an order --
order acknowledge        liaison head
order report             liaison head
order progress           liaison head
order submit-result      liaison head
order return             liaison head
order uphold-return      dispatcher
order overrule-return    dispatcher
order confirm-report     officer secretary
order score              officer secretary
order ask-extension      liaison head
order ask-suspension     liaison head
order grant              dispatcher
order refuse-request     dispatcher
order suspend            dispatcher
order resume             dispatcher
order supervise          dispatcher leader
order pass-up            dispatcher
-- on a formula --
formula draft            assessor admin
formula save             assessor admin
formula adopt            assessor admin
formula discard          assessor admin
-- on a record of accountability: the street's secretary is held to account --
record appeal            secretary
record uphold            assessor
record reverse           assessor
"""

VISIBLE = """
case                     who
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
"""


def read(table):
    rows = [line.rsplit("  ", 1) for line in table.strip().splitlines()[1:] if not line.startswith("--")]
    return {name.strip(): set(who.split()) for name, who in rows}


def returned(wuhua):
    whistle = wuhua.dispatched(lead="water", assisting=[])
    act(orders_of(whistle)["water"], "return", "liaison.water", AT, reason="x")
    return whistle


def on_site(wuhua):
    return wuhua.on_site(lead="water", assisting=[])


def asked(wuhua):
    whistle = on_site(wuhua)
    order = orders_of(whistle)["water"]
    services.ask_extension(order, by=people["liaison.water"], at=AT - timedelta(hours=1), amount=2, reason="x")
    return whistle


def suspended(wuhua):
    whistle = on_site(wuhua)
    at, review_on = AT - timedelta(hours=1), date(2026, 12, 24)
    services.suspend(orders_of(whistle)["water"], by=people["dispatcher"], at=at, review_on=review_on, reason="x")
    return whistle


def overdue(wuhua):
    whistle = wuhua.dispatched(lead="water", assisting=[], at=MONDAY)
    clocks.fire_due(limit=100, now=MONDAY + timedelta(minutes=61))
    return whistle


def answered(wuhua, **letter):
    return act(wuhua.sent(**letter), "reply", "liaison.water", AT - timedelta(hours=1), reply="x")


def held(wuhua):
    """The record of the street's secretary."""
    whistle = act(wuhua.filed(), "decline", "dispatcher", AT, reason="x", ruling="empty")
    hold_to_account(now=AT)
    return Accountability.objects.get(whistle=whistle, person=people["secretary.fengning"])


def disputed(wuhua):
    return accountability.appeal(held(wuhua), by=people["secretary.fengning"], at=AT, reason="x")


# In what situation each act fits, and what it asks for.
SCENES = {
    "request-signatures": (lambda wuhua: wuhua.drafted(), {}),
    "sign": (lambda wuhua: wuhua.signing(), {"inspected_at": MONDAY.isoformat(), "opinion": "x"}),
    "refuse": (lambda wuhua: wuhua.signing(), {"opinion": "x"}),
    "withdraw": (lambda wuhua: wuhua.filed(), {"reason": "x"}),
    "dispatch": (lambda wuhua: wuhua.filed(), {"lead": "water"}),
    "redispatch": (
        lambda wuhua: wuhua.dispatched(lead="water", assisting=[]),
        {"lead": "water", "assisting": ["road"]},
    ),
    "return": (lambda wuhua: wuhua.filed(), {"reason": "x"}),
    "decline": (lambda wuhua: wuhua.filed(), {"reason": "x", "ruling": "empty"}),
    "escalate": (lambda wuhua: wuhua.filed(), {"reason": "x"}),
    "hand-back": (lambda wuhua: act(wuhua.filed(), "escalate", "dispatcher", AT, reason="x"), {"note": "x"}),
    "come-on-site": (lambda wuhua: wuhua.dispatched(lead="water", assisting=[], level="major"), {}),
    "verify": (lambda wuhua: wuhua.finished(lead="water", assisting=[]), {"solved": True}),
    "confirm": (lambda wuhua: wuhua.verified(lead="water", assisting=[]), {}),
    "reopen": (lambda wuhua: wuhua.closed(lead="water", assisting=[]), {"reason": "x"}),
    "call-back": (
        lambda wuhua: wuhua.closed(lead="water", assisting=[]),
        {"contacted": True, "responded": True, "solved": True, "satisfaction": "satisfied"},
    ),
    "lead solve": (lambda wuhua: wuhua.reported(), {"answer": "x"}),
    "lead pass-up": (lambda wuhua: wuhua.reported(), {}),
    "lead mark-hard": (lambda wuhua: wuhua.reported(), {}),
    "lead take-over": (lambda wuhua: wuhua.reported(), {}),
    "lead note": (lambda wuhua: wuhua.reported(), {"note": "x"}),
    "street-lead solve": (lambda wuhua: wuhua.reported(hard=True), {"answer": "x"}),
    "street-lead pass-back": (lambda wuhua: wuhua.reported(hard=True), {"reason": "x"}),
    "street-lead whistle": (
        lambda wuhua: wuhua.reported(hard=True),
        {"type": "key", "level": "general", "criteria": ["hazard", "joint"], "description": "x"},
    ),
    "letter reply": (lambda wuhua: wuhua.sent(), {"reply": "x"}),
    "letter outcome": (answered, {"outcome": "adopted"}),
    "letter withdraw": (lambda wuhua: wuhua.sent(), {"reason": "x"}),
    "community-letter outcome": (lambda wuhua: answered(wuhua, by="community.hongshan"), {"outcome": "partly"}),
    "community-letter withdraw": (lambda wuhua: wuhua.sent(by="community.hongshan"), {"reason": "x"}),
    "order acknowledge": (lambda wuhua: wuhua.dispatched(lead="water", assisting=[]), {}),
    "order report": (lambda wuhua: wuhua.acknowledged(lead="water", assisting=[]), {"rank": "head"}),
    "order progress": (lambda wuhua: wuhua.dispatched(lead="water", assisting=[]), {"note": "x"}),
    "order submit-result": (lambda wuhua: wuhua.on_site(lead="water", assisting=[]), {"note": "x"}),
    "order return": (lambda wuhua: wuhua.dispatched(lead="water", assisting=[]), {"reason": "x"}),
    "order uphold-return": (returned, {}),
    "order overrule-return": (returned, {}),
    "order confirm-report": (lambda wuhua: wuhua.on_site(lead="water", assisting=[]), {}),
    "order score": (
        lambda wuhua: wuhua.verified(lead="water", assisting=[]),
        {"cooperation": 90, "resolution": 90},
    ),
    "order ask-extension": (lambda wuhua: on_site(wuhua), {"amount": 1, "reason": "x"}),
    "order ask-suspension": (lambda wuhua: on_site(wuhua), {"review_on": "2026-12-24", "reason": "x"}),
    "order grant": (asked, {}),
    "order refuse-request": (asked, {"reason": "x"}),
    "order suspend": (lambda wuhua: on_site(wuhua), {"review_on": "2026-12-24", "reason": "x"}),
    "order resume": (suspended, {}),
    "order supervise": (lambda wuhua: on_site(wuhua), {"reason": "x"}),
    "order pass-up": (overdue, {}),
    "record appeal": (held, {"reason": "x"}),
    "record uphold": (disputed, {"decision": "x"}),
    "record reverse": (disputed, {"decision": "x"}),
}


@pytest.fixture
def cast(wuhua):
    """Everybody of WHO, by the name in the tables."""
    Area.objects.create(code="5303", name="曲靖市", level=4, parent_id="53")
    everybody = {}
    for name, who in WHO.items():
        if isinstance(who, str):
            everybody[name] = people[who]
            continue
        everybody[name] = Person.objects.create(username=name, name=name)
        if who:
            role, area = who
            post = Post.objects.create(person=everybody[name], role=role, area_id=area, starts_on=MONDAY.date())
    # The last one made above is the post of whom the table calls former.
    Post.objects.filter(pk=post.pk).update(starts_on="2020-01-01", ends_on="2020-12-31")
    return everybody


def fresh(person):
    """As a request reads it: with nothing remembered."""
    return Person.objects.get(pk=person.pk)


def traces():
    """What an act would leave behind."""
    return (
        Event.objects.count(),
        Signature.objects.count(),
        list(Whistle.objects.values_list("pk", "state")),
        list(Lead.objects.values_list("pk", "state", "holder")),
        list(AdviceLetter.objects.values_list("pk", "state")),
        list(Order.objects.values_list("pk", "state", "role")),
    )


def test_the_tables_name_every_action_and_everybody_in_them_exists():
    named = {f"order {action.name}" for action in order_actions} | {action.name for action in whistle_actions}
    named |= {f"record {action.name}" for action in accountability_actions}
    named |= {f"lead {action.name}" for action in lead_actions}
    named |= {f"letter {action.name}" for action in letter_actions}
    assert {name.removeprefix("street-").removeprefix("community-") for name in SCENES} == named
    on_formulas = {f"formula {action.name}" for action in formula_actions}
    begun = {"draft", "edit", "formula draft", "lead report", "letter send"}
    assert set(read(ALLOWED)) == set(SCENES) | on_formulas | begun
    assert set().union(*read(ALLOWED).values(), *read(VISIBLE).values()) <= set(WHO)


def test_every_role_is_in_the_cast(cast):
    held = set(Post.objects.filter(person__in=cast.values()).values_list("role", flat=True))
    assert held == set(Role)


@pytest.mark.parametrize("name", SCENES)
def test_who_may_do_it(wuhua, cast, name, time_machine):
    time_machine.move_to(AT)
    scene, given = SCENES[name]
    row = again(scene(wuhua))
    if name.startswith("order "):
        row = orders_of(row)["water"]
    table = table_of(row)
    action = table.get(name.split()[-1])
    form = action.form(given, {}, row=row, person=cast["officer"])
    assert form.is_valid(), form.errors
    before = traces()
    may, done = set(), set()
    for who, person in cast.items():
        if action.may(fresh(person), row):
            may.add(who)
        assert action.is_open_to(fresh(person), row) == (who in may), who
        assert (action in table.open_to(fresh(person), row)) == (who in may), who
        for perform in (
            lambda person: action.perform(again(row), by=fresh(person), at=AT, data=given),
            # The service says no by itself, whoever forgets to ask first.
            lambda person: action.run(again(row), by=fresh(person), at=AT, **form.cleaned_data),
        ):
            with transaction.atomic():
                try:
                    perform(person)
                except Forbidden:
                    assert who not in may
                else:
                    done.add(who)
                    assert traces() != before
                transaction.set_rollback(True)
        assert traces() == before
    assert (may, done) == (read(ALLOWED)[name], read(ALLOWED)[name])


def test_who_may_draft_edit_report_and_write(wuhua, cast):
    whistle = wuhua.drafted()
    fields = {
        "type": whistle.type,
        "level": "general",
        "title": "x",
        "description": "x",
        "area": whistle.area,
        "criteria": list(whistle.type.criteria.all()),
    }
    acts = {
        "draft": lambda person: create_draft(by=person, at=AT, **fields),
        "edit": lambda person: edit_draft(whistle, by=person, at=AT, **fields),
        "lead report": lambda person: services.report_lead(
            by=person, at=AT, title="x", area=wuhua.areas["530102005008001"]
        ),
        "letter send": lambda person: services.send_letter(
            by=person, at=AT, title="x", text="x", area=whistle.area, department=departments["water"]
        ),
    }
    for name, perform in acts.items():
        done = set()
        for who, person in cast.items():
            with transaction.atomic():
                try:
                    perform(fresh(person))
                except Forbidden:
                    transaction.set_rollback(True)
                else:
                    done.add(who)
        assert done == read(ALLOWED)[name]


def test_who_may_keep_formulas(wuhua, cast):
    draft = draft_from_preset("jinniu-departments", by=people["assessor"], at=AT, area=wuhua.DISTRICT)
    given = {
        "save": {"name": "x", "definition": draft.definition, "revision": 1},
        "adopt": {"month": f"{AT:%Y-%m}", "revision": 1},
        "discard": {},
    }
    acts = {
        action.name: lambda person, action=action: action.perform(draft, by=person, at=AT, data=given[action.name])
        for action in formula_actions
    }
    acts["draft"] = lambda person: draft_from_version(draft, by=person, at=AT)
    for name, perform in acts.items():
        done = set()
        for who, person in cast.items():
            with transaction.atomic():
                with suppress(Forbidden):
                    perform(fresh(person))
                    done.add(who)
                transaction.set_rollback(True)
        assert done == read(ALLOWED)[f"formula {name}"], name


def test_a_draft_is_not_moved_to_somebody_elses_street(wuhua):
    whistle = wuhua.drafted()
    with pytest.raises(Forbidden):
        edit_draft(
            whistle,
            by=people["officer.fengning"],
            at=AT,
            type=whistle.type,
            area=wuhua.areas["530102008001"],
            criteria=list(whistle.type.criteria.all()),
        )
    assert again(whistle).area_id == wuhua.HONGSHAN


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


@pytest.mark.parametrize("case", CASES)
def test_who_sees_it(wuhua, cast, case):
    row = CASES[case](wuhua)
    sees = {who for who, person in cast.items() if type(row).objects.visible_to(fresh(person)).exists()}
    assert sees == read(VISIBLE)[case]
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


def test_everybody_who_may_act_can_also_see(wuhua, cast):
    """An act on what one cannot see would be offered nowhere."""
    for name, (scene, _given) in SCENES.items():
        with transaction.atomic():
            row = scene(wuhua)
            seen = {who for who in cast if row in type(row).objects.visible_to(fresh(cast[who]))}
            assert read(ALLOWED)[name] <= seen, name
            transaction.set_rollback(True)


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
