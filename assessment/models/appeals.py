from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from assessment.models.months import Bulletin
from assessment.states import Appealed
from dispatch.models import Order


class AppealQuerySet(models.QuerySet):
    def visible_to(self, person):
        """Of months the person sees, about orders the person sees."""
        months, orders = Bulletin.objects.visible_to(person), Order.objects.visible_to(person)
        return self.filter(bulletin__in=months, order__in=orders)

    def waiting(self):
        return self.filter(granted=None)


class Appeal(models.Model):
    """A department disputes one figure of one of its orders: a mark, or that it was late. The old one stays visible.

    Granted, `new` takes its place in the month: another mark, 1 for "in time", or None for "does not count".
    """

    order = models.ForeignKey("dispatch.Order", models.PROTECT, verbose_name=_("order"), related_name="appeals")
    bulletin = models.ForeignKey(
        "assessment.Bulletin", models.PROTECT, verbose_name=_("bulletin"), related_name="appeals"
    )
    about = models.CharField(_("about"), max_length=12, choices=Appealed.choices)
    # As it counted when the appeal was made.
    old = models.PositiveSmallIntegerField(_("as it counted"))
    reason = models.TextField(_("reason"))
    by = models.ForeignKey("grid.Person", models.PROTECT, verbose_name=_("appealed by"), related_name="+")
    at = models.DateTimeField(_("appealed at"))
    # By when the assessor answers.
    answer_by = models.DateTimeField(_("to be ruled on by"))
    # None while it waits.
    granted = models.BooleanField(_("granted"), null=True, blank=True)
    new = models.PositiveSmallIntegerField(_("counts as"), null=True, blank=True)
    ruled_by = models.ForeignKey(
        "grid.Person", models.PROTECT, verbose_name=_("ruled by"), null=True, blank=True, related_name="+"
    )
    ruled_at = models.DateTimeField(_("ruled at"), null=True, blank=True)
    opinion = models.TextField(_("opinion"), blank=True)

    objects = AppealQuerySet.as_manager()

    class Meta:
        verbose_name = _("appeal")
        verbose_name_plural = _("appeals")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                name="assessment_appeal_once",
                fields=["order", "about"],
                violation_error_message=_("This figure has been appealed already; the ruling on it is final."),
            ),
            models.CheckConstraint(
                name="assessment_appeal_ruled_whole",
                condition=Q(granted=None, ruled_at=None, ruled_by=None, new=None)
                | Q(granted=False, ruled_at__isnull=False, ruled_by__isnull=False, new=None)
                | Q(granted=True, ruled_at__isnull=False, ruled_by__isnull=False),
            ),
            models.CheckConstraint(
                name="assessment_appeal_within_100",
                condition=Q(old__lte=100) & (Q(new=None) | Q(new__lte=100)),
                violation_error_message=_("A mark lies between 0 and 100."),
            ),
        ]
        indexes = [
            models.Index(name="assessment_appeal_waiting", fields=["bulletin"], condition=Q(granted=None)),
        ]

    def __str__(self):
        return f"{self.order_id} {self.about}"

    @property
    def number(self):
        return str(self.pk)

    @property
    def state(self):
        """For the table of actions: an appeal waits, or it has been ruled on."""
        return "waiting" if self.granted is None else "ruled"

    @property
    def is_about_a_mark(self):
        return self.about in (Appealed.COOPERATION, Appealed.RESOLUTION)
