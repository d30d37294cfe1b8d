from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common.search import grams_index
from whistle.models.subjects import Subject
from whistle.models.whistles import in_area, place_of, seen_where_it_lies
from whistle.states import Holder, LeadState, Source


class LeadQuerySet(models.QuerySet):
    def visible_to(self, person):
        """The one right to read: by the area of a post. For anybody else a lead does not exist."""
        return self.filter(seen_where_it_lies(person))

    def open(self):
        return self.filter(state=LeadState.OPEN)

    def in_area(self, code):
        return self.filter(in_area(code))


class Lead(Subject):
    """Something that somebody saw or was told: where a whistle may come from, and most often what ends before one.

    One level at a time has it in hand (`holder`), on the ground where it lies. Moved only by services.
    """

    about = "lead"
    series = "L"
    # Whoever must be woken for it blows an emergency whistle.
    is_emergency = False

    number = models.CharField(_("number"), max_length=24, unique=True)
    district = models.ForeignKey(
        "grid.Area", models.PROTECT, verbose_name=_("district"), related_name="+", db_index=False
    )
    area = models.ForeignKey("grid.Area", models.PROTECT, verbose_name=_("area"), related_name="leads")
    state = models.CharField(_("state"), max_length=12, choices=LeadState.choices, default=LeadState.OPEN)
    holder = models.CharField(_("in hand of"), max_length=10, choices=Holder.choices)
    # 疑难: more than whoever has it can solve.
    hard = models.BooleanField(pgettext_lazy("of a lead", "hard"), default=False)
    source = models.CharField(_("source"), max_length=12, choices=Source.choices)
    title = models.CharField(_("what is the matter"), max_length=100)
    description = models.TextField(_("more about it"), blank=True)
    address = models.CharField(_("address"), max_length=200, blank=True)
    lat = models.FloatField(_("latitude"), null=True, blank=True)
    lng = models.FloatField(_("longitude"), null=True, blank=True)
    # A resident's name and telephone; shown only to those who work on the lead.
    contact = models.CharField(_("whom to call back"), max_length=100, blank=True)
    # The hotline's own number and moment, kept as it gave them.
    hotline_number = models.CharField(_("ticket of the hotline"), max_length=40, blank=True)
    answer_by = models.DateTimeField(_("the hotline wants the answer by"), null=True, blank=True)
    answer = models.TextField(_("how it was solved"), blank=True)
    reported_by = models.ForeignKey(
        "grid.Person", models.PROTECT, verbose_name=_("reported by"), related_name="leads", db_index=False
    )
    reported_at = models.DateTimeField(_("reported at"))
    solved_at = models.DateTimeField(_("solved at"), null=True, blank=True)
    # Made up for a demonstration; shown as such wherever it appears.
    demonstration = models.BooleanField(_("demonstration"), default=False)

    objects = LeadQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("a matter", "lead")
        verbose_name_plural = pgettext_lazy("a matter", "leads")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                name="whistle_lead_one_per_ticket",
                fields=["hotline_number"],
                condition=~Q(hotline_number=""),
                violation_error_message=_("This ticket of the hotline has been entered already."),
            ),
            models.CheckConstraint(
                name="whistle_lead_ticket_from_the_hotline",
                condition=Q(source=Source.HOTLINE) | Q(hotline_number="", answer_by=None),
                violation_error_message=_("Only a lead from the hotline has its number and its time."),
            ),
            models.CheckConstraint(
                name="whistle_lead_answer_by_after_report",
                condition=Q(answer_by=None) | Q(answer_by__gt=F("reported_at")),
                violation_error_message=_("The time for the answer has passed already."),
            ),
            models.CheckConstraint(
                name="whistle_lead_solved_at_a_moment",
                condition=Q(state=LeadState.SOLVED, solved_at__isnull=False)
                | (~Q(state=LeadState.SOLVED) & Q(solved_at=None)),
            ),
        ]
        indexes = [
            models.Index(name="whistle_lead_by_district", fields=["district", "-id"]),
            models.Index(
                name="whistle_lead_open", fields=["district", "holder", "-id"], condition=Q(state=LeadState.OPEN)
            ),
            grams_index("title", "address", name="whistle_lead_grams"),
        ]

    def __str__(self):
        return f"{self.number} {self.title}"

    @property
    def place(self):
        """Street, community, grid and address as one line."""
        return place_of(self.area_id, self.address)
