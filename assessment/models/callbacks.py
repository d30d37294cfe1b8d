from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from whistle.states import Satisfaction


class CallbackQuerySet(models.QuerySet):
    def reached(self):
        """Those in which somebody answered: the ones that count."""
        return self.filter(contacted=True)


class Callback(models.Model):
    """Somebody asks the residents after a case was closed. The first time anybody is reached counts and ends it."""

    whistle = models.ForeignKey(
        "whistle.Whistle", models.PROTECT, verbose_name=_("whistle"), related_name="callbacks", db_index=False
    )
    district = models.ForeignKey(
        "grid.Area", models.PROTECT, verbose_name=_("district"), related_name="+", db_index=False
    )
    # Which closing it asks about: a reopened case is closed again, and asked about again.
    closing = models.DateTimeField(_("closed at"))
    at = models.DateTimeField(_("called at"))
    by = models.ForeignKey("grid.Person", models.PROTECT, verbose_name=_("called by"), related_name="+")
    contacted = models.BooleanField(_("somebody was reached"))
    # None, and an empty satisfaction, when nobody was reached.
    # Whether those who handled it had been in touch: the first of the three rates.
    responded = models.BooleanField(_("had been contacted, say the residents"), null=True, blank=True)
    solved = models.BooleanField(_("solved, say the residents"), null=True, blank=True)
    satisfaction = models.CharField(_("satisfaction"), max_length=10, choices=Satisfaction.choices, blank=True)
    note = models.TextField(_("note"), blank=True)

    objects = CallbackQuerySet.as_manager()

    class Meta:
        verbose_name = _("callback")
        verbose_name_plural = _("callbacks")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                name="assessment_callback_reached_once",
                fields=["whistle", "closing"],
                condition=Q(contacted=True),
                violation_error_message=_("Residents have already been reached about this case."),
            ),
            models.CheckConstraint(
                name="assessment_callback_says_what_was_heard",
                condition=(
                    Q(contacted=True, solved__isnull=False, satisfaction__in=Satisfaction.values)
                    | Q(contacted=False, solved__isnull=True, satisfaction="")
                ),
                violation_error_message=_("Who was reached says whether it is solved and how satisfied they are."),
            ),
        ]
        indexes = [
            models.Index(name="assessment_callback_by_whistle", fields=["whistle", "id"]),
            # For the month of a district.
            models.Index(name="assessment_callback_reached", fields=["district", "at"], condition=Q(contacted=True)),
        ]

    def __str__(self):
        return f"{self.whistle_id} {self.at:%Y-%m-%d %H:%M}"
