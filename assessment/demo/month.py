"""What has passed: `past.csv`, cases of the last month and of this one, with what can go wrong in a month."""

from datetime import timedelta

from assessment.demo.props import Props, table
from assessment.stage import Script
from assessment.turns import not_solved, overruled, upheld
from dispatch.states import ClockKind
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
        overruled(script, script.calls[1], props.pace, at)
    elif story == "upheld":
        upheld(script, script.calls[-1], props.pace, at, to=props.departments[argument])
    elif story == "not_solved":
        not_solved(script, props.pace)
    return script
