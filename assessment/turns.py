"""How a case can turn out otherwise than usual: what a script that `staged` wrote holds instead.

Each function changes a script that holds all moments up to its end; what follows from the turn moves with it. `pace`
is the script's own; `called`: when its departments were; `call`: the one of the department it happens to.
"""

from dataclasses import replace
from datetime import timedelta

from assessment.pace import finish
from assessment.stage import Call, Changed, Detour, MoreTime, Returned
from dispatch.states import ReturnRuling
from grid.worktime import SHANGHAI

# --- before departments are called ---------------------------------------------------------------


def refused(script, pace, number):
    """One of the secretaries refuses (the first or the second to sign); put right, it is signed by both."""
    earlier, later = _twice(script, pace)
    role, at, _agrees = earlier[number]
    script.signatures = [*earlier[:number], (role, at, False), *later]


def turned_back(script, pace, reason):
    """The centre returns it to the street, which puts it right and blows it again."""
    earlier, later = _twice(script, pace)
    filed = max([script.asked, *(at for _role, at, _agrees in earlier)])
    script.signatures = [*earlier, *later]
    script.detour = Detour(pace.minutes(filed, 10, 90), "return_to_street", {"reason": reason})


def _twice(script, pace):
    """The street has asked for signatures a day or two before; returns the signatures of both times."""
    earlier = _shift(script, pace)
    script.edited, script.asked_again = pace.minutes(script.asked, -25, -3), script.asked
    later, script.signatures = script.signatures, []
    script.asked -= earlier
    return [(role, at - earlier, agrees) for role, at, agrees in later], later


def escalated(script, pace, reason, *, comes_back):
    """To the city, which hands it back before the departments are called, or keeps it."""
    earlier, called = _shift(script, pace), script.triaged
    script.asked -= earlier
    script.signatures = [(role, at - earlier, agrees) for role, at, agrees in script.signatures]
    script.detour = Detour(called - earlier, "escalate", {"reason": reason})
    if comes_back:
        script.handed_back = pace.minutes(called, -90, -10)
    else:
        end_with_centre(script)


def declined(script, reason, ruling):
    script.decision, script.decision_fields = "decline", {"reason": reason, "ruling": ruling}
    called = script.triaged
    end_with_centre(script)
    script.triaged = called


def withdrawn(script, pace):
    """The street takes it back before anybody signed."""
    end_with_centre(script)
    script.signatures = []
    script.withdrawn = pace.minutes(script.asked, 2, 7)


def end_with_centre(script):
    """Nobody is called, and nothing comes after it."""
    script.calls, script.verified = [], []
    script.triaged = script.confirmed = script.scored = None


def _shift(script, pace):
    """Moves the draft a day or two ahead; returns by how much."""
    earlier = timedelta(minutes=round(60 * pace.random.uniform(20, 50)))
    script.drafted -= earlier
    return earlier


# --- who is called -------------------------------------------------------------------------------


def overruled(script, call, pace, called):
    """A department says that it is not its matter, and is told that it is; its clock ran on."""
    call.returned = Returned(
        at=pace.minutes(called, 10, 25),
        reason="经核实，该路段不在我单位管养范围。",
        ruled=pace.minutes(called, 70, 95),
        note="权责清单列明由你单位配合，时限照常计算。",
    )
    call.acknowledged = pace.minutes(called, 100, 130)
    call.reports = [max(call.reports[0], pace.minutes(call.acknowledged, 20, 40))]
    call.result = max(call.result, pace.minutes(call.reports[0], 60, 90))
    call.cooperation, call.comment = 64, "退单被驳回后才到场。"
    finish(script, pace)


def upheld(script, wrong, pace, called, *, to):
    """A department is right that it is not its matter, and another one is called in its place."""
    ruled = pace.minutes(called, 35, 55)
    right = replace(
        wrong,
        department=to,
        instead=True,
        acknowledged=pace.minutes(ruled, 10, 40),
        reports=[pace.office(ruled, 2.5)],
        result=max(wrong.result, pace.office(ruled, 4)),
        # A list of its own: `replace` shares what it copies.
        progress=[],
    )
    wrong.returned = Returned(
        at=pace.minutes(called, 10, 20),
        reason="该设施产权已移交，建议由现管养单位处置。",
        ruled=ruled,
        ruling=ReturnRuling.UPHELD,
        to=to,
        note="情况属实，改派。",
    )
    wrong.acknowledged, wrong.reports, wrong.result = None, [], None
    script.calls.append(right)
    finish(script, pace)


def changed(script, pace, called, *, to, drop):
    """The centre calls one more department while the others are at work, and lets the last one go with `drop`."""
    at = pace.minutes(called, 12, 40)
    *kept, last = script.calls
    if drop and kept:
        if last.acknowledged and last.acknowledged >= at:
            last.acknowledged = None
        last.reports = [moment for moment in last.reports if moment < at]
        last.result = None
    else:
        kept.append(last)
    lead, *assisting = (call.department for call in kept)
    script.changed = Changed(at, lead, [*assisting, to], "根据现场情况调整处置力量。")
    came = pace.office(at, pace.random.uniform(0.8, 3))
    script.calls.append(
        Call(
            to,
            instead=True,
            acknowledged=pace.minutes(at, 4, 40),
            reports=[max(came, pace.minutes(at, 42, 50))],
            result=pace.office(came, pace.random.uniform(2, 9)),
        )
    )
    finish(script, pace)


# --- the result ----------------------------------------------------------------------------------


def not_solved(script, pace):
    """The street looks, finds it not solved, and looks again after a second result."""
    ((looked, solved, note),) = script.verified
    for call in script.calls:
        if call.result:
            call.second_result = pace.office(looked, 3)
            call.resolution = 70
    again = pace.office(looked, 6)
    script.verified = [(looked, False, "雨后复查仍有渗漏，请继续处置。"), (again, solved, note)]
    script.confirmed, script.scored = pace.office(again, 1), pace.office(again, 3)


def extended(script, call, pace, rule, called, reason):
    """It asks for more time before its clock runs out; the centre grants or refuses, or the result comes first."""
    asked = max(pace.within(called, rule, 0.4, 0.85), pace.minutes(call.reports[0], 20, 60))
    if asked >= pace.due(rule, called):
        return
    answered = pace.office(asked, pace.random.uniform(0.4, 6))
    how = pace.random.choice(("granted", "granted", "refused", "lapsed"))
    amount = pace.random.randint(1, max(1, rule.limit // 2))
    call.more_time = MoreTime(asked, reason, amount=amount, answered=answered, granted=how == "granted")
    call.more_time.note = "情况属实，同意延期。" if how == "granted" else "理由不充分，请按期办结。"
    call.result = pace.office(answered, pace.random.uniform(3, 16))
    if how == "lapsed":
        call.more_time.answered = None
    finish(script, pace)


def suspended(script, call, pace, rule, called, reason):
    """It asks to stop the clock until a day; the centre refuses, or grants it and perhaps ends it early."""
    asked = max(pace.within(called, rule, 0.2, 0.7), pace.minutes(call.reports[0], 20, 60))
    if asked >= pace.due(rule, called):
        return
    answered = pace.office(asked, pace.random.uniform(0.4, 4))
    day = answered.astimezone(SHANGHAI) + timedelta(days=pace.random.randint(4, 18))
    review = day.replace(hour=0, minute=0, second=0)
    how = pace.random.choice(("granted", "granted", "early", "refused"))
    call.more_time = MoreTime(asked, reason, review_on=review.date(), answered=answered, granted=how != "refused")
    call.more_time.note = "同意挂账，按期复核。" if how != "refused" else "不具备挂账条件，请继续处置。"
    goes_on = review
    if how == "early":
        goes_on = call.more_time.resumed = answered + (review - answered) * pace.random.uniform(0.3, 0.8)
        goes_on = call.more_time.resumed = goes_on.replace(microsecond=0)
    elif how == "refused":
        goes_on = answered
    call.result = pace.office(goes_on, pace.random.uniform(4, 16))
    finish(script, pace)
