"""Wuhua's four published cases, as if they happened these days, each in another state."""

from django.conf import settings

from assessment.demo.pictures import picture
from assessment.demo.props import Props
from assessment.replay import read_cases, script_of
from assessment.stage import Script

FILE = settings.BASE_DIR / "whistle" / "data" / "cases.json"
MOVED = "（演示：据2019年公开报道改编，日期和处置经过为示意）"
# How many office hours ago the departments were called, how far it is, who lags behind, and roughly where it is.
STAGED = {
    "wuhua-hongshan-sewage": (16, "on_site", {"gas": "acknowledged"}, (25.0612, 102.6890)),
    "wuhua-huangtupo-market": (95, "closed", {}, (25.0575, 102.6815)),
    "wuhua-heilinpu-traffic": (75, "confirmed", {}, (25.0672, 102.6560)),
    "wuhua-shigushan-mud": (6, "on_site", {}, (25.0930, 102.7190)),
}


def published(props: Props) -> list[Script]:
    cases = {case["id"]: case for case in read_cases(FILE)}
    scripts = []
    for number, (id, (hours, stop, lagging, (lat, lng))) in enumerate(STAGED.items()):
        script = script_of(
            cases[id],
            props.cast,
            dispatched=props.pace.before(props.now, hours),
            stop=stop,
            lagging=lagging,
        )
        script.draft |= {
            "description": script.draft["description"] + MOVED,
            "lat": lat,
            "lng": lng,
            "photos": [picture(number), picture(number + 1)],
        }
        for call in script.calls:
            if call.result:
                call.result_photos = [picture(number + 3)]
        scripts.append(script)
    return scripts
