from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from dispatch import whereabouts
from dispatch.states import ACTIVE, MUST_COME, Asking, OrderRole, OrderState, Rank, ReturnRuling
from whistle.models import Whistle
from whistle.models.whistles import seen_by_area

# Nobody has yet ruled on the return: the clock keeps running.
DISPUTED = Q(state=OrderState.RETURNED, return_ruling="")
OPEN = Q(state__in=ACTIVE) | DISPUTED


class OrderQuerySet(models.QuerySet):
    def visible_to(self, person):
        """A department sees its own orders; whoever sees a whistle by its area, all orders of it."""
        own = Q(department_id__in=person.department_ids)
        return self.filter(own | Q(whistle__in=Whistle.objects.filter(seen_by_area(person))))

    def of_present_call(self, whistle):
        """Those of this call of the departments; reopening a whistle ends one, the old orders stay as they are."""
        return self.filter(whistle=whistle, sent_at__gte=whistle.dispatched_at)

    def in_earnest(self):
        """All but those of drills: of these alone scores, rankings and figures of a month are made."""
        return self.filter(whistle__drill=False)

    def active(self):
        return self.filter(state__in=ACTIVE)

    def open(self):
        return self.filter(OPEN)

    def disputed(self):
        return self.filter(DISPUTED)

    def for_display(self):
        """With everything a line or a page of an order shows."""
        return self.with_parts().select_related("evaluation").prefetch_related("deadlines", "reports")

    def with_parts(self):
        """With its department and its whistle, of which every act needs something."""
        return self.select_related("department", "suggested_department", "whistle__type")


class Order(models.Model):
    """A department is called to a whistle, to lead or to assist."""

    number = models.CharField(_("number"), max_length=28, unique=True)
    district = models.ForeignKey(
        "grid.Area", models.PROTECT, verbose_name=_("district"), related_name="+", db_index=False
    )
    whistle = models.ForeignKey(
        "whistle.Whistle", models.PROTECT, verbose_name=_("whistle"), related_name="orders", db_index=False
    )
    department = models.ForeignKey(
        "grid.Department", models.PROTECT, verbose_name=_("department"), related_name="orders", db_index=False
    )
    role = models.CharField(_("role"), max_length=10, choices=OrderRole.choices)
    state = models.CharField(_("state"), max_length=12, choices=OrderState.choices, default=OrderState.SENT)
    sent_at = models.DateTimeField(_("sent at"))
    acknowledged_at = models.DateTimeField(_("acknowledged at"), null=True, blank=True)
    on_site_at = models.DateTimeField(_("on site at"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)
    result = models.TextField(_("result"), blank=True)
    return_reason = models.TextField(_("reason of the return"), blank=True)
    suggested_department = models.ForeignKey(
        "grid.Department",
        models.PROTECT,
        verbose_name=_("department thought right"),
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    return_ruling = models.CharField(_("ruling"), max_length=10, choices=ReturnRuling.choices, blank=True)

    # What waits for the centre's answer; the request itself is an `Extension` or a `Suspension`.
    asks_for = models.CharField(_("asks for"), max_length=12, choices=Asking.choices, blank=True)

    objects = OrderQuerySet.as_manager()

    class Meta:
        verbose_name = _("order")
        verbose_name_plural = _("orders")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                name="dispatch_order_one_active_per_department",
                fields=["whistle", "department"],
                condition=Q(state__in=ACTIVE),
                violation_error_message=_("This department has already been called to this whistle."),
            ),
            models.UniqueConstraint(
                name="dispatch_order_one_active_lead",
                fields=["whistle"],
                condition=Q(state__in=ACTIVE, role=OrderRole.LEAD),
                violation_error_message=_("A whistle has one lead department."),
            ),
        ]
        indexes = [
            models.Index(name="dispatch_order_by_whistle", fields=["whistle", "id"]),
            models.Index(name="dispatch_order_by_department", fields=["department", "-id"]),
            models.Index(name="dispatch_order_open", fields=["department", "-id"], condition=OPEN),
            # For the centre, which rules on them.
            models.Index(name="dispatch_order_disputed", fields=["district"], condition=DISPUTED),
            # For the auditor, who goes through all of them in turn.
            models.Index(name="dispatch_order_open_in_turn", fields=["id"], condition=OPEN),
        ]

    def __str__(self):
        return f"{self.number} {self.department}"

    @property
    def is_lead(self):
        return self.role == OrderRole.LEAD

    @property
    def is_of_present_call(self):
        return self.whistle.dispatched_at is not None and self.sent_at >= self.whistle.dispatched_at

    @property
    def is_open(self):
        return self.state in ACTIVE or self.is_disputed

    @property
    def is_disputed(self):
        return self.state == OrderState.RETURNED and not self.return_ruling

    @property
    def has_unconfirmed_report(self):
        return any(report.confirmed_at is None for report in self.reports.all())

    @property
    def clock_to_resolve(self):
        """The one clock that can be extended or suspended, while it runs; None without one."""
        return next((each for each in self.deadlines.all() if each.kind == "resolve" and each.is_running), None)

    @property
    def waiting_request(self):
        """The extension or suspension that waits for the centre's answer; None without one. A query only with one."""
        if not self.asks_for:
            return None
        requests = self.extensions if self.asks_for == Asking.EXTENSION else self.suspensions
        return requests.filter(answer="").select_related("deadline").first()

    def has_a_further_rung_at(self, moment):
        """Whether a clock has run out whose ladder goes on."""
        return any(each.is_running and each.due_at < moment and each.has_rungs_left for each in self.deadlines.all())

    @property
    def must_come(self):
        """The rank that must stand on site, set by the incident level of the whistle."""
        return MUST_COME[self.whistle.level]


class Report(models.Model):
    """Somebody of the department stands on site. The first valid one stops the clock."""

    order = models.ForeignKey(Order, models.PROTECT, verbose_name=_("order"), related_name="reports")
    person = models.ForeignKey("grid.Person", models.PROTECT, verbose_name=_("who"), related_name="+")
    post = models.ForeignKey("grid.Post", models.PROTECT, verbose_name=_("post"), related_name="+")
    at = models.DateTimeField(_("at"))
    # What a phone without a network said; decides nothing.
    claimed_at = models.DateTimeField(_("at, as the phone says"), null=True, blank=True)
    rank = models.CharField(_("rank"), max_length=10, choices=Rank.choices)
    lat = models.FloatField(_("latitude"), null=True, blank=True)
    lng = models.FloatField(_("longitude"), null=True, blank=True)
    # To within how many metres, as the phone says; None of reports by hand or without a position.
    accuracy_m = models.PositiveIntegerField(_("accuracy in metres"), null=True, blank=True)
    distance_m = models.PositiveIntegerField(_("metres from the case"), null=True, blank=True)
    note = models.TextField(_("note"), blank=True)
    # High enough in rank for the incident level.
    valid = models.BooleanField(_("counts"))
    confirmed_by = models.ForeignKey(
        "grid.Person", models.PROTECT, verbose_name=_("confirmed by"), null=True, blank=True, related_name="+"
    )
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True, blank=True)
    # What the street's officer showed on site, and this report used up; it is confirmed thereby.
    code = models.OneToOneField(
        "dispatch.ArrivalCode",
        models.PROTECT,
        verbose_name=_("arrival code"),
        null=True,
        blank=True,
        related_name="report",
    )

    class Meta:
        verbose_name = _("report on site")
        verbose_name_plural = _("reports on site")
        ordering = ["at"]
        constraints = [
            models.CheckConstraint(
                name="dispatch_report_accuracy_of_a_point",
                condition=Q(accuracy_m=None) | Q(lat__isnull=False, lng__isnull=False),
                violation_error_message=_("An accuracy says nothing without the point it is of."),
            ),
            models.CheckConstraint(
                name="dispatch_report_by_code_is_confirmed",
                condition=Q(code=None) | Q(confirmed_by__isnull=False, confirmed_at__isnull=False),
                violation_error_message=_("Whoever showed the code has confirmed the report."),
            ),
        ]

    def __str__(self):
        return f"{self.order.number} {self.at:%Y-%m-%d %H:%M}"

    @property
    def position(self):
        """What the record keeps of where it was made."""
        return {
            "accuracy_m": self.accuracy_m,
            "distance_m": self.distance_m,
            "positioned": self.lat is not None,
        }

    @property
    def by_code(self):
        """Whether the street's code on site proves it."""
        return self.code_id is not None

    @property
    def whereabouts(self):
        """The same in words; empty where neither the position's error nor the case's place is known."""
        return " · ".join(whereabouts.in_words(self.position))
