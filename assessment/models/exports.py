from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from assessment.models.months import Bulletin
from assessment.states import ExportKind, ExportState, ExportTrouble


class ExportQuerySet(models.QuerySet):
    def visible_to(self, person):
        """A file holds what its own reader may see, so it is theirs alone, while they see the month."""
        return self.filter(by=person, bulletin__in=Bulletin.objects.visible_to(person))


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
    trouble = models.CharField(_("why it failed"), max_length=10, choices=ExportTrouble.choices, blank=True)
    file = models.FileField(_("file"), upload_to="exports/", blank=True)

    objects = ExportQuerySet.as_manager()

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
    def number(self):
        return str(self.pk)

    @property
    def filename(self):
        """What the file is called where somebody saves it."""
        return f"{self.bulletin.area.name}{self.bulletin.month:%Y-%m}.{self.kind}"

    @property
    def percent(self):
        return 100 * self.done // self.total if self.total else 0

    @property
    def is_under_way(self):
        return self.state in (ExportState.WAITING, ExportState.RUNNING)
