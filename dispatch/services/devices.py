"""Browsers that notify people: a channel each, which comes and goes with the browser's subscription."""

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from common.errors import WrongState, require
from dispatch.models import Channel, Delivery, Device
from dispatch.permissions import can_manage_channels
from dispatch.services.channels import note, remove_channel, switch_on
from dispatch.states import PUSH, ChannelAct
from grid.models import Person


@transaction.atomic
def add_device(person, *, by, at, name, subscription):
    """This browser notifies `person` from now on; who had it before hears nothing by it any more.

    `subscription`: a `Subscription`. Returns the channel. Refuses with WrongState where no keys are set. Doing it
    again keeps the channel, with the browser's keys as they are now.
    """
    require(can_manage_channels(by, person))
    if not settings.WEB_PUSH_PRIVATE_KEY:
        raise WrongState(_("Notifications of browsers are not set up on this server."))
    # Two tabs may ask at the same moment.
    Person.objects.select_for_update(no_key=True).only("pk").get(pk=person.pk)
    known = Device.objects.select_related("channel__person").filter(endpoint=subscription.endpoint).first()
    if known and known.channel.person_id == person.pk:
        known.p256dh, known.auth = subscription.p256dh, subscription.auth
        known.save(update_fields=["p256dh", "auth"])
        return known.channel if known.channel.active else switch_on(known.channel, by=by, at=at)
    if known:
        _take_away(known.channel, by=by, at=at)
    channel = Channel.objects.create(person=person, name=name, schema=PUSH, added_at=at)
    Device.objects.create(channel=channel, **subscription._asdict())
    note(ChannelAct.ADDED, person, by=by, at=at, channel=channel)
    return channel


@transaction.atomic
def forget_device(person, *, by, at, endpoint):
    """This browser notifies this person no more; nothing where it did not. Returns whether it did."""
    known = Device.objects.select_related("channel__person").filter(endpoint=endpoint, channel__person=person).first()
    if known is None:
        return False
    remove_channel(known.channel, by=by, at=at)
    return True


@transaction.atomic
def bury(channel, *, at):
    """The push service says that there is no such browser any more: its channel ends with it. Nobody's act."""
    channel = Channel.objects.select_for_update(no_key=True).get(pk=channel.pk)
    _end(channel, at)


def _take_away(channel, *, by, at):
    """Whoever sits at a browser now decides whom it notifies: the right is the browser's secret, not a post."""
    channel = Channel.objects.select_for_update(no_key=True, of=("self",)).select_related("person").get(pk=channel.pk)
    note(ChannelAct.REMOVED, channel.person, by=by, at=at, channel=channel, ended=_end(channel, at))


def _end(channel, at):
    """Removes a device for good; returns how many deliveries ended with it."""
    Device.objects.filter(channel=channel).delete()
    Channel.objects.filter(pk=channel.pk, removed_at=None).update(active=False, address="", removed_at=at)
    unsent = Delivery.objects.filter(channel=channel, sent_at=None, given_up_at=None)
    return unsent.update(next_at=None, lease=None, given_up_at=at)
