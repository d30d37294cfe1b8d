"""What a clock will tell, and when: reminders at shares of its time, the breach, then the rungs of its ladder.

A plan is a list of steps by time, kept with the clock as JSON:

    {"rung": "50", "share": 50, "at": …}                      a reminder
    {"rung": "resume-7", "suspension": 7, "at": …}            the end of a suspension
    {"rung": "breach", "at": …}                               the first moment that is too late lies behind it
    {"rung": "ladder-1", "after": 30, "unit": "minutes", "to": "centre", "supervises": true, "at": …}

Pure: what a step does is the sweep's business (see `dispatch.clocks`).
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from grid import worktime
from grid.worktime import Calendar, Segments

BREACH = "breach"

Step = dict[str, Any]


class Timed(NamedTuple):
    """When a clock is due, and its plan with all moments filled in."""

    due_at: datetime
    provisional: bool
    steps: list[Step]


def steps_of(reminders: Iterable[int], ladder: Iterable[Any]) -> list[Step]:
    """The steps that a rule promises, without their moments. `ladder`: the rule's rungs in order."""
    return [
        *({"rung": str(share), "share": share} for share in sorted(set(reminders))),
        {"rung": BREACH},
        *(
            {
                "rung": f"ladder-{rung.position}",
                "after": rung.after,
                "unit": rung.unit,
                "to": rung.audience,
                "supervises": rung.supervises,
            }
            for rung in ladder
        ),
    ]


def timed(
    steps: Iterable[Step],
    start: datetime,
    budget: int,
    unit: str,
    calendar: Calendar,
    segments: Segments,
    pauses: Sequence[tuple[datetime, datetime]] = (),
) -> Timed:
    """Fills in the moments. Each rung of the ladder follows the planned moment of the step before it.

    `budget`: the limit with all extensions, in `unit`. Refuses with Unworkable what cannot be computed.
    """
    due = worktime.due(start, budget, unit, calendar, segments, pauses)
    given = (unit, calendar, segments)
    before, found = due.at, []
    for step in steps:
        if "share" in step:
            at = worktime.moment_at_share(start, budget, *given, share=step["share"], pauses=pauses)
        elif step["rung"] == BREACH:
            at = due.at
        elif "after" in step:
            at = before = worktime.due(before, step["after"], step["unit"], calendar, segments).at
        else:
            at = moment(step)
        found.append((at, {**step, "at": at.isoformat()}))
    # Steps of the same moment stay in the order in which they were written.
    found.sort(key=lambda pair: pair[0])
    return Timed(due.at, due.provisional, [step for _, step in found])


def moment(step: Step) -> datetime:
    return datetime.fromisoformat(step["at"])


def is_rung(step: Step) -> bool:
    """Whether it belongs to the ladder."""
    return "after" in step


def moved_up(steps: list[Step], gone: Step) -> list[Step]:
    """The steps that are left when nobody stands on the rung `gone`: the ladder moves up into its place."""
    rungs = [step for step in steps if is_rung(step)]
    if not rungs:
        return steps
    earlier = moment(rungs[0]) - moment(gone)
    return [{**step, "at": (moment(step) - earlier).isoformat()} if is_rung(step) else step for step in steps]
