from decimal import Decimal

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Length
from django.utils.translation import gettext_lazy as _


class AreaLevel(models.IntegerChoices):
    """The level is the length of the national code: what lies under an area begins with its code."""

    PROVINCE = 2, _("province")
    CITY = 4, _("city")
    DISTRICT = 6, _("district")
    STREET = 9, _("street")
    COMMUNITY = 12, _("community")
    GRID = 15, _("grid")


class GridKind(models.TextChoices):
    GENERAL = "general", _("general grid")
    SPECIAL = "special", _("special grid")


class AreaQuerySet(models.QuerySet):
    def under(self, code):
        """The area with this code and everything in it."""
        return self.filter(code__startswith=code)

    def at(self, level):
        return self.filter(level=level)

    def called(self, text):
        """Those whose name holds `text` or whose code begins with it."""
        return self.filter(Q(name__icontains=text) | Q(code__startswith=text))

    def with_has_children(self):
        """`has_children` on each: whether anything lies in it."""
        return self.annotate(has_children=Exists(Area.objects.filter(parent=OuterRef("pk"))))


class Area(models.Model):
    """A province, city, district, street, community or grid, by its national code."""

    code = models.CharField(_("code"), primary_key=True, max_length=15, validators=[RegexValidator(r"^[0-9]{2,15}$")])
    name = models.CharField(_("name"), max_length=100)
    level = models.PositiveSmallIntegerField(_("level"), choices=AreaLevel.choices)
    parent = models.ForeignKey(
        "self", models.PROTECT, verbose_name=_("lies in"), null=True, blank=True, related_name="children"
    )
    kind = models.CharField(_("kind of grid"), max_length=10, choices=GridKind.choices, blank=True)
    lat = models.FloatField(_("latitude of the centre"), null=True, blank=True)
    lng = models.FloatField(_("longitude of the centre"), null=True, blank=True)
    # A GeoJSON geometry in WGS-84; coarse, fit for an overview map and for "is this point roughly in here".
    outline = models.JSONField(_("outline"), null=True, blank=True)
    # For comparing what is not alike: how hard an area is, how many live there, how large it is.
    difficulty = models.DecimalField(
        _("difficulty coefficient"),
        max_digits=4,
        decimal_places=2,
        db_default=Decimal("1.00"),
        validators=[MinValueValidator(Decimal("0.1"))],
        help_text=_("1 is usual; a hard area has more, and what it loses is divided by it."),
    )
    population = models.PositiveIntegerField(_("population"), null=True, blank=True)
    area_km2 = models.DecimalField(_("area in km²"), max_digits=10, decimal_places=4, null=True, blank=True)

    objects = AreaQuerySet.as_manager()

    class Meta:
        verbose_name = _("area")
        verbose_name_plural = _("areas")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                name="grid_area_level_is_length_of_code",
                condition=Q(level=Length("code")),
                violation_error_message=_("The length of the code does not fit the level."),
            ),
            models.CheckConstraint(
                name="grid_area_difficulty_positive",
                condition=Q(difficulty__gte=Decimal("0.1")),
                violation_error_message=_("A difficulty coefficient is at least 0.1."),
            ),
        ]

    def __str__(self):
        return self.name

    def clean(self):
        """An area lies in the one whose code its own begins with; only a province lies in nothing."""
        if self.level == AreaLevel.PROVINCE:
            if self.parent_id:
                raise ValidationError({"parent": _("A province lies in no other area.")})
            return
        levels = AreaLevel.values
        above = self.code[: levels[levels.index(self.level) - 1]] if self.level in levels else None
        if above and self.parent_id != above:
            raise ValidationError({"parent": _("The code says that this area lies in %(code)s.") % {"code": above}})

    @property
    def district_code(self):
        return self.code[:6]

    @property
    def short_name(self):
        return short(self.name)


def short(name):
    """An area's name as people say it: without the committee that the national list appends."""
    for ending in ("居民委员会", "村民委员会", "居委会", "村委会"):
        if name.endswith(ending):
            stem = name[: -len(ending)]
            return stem if stem.endswith(("社区", "村")) else stem + ("村" if ending.startswith("村") else "社区")
    return name
