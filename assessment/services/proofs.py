"""A month is proved on request, in the background: whoever asks waits for nothing."""

import logging
from itertools import islice

from django.db import transaction
from django.utils import timezone

from assessment.models import Bulletin, Proof, Score
from assessment.permissions import can_assess
from assessment.verification import verify
from common.errors import require

# So many differences are kept with a proof; more say no more.
KEPT = 100

log = logging.getLogger(__name__)


@transaction.atomic
def ask_for_proof(bulletin, *, by, at):
    """Asks for a proof; a month that already waits for one is not proved twice."""
    require(can_assess(by, bulletin))
    bulletin = Bulletin.objects.select_for_update(no_key=True).get(pk=bulletin.pk)
    under_way = bulletin.proofs.waiting().first()
    return under_way or Proof.objects.create(bulletin=bulletin, by=by, at=at)


@transaction.atomic
def prove_next():
    """Proves the month that waits longest and returns the proof; None when nothing waits.

    The row stays locked meanwhile: if whoever proves dies, the next tick begins anew.
    """
    waiting = Proof.objects.waiting().order_by("id").select_for_update(skip_locked=True, of=("self",))
    proof = waiting.select_related("bulletin").first()
    if proof is None:
        return None
    try:
        with transaction.atomic():
            found = verify(proof.bulletin, now=timezone.now())
            first = list(islice(found, KEPT))
            names = _names(proof.bulletin) if first else {}
            proof.differences = [
                {"ranked": ranking.ranked, "name": names.get((ranking.pk, each.unit), ""), **each._asdict()}
                for ranking, each in first
            ]
            proof.count = len(first) + sum(1 for _each in found)
    except Exception:
        log.exception("The proof %s broke.", proof.pk)
    proof.ended_at = timezone.now()
    proof.save(update_fields=["differences", "count", "ended_at"])
    return proof


def _names(bulletin):
    rows = Score.objects.filter(ranking__bulletin=bulletin).values_list("ranking", "unit", "unit_name")
    return {(ranking, unit): name for ranking, unit, name in rows}
