from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from assessment.states import ExportKind, ExportState


class Export(models.Model):
    """A file that is written in the background. Whoever asked sees how far it is, and may stop it."""

    bulletin = models.ForeignKey(
        "assessment.Bulletin", models.PROTECT, verbose_name=_("bulletin"), related_name="exports"
    )
    kind = models.CharField(_("kind"), max_length=12, choices=ExportKind.choices)
    state = models.CharField(_("state"), max_length=10, choices=ExportState.choices, default=ExportState.WAITING)
    by = models.ForeignKey("grid.Person", models.PROTECT, verbose_name=_("asked for by"), related_name="+")
    at = models.DateTimeField(_("asked for at"))
    done = models.PositiveIntegerField(_("rows written"), default=0)
    total = models.PositiveIntegerField(_("rows in all"), default=0)
    # When its writer was last heard of: one that has died is taken over.
    heard_at = models.DateTimeField(_("last heard of"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    file = models.FileField(_("file"), upload_to="exports/", blank=True)

    class Meta:
        verbose_name = _("export")
        verbose_name_plural = _("exports")
        ordering = ["-id"]
        indexes = [
            models.Index(
                name="assessment_export_to_write", fields=["id"], condition=Q(state__in=["waiting", "running"])
            ),
        ]

    def __str__(self):
        return f"{self.bulletin} {self.kind}"

    @property
    def percent(self):
        return 100 * self.done // self.total if self.total else 0

    @property
    def is_under_way(self):
        return self.state in (ExportState.WAITING, ExportState.RUNNING)
