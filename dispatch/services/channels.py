"""How people are reached outside the house: their channels, quiet hours and language."""

from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from common.errors import Invalid, WrongState, require
from dispatch import addresses
from dispatch.messages import leaves_at
from dispatch.models import Channel, ChannelEvent, Delivery, Device, Message, Preferences
from dispatch.permissions import can_manage_channel, can_manage_channels
from dispatch.states import ChannelAct, ChannelState
from grid.models import Role
from whistle.services.record import named

# A test costs the other side something, too.
BETWEEN_TESTS = timedelta(seconds=10)


@transaction.atomic
def add_channel(person, *, by, at, name, address):
    """A new way to reach `person`. Refuses with Invalid, in a sentence about the field, an address that cannot be."""
    require(can_manage_channels(by, person))
    kept = _checked(address)
    channel = Channel.objects.create(
        person=person, name=name, address=kept, schema=addresses.schema_of(kept), added_at=at
    )
    note(ChannelAct.ADDED, person, by=by, at=at, channel=channel)
    return channel


@transaction.atomic
def change_channel(channel, *, by, at, name, address=""):
    """Another name, and with `address` another address; what waits goes there, and its troubles are forgotten."""
    require(can_manage_channel(by, channel))
    channel = _lock(channel, ChannelState.IN_USE, ChannelState.OFF)
    channel.name = name
    if address and channel.is_device:
        said = _("A browser says by itself where it is reached; there is no address to give.")
        raise Invalid(fields={"address": [said]})
    if address:
        channel.address = _checked(address)
        channel.schema = addresses.schema_of(channel.address)
        channel.failures, channel.retry_at = 0, None
    channel.save(update_fields=["name", "address", "schema", "failures", "retry_at"])
    note(ChannelAct.CHANGED, channel.person, by=by, at=at, channel=channel)
    return channel


@transaction.atomic
def switch_on(channel, *, by, at):
    """What is written from now on goes out by it; what came while it was off stays in the house."""
    require(can_manage_channel(by, channel))
    channel = _lock(channel, ChannelState.OFF)
    channel.active, channel.failures, channel.retry_at = True, 0, None
    channel.save(update_fields=["active", "failures", "retry_at"])
    note(ChannelAct.SWITCHED_ON, channel.person, by=by, at=at, channel=channel)
    return channel


@transaction.atomic
def switch_off(channel, *, by, at):
    """Nothing goes out by it any more, what waited for it included."""
    require(can_manage_channel(by, channel))
    channel = _lock(channel, ChannelState.IN_USE)
    channel.active = False
    channel.save(update_fields=["active"])
    note(ChannelAct.SWITCHED_OFF, channel.person, by=by, at=at, channel=channel, ended=_end_all_of(channel, at))
    return channel


@transaction.atomic
def remove_channel(channel, *, by, at):
    """It is gone for good and its address with it; what was sent by it stays on record."""
    require(can_manage_channel(by, channel))
    channel = _lock(channel, ChannelState.IN_USE, ChannelState.OFF)
    channel.active, channel.address, channel.removed_at = False, "", at
    channel.save(update_fields=["active", "address", "removed_at"])
    Device.objects.filter(channel=channel).delete()
    note(ChannelAct.REMOVED, channel.person, by=by, at=at, channel=channel, ended=_end_all_of(channel, at))
    return channel


@transaction.atomic
def send_test(channel, *, by, at):
    """Sends a test message, as the next thing a courier does; returns the delivery that will say what came of it."""
    require(can_manage_channel(by, channel))
    channel = _lock(channel, ChannelState.IN_USE)
    last = channel.deliveries.filter(test=True).order_by("-id").first()
    if last and (last.next_at or last.planned_at > at - BETWEEN_TESTS):
        raise WrongState(_("A test has just been asked for. Wait for what comes of it, then ask again."))
    delivery = Delivery.objects.create(
        channel=channel, test=True, urgent=True, planned_at=at, next_at=at, tries_left=1
    )
    note(ChannelAct.TESTED, channel.person, by=by, at=at, channel=channel, delivery=delivery)
    return delivery


@transaction.atomic
def set_preferences(person, *, by, at, language="", quiet_from=None, quiet_until=None):
    """In which language messages are sent out, and in which hours they are not; what waits follows the new hours.

    Refuses with Invalid hours that have no end, or an end that is their beginning.
    """
    require(can_manage_channels(by, person))
    if (quiet_from is None) != (quiet_until is None):
        raise Invalid(fields={"quiet_until": [_("Give both hours, from when and until when, or neither.")]})
    if quiet_from is not None and quiet_from == quiet_until:
        raise Invalid(
            fields={"quiet_until": [_("It would be quiet all day. To hear nothing, switch the channels off.")]}
        )
    preferences, _created = Preferences.objects.update_or_create(
        person=person, defaults={"language": language, "quiet_from": quiet_from, "quiet_until": quiet_until}
    )
    waiting = list(
        Message.objects.filter(person=person, leaves_at__isnull=False, urgent=False).select_for_update(no_key=True)
    )
    for message in waiting:
        message.leaves_at = leaves_at(person.pk, message.at, urgent=False, quiet=(quiet_from, quiet_until))
    Message.objects.bulk_update(waiting, ["leaves_at"], batch_size=1000)
    note(ChannelAct.PREFERRED, person, by=by, at=at)
    return preferences


def note(kind, person, *, by, at, channel=None, delivery=None, ended=0):
    """Writes a line of the record of channels."""
    return ChannelEvent.objects.create(
        **line(kind, person, by=by, at=at), channel=channel, delivery=delivery, ended=ended
    )


def line(kind, person, *, by, at):
    """What every line of the record of channels says, as fields; `person`: whose channel it is."""
    mine = by.posts_now
    post = next((post for post in mine if post.role == Role.ADMINISTRATOR), None) if by.pk != person.pk else None
    return {
        "at": at,
        "kind": kind,
        "person": person,
        "by": by,
        "by_name": str(by)[:60],
        "post_name": named(post or (mine[0] if mine else None)),
    }


def _checked(address):
    kept = addresses.normal(address)
    try:
        addresses.service(kept)
    except Invalid as refusal:
        raise Invalid(fields={"address": [str(refusal.detail)]}) from None
    return kept


def _lock(channel, *states):
    """The channel as it stands, locked; refuses with WrongState when it is in none of `states`."""
    found = Channel.objects.select_for_update(no_key=True, of=("self",)).select_related("person").get(pk=channel.pk)
    if found.state not in states:
        raise WrongState()
    return found


def _end_all_of(channel, at):
    """Gives up what waits for a channel or is stuck; returns how much that was."""
    unsent = Delivery.objects.filter(channel=channel, sent_at=None, given_up_at=None)
    return unsent.update(next_at=None, lease=None, given_up_at=at)
