from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from whistle.models.subjects import SUBJECTS, OfSubject, about_one, indexes_by


class PhotoQuerySet(models.QuerySet):
    def visible_to(self, person):
        """Those of the matters that this person may see."""
        seen = Q(pk__in=[])
        for name in SUBJECTS:
            matters = self.model._meta.get_field(name).related_model.objects
            seen |= Q(**{f"{name}__in": matters.visible_to(person)})
        return self.filter(seen)


class Photo(OfSubject):
    """A photo that came with an act. Served only through the rights of the matter it is about."""

    event = models.ForeignKey("whistle.Event", models.PROTECT, verbose_name=_("event"), related_name="photos")
    file = models.FileField(_("file"), max_length=200)
    thumbnail = models.FileField(_("thumbnail"), max_length=200)
    content_type = models.CharField(_("content type"), max_length=20)
    width = models.PositiveIntegerField(_("width"))
    height = models.PositiveIntegerField(_("height"))
    size = models.PositiveIntegerField(_("size in bytes"))
    sha256 = models.CharField(_("checksum"), max_length=64)

    objects = PhotoQuerySet.as_manager()

    class Meta:
        verbose_name = _("photo")
        verbose_name_plural = _("photos")
        ordering = ["id"]
        constraints = [about_one("whistle_photo_about_one_matter")]
        indexes = indexes_by("whistle_photo", "whistle", "lead", "letter")

    def __str__(self):
        return self.file.name
