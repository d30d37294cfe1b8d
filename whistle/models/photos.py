from django.db import models
from django.utils.translation import gettext_lazy as _


class Photo(models.Model):
    """A photo that came with an act. Served only through the rights of its whistle."""

    whistle = models.ForeignKey("whistle.Whistle", models.PROTECT, verbose_name=_("whistle"), related_name="photos")
    event = models.ForeignKey("whistle.Event", models.PROTECT, verbose_name=_("event"), related_name="photos")
    file = models.FileField(_("file"), max_length=200)
    thumbnail = models.FileField(_("thumbnail"), max_length=200)
    content_type = models.CharField(_("content type"), max_length=20)
    width = models.PositiveIntegerField(_("width"))
    height = models.PositiveIntegerField(_("height"))
    size = models.PositiveIntegerField(_("size in bytes"))
    sha256 = models.CharField(_("checksum"), max_length=64)

    class Meta:
        verbose_name = _("photo")
        verbose_name_plural = _("photos")
        ordering = ["id"]

    def __str__(self):
        return self.file.name
