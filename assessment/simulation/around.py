"""What stands around the cases of a simulation: leads, most of them solved below, and rulings held against people."""

from datetime import datetime, timedelta

from assessment.pace import whole
from assessment.simulation import words
from assessment.stage import Script
from assessment.stage_around import Disputed, Held, LeadScript
from whistle.states import HOLDERS, Holder, Source

# For each so many whistles a lead is reported that never becomes one.
LEADS_ALONE = 0.5
# How many of the whistles that can be come from a lead.
FROM_A_LEAD = 0.4
SOURCES = {Source.GRID: 50, Source.RESIDENT: 25, Source.HOTLINE: 20, Source.INSPECTION: 5}
# How a lead goes that nobody whistles for.
WAYS = {"solved": 62, "passed_up": 16, "passed_back": 6, "taken_over": 6, "hard": 4, "left": 6}
HELD = {"accepted": 40, "upheld": 25, "reversed": 25, "waiting": 10}


def lead_of(writer, script: Script) -> LeadScript | None:
    """The lead that a case comes from, in the street's hand by the time it is drafted; None where it has none.

    A drill has none, and an emergency none to wait for.
    """
    draft = script.draft
    if draft["drill"] or draft["type"].by_playbook or not writer.chance(FROM_A_LEAD):
        return None
    draft["source"] = writer.drawn(SOURCES)
    lead = _reported(writer, draft, writer.pace.minutes(script.drafted, -50 * 60, -40))
    draft["area"] = lead.report["area"]
    if lead.reporter != Holder.STREET:
        below = script.drafted - lead.reported
        _climb(writer, lead, lead.reported + below * 0.2, below * 0.6, hard=writer.chance(0.2))
    ended = _came_to_nothing(script)
    if ended and writer.chance(0.8):
        lead.solved, lead.answer = writer.pace.office(ended, writer.random.uniform(1, 16)), words.SOLVED_AFTER_ALL
    return lead


def lead_alone(writer, at: datetime) -> LeadScript:
    """A lead that is reported at `at` and never becomes a whistle."""
    calls = writer.called(writer.random.choice(writer.ground.types))
    draft = writer.draft(writer.ground.types[0], "", calls) | {"source": writer.drawn(SOURCES)}
    lead = _reported(writer, draft, at)
    way = writer.drawn(WAYS)
    late = writer.chance(0.08)
    if lead.reporter == Holder.STREET or way == "solved":
        way = "left" if way == "left" else "solved"
    elif way == "taken_over":
        lead.passed.append((writer.pace.minutes(at, 5, 300), "take_lead_over", {}))
    elif way != "left":
        _climb(writer, lead, writer.pace.minutes(at, 3, 30), timedelta(hours=2), hard=way == "hard")
    if way == "passed_back":
        back = writer.pace.minutes(lead.passed[-1][0], 5, 60)
        lead.passed.append((back, "pass_lead_back", {"reason": writer.random.choice(words.PASSED_BACK)}))
    last = lead.passed[-1][0] if lead.passed else at
    if writer.chance(0.2):
        last = writer.pace.minutes(last, 5, 90)
        lead.passed.append((last, "add_note", {"note": writer.random.choice(words.NOTED)}))
    if way != "left":
        lead.solved = writer.pace.office(
            last, writer.random.uniform(20, 60) if late else writer.random.uniform(0.3, 9)
        )
        lead.answer = writer.random.choice(words.SOLVED)
    return lead


def _reported(writer, draft, at):
    names = ("title", "description", "area", "address", "source", "lat", "lng", "demonstration")
    report = {name: draft[name] for name in names if name in draft}
    grids = writer.ground.grids.get(report["area"].code, [])
    if grids and writer.chance(0.6):
        report["area"] = writer.random.choice(grids)
    reporter = HOLDERS[2 - (len(report["area"].code) - 9) // 3]
    if report["source"] == Source.HOTLINE:
        # The hotline gives its tickets to the street, with a time of its own for every other one.
        reporter = Holder.STREET
        report["hotline_number"] = f"12345-{at:%Y%m%d%H%M%S}"
        if writer.chance(0.5):
            report["answer_by"] = whole(at + timedelta(hours=writer.random.uniform(20, 120)))
    return LeadScript(report, reporter, writer.cast, at)


def _climb(writer, lead, at, within, *, hard):
    """From hand to hand up to the street, between `at` and so much later; at once where it is `hard`."""
    if hard:
        lead.passed.append((whole(at), "mark_hard", {"note": writer.random.choice(words.PASSED_UP)}))
        return
    steps = HOLDERS.index(Holder.STREET) - HOLDERS.index(_first_hand(lead))
    for step in range(steps):
        when = whole(at + within * step / max(steps, 1))
        lead.passed.append((when, "pass_lead_up", {"note": writer.random.choice(words.PASSED_UP)}))


def _first_hand(lead):
    """Who has it in hand when it is reported: a whole community lies in no grid's hand."""
    lowest = HOLDERS[2 - (len(lead.report["area"].code) - 9) // 3]
    return max(lead.reporter, lowest, key=HOLDERS.index)


def _came_to_nothing(script):
    """When its whistle was declined or withdrawn; None where it called departments, or went to the city."""
    return script.withdrawn or (script.triaged if script.decision == "decline" else None)


def held_of(writer, script: Script) -> Held | None:
    """What follows a ruling: the records, and appeals against some of them, decided one way or the other."""
    if not (script.decision == "decline" and script.decision_fields.get("ruling")) or script.draft["drill"]:
        return None
    held = Held(writer.pace.minutes(script.triaged, 1, 2))
    for role in dict.fromkeys(role for role, _at, agrees in script.signatures if agrees):
        how = writer.drawn(HELD)
        if how == "accepted":
            continue
        at = writer.pace.office(held.at, writer.random.uniform(1, 20))
        decided = None if how == "waiting" else writer.pace.office(at, writer.random.uniform(2, 24))
        decision = words.REVERSED if how == "reversed" else words.UPHELD
        reason = writer.random.choice(words.APPEALS)
        held.disputed.append(Disputed(role, at, reason, decided, how == "reversed", decision))
    return held
