"""What has passed: `past.csv`, cases of the last month and of this one, with what can go wrong in a month."""

from dataclasses import replace
from datetime import timedelta

from assessment.demo.props import Props, table
from assessment.pace import finish
from assessment.stage import Returned, Script
from dispatch.states import ClockKind, ReturnRuling
from grid.worktime import SHANGHAI

RULINGS = {
    "frivolous": "单一商户问题，综合执法队已可独立处置，无需吹哨。",
    "empty": "到场核实未发现所述情形。",
}


def past(props: Props) -> list[Script]:
    """From the first of the last month until the day before yesterday. The column `story` says what is special
    about a case: late clocks and of which department (`acknowledge+report@2`), or one of the stories below."""
    rows = table("past.csv")
    today = props.now.astimezone(SHANGHAI).replace(hour=12, minute=0, second=0, microsecond=0)
    first = (today.replace(day=1) - timedelta(days=1)).replace(day=1)
    last = props.now - timedelta(days=2)
    scripts = []
    for number, row in enumerate(rows):
        day = first + (last - first) * number / (len(rows) - 1)
        at = props.pace.before(day, props.pace.random.uniform(0.5, 5))
        scripts.append(_tell(props, row, at))
    return scripts


def _tell(props, row, at):
    departments = props.of_item(row["item"])
    story, _colon, argument = row["story"].partition(":")
    if "@" in story:
        kinds, _at, number = story.partition("@")
        late = {departments[int(number)].code: [ClockKind(kind) for kind in kinds.split("+")]}
        return props.script(row, departments, at, late=late)
    if story in RULINGS:
        script = props.script(row, departments, at, stop="dispatched")
        script.decision, script.decision_fields = "decline", {"reason": RULINGS[story], "ruling": story}
        return script
    if story == "slow_centre":
        return props.script(row, departments, at, waited=26 * 60)
    if story == "withdrawn":
        script = props.script(row, departments, at, stop="asked")
        script.withdrawn = props.pace.minutes(script.asked, 30, 60)
        return script
    script = props.script(row, departments, at)
    if story == "overruled":
        _overruled(script, props.pace, at)
    elif story == "upheld":
        _upheld(script, props.pace, at, to=props.departments[argument])
    elif story == "not_solved":
        _not_solved(script, props.pace)
    return script


def _overruled(script, pace, at):
    """The second department says that it is not its matter, and is told that it is; its clock ran on."""
    call = script.calls[1]
    call.returned = Returned(
        at=pace.minutes(at, 10, 25),
        reason="经核实，该路段不在我单位管养范围。",
        ruled=pace.minutes(at, 70, 95),
        note="权责清单列明由你单位配合，时限照常计算。",
    )
    call.acknowledged = pace.minutes(at, 100, 130)
    call.reports = [max(call.reports[0], pace.minutes(call.acknowledged, 20, 40))]
    call.result = max(call.result, pace.minutes(call.reports[0], 60, 90))
    call.cooperation, call.comment = 64, "退单被驳回后才到场。"
    finish(script, pace)


def _upheld(script, pace, at, to):
    """The last department is right, and another one is called in its place."""
    wrong, ruled = script.calls[-1], pace.minutes(at, 35, 55)
    right = replace(
        wrong,
        department=to,
        instead=True,
        acknowledged=pace.minutes(ruled, 10, 40),
        reports=[pace.office(ruled, 2.5)],
        result=max(wrong.result, pace.office(ruled, 4)),
    )
    wrong.returned = Returned(
        at=pace.minutes(at, 10, 20),
        reason="该设施产权已移交，建议由现管养单位处置。",
        ruled=ruled,
        ruling=ReturnRuling.UPHELD,
        to=to,
        note="情况属实，改派。",
    )
    wrong.acknowledged, wrong.reports, wrong.result = None, [], None
    script.calls.append(right)
    finish(script, pace)


def _not_solved(script, pace):
    """The street looks, finds it not solved, and looks again after a second result."""
    ((looked, solved, note),) = script.verified
    for call in script.calls:
        call.second_result = pace.office(looked, 3)
        call.resolution = 70
    again = pace.office(looked, 6)
    script.verified = [(looked, False, "雨后复查仍有渗漏，请继续处置。"), (again, solved, note)]
    script.confirmed, script.scored = pace.office(again, 1), pace.office(again, 3)
