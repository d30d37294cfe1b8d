"""What an administrator does about messages that do not arrive."""

from django.conf import settings
from django.db import transaction

from common.errors import WrongState, require
from dispatch.models import Channel, ChannelEvent, Delivery
from dispatch.permissions import can_manage_delivery
from dispatch.services.channels import line, note
from dispatch.states import ChannelAct, DeliveryState
from grid.permissions import administers, people_under

# What somebody can still do something about.
UNSENT = (DeliveryState.FAILING, DeliveryState.STUCK)


@transaction.atomic
def retry(delivery, *, by, at):
    """It is tried again now, and as often as something new; its channel's troubles are forgotten."""
    require(can_manage_delivery(by, delivery))
    delivery = _lock(delivery)
    _try_again(Delivery.objects.filter(pk=delivery.pk), Channel.objects.filter(pk=delivery.channel_id), at)
    note(ChannelAct.RETRIED, delivery.channel.person, by=by, at=at, channel=delivery.channel, delivery=delivery)
    return _again(delivery)


@transaction.atomic
def retry_all(*, by, at):
    """The same for everything that did not arrive for the people whom `by` looks after; returns how much that was."""
    require(administers(by))
    failing = Delivery.objects.failing().filter(lease=None, channel__person__in=people_under(by))
    # Channels before deliveries, as everywhere.
    channels = Channel.objects.in_use().filter(pk__in=failing.values("channel")).order_by("pk")
    locked = [channel.pk for channel in channels.select_for_update(no_key=True)]
    found = list(
        failing.filter(channel__in=locked)
        .select_related("channel__person")
        .order_by("pk")
        .select_for_update(no_key=True, of=("self",))
    )
    keys = [delivery.pk for delivery in found]
    _try_again(Delivery.objects.filter(pk__in=keys), Channel.objects.filter(pk__in=locked), at)
    ChannelEvent.objects.bulk_create(
        ChannelEvent(
            **line(ChannelAct.RETRIED, each.channel.person, by=by, at=at), channel=each.channel, delivery=each
        )
        for each in found
    )
    return len(found)


@transaction.atomic
def give_up(delivery, *, by, at):
    """It is not tried any more. Its messages stay in the person's inbox."""
    require(can_manage_delivery(by, delivery))
    delivery = _lock(delivery)
    Delivery.objects.filter(pk=delivery.pk).update(next_at=None, given_up_at=at)
    note(
        ChannelAct.GIVEN_UP,
        delivery.channel.person,
        by=by,
        at=at,
        channel=delivery.channel,
        delivery=delivery,
        ended=1,
    )
    return _again(delivery)


def _try_again(deliveries, channels, at):
    deliveries.update(next_at=at, stuck_at=None, tries_left=settings.SEND_TRIES)
    channels.update(failures=0, retry_at=None)


def _lock(delivery):
    """The delivery as it stands, locked after its channel; refuses with WrongState what has ended or is under way."""
    Channel.objects.select_for_update(no_key=True).get(pk=delivery.channel_id)
    found = Delivery.objects.select_for_update(no_key=True).get(pk=delivery.pk)
    if found.state not in UNSENT:
        raise WrongState()
    return found


def _again(delivery):
    return Delivery.objects.get(pk=delivery.pk)
