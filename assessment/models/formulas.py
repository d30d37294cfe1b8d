from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from assessment import formulas
from assessment.states import KEEP_FORMULAS, SEEN_BY, FormulaActKind, FormulaState, Ranked


class FormulaQuerySet(models.QuerySet):
    def visible_to(self, person):
        """All of an area for whoever keeps its formulas; what was adopted for a ranking for whoever sees it."""
        seen = Q(pk__in=[])
        for post in person.posts_now:
            if post.role in KEEP_FORMULAS:
                seen |= Q(area__code__startswith=post.area_id)
            ranked = [each for each, roles in SEEN_BY.items() if post.role in roles]
            seen |= Q(area__code__startswith=post.district_code, ranked__in=ranked, state=FormulaState.ADOPTED)
        return self.filter(seen)

    def adopted(self):
        return self.filter(state=FormulaState.ADOPTED)

    def drafts(self):
        return self.filter(state=FormulaState.DRAFT)

    def in_force(self, area, ranked, month):
        """The formula for the month (its first day), or None: of those adopted for it, the one of the latest month."""
        there = self.adopted().filter(area=area, ranked=ranked, applies_from__lte=month)
        return there.order_by("-applies_from", "-version").first()


class Formula(models.Model):
    """How a kind of unit is scored in a district or city, as data; see `assessment.formulas`.

    A draft may be changed, and need not be sound. An adopted version is, and never changes, which the database holds:
    a month names the version it was computed with.
    """

    area = models.ForeignKey(
        "grid.Area", models.PROTECT, verbose_name=_("district or city"), related_name="+", db_index=False
    )
    ranked = models.CharField(_("ranking of"), max_length=12, choices=Ranked.choices)
    # Given when it is adopted.
    version = models.PositiveIntegerField(_("version"), null=True, blank=True)
    name = models.CharField(_("name"), max_length=60)
    definition = models.JSONField(_("definition"))
    state = models.CharField(_("state"), max_length=9, choices=FormulaState.choices, default=FormulaState.DRAFT)
    # How often it has been saved: whoever saves a draft must have read its latest state.
    revision = models.PositiveIntegerField(_("revision"), default=1)
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
        ordering = ["area_id", "ranked", "-version", "-id"]
        constraints = [
            models.UniqueConstraint(
                name="assessment_formula_version_once",
                fields=["area", "ranked", "version"],
                violation_error_message=_("There is already a formula with this version."),
            ),
            models.CheckConstraint(
                name="assessment_formula_adopted_for_a_month",
                condition=Q(
                    state__in=[FormulaState.DRAFT, FormulaState.DISCARDED],
                    version=None,
                    applies_from=None,
                    adopted_at=None,
                )
                | Q(
                    state=FormulaState.ADOPTED,
                    version__isnull=False,
                    applies_from__isnull=False,
                    adopted_at__isnull=False,
                ),
            ),
        ]

    def __str__(self):
        return self.name if self.version is None else f"{self.name} v{self.version}"

    @property
    def is_draft(self):
        return self.state == FormulaState.DRAFT

    @cached_property
    def read(self):
        """The definition as `formulas.read` gives it. Refuses with Unsound a draft that cannot be used yet."""
        return formulas.read(self.definition, self.ranked)

    @cached_property
    def examined(self):
        """The definition as far as it can be read, with what is wrong with it; see `formulas.examine`."""
        return formulas.examine(self.definition, self.ranked)


class FormulaAct(models.Model):
    """One thing done to a formula. Append-only: the database refuses to change or delete it."""

    formula = models.ForeignKey(Formula, models.PROTECT, verbose_name=_("formula"), related_name="acts")
    kind = models.CharField(_("what"), max_length=10, choices=FormulaActKind.choices)
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey("grid.Person", models.PROTECT, verbose_name=_("who"), related_name="+")
    person_name = models.CharField(_("name"), max_length=60)
    post_name = models.CharField(_("post"), max_length=200)
    data = models.JSONField(_("data"), default=dict, blank=True)

    class Meta:
        verbose_name = _("act on a formula")
        verbose_name_plural = _("acts on formulas")
        ordering = ["id"]

    def __str__(self):
        return f"{self.formula_id} {self.kind}"
