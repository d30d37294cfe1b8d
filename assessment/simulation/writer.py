"""Writes the scripts of a simulation: pure but for the ground it stands on, and the same for the same seed.

Shares are set by hand, so that most goes as it should and everything that can go otherwise does so now and then.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import NamedTuple

from assessment import turns
from assessment.cast import Cast
from assessment.demo.props import POINTS
from assessment.pace import LATE, Pace, finish, staged, whole
from assessment.simulation import words
from assessment.simulation.around import LEADS_ALONE, held_of, lead_alone, lead_of
from assessment.simulation.ground import Calls, Ground
from assessment.stage import Heard, Script
from assessment.stage_around import LeadScript
from dispatch import clocks
from dispatch.states import OF_AN_ORDER, ClockKind
from grid.worktime import SHANGHAI
from whistle.states import Level, Satisfaction, SignOffKind, Source

K, S = ClockKind, Satisfaction
# Against 1 for every other type: an emergency is rare, a key whistle usual.
TYPES = {"emergency": 0.7, "key": 2.5}
LEVELS = {Level.GENERAL: 80, Level.LARGER: 16, Level.MAJOR: 4}
SOURCES = {
    Source.STREET: 20,
    Source.GRID: 32,
    Source.RESIDENT: 22,
    Source.HOTLINE: 16,
    Source.INSPECTION: 5,
    Source.VIDEO: 2,
    Source.MEDIA: 1,
    Source.LEADER: 2,
}
# How many departments are called.
CALLED = {1: 15, 2: 45, 3: 30, 4: 10}
# How much happens in an hour of the day, from midnight; and on a day of rest, against 1 on a day of work.
HOURS = [1, 1, 1, 1, 1, 2, 4, 8, 14, 16, 15, 10, 6, 10, 15, 14, 12, 10, 8, 6, 5, 4, 2, 1]
DAY_OF_REST = 0.35
# How a case goes: `usual`, or one of the turns; and those that it can take only before its departments are called.
TURNS = {
    "usual": 66,
    "declined": 6,
    "withdrawn": 3,
    "refused": 2,
    "turned_back": 3,
    "escalated": 2,
    "overruled": 4,
    "upheld": 4,
    "changed": 3,
    "not_solved": 6,
    "reopened": 4,
}
AT_THE_DESK = ("declined", "withdrawn", "refused", "turned_back", "escalated")


class Story(NamedTuple):
    """Whistles, and leads: those some of them come from, and those that never become one."""

    cases: list[Script]
    leads: list[LeadScript]

    def agendas(self) -> list[Script | LeadScript]:
        """All that is to be played; a lead goes before the case that it becomes at the same moment."""
        return [*self.leads, *self.cases]


def write(ground: Ground, *, days: int, whistles: int, seed: int, until: datetime) -> Story:
    """So many cases that begin in the `days` days before `until`, and end when they end, with their leads."""
    writer = _Writer(ground, seed)
    since = until - timedelta(days=days)
    cases: list[Script] = []
    for at in sorted(writer.moment(since, until) for _number in range(whistles)):
        cases += writer.case(at)
    alone = sorted(writer.moment(since, until) for _number in range(round(whistles * LEADS_ALONE)))
    leads = [script.lead for script in cases if script.lead] + [lead_alone(writer, at) for at in alone]
    _apart([script for script in cases if script.reopens is None], "drafted")
    _apart(leads, "reported")
    return Story(cases, leads)


def _apart(scripts, begins):
    """No two of a kind begin at the same second, so that each is known by it."""
    taken = set()
    for script in scripts:
        while getattr(script, begins) in taken:
            setattr(script, begins, getattr(script, begins) - timedelta(seconds=1))
        taken.add(getattr(script, begins))


class _Writer:
    def __init__(self, ground: Ground, seed: int) -> None:
        self.ground, self.cast = ground, Cast()
        self.pace = Pace(ground.code, f"{ground.code} {seed}")
        self.random = self.pace.random
        # Some are busier than others, and some slower.
        self.busy = [self.random.uniform(0.3, 3) for _community in ground.communities]
        self.slow = {each.code: self.random.choice((0.02, 0.05, 0.05, 0.1, 0.18)) for each in ground.departments}
        self.streets = {street.code: street for street in ground.streets}

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    def drawn(self, table):
        return self.random.choices(list(table), weights=list(table.values()))[0]

    def moment(self, since, until):
        """More by day than by night, more on a day of work than on one of rest."""
        most = max(HOURS)
        while True:
            at = whole(since + (until - since) * self.random.random())
            local = at.astimezone(SHANGHAI)
            share = HOURS[local.hour] / most
            if self.chance(share if self.pace.calendar.is_workday(local.date()) else share * DAY_OF_REST):
                return at

    # --- one case ---

    def case(self, at: datetime) -> list[Script]:
        """One script, or two where the case is reopened. `at`: about when it is blown."""
        types = self.ground.types
        type = self.random.choices(types, weights=[TYPES.get(each.code, 1) for each in types])[0]
        level = self.drawn(LEVELS)
        calls = self.called(type)
        self.rules = clocks.rules_for(type, level, [*OF_AN_ORDER, K.SCORE])
        # Emergencies know no office hours; whoever decides on the others does.
        called = at if type.by_playbook else self.pace.office(at, self.random.uniform(0.3, 1.3))
        late = {each.code: self.late(each) for each in calls.departments}
        script = staged(
            draft=self.draft(type, level, calls),
            departments=calls.departments,
            cast=self.cast,
            pace=self.pace,
            dispatched=called,
            late={code: kinds for code, kinds in late.items() if kinds},
            waited=self.random.uniform(200, 500) if self.chance(0.05) else None,
        )
        again = self.turn(script, type, called)
        if not again:
            self.linger(script)
        for each in (script, *again):
            self.embellish(each)
            self.call_back(each, before=again[0].drafted if again and each is script else None)
        script.lead, script.held = lead_of(self, script), held_of(self, script)
        return [script, *again]

    def called(self, type) -> Calls:
        playbook = self.ground.playbooks.get(type.pk)
        if type.by_playbook and playbook and self.chance(0.5):
            return Calls(playbook, None)
        listed = self.random.choice(self.ground.calls)
        return Calls(listed.departments[: self.drawn(CALLED)], listed.item)

    def late(self, department) -> tuple[ClockKind, ...]:
        return tuple(kind for kind in LATE if self.chance(self.slow[department.code]))

    def draft(self, type, level, calls):
        area = self.random.choices(self.ground.communities, weights=self.busy)[0]
        place = area.short_name
        if self.chance(0.04):
            area = self.streets[area.code[:9]]
            place = area.name
        about = calls.item.name if calls.item else calls.departments[0].name
        title, description, address = words.case(about, place, self.random)
        return {
            "type": type,
            "level": level,
            "source": self.drawn(SOURCES),
            "title": title,
            "description": description,
            "area": area,
            "address": address,
            **self.point(area),
            "criteria": self.criteria(type),
            "item": calls.item,
            "drill": self.chance(0.015),
            "demonstration": True,
        }

    def point(self, area):
        street = self.streets[area.code[:9]]
        known = next((each for each in (area, street) if each.lat is not None), None)
        lat, lng = (known.lat, known.lng) if known else POINTS.get(street.code, (None, None))
        east, north = self.random.uniform(-0.004, 0.004), self.random.uniform(-0.004, 0.004)
        if lat is None or lng is None:
            return {}
        return {"lat": round(lat + north, 5), "lng": round(lng + east, 5)}

    def criteria(self, type):
        criteria = list(type.criteria.all())
        needed = [each for each in criteria if each.required]
        others = [each for each in criteria if not each.required]
        count = max(type.minimum_criteria - len(needed), self.random.randint(0, 2))
        return needed + self.random.sample(others, min(count, len(others)))

    # --- how it turns out ---

    def turn(self, script, type, called):
        """Lets the case take its turn; returns the script that follows where it is reopened."""
        turn = self.drawn(TURNS)
        if turn in AT_THE_DESK:
            if type.by_playbook or type.sign_off != SignOffKind.BEFORE:
                return []
            self.at_the_desk(script, turn)
        elif turn == "not_solved":
            turns.not_solved(script, self.pace)
        elif turn == "overruled":
            turns.overruled(script, self.random.choice(script.calls), self.pace, called)
        elif turn in ("upheld", "changed"):
            here = {call.department.pk for call in script.calls}
            others = [each for each in self.ground.departments if each.pk not in here]
            if not others:
                return []
            to = self.random.choice(others)
            if turn == "upheld":
                turns.upheld(script, script.calls[-1], self.pace, called, to=to)
            else:
                turns.changed(script, self.pace, called, to=to, drop=self.chance(0.5))
        elif turn == "reopened":
            return [self.reopened(script)]
        elif self.chance(0.12):
            self.more_time(script, called)
        return []

    def at_the_desk(self, script, turn):
        if turn == "declined":
            ruling = self.random.choice(list(words.RULINGS))
            turns.declined(script, self.random.choice(words.RULINGS[ruling]), ruling)
        elif turn == "withdrawn":
            turns.withdrawn(script, self.pace)
        elif turn == "refused":
            turns.refused(script, self.pace, self.random.randint(0, 1))
        elif turn == "turned_back":
            turns.turned_back(script, self.pace, self.random.choice(words.RETURNED))
        else:
            reason = self.random.choice(words.FOR_THE_CITY)
            turns.escalated(script, self.pace, reason, comes_back=self.chance(0.7))

    def more_time(self, script, called):
        call, rule = self.random.choice(script.calls), self.rules[K.RESOLVE]
        given = (script, call, self.pace, rule, called)
        if self.chance(0.65):
            if rule.extensions:
                turns.extended(*given, self.random.choice(words.MORE_TIME))
        elif rule.suspensions:
            turns.suspended(*given, self.random.choice(words.SUSPENSION))

    def reopened(self, script):
        """The same departments once more, called by the centre some days after it was closed."""
        closed = max(script.confirmed, script.scored)
        at = self.pace.minutes(closed, 3 * 24 * 60, 25 * 24 * 60)
        again = staged(
            draft=script.draft,
            departments=[call.department for call in script.calls],
            cast=self.cast,
            pace=self.pace,
            dispatched=self.pace.office(at, self.random.uniform(0.2, 1.5)),
        )
        called = again.triaged or again.asked
        return replace(again, drafted=at, asked=None, signatures=[], triaged=called, reopens=script)

    # --- what comes besides ---

    def linger(self, script):
        """The street takes longer than it should, or never gets to it."""
        if script.confirmed and len(script.verified) == 1 and self.chance(0.1):
            late = {"looks": (26, 45)} if self.chance(0.5) else {"scores": (38, 60)}
            finish(script, self.pace, **late)
        if self.chance(0.03):
            script.scored = None
        self.leave_to_the_rule(script)
        if script.draft["type"].sign_off == SignOffKind.AFTER and script.signatures and self.chance(0.08):
            script.signatures.pop()

    def leave_to_the_rule(self, script):
        """Where the street does not score in time, marks are given by the rule of the type."""
        score, type = self.rules.get(K.SCORE), script.draft["type"]
        if not script.confirmed or score is None or script.draft["drill"]:
            return
        looked = script.verified[-1][0]
        over = self.pace.days(self.pace.due(score, looked), self.ground.rules[type.pk].after_days)
        if script.scored is None or script.scored > over:
            script.scored, script.marked_by_rule = None, over

    def embellish(self, script):
        for call in script.calls:
            if call.result and call.reports:
                self.at_work(call)
        if script.draft["level"] == Level.MAJOR and script.calls and script.calls[0].reports:
            script.leader_on_site = self.pace.minutes(script.calls[0].reports[0], 4, 30)
            script.leader_note = "区领导到场，现场会商。"

    def call_back(self, script, *, before):
        """Residents are asked once it is closed, sometimes not at the first try; not after it is reopened."""
        scored = script.scored or script.marked_by_rule
        if not (script.confirmed and scored and self.chance(0.8)) or script.draft["drill"]:
            return
        at = max(script.confirmed, scored)
        for reached in (False, True) if self.chance(0.2) else (True,):
            at = self.pace.office(at, self.random.uniform(1, 10))
            if before and at >= before:
                return
            script.called_back.append(Heard(at, self.said(script) if reached else None))

    def said(self, script):
        """Who waited long, or saw it fail once, is harder to please."""
        pleased = 0.6 if len(script.verified) > 1 or script.reopens else 0.9
        solved = self.chance(pleased)
        satisfaction = self.drawn({S.SATISFIED: 80, S.FAIRLY: 15, S.NOT: 5} if solved else {S.FAIRLY: 25, S.NOT: 75})
        return {"responded": self.chance(0.93), "solved": solved, "satisfaction": satisfaction}

    def at_work(self, call):
        came, done = call.reports[0], call.result
        call.confirmed = self.chance(0.85)
        if self.chance(0.05) and came - call.acknowledged > timedelta(minutes=4):
            call.staff_came = call.acknowledged + (came - call.acknowledged) / 2
            call.staff_came = whole(call.staff_came)
        for _note in range(self.random.choice((0, 0, 1, 1, 2))):
            call.progress.append((self.between(came, done), self.random.choice(words.PROGRESS)))
        if self.chance(0.05):
            call.pressed, call.pressed_for = self.between(came, done), self.random.choice(words.PRESSED)
        call.comment = call.comment or self.random.choice(words.COMMENTS)

    def between(self, since, until):
        return whole(since + (until - since) * self.random.uniform(0.1, 0.9))
