from datetime import date, time, timedelta
from itertools import takewhile

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import BigIntegerRangeField, RangeOperators
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Func, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from grid.worktime import FIRST_YEAR, LAST_YEAR, Calendar

MIDNIGHT = time(0)


class CalendarDay(models.Model):
    """The administrator's own entry: overlays the State Council's calendar, or stands in where none is published."""

    day = models.DateField(_("day"), primary_key=True)
    works = models.BooleanField(_("is a working day"))
    name = models.CharField(_("name"), max_length=60, help_text=_("For instance the name of the holiday."))

    # More days in a row without work than this are a slip of the pen, and every working clock would stand still.
    LONGEST_REST = 31

    class Meta:
        verbose_name = _("day of the calendar")
        verbose_name_plural = _("calendar")
        ordering = ["-day"]

    def __str__(self):
        return f"{self.day} {self.name}"

    def clean(self):
        """A calendar by which nobody works for months is refused before it stops every clock of working time."""
        if not self.day:
            return
        if not FIRST_YEAR < self.day.year < LAST_YEAR:
            raise ValidationError({"day": _("This year is out of all reason.")})
        if not self.works and len(rest := self._rest()) > self.LONGEST_REST:
            raise ValidationError(
                _("Nobody would work from %(first)s to %(last)s: more than %(most)d days. Every clock would wait."),
                params={"first": rest[0], "last": rest[-1], "most": self.LONGEST_REST},
            )

    def _rest(self) -> list[date]:
        """The days without work in a row of which this one would be one, as far as it matters."""
        reach = [timedelta(days=number) for number in range(1, self.LONGEST_REST + 1)]
        near = CalendarDay.objects.filter(day__gte=self.day - reach[-1], day__lte=self.day + reach[-1])
        own = {each.day: (each.works, each.name) for each in near} | {self.day: (False, self.name)}
        calendar = Calendar(own)

        def rests(day: date) -> bool:
            return not calendar.is_workday(day)

        before = takewhile(rests, (self.day - span for span in reach))
        after = takewhile(rests, (self.day + span for span in reach))
        return [*reversed(list(before)), self.day, *after]


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


class Stretch(Func):
    """A stretch of a district's day as a range of microseconds on one line, on which each district has its own day.

    So ranges overlap when stretches of the same district do, and PostgreSQL needs no extension to see it.
    """

    function = "grid_stretch"
    output_field = BigIntegerRangeField()


class WorkSegment(models.Model):
    """One stretch of a district's working day, local time. A day may have several; they never cross midnight.

    One that ends at 00:00 ends at the midnight that ends the day: 00:00 to 00:00 is the whole day, to the last minute.
    """

    district = models.ForeignKey(
        "grid.Area",
        models.PROTECT,
        verbose_name=_("district"),
        related_name="segments",
        limit_choices_to={"level": 6},
    )
    starts = models.TimeField(_("from"))
    ends = models.TimeField(_("to"), help_text=_("00:00 is the midnight that ends the day."))

    class Meta:
        verbose_name = pgettext_lazy("of an office", "working hours")
        verbose_name_plural = pgettext_lazy("of an office", "working hours")
        ordering = ["district_id", "starts"]
        constraints = [
            models.CheckConstraint(
                name="grid_segment_ends_after_it_starts",
                condition=Q(ends__gt=F("starts")) | Q(ends=MIDNIGHT),
                violation_error_message=_("Working hours must end after they start, on the same day."),
            ),
            # Of two administrators at once one is refused, whatever both of them saw before.
            ExclusionConstraint(
                name="grid_segment_apart",
                expressions=[(Stretch("district", "starts", "ends"), RangeOperators.OVERLAPS)],
                violation_error_message=_("These hours overlap others that the district works already."),
            ),
        ]

    def __str__(self):
        return f"{self.starts:%H:%M}–{'24:00' if self.ends == MIDNIGHT else f'{self.ends:%H:%M}'}"

    def clean(self):
        """Names the stretch that this one would overlap: the arithmetic could not count with both."""
        if not self.district_id or self.starts is None or self.ends is None:
            return
        others = WorkSegment.objects.filter(district=self.district_id).exclude(pk=self.pk)
        begun = others if self.ends == MIDNIGHT else others.filter(starts__lt=self.ends)
        other = begun.filter(Q(ends__gt=self.starts) | Q(ends=MIDNIGHT)).first()
        if other:
            said = _("These hours overlap %(other)s, which the district works already. Change or delete those first.")
            raise ValidationError({"starts": ValidationError(said, params={"other": other})})
