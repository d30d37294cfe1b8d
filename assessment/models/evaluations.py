from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class EvaluationQuerySet(models.QuerySet):
    def in_earnest(self):
        """All but those of drills, which are marked for the exercise and count nowhere."""
        return self.filter(order__whistle__drill=False)


class Evaluation(models.Model):
    """One whistle, one assessment: the street's marks for one department.

    Punctuality is never typed: the clocks say. A street that does not score in time leaves it to the rule of the type.
    """

    order = models.OneToOneField("dispatch.Order", models.PROTECT, verbose_name=_("order"), related_name="evaluation")
    district = models.ForeignKey(
        "grid.Area", models.PROTECT, verbose_name=_("district"), related_name="+", db_index=False
    )
    cooperation = models.PositiveSmallIntegerField(_("cooperation"), validators=[MaxValueValidator(100)])
    resolution = models.PositiveSmallIntegerField(_("resolution"), validators=[MaxValueValidator(100)])
    comment = models.TextField(_("comment"), blank=True)
    # Nobody, where the rule gave the marks.
    by = models.ForeignKey(
        "grid.Person", models.PROTECT, verbose_name=_("scored by"), null=True, blank=True, related_name="+"
    )
    by_rule = models.BooleanField(_("by rule"), default=False)
    # By rule: the moment at which the street's time was over for good, whenever the task came by.
    at = models.DateTimeField(_("scored at"))

    objects = EvaluationQuerySet.as_manager()

    class Meta:
        verbose_name = _("assessment")
        verbose_name_plural = _("assessments")
        ordering = ["at"]
        constraints = [
            models.CheckConstraint(
                name="assessment_marks_within_100",
                condition=Q(cooperation__lte=100, resolution__lte=100),
                violation_error_message=_("A mark lies between 0 and 100."),
            ),
            models.CheckConstraint(
                name="assessment_marks_by_somebody_or_by_rule",
                condition=Q(by_rule=True, by__isnull=True) | Q(by_rule=False, by__isnull=False),
            ),
        ]
        indexes = [models.Index(name="assessment_by_district_and_day", fields=["district", "at"])]

    def __str__(self):
        return f"{self.order_id} {self.cooperation}/{self.resolution}"
