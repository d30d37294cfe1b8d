from datetime import datetime, timedelta

from django.contrib.postgres.indexes import BrinIndex
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from dispatch.states import OF_A_DISTRICT, RULE_UNITS, Audience, ClockKind, ClockState, Unit
from whistle.models.subjects import OfSubject, OfSubjectQuerySet, about_one, indexes_by
from whistle.states import Level


def default_reminders():
    return [50, 80]


class ClockRule(models.Model):
    """How long a kind of clock runs for a type of whistle, and at which shares of it people are reminded.

    Leads and letters have no type: their rule is the district's. A rule is copied when a clock starts: changing it
    never moves a running clock.
    """

    type = models.ForeignKey(
        "whistle.WhistleType",
        models.CASCADE,
        verbose_name=_("type"),
        null=True,
        blank=True,
        related_name="clock_rules",
        help_text=_("For the clocks of a whistle and its orders."),
    )
    district = models.ForeignKey(
        "grid.Area",
        models.CASCADE,
        verbose_name=_("district"),
        null=True,
        blank=True,
        related_name="+",
        limit_choices_to={"level": 6},
        help_text=_("For the clocks of leads and letters, in place of a type."),
    )
    level = models.CharField(
        _("level"), max_length=10, choices=Level.choices, blank=True, help_text=_("Empty: any level.")
    )
    kind = models.CharField(_("clock"), max_length=12, choices=ClockKind.choices)
    limit = models.PositiveIntegerField(_("limit"), validators=[MinValueValidator(1), MaxValueValidator(10_000)])
    unit = models.CharField(_("unit"), max_length=14, choices=RULE_UNITS)
    reminders = models.JSONField(
        _("reminders"), default=default_reminders, blank=True, help_text=_("Shares of the time in percent.")
    )
    extensions = models.PositiveSmallIntegerField(
        _("extensions"),
        default=2,
        validators=[MaxValueValidator(9)],
        help_text=_("How often more time may be granted. Only for the clock to resolve."),
    )
    suspensions = models.PositiveSmallIntegerField(
        _("suspensions"),
        default=1,
        validators=[MaxValueValidator(9)],
        help_text=_("How often it may be suspended. Only for the clock to resolve."),
    )
    # When the rule came to be: what had started before could not follow it.
    since = models.DateTimeField(_("since"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("rule of a clock")
        verbose_name_plural = _("rules of clocks")
        ordering = ["type_id", "kind", "level"]
        constraints = [
            models.UniqueConstraint(
                name="dispatch_rule_once",
                fields=["type", "level", "kind"],
                violation_error_message=_("There is already a rule for this type, level and clock."),
            ),
            models.UniqueConstraint(
                name="dispatch_rule_once_in_district",
                fields=["district", "kind"],
                condition=Q(district__isnull=False),
                violation_error_message=_("There is already a rule for this clock in this district."),
            ),
            models.CheckConstraint(
                name="dispatch_rule_of_type_or_district",
                condition=Q(kind__in=OF_A_DISTRICT, district__isnull=False, type__isnull=True, level="")
                | (~Q(kind__in=OF_A_DISTRICT) & Q(district__isnull=True, type__isnull=False)),
                violation_error_message=_(
                    "The rule for a lead or a letter belongs to a district and to no level; every other one to a type."
                ),
            ),
            models.CheckConstraint(
                name="dispatch_rule_limit_positive",
                condition=Q(limit__gte=1) & Q(limit__lte=10_000),
                violation_error_message=_("A limit must be between 1 and 10,000."),
            ),
        ]

    def __str__(self):
        of = self.type or self.district
        return f"{of} {self.get_level_display()} {self.get_kind_display()}: {self.limit_text}"

    @property
    def district_code(self):
        """Of the district whose rule it is, by itself or by its type."""
        return self.district_id or self.type.district_id

    @property
    def limit_text(self):
        return f"{self.limit} {self.get_unit_display()}"


class Rung(models.Model):
    """A step of the ladder that begins when the clock runs out: who hears of it next, and how long after the last.

    The breach itself tells who must act and their head.
    """

    MOST = 6

    rule = models.ForeignKey(ClockRule, models.CASCADE, verbose_name=_("rule of a clock"), related_name="ladder")
    position = models.PositiveSmallIntegerField(_("position"))
    after = models.PositiveIntegerField(
        _("after"),
        validators=[MinValueValidator(1), MaxValueValidator(10_000)],
        help_text=_("Counted from the step before it, for the first one from the due moment."),
    )
    unit = models.CharField(_("unit"), max_length=14, choices=RULE_UNITS)
    audience = models.CharField(_("who hears of it"), max_length=12, choices=Audience.choices)
    supervises = models.BooleanField(
        _("supervision order"), default=False, help_text=_("Sends the department a supervision order by itself.")
    )

    class Meta:
        verbose_name = _("rung of the ladder")
        verbose_name_plural = _("ladder")
        ordering = ["rule_id", "position"]
        constraints = [
            models.UniqueConstraint(
                name="dispatch_rung_once",
                fields=["rule", "position"],
                violation_error_message=_("There is already a rung in this position."),
            ),
            models.CheckConstraint(
                name="dispatch_rung_ladder_ends",
                condition=Q(position__gte=1, position__lte=6),
                violation_error_message=_("A ladder has at most six rungs, numbered from 1."),
            ),
            models.CheckConstraint(
                name="dispatch_rung_after_positive",
                condition=Q(after__gte=1, after__lte=10_000),
                violation_error_message=_("A limit must be between 1 and 10,000."),
            ),
        ]

    def __str__(self):
        return f"{self.position}. {self.get_audience_display()}"


class DeadlineQuerySet(OfSubjectQuerySet):
    def running(self):
        return self.filter(met_at=None, cancelled_at=None)

    def needing_attention(self, now):
        return self.filter(next_at__lt=now)

    def overdue(self, now):
        # A pause moves the due moment behind its end as soon as it begins: what is paused is never overdue.
        return self.running().filter(due_at__lt=now)


class Deadline(OfSubject):
    """One promise: something must happen to a whistle, one of its orders, a lead or a letter by a moment.

    What was promised (`limit`, `unit`, `hours`, `plan`) is copied from the rule at the start; `extra` and `pauses`
    are what was granted since. `due_at` and the moments of the plan are derived from these and a calendar. Whether
    it was kept is `met_at <= due_at` and nothing else; the sweep only tells people.
    """

    district = models.ForeignKey(
        "grid.Area", models.PROTECT, verbose_name=_("district"), related_name="+", db_index=False
    )
    # None where the clock is the whistle's own (triage, signatures, verification, scoring), a lead's or a letter's.
    order = models.ForeignKey(
        "dispatch.Order", models.PROTECT, null=True, blank=True, verbose_name=_("order"), related_name="deadlines"
    )
    kind = models.CharField(_("clock"), max_length=12, choices=ClockKind.choices)
    limit = models.PositiveIntegerField(_("limit"))
    unit = models.CharField(_("unit"), max_length=14, choices=Unit.choices)
    # The rest of what was copied, and the calendar it was last computed with; empty where neither is asked.
    hours = models.CharField(_("hours of work"), max_length=200, blank=True)
    calendar_version = models.CharField(_("calendar"), max_length=60, blank=True)
    extensions_left = models.PositiveSmallIntegerField(_("extensions left"), default=0)
    suspensions_left = models.PositiveSmallIntegerField(_("suspensions left"), default=0)
    # Granted on top of the limit, in its unit.
    extra = models.PositiveIntegerField(_("extended by"), default=0)
    # [["from", "until"], …] in order and apart. The last one may end in the future: then it stands still now.
    pauses = models.JSONField(_("pauses"), default=list, blank=True)
    start_at = models.DateTimeField(_("started at"))
    due_at = models.DateTimeField(_("due at"))
    # Due in a year whose official calendar was not yet published.
    provisional = models.BooleanField(_("provisional"), default=False)
    # By time: what the sweep will tell, and when. See `dispatch.plan`.
    plan = models.JSONField(_("plan"), default=list)
    # The next moment of the plan; None when nothing is left to tell.
    next_at = models.DateTimeField(_("next moment of the plan"), null=True, blank=True)
    met_at = models.DateTimeField(_("met at"), null=True, blank=True)
    cancelled_at = models.DateTimeField(_("cancelled at"), null=True, blank=True)
    # When the sweep recorded the breach.
    breached_at = models.DateTimeField(_("breach recorded at"), null=True, blank=True)
    # Why the sweep had to set it aside, and since when; empty for all that are well.
    trouble = models.TextField(_("trouble"), blank=True)
    set_aside_at = models.DateTimeField(_("set aside at"), null=True, blank=True)

    objects = DeadlineQuerySet.as_manager()

    class Meta:
        verbose_name = _("deadline")
        verbose_name_plural = _("deadlines")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                name="dispatch_deadline_one_of_a_kind_per_order",
                fields=["order", "kind"],
                condition=Q(cancelled_at=None, order__isnull=False) & ~Q(kind=ClockKind.ANSWER),
            ),
            models.UniqueConstraint(
                name="dispatch_deadline_one_answer_running",
                fields=["order"],
                condition=Q(cancelled_at=None, met_at=None, kind=ClockKind.ANSWER),
            ),
            models.UniqueConstraint(
                name="dispatch_deadline_one_running_per_whistle",
                fields=["whistle", "kind"],
                condition=Q(cancelled_at=None, met_at=None, order__isnull=True),
            ),
            models.UniqueConstraint(
                name="dispatch_deadline_one_running_per_lead",
                fields=["lead", "kind"],
                condition=Q(cancelled_at=None, met_at=None, lead__isnull=False),
            ),
            models.UniqueConstraint(
                name="dispatch_deadline_one_running_per_letter",
                fields=["letter", "kind"],
                condition=Q(cancelled_at=None, met_at=None, letter__isnull=False),
            ),
            about_one("dispatch_deadline_about_one_matter"),
            models.CheckConstraint(
                name="dispatch_deadline_order_with_its_whistle",
                condition=Q(order=None) | Q(whistle__isnull=False),
            ),
            models.CheckConstraint(name="dispatch_deadline_due_after_start", condition=Q(due_at__gt=F("start_at"))),
            models.CheckConstraint(
                name="dispatch_deadline_silent_when_over",
                condition=Q(next_at=None) | Q(met_at=None, cancelled_at=None),
            ),
            # Whatever has become of its plan: a clock that runs is looked at until its breach is on record.
            models.CheckConstraint(
                name="dispatch_deadline_watched_until_breach",
                condition=Q(next_at__isnull=False)
                | Q(met_at__isnull=False)
                | Q(cancelled_at__isnull=False)
                | Q(breached_at__isnull=False),
            ),
        ]
        indexes = [
            # For needing_attention(), which the clock asks every second.
            models.Index(name="dispatch_deadline_ticking", fields=["next_at"], condition=Q(next_at__isnull=False)),
            models.Index(name="dispatch_deadline_by_whistle", fields=["whistle", "id"]),
            *indexes_by("dispatch_deadline", "lead", "letter"),
            # For the most urgent clock of each case of a list; with what tells its colour, because the tens of
            # thousands of a map are read from here alone.
            models.Index(
                name="dispatch_deadline_urgent",
                fields=["whistle", "due_at"],
                include=["start_at", "pauses"],
                condition=Q(met_at=None, cancelled_at=None),
            ),
            # The same for each order of the board and of the work lists.
            models.Index(
                name="dispatch_deadline_of_open",
                fields=["order", "due_at"],
                condition=Q(met_at=None, cancelled_at=None, order__isnull=False),
            ),
            # For work lists; and to count what runs by its kind without reading the rows.
            models.Index(
                name="dispatch_deadline_running",
                fields=["district", "due_at"],
                include=["kind"],
                condition=Q(met_at=None, cancelled_at=None),
            ),
            # For a month's figures: what fell due in it, and what was met after it.
            models.Index(
                name="dispatch_deadline_by_due", fields=["district", "due_at"], condition=Q(cancelled_at=None)
            ),
            BrinIndex(name="dispatch_deadline_by_met", fields=["met_at"], autosummarize=True),
            # For those that a change of the calendar may move.
            models.Index(
                name="dispatch_deadline_by_calendar",
                fields=["calendar_version", "due_at"],
                condition=Q(met_at=None, cancelled_at=None) & ~Q(calendar_version=""),
            ),
            # For the page of what is not well.
            models.Index(name="dispatch_deadline_in_trouble", fields=["id"], condition=~Q(trouble="")),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} {self.due_at:%Y-%m-%d %H:%M:%S}"

    def state_at(self, now):
        """The state as seen at a moment: by timestamps alone, whatever the sweep has or has not done."""
        if self.met_at:
            return ClockState.MET if self.met_at <= self.due_at else ClockState.MET_LATE
        if self.cancelled_at:
            return ClockState.CANCELLED
        if self.paused_until(now):
            return ClockState.PAUSED
        return ClockState.RUNNING if now <= self.due_at else ClockState.BREACHED

    def overdue_seconds_at(self, now):
        """How late it was met, or is by now; 0 when in time, cancelled or paused."""
        if self.state_at(now) not in (ClockState.BREACHED, ClockState.MET_LATE):
            return 0
        return max(0, int(((self.met_at or now) - self.due_at).total_seconds()))

    def share_used_at(self, now):
        """Percent of the time between start and due that has passed outside pauses; over 100 when overdue."""
        span = (self.due_at - self.start_at) - self._paused(self.start_at, self.due_at)
        until = self.met_at or self.cancelled_at or now
        passed = (until - self.start_at) - self._paused(self.start_at, until)
        return max(0, round(100 * passed / span))

    def _paused(self, start, end):
        spans = [(max(start, since), min(end, until)) for since, until in self.pause_spans]
        return sum((until - since for since, until in spans if since < until), timedelta())

    @property
    def is_running(self):
        return self.met_at is None and self.cancelled_at is None

    def is_set_aside_at(self, now):
        """Whether the sweep leaves it alone for now because it could not tell it."""
        return bool(self.trouble) and self.next_at is not None and self.next_at > now

    @property
    def has_rungs_left(self):
        """Whether the next thing it tells is a rung of its ladder."""
        upcoming = self.next_at and next(
            (s for s in self.plan if datetime.fromisoformat(s["at"]) >= self.next_at), None
        )
        return bool(upcoming) and "after" in upcoming

    @property
    def budget(self):
        """All the time there is, in the clock's unit."""
        return self.limit + self.extra

    @property
    def pause_spans(self):
        return [(datetime.fromisoformat(since), datetime.fromisoformat(until)) for since, until in self.pauses]

    def paused_until(self, now):
        """When the pause ends in which the clock stands still at `now`; None when it runs."""
        return next((until for since, until in self.pause_spans if since <= now < until), None)

    @property
    def state(self):
        return self.state_at(timezone.now())

    @property
    def overdue_seconds(self):
        return self.overdue_seconds_at(timezone.now())

    @property
    def share_used(self):
        return self.share_used_at(timezone.now())

    @property
    def kind_label(self):
        return self.get_kind_display()


class Firing(models.Model):
    """A step of a clock's plan that was told. The database allows each once; how late is data."""

    deadline = models.ForeignKey(Deadline, models.PROTECT, related_name="firings", db_index=False)
    rung = models.CharField(max_length=20)
    planned_at = models.DateTimeField()
    # Earlier than planned where a dispatcher passed it up by hand.
    fired_at = models.DateTimeField()
    # How many people heard of it; None where nobody was meant to (a reminder that a later step made needless).
    reached = models.PositiveIntegerField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(name="dispatch_firing_once", fields=["deadline", "rung"])]
        indexes = [models.Index(name="dispatch_firing_latest", fields=["-fired_at"])]

    def __str__(self):
        return f"{self.deadline_id} {self.rung}"
