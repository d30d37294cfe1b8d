from django.db import models
from django.utils.translation import gettext_lazy as _


class Simulation(models.Model):
    """A made-up stretch of work in a district, and how far it has been played: it can be interrupted and goes on."""

    district = models.ForeignKey("grid.Area", models.PROTECT, verbose_name=_("district"), related_name="+")
    days = models.PositiveIntegerField(_("days"))
    whistles = models.PositiveIntegerField(_("whistles"))
    seed = models.BigIntegerField(_("seed"))
    since = models.DateTimeField(_("from"))
    until = models.DateTimeField(_("until"))
    # Of all its acts and their moments: the same seed on other ground is another simulation.
    agenda = models.CharField(_("checksum"), max_length=64)
    acts = models.PositiveIntegerField(_("acts played"), default=0)
    reached_at = models.DateTimeField(_("played until"), null=True)

    class Meta:
        verbose_name = _("simulation")
        verbose_name_plural = _("simulations")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                name="assessment_simulation_once", fields=["district", "days", "whistles", "seed", "until"]
            ),
        ]

    def __str__(self):
        return f"{self.district_id} {self.seed}"

    @property
    def is_over(self):
        return self.reached_at == self.until
