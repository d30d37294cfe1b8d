from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from dispatch.states import Answer


class Request(models.Model):
    """A department asks the centre about the time of an order. The clock runs on until the centre answers."""

    order = models.ForeignKey("dispatch.Order", models.PROTECT, verbose_name=_("order"), related_name="%(class)ss")
    deadline = models.ForeignKey("dispatch.Deadline", models.PROTECT, verbose_name=_("deadline"), related_name="+")
    asked_by = models.ForeignKey("grid.Person", models.PROTECT, verbose_name=_("asked by"), related_name="+")
    asked_at = models.DateTimeField(_("asked at"))
    reason = models.TextField(_("reason"))
    answer = models.CharField(_("answer"), max_length=10, choices=Answer.choices, blank=True)
    answered_by = models.ForeignKey(
        "grid.Person", models.PROTECT, verbose_name=_("answered by"), null=True, blank=True, related_name="+"
    )
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    # By how much the grant moved the due moment.
    due_before = models.DateTimeField(_("due before"), null=True, blank=True)
    due_after = models.DateTimeField(_("due after"), null=True, blank=True)

    class Meta:
        abstract = True

    def __str__(self):
        return f"{self.order.number} {self.get_answer_display()}"


class Extension(Request):
    """More time for an order: so much of the clock's unit is added to its limit."""

    asked = models.PositiveIntegerField(_("time asked for"))
    granted = models.PositiveIntegerField(_("time granted"), null=True, blank=True)

    class Meta:
        verbose_name = _("extension")
        verbose_name_plural = _("extensions")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                name="dispatch_extension_one_waiting",
                fields=["order"],
                condition=Q(answer=""),
                violation_error_message=_("A request of this order already waits for its answer."),
            ),
            models.CheckConstraint(name="dispatch_extension_of_something", condition=Q(asked__gte=1)),
        ]


class Suspension(Request):
    """What truly can't be done now: the clock stands still until the day it is looked at again, or until resumed.

    The pause has its end from the beginning, so that no suspension is forgotten: on that day the clock runs on.
    """

    # The first moment of the day of review.
    review_at = models.DateTimeField(_("to be reviewed on"))
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    class Meta:
        verbose_name = _("suspension")
        verbose_name_plural = _("suspensions")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                name="dispatch_suspension_one_waiting",
                fields=["order"],
                condition=Q(answer=""),
                violation_error_message=_("A request of this order already waits for its answer."),
            ),
        ]
        indexes = [
            # For those the auditor looks at.
            models.Index(
                name="dispatch_suspension_running",
                fields=["review_at"],
                condition=Q(answer=Answer.GRANTED, ended_at=None),
            ),
        ]


class Supervision(models.Model):
    """A supervision order: the centre or a leader, or the ladder by itself, presses a department."""

    order = models.ForeignKey(
        "dispatch.Order", models.PROTECT, verbose_name=_("order"), related_name="supervisions", db_index=False
    )
    # Which clock it came from; None where a person sent it.
    deadline = models.OneToOneField(
        "dispatch.Deadline", models.PROTECT, verbose_name=_("deadline"), null=True, blank=True, related_name="+"
    )
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey(
        "grid.Person", models.PROTECT, verbose_name=_("sent by"), null=True, blank=True, related_name="+"
    )
    reason = models.TextField(_("reason"), blank=True)
    # The breach it came from was none after all; it counts against nobody.
    lifted_at = models.DateTimeField(_("lifted at"), null=True, blank=True)

    class Meta:
        verbose_name = _("supervision order")
        verbose_name_plural = _("supervision orders")
        ordering = ["id"]
        indexes = [
            models.Index(name="dispatch_supervision_by_order", fields=["order", "id"]),
            # For a month's figures.
            models.Index(name="dispatch_supervision_by_moment", fields=["at"]),
        ]

    def __str__(self):
        return f"{self.order.number} {self.at:%Y-%m-%d %H:%M}"
