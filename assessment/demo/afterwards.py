"""What comes after cases are over: residents are called back, and signers are held to account for empty whistles."""

from datetime import timedelta

from assessment.demo.props import Props
from assessment.models import Accountability
from assessment.services import call_back
from assessment.services.accountability import appeal
from assessment.services.holding import hold_to_account
from grid.demo import DISTRICT
from whistle.models import Event, EventKind, Whistle
from whistle.states import Satisfaction, WhistleState

S = Satisfaction
# What the residents of one case after the other say: had been in touch, solved, satisfied.
SAID = [
    *[(True, True, S.SATISFIED)] * 3,
    (True, True, S.FAIRLY),
    (False, True, S.SATISFIED),
    *[(True, True, S.SATISFIED)] * 2,
    (True, False, S.NOT),
]
NOTES = {S.FAIRLY: "处理得慢了些，总体还可以。", S.NOT: "雨天仍有积水，希望再来看看。"}
REASON = "签字前已到现场查看并拍照，当时情形确实存在，请复核。"
# Office hours after the closing.
AFTER = 6


def call_everybody_back(props: Props) -> None:
    """Calls the residents of all cases that were closed long enough ago; the fifth call always reaches nobody."""
    closed = Whistle.objects.in_earnest().filter(state=WhistleState.CLOSED, demonstration=True).select_related("type")
    for number, whistle in enumerate(closed.order_by("closed_at", "id")):
        at = props.pace.office(whistle.closed_at, AFTER)
        if at > props.now or not whistle.can_be_reopened_at(at):
            continue
        by = props.cast.dispatcher(whistle)
        if number % 5 == 4:
            call_back(whistle, by=by, at=at - timedelta(minutes=90), contacted=False)
        responded, solved, satisfaction = SAID[number % len(SAID)]
        call_back(
            whistle,
            by=by,
            at=at,
            contacted=True,
            responded=responded,
            solved=solved,
            satisfaction=satisfaction,
            note=NOTES.get(satisfaction, ""),
        )


def hold_everybody_to_account(props: Props) -> None:
    """Opens the records of what the centre ruled, a minute after the ruling; the latest is appealed, and waits."""
    declined = Event.objects.filter(kind=EventKind.DECLINED, whistle__demonstration=True).order_by("at")
    for moment in declined.values_list("at", flat=True):
        hold_to_account(now=moment + timedelta(minutes=1), within=DISTRICT)
    held = Accountability.objects.filter(whistle__demonstration=True).select_related("person").order_by("-id")
    for record in held[:1]:
        at = min(props.pace.office(record.opened_at, 2), props.now, record.appeal_until)
        appeal(record, by=record.person, at=at, reason=REASON)
