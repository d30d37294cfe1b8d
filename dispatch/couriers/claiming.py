"""Which courier carries what, and what came of it: short transactions, none open while somebody talks outside."""

import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Case, F, Value, When

from dispatch.couriers.outside import Outcome
from dispatch.models import Channel, Delivery
from dispatch.states import Trouble

# After a failure; doubled with each that follows in a row, up to LONGEST_WAIT.
FIRST_WAIT = timedelta(seconds=15)
LONGEST_WAIT = timedelta(minutes=30)


def claim(now: datetime, *, limit: int) -> list[Delivery]:
    """Takes at most `limit` deliveries that are due, one of a channel, with a lease; emergencies first.

    A lease that has run out counts as an interrupted try: its courier is gone, and what it did nobody knows. What
    another courier or a packer holds is skipped, so that nobody waits for anybody here.
    """
    # Most rounds find nothing: one question without a transaction is all they cost.
    lanes = list(_heads(now).values_list("channel_id", flat=True)[: 4 * limit])
    if not lanes:
        return []
    with transaction.atomic():
        free = Channel.objects.filter(pk__in=lanes).select_for_update(skip_locked=True, no_key=True)
        locked = list(free.values_list("pk", flat=True))
        heads: dict[int, Delivery] = {}
        # Asked again under the lock: a neighbour may have taken one in between.
        waiting = _heads(now).filter(channel_id__in=locked)
        for delivery in waiting.select_for_update(skip_locked=True, no_key=True, of=("self",)):
            heads.setdefault(delivery.channel_id, delivery)
        taken = list(heads.values())[:limit]
        keys = [delivery.pk for delivery in taken]
        Delivery.objects.filter(pk__in=keys).update(
            lease=uuid.uuid4(),
            next_at=now + lease_time(),
            tried_at=now,
            tries=F("tries") + 1,
            tries_left=F("tries_left") - 1,
            uncertain=Case(When(lease__isnull=False, then=True), default=F("uncertain")),
            trouble=Case(When(lease__isnull=False, then=Value(Trouble.LOST)), default=F("trouble")),
        )
        Channel.objects.filter(pk__in=[delivery.channel_id for delivery in taken]).update(tried_at=now)
        return list(Delivery.objects.filter(pk__in=keys).select_related("channel").order_by("-urgent", "id"))


def lease_time() -> timedelta:
    """How long a courier has what it claimed: far longer than any errand takes."""
    return timedelta(seconds=30 + 3 * settings.SEND_LIMIT_SECONDS)


def _heads(now: datetime):
    """What is due, each channel's in the order in which it must go."""
    return Delivery.objects.due(now).order_by("-urgent", "id")


@transaction.atomic
def settle(delivery: Delivery, outcome: Outcome, *, now: datetime) -> None:
    """Writes down what came of an errand. What has arrived has arrived, whoever has the lease by now."""
    channel = Channel.objects.select_for_update(no_key=True).get(pk=delivery.channel_id)
    if outcome.arrived:
        Delivery.objects.filter(pk=delivery.pk, sent_at=None).update(
            sent_at=now, next_at=None, lease=None, stuck_at=None, given_up_at=None, trouble="", answered=None
        )
        Channel.objects.filter(pk=channel.pk).update(failures=0, retry_at=None)
        return
    over = delivery.tries_left == 0
    retry_at = now + wait_after(channel.failures + 1, channel.pk)
    ours = Delivery.objects.filter(pk=delivery.pk, lease=delivery.lease).update(
        lease=None,
        next_at=None if over else retry_at,
        stuck_at=now if over and not delivery.test else None,
        given_up_at=now if over and delivery.test else None,
        trouble=outcome.trouble,
        answered=outcome.answered,
        uncertain=delivery.uncertain or outcome.uncertain,
    )
    if ours:
        Channel.objects.filter(pk=channel.pk).update(failures=channel.failures + 1, retry_at=retry_at)


def wait_after(failures: int, channel: int) -> timedelta:
    """How long a channel rests after so many failures in a row; a little different for each, so that not all that
    failed together come again together.
    """
    wait = min(FIRST_WAIT * 2 ** min(failures - 1, 20), LONGEST_WAIT)
    return wait * (1 + (channel % 21 - 10) / 100)


def tidy(now: datetime) -> None:
    """Ends what nobody may carry: what waits for people who have left, and what was interrupted on its last try."""
    waiting = Delivery.objects.filter(next_at__lte=now)
    waiting.filter(channel__person__is_active=False).update(next_at=None, lease=None, given_up_at=now)
    waiting.filter(tries_left=0).update(
        next_at=None,
        lease=None,
        uncertain=True,
        trouble=Trouble.LOST,
        stuck_at=Case(When(test=False, then=Value(now))),
        given_up_at=Case(When(test=True, then=Value(now))),
    )
