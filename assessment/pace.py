"""How fast things go: plausible moments for a case, by the clocks of its type and drawn from a seeded source.

Nobody writes down at which minute a department arrived. Such moments are made up here: in time, unless something is
asked to be late. The same seed gives the same moments.
"""

from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

from assessment.cast import Cast
from assessment.stage import Call, Script
from dispatch import clocks
from dispatch.states import ClockKind
from grid import worktime
from grid.models import Role
from grid.services import calendar_now, segments_of
from whistle.states import SignOffKind

K = ClockKind
# Between which shares of a clock's time an act usually comes, and when it is late.
USUAL = {K.ACKNOWLEDGE: (0.1, 0.8), K.REPORT: (0.25, 0.85), K.RESOLVE: (0.05, 0.35)}
LATE = {K.ACKNOWLEDGE: (1.2, 2.5), K.REPORT: (1.1, 1.7), K.RESOLVE: (1.05, 1.3)}
STEPS = [
    "drafted",
    "asked",
    "signed",
    "filed",
    "dispatched",
    "acknowledged",
    "on_site",
    "finished",
    "verified",
    "confirmed",
    "closed",
]


class Pace:
    """Moments after moments in one district."""

    def __init__(self, district_code: str, seed: str) -> None:
        self.calendar, self.segments = calendar_now(), segments_of(district_code)
        self.random = Random(seed)  # noqa: S311 (for a story, not for secrets)

    def minutes(self, at: datetime, low: float, high: float) -> datetime:
        """Between `low` and `high` minutes later by the clock, to the second; earlier if they are negative."""
        return at + timedelta(seconds=round(60 * self.random.uniform(low, high)))

    def by(self, rule, start: datetime, late=()) -> datetime:
        """When an act under this clock comes that starts at `start`; `late`: the kinds that run out."""
        return self.within(start, rule, *(LATE if rule.kind in late else USUAL)[rule.kind])

    def within(self, start: datetime, rule, low: float, high: float) -> datetime:
        """When between `low` and `high` of the time of a clock that starts at `start` is used; over 1 is late."""
        share = self.random.uniform(low, high)
        given = (rule.unit, self.calendar, self.segments)
        if share <= 1:
            part = Decimal(str(round(100 * share, 2)))
            return whole(worktime.moment_at_share(start, rule.limit, *given, share=part))
        due = worktime.due(start, rule.limit, *given).at
        over = (share - 1) * worktime.used(start, due, *given)
        return due + over if rule.unit in ("minutes", "hours") else self.office(due, over.total_seconds() / 3600)

    def due(self, rule, start: datetime, *, extra: int = 0) -> datetime:
        """When a clock that starts at `start` is due; `extra`: of its unit, granted besides."""
        return worktime.due(start, rule.limit + extra, rule.unit, self.calendar, self.segments).at

    def days(self, at: datetime, days: int) -> datetime:
        """So many working days later."""
        return worktime.due(at, days, "working_days", self.calendar, self.segments).at

    def office(self, at: datetime, hours: float) -> datetime:
        """So many working hours later."""
        limit = Decimal(str(round(max(hours, 0.01), 4)))
        return whole(worktime.due(at, limit, "working_hours", self.calendar, self.segments).at)

    def worked(self, start: datetime, until: datetime) -> float:
        """How many working hours lie between two moments."""
        return worktime.used(start, until, "working_hours", self.calendar, self.segments) / timedelta(hours=1)

    def before(self, at: datetime, hours: float) -> datetime:
        """The latest moment, in steps of ten minutes, since which at least so many working hours have passed."""
        earlier = at
        while self.worked(earlier, at) < hours:
            earlier -= timedelta(minutes=10)
        return earlier


def whole(at: datetime) -> datetime:
    return at.replace(microsecond=0)


def staged(
    *,
    draft: dict,
    departments: list,
    cast: Cast,
    pace: Pace,
    dispatched: datetime,
    stop: str = "closed",
    lagging: dict[str, str] | None = None,
    late: dict[str, tuple[ClockKind, ...]] | None = None,
    waited: float | None = None,
    squeeze: datetime | None = None,
) -> Script:
    """A script for a case whose departments, the lead first, are called at `dispatched`.

    `stop`: the last of STEPS that happens; `lagging`: the same for single departments, by code; `late`: which clocks
    of which department run out; `waited`: minutes the centre takes; `squeeze`: what follows the reports on site
    happens before this moment, instead of when the clocks suggest.
    """
    late, lagging = late or {}, lagging or {}
    type = draft["type"]
    rules = clocks.rules_for(type, draft["level"], list(ClockKind))
    calls = [Call(department) for department in departments]
    script = Script(draft={**draft, "departments": departments}, calls=calls, cast=cast, drafted=dispatched)
    _file(script, pace, dispatched, waited, type)
    for call in calls:
        _answer(call, pace, dispatched, rules, late.get(call.department.code, ()))
    on_site = max(call.reports[0] for call in calls)
    if squeeze:
        _squeeze(script, pace, on_site, squeeze)
    else:
        for call in calls:
            result = pace.by(rules[K.RESOLVE], dispatched, late.get(call.department.code, ()))
            call.result = max(result, pace.minutes(call.reports[0], 40, 90))
        finish(script, pace)
    for call in calls:
        _cut(call, lagging.get(call.department.code, stop))
    _cut_whole(script, stop)
    return script


def _file(script, pace, dispatched, waited, type):
    """Draft, signatures and triage, counted back from the dispatch."""
    if type.sign_off != SignOffKind.BEFORE:
        script.asked = dispatched
        if not type.by_playbook:
            script.triaged, script.asked = dispatched, pace.minutes(dispatched, -40, -8)
        script.drafted = pace.minutes(script.asked, -12, -4)
        if type.sign_off == SignOffKind.AFTER:
            first = pace.minutes(dispatched, 25, 240)
            script.signatures = [
                (Role.COMMUNITY_SECRETARY, first, True),
                (Role.STREET_SECRETARY, pace.minutes(first, 5, 300), True),
            ]
        return
    script.triaged = None if type.by_playbook else dispatched
    minutes = waited or pace.random.uniform(8, 70)
    street = dispatched - timedelta(seconds=round(60 * minutes))
    community = pace.minutes(street, -50, -10)
    script.asked = pace.minutes(community, -30, -8)
    script.drafted = pace.minutes(script.asked, -25, -5)
    script.signatures = [(Role.COMMUNITY_SECRETARY, community, True), (Role.STREET_SECRETARY, street, True)]


def _answer(call, pace, dispatched, rules, late):
    """Acknowledges and reports on site, in this order even where the acknowledgement is late."""
    call.acknowledged = pace.within(
        dispatched, rules[K.ACKNOWLEDGE], *(LATE if K.ACKNOWLEDGE in late else USUAL)[K.ACKNOWLEDGE]
    )
    report = pace.within(dispatched, rules[K.REPORT], *(LATE if K.REPORT in late else USUAL)[K.REPORT])
    call.reports = [max(report, pace.minutes(call.acknowledged, 2, 9))]
    if late:
        call.cooperation, call.resolution = pace.random.randint(62, 82), pace.random.randint(75, 92)
        call.comment = "未能按时限到位，后续处置尚可。"
    else:
        call.cooperation, call.resolution = pace.random.randint(86, 100), pace.random.randint(84, 100)


def finish(
    script: Script,
    pace: Pace,
    *,
    seen: str = "现场复查，问题已解决。",
    looks: tuple[float, float] = (1, 9),
    scores: tuple[float, float] = (1.5, 9),
) -> None:
    """After the last result the street looks and finds it solved, the centre confirms, the street scores.

    `looks`, `scores`: between how many working hours the street takes for it.
    """
    looked = pace.office(max(call.result for call in script.calls if call.result), pace.random.uniform(*looks))
    script.verified = [(looked, True, seen)]
    script.confirmed = pace.office(looked, 1)
    script.scored = pace.office(looked, pace.random.uniform(*scores))
    if script.signatures:
        # A closed case cannot be signed any more.
        signed = max(at for _role, at, _agrees in script.signatures)
        script.scored = max(script.scored, pace.minutes(signed, 5, 30))


def _squeeze(script, pace, on_site, until):
    """Results, verification and scores spread over the office hours between the last report and `until`."""
    hours = pace.worked(on_site, until)
    for number, call in enumerate(script.calls):
        call.result = pace.office(on_site, (0.45 + 0.05 * number) * hours)
    script.verified = [(pace.office(on_site, 0.8 * hours), True, "现场复查，问题已解决。")]
    script.confirmed, script.scored = pace.office(on_site, 0.9 * hours), pace.office(on_site, 0.95 * hours)


def _cut(call, stop):
    last = STEPS.index(stop)
    if last < STEPS.index("acknowledged"):
        call.acknowledged = None
    if last < STEPS.index("on_site"):
        call.reports = []
    if last < STEPS.index("finished"):
        call.result = None


def _cut_whole(script, stop):
    last = STEPS.index(stop)
    if last < STEPS.index("asked"):
        script.asked = None
    if last < STEPS.index("filed"):
        # "signed" is one of the two: the community's.
        script.signatures = script.signatures[: last - STEPS.index("asked")] if last >= STEPS.index("asked") else []
    if last < STEPS.index("dispatched"):
        script.triaged = None
    if last < STEPS.index("verified") or any(call.result is None for call in script.calls):
        script.verified = []
    if not script.verified or last < STEPS.index("confirmed"):
        script.confirmed = None
    if not script.verified or last < STEPS.index("closed"):
        script.scored = None
