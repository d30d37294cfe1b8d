from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from dispatch.states import OF_MESSAGES, Question


class FindingQuerySet(models.QuerySet):
    def standing(self):
        return self.filter(over_at=None)

    def about_clocks(self):
        return self.exclude(question__in=OF_MESSAGES)


class Finding(models.Model):
    """What the auditor found wrong in a district, from the audit that found it to the first that no longer did."""

    # None for what is wrong with messages: they belong to people.
    district = models.ForeignKey(
        "grid.Area",
        models.PROTECT,
        verbose_name=_("district"),
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    question = models.CharField(_("question"), max_length=12, choices=Question.choices)
    # How many rows answered at the last audit.
    count = models.PositiveIntegerField(_("rows"))
    # The keys of the first of them, where finding them again would cost too much for a page.
    sample = models.JSONField(_("first rows"), default=list)
    since = models.DateTimeField(_("since"))
    over_at = models.DateTimeField(_("over at"), null=True, blank=True)

    objects = FindingQuerySet.as_manager()

    class Meta:
        verbose_name = _("finding of the auditor")
        verbose_name_plural = _("findings of the auditor")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                name="dispatch_finding_one_standing",
                fields=["district", "question"],
                condition=Q(over_at=None),
                nulls_distinct=False,
            ),
            models.CheckConstraint(name="dispatch_finding_of_something", condition=Q(count__gte=1)),
        ]

    def __str__(self):
        return f"{self.district_id} {self.question}: {self.count}"
