"""The life of a lead: reported, passed up and back between grid, community and street, solved or made a whistle.

Its clock starts when it is reported and runs whoever has it in hand.
"""

from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from common import claims
from common.errors import Invalid, WrongState, require
from dispatch import clocks
from dispatch.messages import News, tell, write
from dispatch.states import ClockKind
from whistle.models import EventKind, Lead
from whistle.permissions import (
    can_handle,
    can_take_over,
    can_whistle_lead,
    can_work_on,
    hand_of,
    handling_post,
    hands_over,
    taking_hand,
)
from whistle.services import add_photos, carry_photos, create_draft, record
from whistle.services.moves import move_on
from whistle.services.numbers import give_number, no_number_yet
from whistle.states import HOLDERS, LEAD_MOVES, Holder, LeadState, Source

# A ticket of the hotline that wants its answer later than this has a slip of the pen in it.
LATEST_ANSWER = timedelta(days=366)


def report_lead(
    *,
    by,
    at,
    area,
    title,
    description="",
    address="",
    lat=None,
    lng=None,
    source="",
    contact="",
    hard=False,
    hotline_number="",
    answer_by=None,
    photos=(),
    demonstration=False,
    claimed_at=None,
):
    """A new lead with a number of its own. `area`: a street, community or grid; `lat`, `lng`: degrees or both None.

    Whoever reports it has it in hand, for their grid, community or street; what is `hard` is the street's at once.
    `hotline_number`, `answer_by` (a moment): as the hotline gave them; its clock is due at that very moment. Without
    one the rule of the district says how long the clock runs. Without a `source` it is the reporter's own patrol.
    `claimed_at`: when it was made, as says a phone that had no network; kept, and decides nothing.

    Refuses with Forbidden outside the reporter's ground, and with Invalid a ticket that was entered already, a moment
    that has passed or is more than a year away, and either of them where the lead is not the hotline's.
    """
    holder, post = hand_of(by, area.code)
    require(post is not None, _("You can only report what lies in the area of your post."))
    source = source or _usual_source(holder, hotline_number or answer_by)
    _refuse_ticket(source, hotline_number, answer_by, at)
    # A whole community lies in no grid's hand, a whole street in no community's.
    holder = Holder.STREET if hard else max(holder, hands_over(area.code)[0], key=HOLDERS.index)
    lead = Lead(
        district_id=area.district_code,
        area=area,
        holder=holder,
        hard=hard,
        source=source,
        title=title,
        description=description,
        address=address,
        lat=lat,
        lng=lng,
        contact=contact,
        hotline_number=hotline_number,
        answer_by=answer_by,
        reported_by=by,
        reported_at=at,
        demonstration=demonstration,
    )
    with transaction.atomic():
        lead.number = no_number_yet()
        _save_new(lead)
        dues = clocks.dues(_start(lead, at=at))
        event = record(
            EventKind.LEAD_REPORTED,
            lead,
            at=at,
            by=by,
            post=post,
            holder=str(lead.holder),
            hard=hard,
            clocks=dues,
            **claims.kept(claimed_at),
        )
        add_photos(lead, event, photos)
        tell(News(event, lead))
        give_number(lead, at)
    return lead


def _usual_source(holder, of_the_hotline):
    if of_the_hotline:
        return Source.HOTLINE
    return Source.STREET if holder == Holder.STREET else Source.GRID


def _refuse_ticket(source, hotline_number, answer_by, at):
    """What the hotline gives comes with the hotline's leads alone, and the time it gives lies ahead."""
    wrong = {}
    if source != Source.HOTLINE:
        named = {"hotline_number": hotline_number, "answer_by": answer_by}
        sentence = _("Only a lead from the hotline has its number and its time.")
        wrong = {name: [sentence] for name, given in named.items() if given}
    elif answer_by and answer_by <= at:
        wrong["answer_by"] = [_("The time for the answer has passed already.")]
    elif answer_by and answer_by > at + LATEST_ANSWER:
        wrong["answer_by"] = [_("The hotline wants no answer later than in a year. Please check the day.")]
    if wrong:
        raise Invalid(fields=wrong)


def _save_new(lead):
    try:
        with transaction.atomic():
            lead.save(force_insert=True)
    except IntegrityError as error:
        if not lead.hotline_number:
            raise
        sentence = _("This ticket of the hotline has been entered already.")
        raise Invalid(fields={"hotline_number": [sentence]}) from error


def _start(lead, *, at):
    """The clock by the district's rule, or until the very moment that the hotline named."""
    if lead.answer_by:
        return [clocks.start_until(lead, ClockKind.LEAD, at=at, until=lead.answer_by)]
    return clocks.start(lead, [ClockKind.LEAD], at=at)


# --- from hand to hand ---


@transaction.atomic
def pass_lead_up(lead, *, by, at, note=""):
    """More than the grid (or the community) can do: the next level has it in hand."""
    lead, post = _in_hand(lead, by)
    if lead.holder == Holder.STREET:
        raise WrongState(_("It is in the street's hand: above it, a lead becomes a whistle."))
    above = HOLDERS[HOLDERS.index(Holder(lead.holder)) + 1]
    return _hand(lead, above, EventKind.LEAD_PASSED_UP, by=by, post=post, at=at, note=note)


@transaction.atomic
def mark_hard(lead, *, by, at, note=""):
    """What nobody below can solve (疑难) is the street's at once."""
    lead, post = _in_hand(lead, by)
    if lead.holder == Holder.STREET:
        raise WrongState(_("It is in the street's hand: above it, a lead becomes a whistle."))
    return _hand(lead, Holder.STREET, EventKind.LEAD_HARD, by=by, post=post, at=at, note=note, hard=True)


@transaction.atomic
def pass_lead_back(lead, *, by, at, reason):
    """The level below can solve it after all; so it is not hard."""
    lead, post = _in_hand(lead, by)
    position = HOLDERS.index(Holder(lead.holder))
    if not position or HOLDERS[position - 1] not in hands_over(lead.area_id):
        raise WrongState(_("Nobody below has this place in hand."))
    below = HOLDERS[position - 1]
    return _hand(lead, below, EventKind.LEAD_PASSED_BACK, by=by, post=post, at=at, note=reason, hard=False)


@transaction.atomic
def take_lead_over(lead, *, by, at):
    """Somebody above does not wait until it is passed up."""
    require(can_take_over(by, lead))
    lead = _open(lead)
    holder, post = taking_hand(by, lead)
    return _hand(lead, holder, EventKind.LEAD_TAKEN_OVER, by=by, post=post, at=at)


def _hand(lead, holder, kind, *, by, post, at, note="", hard=None):
    """Who has it in hand from now on; they hear of it."""
    was, lead.holder = lead.holder, holder
    lead.hard = lead.hard if hard is None else hard
    lead.save(update_fields=["holder", "hard"])
    event = record(kind, lead, at=at, by=by, post=post, note=note, was=str(was), holder=str(holder))
    tell(News(event, lead))
    return lead


# --- what becomes of it ---


@transaction.atomic
def add_note(lead, *, by, at, note, photos=()):
    """What somebody on whose ground it lies has seen or learnt of it."""
    require(can_work_on(by, lead))
    lead = _open(lead)
    event = record(EventKind.LEAD_NOTED, lead, at=at, by=by, post=hand_of(by, lead.area_id)[1], note=note)
    add_photos(lead, event, photos)
    return lead


@transaction.atomic
def solve(lead, *, by, at, answer, photos=()):
    """It is solved; `answer` says how, and goes to whoever called. Stops its clock."""
    lead, post = _in_hand(lead, by)
    changes = {"answer": answer, "solved_at": at}
    event = move_on(
        lead,
        LEAD_MOVES,
        LeadState.SOLVED,
        EventKind.LEAD_SOLVED,
        at=at,
        by=by,
        post=post,
        note=answer,
        changes=changes,
    )
    add_photos(lead, event, photos)
    clocks.meet(ClockKind.LEAD, at=at, subject=lead)
    _tell_reporter(event, lead)
    return lead


@transaction.atomic
def whistle_lead(lead, *, by, at, type, level, criteria, description):
    """What needs several forces becomes a whistle: a draft that carries the source, the place and the photos.

    Takes what `create_draft` takes. Stops the lead's clock; should the whistle come to nothing, it runs on from its
    first start. Returns the whistle. Refuses with WrongState what is not in the street's hand.
    """
    require(can_whistle_lead(by, lead))
    lead = _open(lead)
    if lead.holder != Holder.STREET:
        raise WrongState(_("It is not in the street's hand. Take it over first."))
    whistle = create_draft(
        by=by,
        at=at,
        type=type,
        level=level,
        criteria=criteria,
        description=description,
        lead=lead,
        demonstration=lead.demonstration,
        **{name: getattr(lead, name) for name in ("title", "area", "address", "lat", "lng", "source")},
    )
    carry_photos(lead.photos.all(), whistle, whistle.drafted)
    post = handling_post(by, lead)
    event = move_on(
        lead,
        LEAD_MOVES,
        LeadState.WHISTLED,
        EventKind.LEAD_WHISTLED,
        at=at,
        by=by,
        post=post,
        whistle=whistle.number,
    )
    clocks.meet(ClockKind.LEAD, at=at, subject=lead)
    _tell_reporter(event, lead)
    return whistle


def bring_back(whistle, *, by, post, at, note):
    """The whistle came to nothing before it called anybody: its lead is open again, and its clock runs on."""
    if whistle.lead_id is None or whistle.orders.exists():
        return
    lead = lock(whistle.lead)
    clocks.resume_met(ClockKind.LEAD, subject=lead)
    event = move_on(
        lead,
        LEAD_MOVES,
        LeadState.OPEN,
        EventKind.LEAD_CAME_BACK,
        at=at,
        by=by,
        post=post,
        note=note,
        whistle=whistle.number,
        holder=str(lead.holder),
    )
    tell(News(event, lead))


def _tell_reporter(event, lead):
    write([(event, lead, {lead.reported_by_id} - {event.person_id})])


# --- the row ---


def lock(lead):
    """The lead's row, locked until the transaction ends, as it stands now."""
    return Lead.objects.select_for_update(of=("self",), no_key=True).select_related("area").get(pk=lead.pk)


def _open(lead):
    lead = lock(lead)
    if lead.state != LeadState.OPEN:
        raise WrongState(_("This lead is over; somebody may have acted before you."))
    return lead


def _in_hand(lead, by):
    """The lead, locked, and the post in which `by` has it in hand."""
    require(can_handle(by, lead))
    was, lead = lead.holder, _open(lead)
    if lead.holder != was:
        raise WrongState(_("Somebody else has this lead in hand by now."))
    return lead, handling_post(by, lead)
