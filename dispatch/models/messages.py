from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from whistle.models.subjects import SUBJECTS

# What `pages.message` and `present.message` say of each.
SAID = (
    *("at", "urgent", "read_at", "finding__question", "finding__district__name"),
    *(f"event__{name}" for name in ("at", "kind", "order_number", "note", "data")),
    *(f"event__{subject}__{name}" for subject in SUBJECTS for name in ("number", "title")),
    "event__whistle__drill",
)


class MessageQuerySet(models.QuerySet):
    def unread(self):
        return self.filter(read_at=None)

    def for_reading(self):
        """With all that is needed to say what they say, and no more: their subjects are wide rows."""
        return self.select_related(*(f"event__{subject}" for subject in SUBJECTS), "finding__district").only(*SAID)

    def leaving(self, now):
        """Those that are due to leave the house by `now`."""
        return self.filter(leaves_at__lte=now)


class Message(models.Model):
    """What one person should hear of: a line of the record, or what the auditor found; written in its transaction.

    It has no text of its own: it says in the reader's language what the event or the finding says.
    """

    person = models.ForeignKey(
        "grid.Person", models.PROTECT, verbose_name=_("to"), related_name="inbox", db_index=False
    )
    event = models.ForeignKey(
        "whistle.Event", models.PROTECT, verbose_name=_("event"), null=True, blank=True, related_name="messages"
    )
    finding = models.ForeignKey(
        "dispatch.Finding",
        models.PROTECT,
        verbose_name=_("finding of the auditor"),
        null=True,
        blank=True,
        related_name="messages",
        db_index=False,
    )
    at = models.DateTimeField(_("at"))
    # Does not wait for the end of quiet hours.
    urgent = models.BooleanField(_("urgent"), default=False)
    read_at = models.DateTimeField(_("read at"), null=True, blank=True)
    # When it is due to leave the house by the person's channels; None when it is not, or has been handed over.
    leaves_at = models.DateTimeField(_("leaves at"), null=True, blank=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(name="dispatch_message_once", fields=["event", "person"]),
            models.UniqueConstraint(
                name="dispatch_message_of_finding_once",
                fields=["finding", "person"],
                condition=Q(finding__isnull=False),
            ),
            models.CheckConstraint(
                name="dispatch_message_about_one",
                condition=Q(event__isnull=False, finding=None) | Q(event=None, finding__isnull=False),
            ),
        ]
        indexes = [
            models.Index(name="dispatch_message_by_person", fields=["person", "-id"]),
            models.Index(name="dispatch_message_unread", fields=["person", "-id"], condition=Q(read_at=None)),
            # For leaving(), which the couriers ask every second.
            models.Index(name="dispatch_message_leaving", fields=["leaves_at"], condition=Q(leaves_at__isnull=False)),
        ]

    def __str__(self):
        return f"{self.person} {self.event or self.finding}"
