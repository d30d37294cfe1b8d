from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from assessment import formulas
from assessment.states import FormulaState, Ranked


class FormulaQuerySet(models.QuerySet):
    def adopted(self):
        return self.filter(state=FormulaState.ADOPTED)

    def in_force(self, area, ranked, month):
        """The formula for the month (its first day), or None: of those adopted for it, the one of the latest month."""
        there = self.adopted().filter(area=area, ranked=ranked, applies_from__lte=month)
        return there.order_by("-applies_from", "-version").first()


class Formula(models.Model):
    """How a kind of unit is scored in a district or city, as data; see `assessment.formulas`.

    A draft may be changed. An adopted version never is: a month names the version it was computed with.
    """

    area = models.ForeignKey(
        "grid.Area", models.PROTECT, verbose_name=_("district or city"), related_name="+", db_index=False
    )
    ranked = models.CharField(_("ranking of"), max_length=12, choices=Ranked.choices)
    version = models.PositiveIntegerField(_("version"))
    name = models.CharField(_("name"), max_length=60)
    definition = models.JSONField(_("definition"))
    state = models.CharField(_("state"), max_length=8, choices=FormulaState.choices, default=FormulaState.DRAFT)
    # Set when it is adopted: the first day of the first month it counts for.
    applies_from = models.DateField(_("applies from"), null=True, blank=True)
    # Nobody, where it came with a preset.
    created_by = models.ForeignKey(
        "grid.Person", models.PROTECT, verbose_name=_("written by"), null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(_("written at"), default=timezone.now)
    adopted_by = models.ForeignKey(
        "grid.Person", models.PROTECT, verbose_name=_("adopted by"), null=True, blank=True, related_name="+"
    )
    adopted_at = models.DateTimeField(_("adopted at"), null=True, blank=True)

    objects = FormulaQuerySet.as_manager()

    class Meta:
        verbose_name = _("formula")
        verbose_name_plural = _("formulas")
        ordering = ["area_id", "ranked", "-version"]
        constraints = [
            models.UniqueConstraint(
                name="assessment_formula_version_once",
                fields=["area", "ranked", "version"],
                violation_error_message=_("There is already a formula with this version."),
            ),
            models.CheckConstraint(
                name="assessment_formula_adopted_for_a_month",
                condition=Q(state=FormulaState.DRAFT, applies_from=None, adopted_at=None)
                | Q(state=FormulaState.ADOPTED, applies_from__isnull=False, adopted_at__isnull=False),
            ),
        ]

    def __str__(self):
        return f"{self.name} v{self.version}"

    @property
    def is_draft(self):
        return self.state == FormulaState.DRAFT

    @cached_property
    def read(self):
        """The definition as `formulas.read` gives it. Refuses with Unsound a draft that cannot be used yet."""
        return formulas.read(self.definition, self.ranked)
