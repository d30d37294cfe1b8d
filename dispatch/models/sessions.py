from django.db import models
from django.db.models import Count, Min, Q
from django.utils.translation import gettext_lazy as _

from dispatch.states import SessionState, TaskState
from whistle.models import Whistle


class JointSessionQuerySet(models.QuerySet):
    def visible_to(self, person):
        """Whoever sees the whistle: what is agreed jointly is read jointly."""
        return self.filter(whistle__in=Whistle.objects.visible_to(person))

    def with_figures(self):
        """With how many tasks stand (`agreed`), are `done` and open (`to_do`), and the first day of the open ones."""
        of = {state: Count("tasks", filter=Q(tasks__state=state)) for state in TaskState}
        return self.annotate(
            done=of[TaskState.DONE],
            to_do=of[TaskState.OPEN],
            agreed=of[TaskState.DONE] + of[TaskState.OPEN],
            first_day=Min("tasks__due_on", filter=Q(tasks__state=TaskState.OPEN)),
        )


class JointSession(models.Model):
    """The departments of a whistle meet on site (现场会): who came, what was said, and what each takes upon itself."""

    # Names its pages and addresses, as `Subject.about` does.
    about = "session"

    number = models.CharField(_("number"), max_length=30, unique=True)
    whistle = models.ForeignKey("whistle.Whistle", models.PROTECT, verbose_name=_("whistle"), related_name="sessions")
    state = models.CharField(_("state"), max_length=10, choices=SessionState.choices, default=SessionState.CALLED)
    held_at = models.DateTimeField(_("begins at"))
    place = models.CharField(_("meeting place"), max_length=200)
    agenda = models.TextField(_("what it is about"), blank=True)
    minutes = models.TextField(_("minutes"), blank=True)
    called_by = models.ForeignKey("grid.Person", models.PROTECT, verbose_name=_("called by"), related_name="+")
    called_at = models.DateTimeField(_("called at"))
    minuted_by = models.ForeignKey(
        "grid.Person", models.PROTECT, verbose_name=_("minutes written by"), null=True, blank=True, related_name="+"
    )
    minuted_at = models.DateTimeField(_("minutes written at"), null=True, blank=True)

    objects = JointSessionQuerySet.as_manager()

    class Meta:
        verbose_name = _("joint session")
        verbose_name_plural = _("joint sessions")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                name="dispatch_session_minutes_when_held",
                condition=(Q(state=SessionState.HELD, minuted_at__isnull=False) & ~Q(minutes=""))
                | (~Q(state=SessionState.HELD) & Q(minutes="", minuted_at=None)),
            ),
        ]

    def __str__(self):
        return self.number

    @property
    def title(self):
        return self.whistle.title


class SessionSeat(models.Model):
    """A department at a joint session. `invited`: it was asked to come; `came`: unknown until the minutes say."""

    session = models.ForeignKey(
        JointSession, models.PROTECT, verbose_name=_("joint session"), related_name="seats", db_index=False
    )
    department = models.ForeignKey("grid.Department", models.PROTECT, verbose_name=_("department"), related_name="+")
    invited = models.BooleanField(_("invited"), default=True)
    came = models.BooleanField(_("came"), null=True, blank=True)

    class Meta:
        verbose_name = _("department at a joint session")
        verbose_name_plural = _("departments at joint sessions")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(name="dispatch_session_seat_once", fields=["session", "department"]),
        ]

    def __str__(self):
        return f"{self.session_id} {self.department}"


class SessionTaskQuerySet(models.QuerySet):
    def visible_to(self, person):
        return self.filter(session__in=JointSession.objects.visible_to(person))

    def open(self):
        return self.filter(state=TaskState.OPEN)

    def late_on(self, day):
        """Open ones whose day is over on `day`."""
        return self.open().filter(due_on__lt=day)


class SessionTask(models.Model):
    """What a department takes upon itself at a joint session, until the end of a day (see docs/adr/0018)."""

    about = "task"

    number = models.CharField(_("number"), max_length=36, unique=True)
    session = models.ForeignKey(JointSession, models.PROTECT, verbose_name=_("joint session"), related_name="tasks")
    order = models.ForeignKey("dispatch.Order", models.PROTECT, verbose_name=_("order"), related_name="tasks")
    text = models.TextField(_("what is to be done"))
    due_on = models.DateField(_("until the end of"))
    state = models.CharField(_("state"), max_length=10, choices=TaskState.choices, default=TaskState.OPEN)
    set_at = models.DateTimeField(_("agreed at"))
    done_at = models.DateTimeField(_("done at"), null=True, blank=True)
    # What the department says it did.
    answer = models.TextField(_("what was done"), blank=True)

    objects = SessionTaskQuerySet.as_manager()

    class Meta:
        verbose_name = _("task of a joint session")
        verbose_name_plural = _("tasks of joint sessions")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                name="dispatch_task_done_at_a_moment",
                condition=Q(state=TaskState.DONE, done_at__isnull=False)
                | (~Q(state=TaskState.DONE) & Q(done_at=None)),
            ),
        ]
        indexes = [
            # For the work lists of departments and of whoever watches over them.
            models.Index(name="dispatch_task_open", fields=["order"], condition=Q(state=TaskState.OPEN)),
        ]

    def __str__(self):
        return self.number

    @property
    def title(self):
        return self.text

    @property
    def department(self):
        return self.order.department

    def days_late_on(self, day):
        """Whole days by which it is, or was done, too late; 0 when in time."""
        if self.state == TaskState.DROPPED:
            return 0
        return max(0, (day - self.due_on).days)
