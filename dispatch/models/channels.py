"""How messages leave the house: a person's channels, and what is carried by them."""

import uuid
from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from dispatch.states import PUSH, ChannelAct, ChannelState, DeliveryState, Trouble


class Preferences(models.Model):
    """How a person wants messages to be sent out: in which language, and when not. Without a row: as the system is."""

    person = models.OneToOneField(
        "grid.Person", models.PROTECT, verbose_name=_("person"), primary_key=True, related_name="preferences"
    )
    language = models.CharField(
        _("language"),
        max_length=10,
        choices=settings.LANGUAGES,
        blank=True,
        help_text=_("Of what is sent out; empty: the system's."),
    )
    quiet_from = models.TimeField(_("quiet from"), null=True, blank=True)
    quiet_until = models.TimeField(
        _("quiet until"),
        null=True,
        blank=True,
        help_text=_("What is no emergency waits till then. The hours may lie over midnight."),
    )

    class Meta:
        verbose_name = _("preferences for messages")
        verbose_name_plural = _("preferences for messages")
        ordering = ["person_id"]
        constraints = [
            models.CheckConstraint(
                name="dispatch_preferences_quiet_hours_end",
                condition=Q(quiet_from=None, quiet_until=None)
                | Q(quiet_from__isnull=False, quiet_until__isnull=False) & ~Q(quiet_from=F("quiet_until")),
                violation_error_message=_("Quiet hours have a beginning and another end, or there are none."),
            ),
        ]

    def __str__(self):
        return str(self.person)


class ChannelQuerySet(models.QuerySet):
    def kept(self):
        """Those not removed; of devices nothing is known where the keys for web push are not set."""
        kept = self.filter(removed_at=None)
        return kept if settings.WEB_PUSH_PRIVATE_KEY else kept.exclude(schema=PUSH)

    def in_use(self):
        return self.kept().filter(active=True)


class Channel(models.Model):
    """One way by which messages reach one person outside: a group robot, a mailbox, a gateway.

    What is sent by it goes one after the other, and waits as a whole while the other side does not take it.
    """

    person = models.ForeignKey(
        "grid.Person", models.PROTECT, verbose_name=_("person"), related_name="channels", db_index=False
    )
    name = models.CharField(_("name"), max_length=60)
    # A secret: whoever has it can write in the person's name. Only the courier reads it; wiped when it is removed.
    address = models.TextField(_("address"))
    schema = models.CharField(_("kind"), max_length=30)
    active = models.BooleanField(_("in use"), default=True)
    added_at = models.DateTimeField(_("added at"))
    removed_at = models.DateTimeField(_("removed at"), null=True, blank=True)
    tried_at = models.DateTimeField(_("last used at"), null=True, blank=True)
    # How often in a row it did not go; and before when only an emergency tries again.
    failures = models.PositiveIntegerField(_("failures"), default=0)
    retry_at = models.DateTimeField(_("next try"), null=True, blank=True)

    objects = ChannelQuerySet.as_manager()

    class Meta:
        verbose_name = _("channel")
        verbose_name_plural = _("channels")
        ordering = ["person_id", "id"]
        constraints = [
            models.CheckConstraint(
                name="dispatch_channel_removed_holds_no_secret",
                condition=Q(removed_at=None) | Q(active=False, address=""),
            ),
        ]
        indexes = [
            models.Index(name="dispatch_channel_by_person", fields=["person", "id"]),
            # For whoever writes messages, many times a second.
            models.Index(name="dispatch_channel_in_use", fields=["person"], condition=Q(active=True, removed_at=None)),
        ]

    def __str__(self):
        return self.name

    @property
    def state(self):
        if self.removed_at:
            return ChannelState.REMOVED
        return ChannelState.IN_USE if self.active else ChannelState.OFF

    @property
    def is_device(self):
        return self.schema == PUSH

    @property
    def masked(self):
        """The address as it may be shown: its kind and nothing of what is secret."""
        return f"{self.schema}://••••••" if self.schema else ""


class DeliveryQuerySet(models.QuerySet):
    def waiting(self):
        return self.filter(next_at__isnull=False)

    def open(self):
        """Those that later messages may still join: nobody has tried to send them."""
        return self.waiting().filter(tries=0, test=False)

    def due(self, now):
        """Those that a courier may take at `now`: their time has come, and so has their channel's.

        Those of a channel go one after the other; while one is under way, none is due.
        """
        gap = timedelta(seconds=60 / settings.CHANNEL_PER_MINUTE)
        open_again = Q(channel__retry_at=None) | Q(channel__retry_at__lte=now)
        under_way = Delivery.objects.filter(
            channel=OuterRef("channel"), lease__isnull=False, next_at__gt=now, next_at__isnull=False
        )
        return self.filter(
            # Nobody waits for the end of a channel's troubles with the first try of an emergency.
            open_again | Q(urgent=True, tries=0),
            Q(channel__tried_at=None) | Q(channel__tried_at__lte=now - gap),
            ~Exists(under_way),
            next_at__lte=now,
            tries_left__gt=0,
            channel__active=True,
            channel__removed_at=None,
            channel__person__is_active=True,
        )

    def failing(self):
        """Tried and not arrived, and nobody has given them up: tried again by and by, or stuck."""
        return self.filter(sent_at=None, given_up_at=None, test=False).exclude(trouble="")


class Delivery(models.Model):
    """What goes out by one channel at once: one message, or a digest of all that waited.

    It goes at least once. `key` is the same for every try, so that the other side can tell a repetition. While a
    courier has it, `lease` says which and `next_at` until when: a courier that dies loses it then.
    """

    channel = models.ForeignKey(
        Channel, models.PROTECT, verbose_name=_("channel"), related_name="deliveries", db_index=False
    )
    key = models.UUIDField(_("key"), default=uuid.uuid4, unique=True, editable=False)
    messages = models.ManyToManyField("dispatch.Message", verbose_name=_("messages"), related_name="deliveries")
    urgent = models.BooleanField(_("urgent"), default=False)
    # Sent to see whether the channel works.
    test = models.BooleanField(_("test"), default=False)
    planned_at = models.DateTimeField(_("planned at"))
    # None when nothing more will be tried by itself.
    next_at = models.DateTimeField(_("next try"), null=True, blank=True)
    lease = models.UUIDField(null=True, blank=True, editable=False)
    tries = models.PositiveIntegerField(_("tries"), default=0)
    tries_left = models.PositiveIntegerField(_("tries left"))
    tried_at = models.DateTimeField(_("last tried at"), null=True, blank=True)
    # An earlier try may have arrived, though nobody said so.
    uncertain = models.BooleanField(_("perhaps sent before"), default=False)
    trouble = models.CharField(_("trouble"), max_length=12, choices=Trouble.choices, blank=True)
    # The status by which the other side refused, where it has such.
    answered = models.PositiveSmallIntegerField(_("answer"), null=True, blank=True)
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    stuck_at = models.DateTimeField(_("last try failed at"), null=True, blank=True)
    given_up_at = models.DateTimeField(_("given up at"), null=True, blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                name="dispatch_delivery_waits_or_has_ended",
                condition=Q(next_at__isnull=False, sent_at=None, stuck_at=None, given_up_at=None)
                | Q(next_at=None) & ~Q(sent_at=None, stuck_at=None, given_up_at=None),
            ),
            models.CheckConstraint(
                name="dispatch_delivery_lease_ends", condition=Q(lease=None) | Q(next_at__isnull=False)
            ),
            # So that what waits for one channel goes out as one, however many write to it at once.
            models.UniqueConstraint(
                name="dispatch_delivery_one_gathers",
                fields=["channel", "urgent"],
                condition=Q(next_at__isnull=False, tries=0, test=False),
            ),
        ]
        indexes = [
            # For due(), which the couriers ask every second.
            models.Index(name="dispatch_delivery_waiting", fields=["next_at"], condition=Q(next_at__isnull=False)),
            models.Index(
                name="dispatch_delivery_under_way",
                fields=["channel"],
                condition=Q(lease__isnull=False, next_at__isnull=False),
            ),
            models.Index(name="dispatch_delivery_by_channel", fields=["channel", "-id"]),
            models.Index(name="dispatch_delivery_tests", fields=["channel", "-id"], condition=Q(test=True)),
            # For failing(), the page of what is stuck.
            models.Index(
                name="dispatch_delivery_failing",
                fields=["-id"],
                condition=Q(sent_at=None, given_up_at=None, test=False) & ~Q(trouble=""),
            ),
        ]

    def __str__(self):
        return f"{self.channel} {self.planned_at:%Y-%m-%d %H:%M:%S}"

    @property
    def state(self):
        if self.sent_at:
            return DeliveryState.SENT
        if self.given_up_at:
            return DeliveryState.GIVEN_UP
        if self.stuck_at:
            return DeliveryState.STUCK
        if self.lease:
            return DeliveryState.UNDER_WAY
        return DeliveryState.FAILING if self.trouble else DeliveryState.WAITING

    @property
    def late_by(self):
        """How long after its planned moment it was sent; None while it was not."""
        return max(self.sent_at - self.planned_at, timedelta()) if self.sent_at else None

    @property
    def tries_again_at(self):
        """When it is tried next, by its own time and its channel's; None when it is not."""
        if self.next_at is None:
            return None
        return max(self.next_at, self.channel.retry_at or self.next_at)


class ChannelEvent(models.Model):
    """One line of what people did to channels and to what was sent by them. Append-only, like the record of cases."""

    at = models.DateTimeField(_("at"))
    kind = models.CharField(_("what"), max_length=20, choices=ChannelAct.choices)
    # Whose messages it concerns.
    person = models.ForeignKey(
        "grid.Person", models.PROTECT, verbose_name=_("person"), related_name="+", db_index=False
    )
    channel = models.ForeignKey(
        Channel, models.PROTECT, verbose_name=_("channel"), null=True, blank=True, related_name="events"
    )
    delivery = models.ForeignKey(
        Delivery, models.PROTECT, verbose_name=_("delivery"), null=True, blank=True, related_name="events"
    )
    by = models.ForeignKey("grid.Person", models.PROTECT, verbose_name=_("who"), related_name="+", db_index=False)
    by_name = models.CharField(_("name"), max_length=60)
    post_name = models.CharField(_("post"), max_length=200, blank=True)
    # How many deliveries ended with it.
    ended = models.PositiveIntegerField(_("given up"), default=0)

    class Meta:
        verbose_name = _("act on a channel")
        verbose_name_plural = _("record of channels")
        ordering = ["-id"]

    def __str__(self):
        return f"{self.at:%Y-%m-%d %H:%M:%S} {self.kind}"
