from django.db import models
from django.utils.translation import gettext_lazy as _


class UnderstoodHint(models.Model):
    """A hint for newcomers that somebody has understood: it is not shown to them again."""

    person = models.ForeignKey(
        "grid.Person", models.CASCADE, verbose_name=_("person"), related_name="understood_hints"
    )
    # Whose hint it was: a role.
    hint = models.CharField(_("hint"), max_length=30)
    at = models.DateTimeField(_("understood at"))

    class Meta:
        verbose_name = _("understood hint")
        verbose_name_plural = _("understood hints")
        ordering = ["id"]
        constraints = [models.UniqueConstraint(name="grid_hint_understood_once", fields=["person", "hint"])]

    def __str__(self):
        return self.hint
