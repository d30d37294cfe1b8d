from django.db import models
from django.utils.translation import gettext_lazy as _

from grid.models import Role

SIGNING_ROLES = (Role.COMMUNITY_SECRETARY, Role.STREET_SECRETARY)


class Signature(models.Model):
    """A secretary looked on site and signed, or refused, with an opinion. Each round asks both anew."""

    whistle = models.ForeignKey(
        "whistle.Whistle", models.PROTECT, verbose_name=_("whistle"), related_name="signatures"
    )
    round = models.PositiveSmallIntegerField(_("round"))
    role = models.CharField(_("role"), max_length=30, choices=[(role.value, role.label) for role in SIGNING_ROLES])
    person = models.ForeignKey("grid.Person", models.PROTECT, verbose_name=_("person"), related_name="+")
    post = models.ForeignKey("grid.Post", models.PROTECT, verbose_name=_("post"), related_name="+")
    agrees = models.BooleanField(_("signed"))
    opinion = models.TextField(_("opinion"), blank=True)
    inspected_at = models.DateTimeField(_("looked on site at"), null=True, blank=True)
    at = models.DateTimeField(_("signed at"))

    class Meta:
        verbose_name = _("signature")
        verbose_name_plural = _("signatures")
        ordering = ["at"]
        constraints = [
            models.UniqueConstraint(name="whistle_signature_once_per_role", fields=["whistle", "round", "role"]),
        ]

    def __str__(self):
        return f"{self.get_role_display()} {self.at:%Y-%m-%d %H:%M}"
