from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

LIGHTEST, HEAVIEST = Decimal("0.1"), Decimal(10)
# Working days.
LONGEST_TERM = 60


def _days(label, **kwargs):
    within = [MinValueValidator(1), MaxValueValidator(LONGEST_TERM)]
    return models.PositiveSmallIntegerField(label, validators=within, **kwargs)


def _mark(label, **kwargs):
    return models.PositiveSmallIntegerField(label, validators=[MaxValueValidator(100)], **kwargs)


class AssessmentRuleQuerySet(models.QuerySet):
    def of(self, *types):
        """The rule of each type of whistle, by the type's key; the defaults for one without a row. One query."""
        rules = {rule.type_id: rule for rule in self.filter(type__in=types)}
        return {type.pk: rules.get(type.pk) or AssessmentRule(type=type) for type in types}


class AssessmentRule(models.Model):
    """How cases of a type of whistle are assessed. A type without a row goes by the defaults that stand here."""

    type = models.OneToOneField(
        "whistle.WhistleType", models.CASCADE, verbose_name=_("type"), related_name="assessment_rule"
    )
    weight = models.DecimalField(
        _("weight"),
        max_digits=4,
        decimal_places=2,
        default=Decimal("1.00"),
        validators=[MinValueValidator(LIGHTEST), MaxValueValidator(HEAVIEST)],
        help_text=_("How much a case of this type counts in the month, from 0.1 to 10."),
    )
    # The street has verified that it is solved; of the cooperation nobody has said anything.
    cooperation = _mark(
        _("cooperation, by rule"), default=80, help_text=_("The mark given when the street does not score in time.")
    )
    resolution = _mark(
        _("resolution, by rule"), default=100, help_text=_("The mark given when the street does not score in time.")
    )
    after_days = _days(
        _("working days until marks are given by rule"),
        default=5,
        help_text=_("Counted from the moment at which the street's clock to score runs out, from 1 to 60."),
    )
    appeal_days = _days(
        _("working days to appeal"),
        default=5,
        help_text=_("For whoever is held to account for a frivolous or empty whistle, from 1 to 60."),
    )

    objects = AssessmentRuleQuerySet.as_manager()

    class Meta:
        verbose_name = _("rule of assessment")
        verbose_name_plural = _("rules of assessment")
        ordering = ["type_id"]
        constraints = [
            models.CheckConstraint(
                name="assessment_rule_weight_within_bounds",
                condition=Q(weight__gte=LIGHTEST, weight__lte=HEAVIEST),
                violation_error_message=_("A weight lies between 0.1 and 10."),
            ),
            models.CheckConstraint(
                name="assessment_rule_marks_within_100",
                condition=Q(cooperation__lte=100, resolution__lte=100),
                violation_error_message=_("A mark lies between 0 and 100."),
            ),
            models.CheckConstraint(
                name="assessment_rule_terms_within_bounds",
                condition=Q(
                    after_days__gte=1,
                    after_days__lte=LONGEST_TERM,
                    appeal_days__gte=1,
                    appeal_days__lte=LONGEST_TERM,
                ),
                violation_error_message=_("A term lies between 1 and 60 working days."),
            ),
        ]

    def __str__(self):
        return str(self.type)
