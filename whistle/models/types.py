from django.db import models
from django.utils.translation import gettext_lazy as _

from grid.models.departments import OfDistrictQuerySet, in_language
from whistle.states import SignOffKind


class WhistleType(models.Model):
    """A kind of whistle in one district: which criteria it asks for, who signs when, how it is dispatched."""

    district = models.ForeignKey("grid.Area", models.PROTECT, verbose_name=_("district"), related_name="whistle_types")
    code = models.SlugField(_("code"), max_length=30)
    name = models.CharField(_("name"), max_length=30)
    name_en = models.CharField(_("English name"), max_length=60, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    minimum_criteria = models.PositiveSmallIntegerField(_("criteria that must hold at least"), default=2)
    sign_off = models.CharField(
        _("signatures"), max_length=10, choices=SignOffKind.choices, default=SignOffKind.BEFORE
    )
    by_playbook = models.BooleanField(
        _("dispatched at once"),
        default=False,
        help_text=_("Calls the departments the moment it is filed, without waiting for triage."),
    )
    active = models.BooleanField(_("can be blown"), default=True)

    objects = OfDistrictQuerySet.as_manager()

    class Meta:
        verbose_name = _("type of whistle")
        verbose_name_plural = _("types of whistles")
        ordering = ["district_id", "position", "code"]
        constraints = [
            models.UniqueConstraint(name="whistle_type_code_unique_in_district", fields=["district", "code"]),
        ]

    def __str__(self):
        return in_language(self)


class Criterion(models.Model):
    """A reason that makes something a whistle. Required ones must hold whatever the minimum."""

    type = models.ForeignKey(WhistleType, models.CASCADE, verbose_name=_("type"), related_name="criteria")
    code = models.SlugField(_("code"), max_length=30)
    name = models.CharField(_("name"), max_length=100)
    name_en = models.CharField(_("English name"), max_length=100, blank=True)
    required = models.BooleanField(_("must hold"), default=False)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("criterion")
        verbose_name_plural = _("criteria")
        ordering = ["type_id", "position", "code"]
        constraints = [models.UniqueConstraint(name="whistle_criterion_code_unique", fields=["type", "code"])]

    def __str__(self):
        return in_language(self)
