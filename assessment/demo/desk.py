"""What lies open at this moment: `open.csv`, every state, with something to do for each account."""

from datetime import timedelta

from assessment.demo.props import Props, table
from assessment.pace import STEPS
from assessment.stage import Returned, Script


def open_now(props: Props) -> list[Script]:
    """`since`: how long ago the departments were called (or would be), `22m` by the clock or `2.5h` of office hours;
    `stop` and `lagging`: how far the case and single departments have come."""
    return [_tell(props, row) for row in table("open.csv")]


def _tell(props, row):
    amount, unit = float(row["since"][:-1]), row["since"][-1]
    since = props.now - timedelta(minutes=amount) if unit == "m" else props.pace.before(props.now, amount)
    lagging = dict(pair.split(":") for pair in row["lagging"].split())
    done = any(STEPS.index(step) >= STEPS.index("finished") for step in [row["stop"], *lagging.values()])
    script = props.script(
        row,
        props.called(row["departments"]),
        since,
        stop=row["stop"],
        lagging=lagging,
        # Whatever waits for the centre has waited for forty minutes.
        waited=40,
        squeeze=props.now if done else None,
    )
    if row["stop"] == "on_site":
        # The street has yet to say that it saw the lead.
        script.calls[0].confirmed = False
    if row["story"]:
        STORIES[row["story"]](props, script)
    return script


def _refused(props, script: Script):
    role, at, _agrees = script.signatures[0]
    script.signatures = [(role, at, False)]


def _sent_back(props, script):
    script.decision = "return_to_street"
    script.decision_fields = {"reason": "请补充施工单位名称和居民投诉记录后重新报送。"}


def _for_the_city(props, script):
    script.decision = "escalate"
    script.decision_fields = {"reason": "涉及跨区道路规划，超出区级权限。"}


def _drill(props, script):
    script.draft["drill"] = True


def _disputed(props, script):
    """The last department returned its order, and nobody has ruled yet."""
    script.calls[-1].returned = Returned(
        at=props.now - timedelta(minutes=30),
        reason="现场无燃气设施，与我单位无关。",
        to=props.departments["housing"],
    )


STORIES = {
    "refused": _refused,
    "sent_back": _sent_back,
    "for_the_city": _for_the_city,
    "disputed": _disputed,
    "drill": _drill,
}
