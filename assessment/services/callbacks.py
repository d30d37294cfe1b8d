"""The centre calls residents back once a case is closed, and writes down what they say."""

from django.db import transaction
from django.utils.translation import gettext as _

from assessment.models import Callback
from assessment.permissions import can_call_back
from common.errors import Invalid, WrongState, require
from dispatch.messages import News, tell
from dispatch.permissions import centre_post
from dispatch.states import Audience
from whistle.models import EventKind
from whistle.services import record
from whistle.services.moves import lock
from whistle.states import WhistleState


@transaction.atomic
def call_back(whistle, *, by, at, contacted, responded=None, solved=None, satisfaction="", note=""):
    """One call about a closed case. The first in which somebody was reached counts and is the last one.

    `contacted`: somebody was reached. Then they say whether those who handle it had been in touch (`responded`),
    whether it is `solved`, and how satisfied they are; of a call that reached nobody, none of this is kept. The street
    hears of it where residents say that it is not solved.

    Refuses with Invalid a gap in what was heard; with WrongState a drill, a case that is not closed or was closed more
    than 30 days ago (nothing would come of the answer any more), and one about which somebody was reached already.
    """
    require(can_call_back(by, whistle))
    heard = {"responded": responded, "solved": solved, "satisfaction": satisfaction} if contacted else {}
    missing = [name for name, said in heard.items() if said in (None, "")]
    if missing:
        raise Invalid(fields={name: [_("Who was reached has said something about this.")] for name in missing})
    whistle = lock(whistle)
    if whistle.state != WhistleState.CLOSED:
        raise WrongState()
    if why := why_not_called(whistle, at):
        raise WrongState(why)
    Callback.objects.create(
        whistle=whistle,
        district_id=whistle.district_id,
        closing=whistle.closed_at,
        at=at,
        by=by,
        contacted=contacted,
        note=note,
        **heard,
    )
    event = record(
        EventKind.CALLED_BACK if contacted else EventKind.NOBODY_ANSWERED,
        whistle,
        at=at,
        by=by,
        post=centre_post(by, whistle),
        note=note,
        **heard,
    )
    if contacted and not solved:
        tell(News(event, whistle), also=(Audience.RESPONSIBLE, Audience.HEADS))
    return whistle


def why_not_called(whistle, at):
    """Why residents are not to be called about the present closing of a closed case at `at`; empty when they are."""
    if whistle.drill:
        return _("A drill has no residents to call.")
    if not whistle.can_be_reopened_at(at):
        return _("It was closed more than 30 days ago. Nobody is called about it any more.")
    if Callback.objects.reached().filter(whistle=whistle, closing=whistle.closed_at).exists():
        return _("Residents have already been reached about this case.")
    return ""
