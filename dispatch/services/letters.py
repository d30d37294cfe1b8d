"""The life of an advice letter: sent to a department, replied to within its clock, its outcome stated."""

from django.db import transaction
from django.utils.translation import gettext as _

from common.errors import Invalid, require
from dispatch import clocks
from dispatch.messages import News, tell
from dispatch.permissions import can_reply, replying_post
from dispatch.states import ClockKind
from whistle.models import AdviceLetter, EventKind
from whistle.permissions import can_speak_for_sender, letter_hand, sending_post
from whistle.services import add_photos, record
from whistle.services.moves import move_on
from whistle.services.numbers import give_number, no_number_yet
from whistle.states import LETTER_MOVES, LetterState


def send_letter(*, by, at, department, area, title, text, photos=(), demonstration=False):
    """Writes to a department of the district in the name of one's street or community; its clock to reply starts.

    `area`: the ground it speaks of, the sender's own or a part of it. Refuses with Forbidden ground that is not the
    writer's, and with Invalid a department of another district or one that is not called any more.
    """
    sender, post = letter_hand(by, area.code)
    require(post is not None, _("You can only write about the area of your own street or community."))
    if department.district_id != area.district_code or not department.active:
        sentence = _("“%(value)s” is not a department of this district that can be called.")
        raise Invalid(fields={"department": [sentence % {"value": department.code}]})
    letter = AdviceLetter(
        district_id=area.district_code,
        sender_id=sender,
        department=department,
        area=area,
        title=title,
        text=text,
        created_by=by,
        sent_at=at,
        demonstration=demonstration,
    )
    with transaction.atomic():
        letter.number = no_number_yet()
        letter.save(force_insert=True)
        dues = clocks.dues(clocks.start(letter, [ClockKind.REPLY], at=at))
        event = record(EventKind.LETTER_SENT, letter, at=at, by=by, post=post, department=department.name, clocks=dues)
        add_photos(letter, event, photos)
        tell(News(event, letter))
        give_number(letter, at)
    return letter


@transaction.atomic
def reply(letter, *, by, at, reply, photos=()):
    """The department says what it will do, or why not. Stops its clock."""
    require(can_reply(by, letter))
    act = {"at": at, "by": by, "post": replying_post(by, letter), "note": reply}
    changes = {"reply": reply, "replied_at": at}
    letter, event = _move(letter, LetterState.ANSWERED, EventKind.LETTER_ANSWERED, **act, changes=changes)
    add_photos(letter, event, photos)
    clocks.meet(ClockKind.REPLY, at=at, subject=letter)
    tell(News(event, letter))
    return letter


@transaction.atomic
def state_outcome(letter, *, by, at, outcome, note=""):
    """Whoever sent it says what became of the advice."""
    require(can_speak_for_sender(by, letter))
    act = {"at": at, "by": by, "post": sending_post(by, letter), "note": note}
    changes = {"outcome": outcome, "closed_at": at}
    letter, event = _move(
        letter, LetterState.CLOSED, EventKind.LETTER_CLOSED, **act, changes=changes, outcome=str(outcome)
    )
    tell(News(event, letter))
    return letter


@transaction.atomic
def withdraw_letter(letter, *, by, at, reason):
    """Taken back before the department has replied."""
    require(can_speak_for_sender(by, letter))
    act = {"at": at, "by": by, "post": sending_post(by, letter), "note": reason}
    letter, event = _move(letter, LetterState.WITHDRAWN, EventKind.LETTER_WITHDRAWN, **act)
    clocks.cancel(at=at, subject=letter)
    tell(News(event, letter))
    return letter


def _move(letter, to, kind, **act):
    """Locks the letter's row and moves it along its table; returns it and the event."""
    locked = AdviceLetter.objects.select_for_update(of=("self",), no_key=True)
    letter = locked.select_related("department").get(pk=letter.pk)
    return letter, move_on(letter, LETTER_MOVES, to, kind, **act)
