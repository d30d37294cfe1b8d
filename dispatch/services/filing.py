"""From the street's desk to the centre's: asking for signatures, signing, filing, withdrawing."""

from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from common.errors import Invalid, WrongState, require
from dispatch import clocks
from dispatch.messages import News, tell
from dispatch.permissions import can_act_for_street, can_sign, signing_post, street_post
from dispatch.services.calling import dispatch_by_playbook
from dispatch.services.leads import bring_back
from dispatch.states import ClockKind
from whistle.models import EventKind
from whistle.models.signatures import SIGNING_ROLES
from whistle.services import move, record_signature, signatures_of_round
from whistle.services.drafts import check_criteria
from whistle.services.moves import lock
from whistle.states import WITH_THE_STREET, SignOffKind, WhistleState

# A phone's or office PC's clock may be a little ahead of the server's.
CLOCKS_DIFFER = timedelta(minutes=5)


@transaction.atomic
def request_signatures(whistle, *, by, at):
    """Asks both secretaries, or files at once where the type asks for no signature beforehand."""
    require(can_act_for_street(by, whistle))
    whistle = lock(whistle)
    if whistle.state not in WITH_THE_STREET:
        raise WrongState(_("This whistle has left your desk; it has already been submitted."))
    # The type may have come to ask for more since it was drafted.
    check_criteria(whistle.type, {criterion["code"] for criterion in whistle.criteria})
    post = street_post(by, whistle.area_id)
    changes = {"sign_round": whistle.sign_round + 1}
    if whistle.sign_off == SignOffKind.BEFORE:
        whistle, event = move(
            whistle, WhistleState.SIGNING, EventKind.SIGNATURES_REQUESTED, at=at, by=by, post=post, changes=changes
        )
        tell(News(event, whistle))
        return whistle
    return _file(whistle, by=by, post=post, at=at, changes=changes)


@transaction.atomic
def sign(whistle, *, by, at, opinion, inspected_at):
    """One secretary signs after a look on site at `inspected_at`. With both, the whistle is filed by itself."""
    require(can_sign(by, whistle))
    if inspected_at > at + CLOCKS_DIFFER:
        raise Invalid(fields={"inspected_at": [_("The look on site cannot lie in the future.")]})
    whistle = lock(whistle)
    _refuse_unless_signing(whistle)
    post = signing_post(by, whistle)
    record_signature(whistle, by=by, post=post, at=at, agrees=True, opinion=opinion, inspected_at=inspected_at)
    return _after_answer(whistle, by=by, post=post, at=at)


@transaction.atomic
def refuse(whistle, *, by, at, opinion):
    """One secretary refuses, with an opinion. Before filing, the whistle goes back to the street's desk."""
    require(can_sign(by, whistle))
    whistle = lock(whistle)
    _refuse_unless_signing(whistle)
    post = signing_post(by, whistle)
    record_signature(whistle, by=by, post=post, at=at, agrees=False, opinion=opinion)
    if whistle.state == WhistleState.SIGNING:
        # The signature's own line stands in the record; the move needs no second one.
        whistle.state = WhistleState.DRAFT
        whistle.save(update_fields=["state"])
        return whistle
    return _after_answer(whistle, by=by, post=post, at=at)


@transaction.atomic
def withdraw(whistle, *, by, at, reason):
    """The street takes it back before departments were called."""
    require(can_act_for_street(by, whistle))
    post = street_post(by, whistle.area_id)
    whistle, _event = move(whistle, WhistleState.WITHDRAWN, EventKind.WITHDRAWN, at=at, by=by, post=post, note=reason)
    clocks.cancel(at=at, subject=whistle)
    bring_back(whistle, by=by, post=post, at=at, note=reason)
    return whistle


def _refuse_unless_signing(whistle):
    if not awaits_signatures(whistle):
        raise WrongState(_("This whistle does not wait for signatures (any more)."))


def awaits_signatures(whistle):
    """Before filing for most types; for emergencies from filing on, and still when it was closed within the day."""
    if whistle.sign_off == SignOffKind.AFTER:
        return whistle.state in SIGNED_AFTERWARDS
    return whistle.state == WhistleState.SIGNING


SIGNED_AFTERWARDS = (
    WhistleState.FILED,
    WhistleState.ESCALATED,
    WhistleState.DISPATCHED,
    WhistleState.HANDLED,
    WhistleState.VERIFIED,
    WhistleState.CLOSED,
)


def _after_answer(whistle, *, by, post, at):
    answers = {signature.role: signature.agrees for signature in signatures_of_round(whistle)}
    if set(answers) != {role.value for role in SIGNING_ROLES}:
        return whistle
    if whistle.sign_off == SignOffKind.AFTER:
        clocks.meet(ClockKind.SIGN_AFTER, at=at, subject=whistle)
        return whistle
    return _file(whistle, by=by, post=post, at=at)


def _file(whistle, *, by, post, at, changes=None):
    """The whistle sounds: the centre's clock starts, and for some types the departments are called at once."""
    kinds = [ClockKind.TRIAGE, *([ClockKind.SIGN_AFTER] if whistle.sign_off == SignOffKind.AFTER else [])]
    started = clocks.start(whistle, kinds, at=at)
    whistle, event = move(
        whistle,
        WhistleState.FILED,
        EventKind.FILED,
        at=at,
        by=by,
        post=post,
        changes={"filed_at": at, **(changes or {})},
        criteria=[criterion["code"] for criterion in whistle.criteria],
        clocks=clocks.dues(started),
        **({"drill": True} if whistle.drill else {}),
    )
    tell(News(event, whistle))
    if whistle.type.by_playbook:
        return dispatch_by_playbook(whistle, at=at)
    return whistle
