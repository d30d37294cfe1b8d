from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


class DepartmentGroup(models.Model):
    """Departments that are ranked against one another: a fire brigade is not ranked against a gas company."""

    code = models.SlugField(_("code"), max_length=30, unique=True)
    name = models.CharField(_("name"), max_length=60)
    name_en = models.CharField(_("English name"), max_length=60, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("group of departments")
        verbose_name_plural = _("groups of departments")
        ordering = ["position", "code"]

    def __str__(self):
        return in_language(self)


def in_language(row):
    """A row's name in the reader's language, where the administrator gave one."""
    return row.name_en if row.name_en and (get_language() or "").startswith("en") else row.name


class OfDistrictQuerySet(models.QuerySet):
    """Rows that belong to a district and may be known to everybody who works there."""

    def visible_to(self, person):
        """Those of the districts (or of all districts of the cities) in which the person holds a post."""
        in_sight = Q(pk__in=[])
        for code in person.district_codes:
            in_sight |= Q(district__code__startswith=code)
        return self.filter(in_sight)


class DepartmentQuerySet(OfDistrictQuerySet):
    def in_district(self, code):
        return self.filter(district_id=code)

    def active(self):
        return self.filter(active=True)


class Department(models.Model):
    """A department, public institution or company of a district that can be called. Never deleted, only retired."""

    district = models.ForeignKey(
        "grid.Area",
        models.PROTECT,
        verbose_name=_("district"),
        related_name="departments",
        limit_choices_to={"level": 6},
    )
    code = models.SlugField(_("code"), max_length=30, help_text=_("Unique within the district."))
    name = models.CharField(_("name"), max_length=100)
    name_en = models.CharField(_("English name"), max_length=100, blank=True)
    group = models.ForeignKey(DepartmentGroup, models.PROTECT, verbose_name=_("group"), related_name="departments")
    parent = models.ForeignKey(
        "self", models.PROTECT, verbose_name=_("belongs to"), null=True, blank=True, related_name="branches"
    )
    credit_code = models.CharField(
        _("unified social credit code"),
        max_length=18,
        blank=True,
        validators=[RegexValidator(r"^[0-9A-HJ-NPQRTUWXY]{18}$")],
        help_text=_("18 characters (GB 32100); may stay empty."),
    )
    active = models.BooleanField(_("can be called"), default=True)

    objects = DepartmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("department")
        verbose_name_plural = _("departments")
        ordering = ["district_id", "group__position", "code"]
        constraints = [
            models.UniqueConstraint(
                name="grid_department_code_unique_in_district",
                fields=["district", "code"],
                violation_error_message=_("The district already has a department with this code."),
            ),
        ]

    def __str__(self):
        return in_language(self)

    def clean(self):
        """What a department belongs to lies in the same district, and never in the department itself."""
        above = self.parent
        if above and above.district_id != self.district_id:
            raise ValidationError({"parent": _("A department belongs to one of the same district.")})
        while above:
            if above.pk == self.pk:
                raise ValidationError(
                    {"parent": _("A department cannot belong to itself, not even by way of others.")}
                )
            above = above.parent


class StreetPart(models.TextChoices):
    LEAD = "lead", _("leads")
    COORDINATE = "coordinate", _("coordinates")
    ASSIST = "assist", _("assists")


class ResponsibilityItem(models.Model):
    """A duty of the responsibility list: who leads, who assists, and what part the street has in it."""

    district = models.ForeignKey(
        "grid.Area", models.PROTECT, verbose_name=_("district"), related_name="+", limit_choices_to={"level": 6}
    )
    code = models.SlugField(_("code"), max_length=30)
    name = models.CharField(_("name"), max_length=100)
    name_en = models.CharField(_("English name"), max_length=100, blank=True)
    legal_basis = models.TextField(_("legal basis"), blank=True)
    lead = models.ForeignKey(Department, models.PROTECT, verbose_name=_("lead department"), related_name="leads_items")
    assisting = models.ManyToManyField(
        Department, verbose_name=_("assisting departments"), blank=True, related_name="assists_items"
    )
    street_part = models.CharField(
        _("the street's part"), max_length=10, choices=StreetPart.choices, default=StreetPart.COORDINATE
    )

    class Meta:
        verbose_name = _("item of the responsibility list")
        verbose_name_plural = _("responsibility list")
        ordering = ["district_id", "code"]
        constraints = [
            models.UniqueConstraint(name="grid_item_code_unique_in_district", fields=["district", "code"]),
        ]

    def __str__(self):
        return in_language(self)
