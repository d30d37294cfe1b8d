"""What a month counts, row by row: each figure of a ranking is a sum over these, and opens to them.

All of it is derived: from orders, clocks, marks, callbacks and the record, by `assessment.tallies`, and can be thrown
away and computed again. So the copies of other rows' keys carry no constraint of the database.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


def _copy(to, **options):
    return models.ForeignKey(to, models.DO_NOTHING, related_name="+", db_index=False, db_constraint=False, **options)


def _yes_no(label):
    """1 or 0, and None where it is no question."""
    return models.PositiveSmallIntegerField(label, null=True)


def _times(label):
    return models.PositiveSmallIntegerField(label, default=0)


class Period(models.Model):
    """A stretch of time of a district or a whole city, [starts_at, ends_at), and how far it has been tallied."""

    area = models.ForeignKey(
        "grid.Area", models.PROTECT, verbose_name=_("district or city"), related_name="+", db_index=False
    )
    starts_at = models.DateTimeField(_("starts at"))
    ends_at = models.DateTimeField(_("ends before"))
    # The moment up to which clocks were judged; None before the first time.
    tallied_at = models.DateTimeField(_("tallied at"), null=True, blank=True)
    # The lines of the record up to this one need not be looked at again.
    seen_event = models.BigIntegerField(default=0)

    class Meta:
        verbose_name = _("period")
        verbose_name_plural = _("periods")
        ordering = ["-starts_at"]
        constraints = [
            models.UniqueConstraint(name="assessment_period_once", fields=["area", "starts_at", "ends_at"]),
            models.CheckConstraint(
                name="assessment_period_has_length", condition=models.Q(ends_at__gt=models.F("starts_at"))
            ),
        ]

    def __str__(self):
        return f"{self.area_id} {self.starts_at:%Y-%m-%d} – {self.ends_at:%Y-%m-%d}"


class Tally(models.Model):
    """`weight`: how much a case of this type counts."""

    period = models.ForeignKey(Period, models.CASCADE, related_name="+", db_index=False)
    whistle = _copy("whistle.Whistle")
    weight = models.DecimalField(_("weight"), max_digits=4, decimal_places=2)

    class Meta:
        abstract = True


class OrderTally(Tally):
    """What an order brings to a period: clocks by their due moment, marks and acts by their own moment."""

    order = _copy("dispatch.Order")
    department = _copy("grid.Department")
    district = _copy("grid.Area")
    acknowledge = _yes_no(_("acknowledged in time"))
    report = _yes_no(_("reported on site in time"))
    resolve = _yes_no(_("result in time"))
    # Of those whose result was due: whether there was one by the end.
    handled = _yes_no(_("result submitted"))
    overdue_open = _times(_("overdue and without a result"))
    cooperation = _yes_no(_("cooperation"))
    resolution = _yes_no(_("solution"))
    by_rule = models.BooleanField(_("marked by rule"), default=False)
    extended = _times(_("given more time"))
    reworked = _times(_("sent back"))
    results = _times(_("results submitted"))
    supervisions = _times(_("supervision orders"))
    returns_overruled = _times(_("returns overruled"))
    contacted = _yes_no(_("residents were contacted"))
    solved = _yes_no(_("solved, say the residents"))
    satisfied = _yes_no(_("satisfied"))
    fairly = _yes_no(_("fairly satisfied"))

    class Meta:
        constraints = [models.UniqueConstraint(name="assessment_order_tally_once", fields=["period", "order"])]
        indexes = [models.Index(name="assessment_tally_by_department", fields=["period", "department"])]

    def __str__(self):
        return f"{self.period_id} {self.order_id}"


class WhistleTally(Tally):
    """What a whistle brings to a period of the ground it comes from."""

    district = _copy("grid.Area")
    street = models.CharField(max_length=9)
    # Empty for a whistle that concerns a whole street.
    community = models.CharField(max_length=12, blank=True)
    filed = _times(_("blown"))
    triaged = _times(_("decided on"))
    upheld = _times(_("upheld"))
    frivolous = _times(_("frivolous"))
    empty = _times(_("empty"))
    verify_due = _times(_("verifications due"))
    verify_met = _times(_("verified in time"))
    score_due = _times(_("scorings due"))
    score_met = _times(_("scored in time"))
    accountability = _times(_("rulings of accountability that stand"))
    contacted = _yes_no(_("residents were contacted"))
    solved = _yes_no(_("solved, say the residents"))
    satisfied = _yes_no(_("satisfied"))
    fairly = _yes_no(_("fairly satisfied"))

    class Meta:
        constraints = [models.UniqueConstraint(name="assessment_whistle_tally_once", fields=["period", "whistle"])]
        indexes = [
            models.Index(name="assessment_tally_by_street", fields=["period", "street"]),
            models.Index(name="assessment_tally_by_community", fields=["period", "community"]),
        ]

    def __str__(self):
        return f"{self.period_id} {self.whistle_id}"


class LeadTally(models.Model):
    """What a lead brings to a period of the ground where it lies. Leads have no type: all weigh the same."""

    period = models.ForeignKey(Period, models.CASCADE, related_name="+", db_index=False)
    lead = _copy("whistle.Lead")
    district = _copy("grid.Area")
    street = models.CharField(max_length=9)
    # Empty for a lead that concerns a whole street.
    community = models.CharField(max_length=12, blank=True)
    reported = _times(_("reported"))
    answer = _yes_no(_("answered in time"))
    solved = _times(pgettext_lazy("of a lead", "solved"))
    passed_up = _times(_("passed up"))
    whistled = _times(_("turned into a whistle"))

    class Meta:
        constraints = [models.UniqueConstraint(name="assessment_lead_tally_once", fields=["period", "lead"])]
        indexes = [
            models.Index(name="assessment_leads_by_street", fields=["period", "street"]),
            models.Index(name="assessment_leads_by_community", fields=["period", "community"]),
        ]

    def __str__(self):
        return f"{self.period_id} {self.lead_id}"


class CallTally(Tally):
    """What a dispatcher decided on a whistle: whether in time, and whether a call named the right departments."""

    event = _copy("whistle.Event")
    district = _copy("grid.Area")
    person = _copy("grid.Person")
    triage = _yes_no(_("decided in time"))
    # None for decisions that called nobody.
    right = _yes_no(_("right departments"))

    class Meta:
        constraints = [models.UniqueConstraint(name="assessment_call_tally_once", fields=["period", "event"])]
        indexes = [models.Index(name="assessment_tally_by_person", fields=["period", "person"])]

    def __str__(self):
        return f"{self.period_id} {self.event_id}"
