"""Messages whose time to leave has come become deliveries: one for each channel and kind, however many wait."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime

from django.conf import settings
from django.db import transaction

from dispatch.models import Channel, Delivery, Message

# A channel, and whether it is about emergencies: what goes out together.
Lane = tuple[int, bool]


def pack(now: datetime, *, limit: int) -> int:
    """Hands at most `limit` messages over to deliveries; returns how many it took.

    What has been read by now, and what nobody can be reached with any more, is not sent. A message joins the delivery
    that gathers for its channel, as long as nobody has tried to send that one. Rows that another courier holds are
    skipped. Costs the same few statements for one and for `limit`.
    """
    if not Message.objects.leaving(now).exists():
        return 0
    with transaction.atomic():
        return _pack(now, limit)


def _pack(now: datetime, limit: int) -> int:
    taken = list(
        Message.objects.leaving(now)
        .order_by("leaves_at", "id")[:limit]
        .select_for_update(skip_locked=True, no_key=True)
        .values_list("pk", "person_id", "urgent", "leaves_at", "read_at")
    )
    lanes = _lanes({person for _pk, person, _urgent, _leaves_at, read_at in taken if read_at is None})
    packed: dict[Lane, list[int]] = defaultdict(list)
    planned: dict[Lane, datetime] = {}
    for pk, person, urgent, leaves_at, read_at in taken:
        for channel in lanes[person] if read_at is None else ():
            packed[channel, urgent].append(pk)
            planned.setdefault((channel, urgent), leaves_at)
    gathering = _gathering(planned, now) if planned else {}
    Through = Delivery.messages.through
    Through.objects.bulk_create(
        [
            Through(delivery_id=gathering[lane], message_id=message)
            for lane, messages in packed.items()
            for message in messages
        ],
        batch_size=2000,
    )
    Message.objects.filter(pk__in=[row[0] for row in taken]).update(leaves_at=None)
    return len(taken)


def _lanes(people: Collection[int]) -> dict[int, list[int]]:
    """The channels by which these people are reached now."""
    found = defaultdict(list)
    held = Channel.objects.in_use().filter(person_id__in=people, person__is_active=True)
    for person, channel in held.order_by("id").values_list("person_id", "pk"):
        found[person].append(channel)
    return found


def _gathering(planned: dict[Lane, datetime], now: datetime) -> dict[Lane, int]:
    """The keys of the deliveries that gather for these lanes, locked against couriers; those that lack are made."""
    found: dict[Lane, int] = {}
    while lacking := planned.keys() - found.keys():
        Delivery.objects.bulk_create(
            [
                Delivery(
                    channel_id=channel,
                    urgent=urgent,
                    planned_at=planned[channel, urgent],
                    next_at=now,
                    tries_left=settings.SEND_TRIES,
                )
                # In one order, so that two couriers wait for one another and never in a circle.
                for channel, urgent in sorted(lacking)
            ],
            # Another one gathers already, or a neighbour made it at this moment.
            ignore_conflicts=True,
        )
        rows = Delivery.objects.open().filter(channel_id__in={channel for channel, _urgent in lacking})
        locked = rows.order_by("channel_id", "urgent").select_for_update(no_key=True)
        # One that a courier took in between is missing here, and the next round makes another.
        found |= {(channel, urgent): pk for pk, channel, urgent in locked.values_list("pk", "channel_id", "urgent")}
    return found
