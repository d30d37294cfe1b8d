from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class CalendarDay(models.Model):
    """The administrator's own entry: overlays the State Council's calendar, or stands in where none is published."""

    day = models.DateField(_("day"), primary_key=True)
    works = models.BooleanField(_("is a working day"))
    name = models.CharField(_("name"), max_length=60, help_text=_("For instance the name of the holiday."))

    class Meta:
        verbose_name = _("day of the calendar")
        verbose_name_plural = _("calendar")
        ordering = ["-day"]

    def __str__(self):
        return f"{self.day} {self.name}"


class CalendarVersion(models.Model):
    """The administrator's days as they stood when clocks were computed with them; never changed, never deleted."""

    version = models.CharField(_("version"), max_length=60, primary_key=True)
    # [["2026-02-16", false, "春节"], …], as `Calendar.to_data` gives them.
    own = models.JSONField(_("own days"))
    since = models.DateTimeField(_("since"), default=timezone.now)

    class Meta:
        verbose_name = _("version of the calendar")
        verbose_name_plural = _("versions of the calendar")
        ordering = ["-since"]

    def __str__(self):
        return self.version


class WorkSegment(models.Model):
    """One stretch of a district's working day, local time. A day may have several; they never cross midnight."""

    district = models.ForeignKey(
        "grid.Area",
        models.PROTECT,
        verbose_name=_("district"),
        related_name="segments",
        limit_choices_to={"level": 6},
    )
    starts = models.TimeField(_("from"))
    ends = models.TimeField(_("to"))

    class Meta:
        verbose_name = pgettext_lazy("of an office", "working hours")
        verbose_name_plural = pgettext_lazy("of an office", "working hours")
        ordering = ["district_id", "starts"]
        constraints = [
            models.CheckConstraint(
                name="grid_segment_ends_after_it_starts",
                condition=Q(ends__gt=F("starts")),
                violation_error_message=_("Working hours must end after they start, on the same day."),
            ),
            models.UniqueConstraint(name="grid_segment_starts_once", fields=["district", "starts"]),
        ]

    def __str__(self):
        return f"{self.starts:%H:%M}–{self.ends:%H:%M}"

    def clean(self):
        """Two stretches of one district's day must not overlap: the arithmetic could not count with them."""
        if not (self.district_id and self.starts and self.ends):
            return
        others = WorkSegment.objects.filter(district=self.district_id).exclude(pk=self.pk)
        other = others.filter(starts__lt=self.ends, ends__gt=self.starts).first()
        if other:
            raise ValidationError(
                _("These hours overlap %(other)s, which the district works already. Change or delete those first."),
                params={"other": other},
            )
