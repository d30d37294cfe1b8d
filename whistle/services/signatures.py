"""Both secretaries look on site and sign, or refuse."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from common.errors import WrongState
from whistle.models import EventKind, Signature
from whistle.services.record import record


def record_signature(whistle, *, by, post, at, agrees, opinion, inspected_at=None):
    """One secretary's answer in the present round. Refuses with WrongState if that post has already answered."""
    try:
        with transaction.atomic():
            signature = Signature.objects.create(
                whistle=whistle,
                round=whistle.sign_round,
                role=post.role,
                person=by,
                post=post,
                agrees=agrees,
                opinion=opinion,
                inspected_at=inspected_at,
                at=at,
            )
    except IntegrityError as error:
        raise WrongState(_("This signature has already been given.")) from error
    record(
        EventKind.SIGNED if agrees else EventKind.SIGN_REFUSED,
        whistle,
        at=at,
        by=by,
        post=post,
        note=opinion,
        **({"inspected_at": inspected_at.isoformat()} if inspected_at else {}),
    )
    return signature


def signatures_of_round(whistle):
    return list(Signature.objects.filter(whistle=whistle, round=whistle.sign_round))
