"""Who may do what to a formula, and who reads it."""

from assessment.formula_actions import formula_actions
from assessment.services.formulas import adopt, draft_from_preset, draft_from_version
from assessment.states import Ranked
from tests.factories import people
from tests.permissions.everybody import AT, read, who_can, who_sees

ALLOWED = read("""
draft      assessor admin
save       assessor admin
adopt      assessor admin
discard    assessor admin
""")

VISIBLE = read("""
draft    assessor admin
adopted  assessor admin officer officer' secretary secretary' dispatcher liaison liaison' head leader leader' city
single   assessor admin dispatcher leader leader'
""")


def drafted(wuhua, name="jinniu-departments"):
    return draft_from_preset(name, by=people["assessor"], at=AT, area=wuhua.DISTRICT)


def adopted(wuhua, name="jinniu-departments"):
    return adopt(drafted(wuhua, name), by=people["assessor"], at=AT, month=AT.date().replace(day=1), revision=1)


def test_who_may_do_it(wuhua, cast, time_machine):
    time_machine.move_to(AT)
    draft = drafted(wuhua)
    given = {
        "save": {"name": "x", "definition": draft.definition, "revision": 1},
        "adopt": {"month": f"{AT:%Y-%m}", "revision": 1},
        "discard": {},
    }
    done = {"draft": who_can(cast, lambda person: draft_from_version(draft, by=person, at=AT))}
    for act in formula_actions:
        data = given[act.name]
        done[act.name] = who_can(
            cast, lambda person, act=act, data=data: act.perform(draft, by=person, at=AT, data=data)
        )
        offered = {who for who, person in cast.items() if act.is_open_to(person, draft)}
        assert offered == done[act.name], act.name
    assert done == ALLOWED


def test_who_sees_it(wuhua, cast, time_machine):
    time_machine.move_to(AT)
    assert who_sees(cast, drafted(wuhua)) == VISIBLE["draft"]
    assert who_sees(cast, adopted(wuhua)) == VISIBLE["adopted"]
    row = adopted(wuhua, "dispatchers")
    assert row.ranked == Ranked.DISPATCHERS
    assert who_sees(cast, row) == VISIBLE["single"]
