"""Who may do what to a month, to an appeal from it, to points by hand and to a file, and who sees it."""

import pytest
import time_machine

from assessment.bulletin_actions import appeal_actions, bulletin_actions, export_actions, points_actions
from assessment.models import Bulletin
from assessment.services import appeals, bulletins, exports, formulas
from assessment.states import ExportState, Ranked
from tests.acting import again
from tests.factories import DISTRICT, people
from tests.months import AFTER_TERM, NOVEMBER, OVER, TERM, appealed, late, november, points
from tests.permissions.everybody import fresh, read, who_sees

EVERYBODY = "assessor officer officer' secretary secretary' dispatcher liaison liaison' head leader leader' admin city"

ALLOWED = read(f"""
begin-review       assessor
open-appeals       assessor
enter-points       assessor
leave-review       assessor
appeal             head liaison liaison'
publish            assessor
leave-appeals      assessor
correct            assessor
prove              assessor
export early       assessor
export             {EVERYBODY}
appeal grant       assessor
appeal refuse      assessor
points withdraw    assessor
file stop          liaison
file retry         liaison
""")
VISIBLE = read(f"""
running               assessor
review                assessor
appeals               {EVERYBODY}
published             {EVERYBODY}
an appeal             assessor officer secretary dispatcher liaison head leader city
points                {EVERYBODY}
a dispatcher's points    assessor dispatcher leader leader' admin
a file                liaison
""")


@pytest.fixture
def over(wuhua):
    with time_machine.travel(OVER, tick=False) as traveller:
        yield traveller


def points_for_dispatchers():
    """From November on the ranking of dispatchers, which not everybody sees, takes points by hand."""
    assessor = people["assessor"]
    draft = formulas.draft_from_preset("dispatchers", by=assessor, at=OVER, area=DISTRICT)
    manual = {"kind": "manual", "code": "manual", "name": "加减分", "low": -5, "high": 5}
    definition = draft.definition | {"parts": [*draft.definition["parts"], manual]}
    how = {"by": assessor, "at": OVER}
    formulas.save_draft(draft, name="x", definition=definition, revision=1, **how)
    formulas.adopt(draft, month=NOVEMBER, revision=2, **how)


def test_who_may_do_it_and_who_sees_it(wuhua, cast, over):
    points_for_dispatchers()
    order = late(lead="water", assisting=())
    everybody = {who: fresh(person) for who, person in cast.items()}
    checked = set()

    def check(row, table, prefix=""):
        """What stands in the table and fits now, by who may do it."""
        for action in table:
            if action.fits(row):
                early = action.name == "export" and row.state in ("running", "review")
                name = prefix + action.name + (" early" if early else "")
                may = {who for who, person in everybody.items() if action in table.open_to(person, row)}
                assert may == ALLOWED[name], name
                checked.add(name)

    def seen(row, name):
        assert who_sees(cast, row) == VISIBLE[name], name

    month = november()
    check(month, bulletin_actions)
    seen(month, "running")
    month = bulletins.begin_review(month, by=people["assessor"], at=OVER)
    check(month, bulletin_actions)
    seen(month, "review")
    entered = points(month)
    of_one = points(month, ranked=Ranked.DISPATCHERS, unit=str(people["dispatcher"].pk))
    check(entered, points_actions, "points ")
    month = bulletins.open_appeals(month, by=people["assessor"], at=OVER, until=TERM)
    check(month, bulletin_actions)
    seen(month, "appeals")
    seen(entered, "points")
    seen(of_one, "a dispatcher's points")
    appeal = appealed(order)
    seen(appeal, "an appeal")
    check(appeal, appeal_actions, "appeal ")
    file = exports.ask(month, by=people["liaison.water"], at=OVER, kind="xlsx")
    seen(file, "a file")
    check(file, export_actions, "file ")
    exports.stop(file, by=people["liaison.water"], at=OVER)
    assert again(file).state == ExportState.STOPPED
    check(again(file), export_actions, "file ")
    over.move_to(AFTER_TERM)
    assert "publish" not in [action.name for action in bulletin_actions if action.fits(month)], "an appeal waits"
    appeals.rule(appeal, by=people["assessor"], at=AFTER_TERM, granted=False, opinion="证明不足。")
    month = Bulletin.objects.get()
    check(month, bulletin_actions)
    month = bulletins.publish(month, by=people["assessor"], at=AFTER_TERM)
    check(month, bulletin_actions)
    seen(month, "published")
    assert checked == set(ALLOWED)


def test_the_table_names_every_act():
    named = {action.name for action in bulletin_actions}
    for prefix, table in (("appeal", appeal_actions), ("points", points_actions), ("file", export_actions)):
        named |= {f"{prefix} {action.name}" for action in table}
    assert set(ALLOWED) == {*named, "export early"}
