from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class UnfinishedQuerySet(models.QuerySet):
    def visible_to(self, person):
        """A person's own, and nobody else's: what is not said yet is nobody's business."""
        return self.filter(person=person)

    def open(self):
        return self.filter(became=None)


class Unfinished(models.Model):
    """What somebody has typed into the form of a whistle and neither saved nor sent, kept as it is typed.

    No matter with a number yet: nothing of it is checked, and no record is kept of it. With the whistle it becomes, or
    when it is thrown away, what was typed is gone from here; what it became is remembered, so that a form that is sent
    again from an old page is not taken for a new one.
    """

    # Given by the page that shows the form, so that two tabs are two drafts.
    key = models.CharField(_("key"), max_length=32, unique=True)
    person = models.ForeignKey(
        "grid.Person", models.PROTECT, verbose_name=_("who"), related_name="unfinished", db_index=False
    )
    # The whistle that is being put right; None for a new one.
    whistle = models.ForeignKey(
        "whistle.Whistle", models.PROTECT, verbose_name=_("whistle"), null=True, blank=True, related_name="+"
    )
    became = models.ForeignKey(
        "whistle.Whistle",
        models.PROTECT,
        verbose_name=pgettext_lazy("of what was typed", "became"),
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    # {name of a field: text or list of texts}, as the form sends them.
    typed = models.JSONField(_("typed"), default=dict, blank=True)
    # Counts what was kept: whoever saves names the one they began with.
    version = models.PositiveIntegerField(_("version"), default=0)
    kept_at = models.DateTimeField(_("kept at"))

    objects = UnfinishedQuerySet.as_manager()

    class Meta:
        verbose_name = _("unfinished whistle")
        verbose_name_plural = _("unfinished whistles")
        ordering = ["-kept_at"]
        indexes = [
            models.Index(name="whistle_unfinished_own", fields=["person", "-kept_at"], condition=Q(became=None)),
        ]

    def __str__(self):
        return self.typed.get("title") or self.key


class UnfinishedPhoto(models.Model):
    """A photo that was sent ahead of the form it belongs to."""

    unfinished = models.ForeignKey(
        Unfinished, models.CASCADE, verbose_name=_("unfinished whistle"), related_name="photos"
    )
    file = models.FileField(_("file"), max_length=200)
    name = models.CharField(_("name"), max_length=100)
    content_type = models.CharField(_("content type"), max_length=20)

    class Meta:
        verbose_name = _("photo of an unfinished whistle")
        verbose_name_plural = _("photos of unfinished whistles")
        ordering = ["id"]

    def __str__(self):
        return self.name
