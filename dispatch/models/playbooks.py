from django.db import models
from django.utils.translation import gettext_lazy as _


class Playbook(models.Model):
    """Whom a type of whistle calls at once when nobody was named: written down before the emergency."""

    type = models.OneToOneField("whistle.WhistleType", models.PROTECT, verbose_name=_("type"), related_name="playbook")
    lead = models.ForeignKey("grid.Department", models.PROTECT, verbose_name=_("lead department"), related_name="+")
    assisting = models.ManyToManyField(
        "grid.Department", verbose_name=_("assisting departments"), blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("playbook")
        verbose_name_plural = _("playbooks")

    def __str__(self):
        return str(self.type)
