from django.db import models
from django.utils.translation import gettext_lazy as _


class SavedView(models.Model):
    """How somebody likes to see the board, by a name of their own."""

    # Each is a line at the head of the board.
    MOST = 12

    person = models.ForeignKey("grid.Person", models.CASCADE, verbose_name=_("person"), related_name="+")
    name = models.CharField(_("name"), max_length=30)
    # What stands behind the question mark of the address.
    query = models.CharField(_("narrowed by"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        ordering = ["id"]
        constraints = [models.UniqueConstraint(name="dispatch_view_once_by_name", fields=["person", "name"])]

    def __str__(self):
        return self.name
