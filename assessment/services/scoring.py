"""The street scores each department of its whistle."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from assessment.models import Evaluation
from assessment.permissions import can_score
from assessment.services.by_rule import terms_of
from common.errors import WrongState, require
from dispatch.permissions import street_post
from dispatch.services import close_if_done
from dispatch.services.orders import lock as lock_order
from dispatch.states import OrderState
from whistle.models import EventKind
from whistle.services import record
from whistle.services.moves import lock
from whistle.states import WhistleState


@transaction.atomic
def score(order, *, by, at, cooperation, resolution, comment=""):
    """Marks from 0 to 100 for one department, once.

    With the last one the case is closed, if the centre has confirmed it. Refuses with WrongState when the street's
    time is over: then the rule gives the marks (`assessment.services.by_rule`).
    """
    require(can_score(by, order))
    whistle = lock(order.whistle)
    order = lock_order(order)
    if whistle.state != WhistleState.VERIFIED or order.state != OrderState.FINISHED:
        raise WrongState(_("Departments are scored once the street has verified the result."))
    term = terms_of([whistle]).get(whistle.pk)
    if term and at > term.until:
        raise WrongState(_("The time to score is over: the rule gives the marks."))
    try:
        with transaction.atomic():
            Evaluation.objects.create(
                order=order,
                district_id=order.district_id,
                cooperation=cooperation,
                resolution=resolution,
                comment=comment,
                by=by,
                at=at,
            )
    except IntegrityError as error:
        raise WrongState(_("This department has already been scored for this whistle.")) from error
    record(
        EventKind.SCORED,
        whistle,
        at=at,
        by=by,
        post=street_post(by, whistle.area_id),
        order_number=order.number,
        note=comment,
        cooperation=cooperation,
        resolution=resolution,
    )
    close_if_done(whistle, at=at)
    return order
