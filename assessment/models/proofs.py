from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class ProofQuerySet(models.QuerySet):
    def waiting(self):
        return self.filter(ended_at=None)


class Proof(models.Model):
    """A month is counted again from the record alone, in the background, and compared with what it says.

    `differences`: the first of them, each with what is ranked, the unit, the figure, what the month says (`kept`) and
    what the record says (`proved`). `count`: how many there are; None when the proof itself broke.
    """

    bulletin = models.ForeignKey(
        "assessment.Bulletin", models.PROTECT, verbose_name=_("bulletin"), related_name="proofs"
    )
    by = models.ForeignKey("grid.Person", models.PROTECT, verbose_name=_("asked for by"), related_name="+")
    at = models.DateTimeField(_("asked for at"))
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    count = models.PositiveIntegerField(_("differences"), null=True, blank=True)
    differences = models.JSONField(_("the first differences"), default=list, blank=True)

    objects = ProofQuerySet.as_manager()

    class Meta:
        verbose_name = _("proof")
        verbose_name_plural = _("proofs")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                name="assessment_proof_one_at_a_time", fields=["bulletin"], condition=Q(ended_at=None)
            ),
        ]
        indexes = [
            models.Index(name="assessment_proof_waiting", fields=["id"], condition=Q(ended_at=None)),
        ]

    def __str__(self):
        return f"{self.bulletin} {self.at:%Y-%m-%d %H:%M}"

    @property
    def is_under_way(self):
        return self.ended_at is None
