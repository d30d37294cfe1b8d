"""What comes after cases are over: residents are called back, and signers are held to account for empty whistles."""

from datetime import timedelta

from django.utils import timezone

from assessment.demo.props import Props
from assessment.models import Accountability
from assessment.services import call_back
from assessment.services.accountability import appeal
from assessment.services.holding import hold_to_account
from dispatch import services
from dispatch.queries import orders_at_work
from grid.demo import DISTRICT
from whistle.models import Event, EventKind, Whistle
from whistle.states import Level, Satisfaction, WhistleState

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
MINUTES = """一、先查明各楼栋管线走向，再分段开挖，居民停气每次不超过四小时。
二、牵头部门统一安排停气和施工时序，配合部门按分工到场。
三、改造期间每周在现场会商一次。"""
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


def hold_a_joint_session(props: Props) -> None:
    """The departments of the gas mains of a whole quarter met this morning: two tasks, one of them done."""
    under_way = Whistle.objects.filter(demonstration=True, state=WhistleState.DISPATCHED)
    whistle = under_way.filter(level=Level.LARGER).order_by("id").first()
    if whistle is None:
        return
    officer, (lead, second, *_others) = props.cast.officer(whistle), orders_at_work(whistle)
    called, begins = props.now - timedelta(hours=3), props.now - timedelta(hours=2)
    session = services.convene(
        whistle,
        by=officer,
        at=called,
        held_at=begins,
        place=whistle.address,
        departments=[order.department for order in orders_at_work(whistle)],
        agenda="管线整体改造期间的停气安排和开挖顺序。",
    )
    written = begins + timedelta(minutes=50)
    services.write_minutes(session, by=officer, at=written, minutes=MINUTES, came=[lead.department, second.department])
    day = timezone.localdate(props.now)
    for order, text, days in ((lead, "确定停气时段，提前入户告知居民", 1), (second, "提供楼栋管线图纸", 0)):
        task = services.set_task(
            session,
            by=officer,
            at=written,
            department=order.department,
            text=text,
            due_on=day + timedelta(days=days),
        )
    by, at = props.cast.liaison(second.department), props.now - timedelta(minutes=5)
    services.complete_task(task, by=by, at=at, note="图纸已送交施工单位。")


def hold_everybody_to_account(props: Props) -> None:
    """Opens the records of what the centre ruled, a minute after the ruling; the latest is appealed, and waits."""
    declined = Event.objects.filter(kind=EventKind.DECLINED, whistle__demonstration=True).order_by("at")
    for moment in declined.values_list("at", flat=True):
        hold_to_account(now=moment + timedelta(minutes=1), within=DISTRICT)
    held = Accountability.objects.filter(whistle__demonstration=True).select_related("person").order_by("-id")
    for record in held[:1]:
        at = min(props.pace.office(record.opened_at, 2), props.now, record.appeal_until)
        appeal(record, by=record.person, at=at, reason=REASON)
