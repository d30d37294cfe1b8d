"""The command centre: is it real and urgent, and who must come?"""

from django.db import transaction
from django.utils.translation import gettext as _

from common.errors import WrongState, require
from dispatch import clocks, whereabouts
from dispatch.messages import News, tell
from dispatch.permissions import (
    can_come_as_leader,
    can_dispatch,
    can_hand_back,
    can_reopen,
    centre_post,
    city_post,
    leader_post,
    reopening_post,
)
from dispatch.services import calling
from dispatch.services.leads import bring_back
from dispatch.states import ClockKind
from whistle.models import EventKind
from whistle.services import add_photos, move, record
from whistle.services.moves import lock, refuse_unless_move
from whistle.states import Level, WhistleState


@transaction.atomic
def dispatch(whistle, *, by, at, lead, assisting, note=""):
    """Accepts the whistle and calls its departments."""
    require(can_dispatch(by, whistle))
    return calling.call(
        whistle, lead=lead, assisting=assisting, at=at, by=by, post=centre_post(by, whistle), note=note
    )


@transaction.atomic
def redispatch(whistle, *, by, at, lead, assisting, note=""):
    """Changes who is called while the matter is being handled."""
    require(can_dispatch(by, whistle))
    whistle = lock(whistle)
    if whistle.state != WhistleState.DISPATCHED:
        raise WrongState(_("Departments can only be changed while the whistle is being handled."))
    post = centre_post(by, whistle)
    record(
        EventKind.DISPATCHED,
        whistle,
        at=at,
        by=by,
        post=post,
        note=note,
        lead=lead.name,
        assisting=[department.name for department in assisting],
        changed=True,
    )
    calling.change(whistle, lead=lead, assisting=assisting, at=at, by=by, post=post, note=note)
    return calling.settle(whistle, at=at)


@transaction.atomic
def return_to_street(whistle, *, by, at, reason):
    """Back to the street with a reason: to be put right and filed again."""
    require(can_dispatch(by, whistle))
    whistle, event = move(
        whistle,
        WhistleState.RETURNED,
        EventKind.RETURNED,
        at=at,
        by=by,
        post=centre_post(by, whistle),
        note=reason,
    )
    return _triaged(whistle, at, event)


@transaction.atomic
def decline(whistle, *, by, at, reason, ruling=""):
    """Not accepted. A ruling (frivolous or empty) falls on everybody who signed; their names go on record."""
    require(can_dispatch(by, whistle))
    whistle = lock(whistle)
    signers = [
        {"name": str(signature.person), "post": str(signature.post), "role": signature.role}
        for signature in whistle.signatures.filter(agrees=True).select_related(
            "person", "post__area", "post__department"
        )
        if signature.round == whistle.sign_round
    ]
    post = centre_post(by, whistle)
    whistle, event = move(
        whistle,
        WhistleState.DECLINED,
        EventKind.DECLINED,
        at=at,
        by=by,
        post=post,
        note=reason,
        changes={"ruling": ruling},
        ruling=str(ruling),
        **({"signers": signers} if ruling else {}),
    )
    bring_back(whistle, by=by, post=post, at=at, note=reason)
    return _triaged(whistle, at, event)


@transaction.atomic
def escalate(whistle, *, by, at, reason):
    """Beyond the district's powers: to the city."""
    require(can_dispatch(by, whistle))
    whistle, _event = move(
        whistle,
        WhistleState.ESCALATED,
        EventKind.ESCALATED,
        at=at,
        by=by,
        post=centre_post(by, whistle),
        note=reason,
    )
    clocks.meet(ClockKind.TRIAGE, at=at, subject=whistle)
    return whistle


@transaction.atomic
def hand_back(whistle, *, by, at, note):
    """The city gives an escalated whistle back to the district, with its decision."""
    require(can_hand_back(by, whistle))
    whistle = lock(whistle)
    refuse_unless_move(whistle, WhistleState.FILED, WhistleState.ESCALATED)
    started = clocks.start(whistle, [ClockKind.TRIAGE], at=at)
    whistle, event = move(
        whistle,
        WhistleState.FILED,
        EventKind.HANDED_BACK,
        at=at,
        by=by,
        post=city_post(by, whistle),
        note=note,
        out_of=WhistleState.ESCALATED,
        clocks=clocks.dues(started),
    )
    tell(News(event, whistle))
    return whistle


@transaction.atomic
def reopen(whistle, *, by, at, reason):
    """The problem is back within 30 days: to the centre again, which calls afresh. Old scores stand."""
    require(can_reopen(by, whistle))
    whistle = lock(whistle)
    refuse_unless_move(whistle, WhistleState.FILED, WhistleState.CLOSED)
    if why := why_not_reopen(whistle, at):
        raise WrongState(why)
    started = clocks.start(whistle, [ClockKind.TRIAGE], at=at)
    whistle, event = move(
        whistle,
        WhistleState.FILED,
        EventKind.REOPENED,
        at=at,
        by=by,
        post=reopening_post(by, whistle),
        note=reason,
        out_of=WhistleState.CLOSED,
        changes={
            "filed_at": at,
            "dispatched_at": None,
            "handled_at": None,
            "verified_at": None,
            "confirmed_at": None,
            "closed_at": None,
        },
        clocks=clocks.dues(started),
    )
    tell(News(event, whistle))
    return whistle


def why_not_reopen(whistle, at):
    """Why it cannot be reopened at a moment, in a sentence; empty when it can."""
    if whistle.can_be_reopened_at(at):
        return ""
    return _("It was closed more than 30 days ago. Please file a new whistle.")


@transaction.atomic
def come_as_leader(whistle, *, by, at, lat=None, lng=None, accuracy=None, note="", photos=()):
    """A district leader stands on site at a major incident and takes the lead: the double report."""
    require(can_come_as_leader(by, whistle))
    whistle = lock(whistle)
    if whistle.state != WhistleState.DISPATCHED or whistle.level != Level.MAJOR:
        raise WrongState(_("District leaders come to major incidents while the departments are at work."))
    event = record(
        EventKind.LEADER_ON_SITE,
        whistle,
        at=at,
        by=by,
        post=leader_post(by, whistle),
        note=note,
        lat=lat,
        lng=lng,
        accuracy_m=whereabouts.measured(accuracy),
        distance_m=whistle.metres_to(lat, lng),
        positioned=lat is not None,
    )
    add_photos(whistle, event, photos)
    return whistle


def _triaged(whistle, at, event):
    tell(News(event, whistle))
    clocks.meet(ClockKind.TRIAGE, at=at, subject=whistle)
    clocks.cancel(at=at, subject=whistle)
    return whistle
