from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from assessment.states import DECIDED, STANDING, AccountabilityState
from grid.ground import name_of
from grid.models import Role
from whistle.models import Whistle
from whistle.models.whistles import in_area
from whistle.states import Ruling

S = AccountabilityState
# Who sees what is held against others, in the area of their post; everybody sees what is held against themselves.
SEE_THEIR_AREA = (
    Role.STREET_OFFICER,
    Role.STREET_SECRETARY,
    Role.DISPATCHER,
    Role.DISTRICT_LEADER,
    Role.ASSESSOR,
)


class AccountabilityQuerySet(models.QuerySet):
    def visible_to(self, person):
        """One's own records, and those of the street or district in which one's post says so; no others exist."""
        seen = Q(person=person)
        here = Q(pk__in=[])
        for code in person.areas_as(*SEE_THEIR_AREA):
            here |= in_area(code)
        return self.filter(seen | Q(whistle__in=Whistle.objects.filter(here)))

    def standing(self):
        """Held against the person: all that no appeal has reversed."""
        return self.filter(state__in=STANDING)

    def appealed(self):
        """Waiting for an assessor."""
        return self.filter(state=S.APPEALED)

    def in_month(self, start, end):
        """Ruled from the moment `start` until before the moment `end`."""
        return self.filter(ruled_at__gte=start, ruled_at__lt=end)


class Accountability(models.Model):
    """A frivolous or empty whistle is held against one of those who signed it. Names are kept as they were."""

    # What tells its numbers from those of other matters of the same day.
    series = "R"

    number = models.CharField(_("number"), max_length=30, unique=True)
    district = models.ForeignKey(
        "grid.Area", models.PROTECT, verbose_name=_("district"), related_name="+", db_index=False
    )
    whistle = models.ForeignKey(
        "whistle.Whistle", models.PROTECT, verbose_name=_("whistle"), related_name="accountabilities", db_index=False
    )
    person = models.ForeignKey(
        "grid.Person", models.PROTECT, verbose_name=_("held to account"), related_name="+", db_index=False
    )
    person_name = models.CharField(_("name"), max_length=60)
    post_name = models.CharField(_("post"), max_length=200)
    ruling = models.CharField(_("ruling"), max_length=12, choices=Ruling.choices)
    reason = models.TextField(_("reason"))
    ruled_by = models.ForeignKey("grid.Person", models.PROTECT, verbose_name=_("ruled by"), related_name="+")
    ruled_at = models.DateTimeField(_("ruled at"))
    opened_at = models.DateTimeField(_("opened at"))
    # The term of the type's rule, copied when the record was opened; an appeal at this very moment is in time.
    appeal_until = models.DateTimeField(_("may be appealed until"))
    state = models.CharField(_("state"), max_length=10, choices=S.choices, default=S.OPEN)
    appeal = models.TextField(_("appeal"), blank=True)
    appealed_at = models.DateTimeField(_("appealed at"), null=True, blank=True)
    decision = models.TextField(_("decision"), blank=True)
    decided_by = models.ForeignKey(
        "grid.Person", models.PROTECT, verbose_name=_("decided by"), null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)

    objects = AccountabilityQuerySet.as_manager()

    class Meta:
        verbose_name = _("accountability record")
        verbose_name_plural = _("accountability records")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                name="assessment_accountability_once_per_person",
                fields=["whistle", "person"],
                violation_error_message=_("This person has already been held to account for this whistle."),
            ),
            models.CheckConstraint(
                name="assessment_accountability_state_has_its_moments",
                condition=(
                    Q(state=S.OPEN, appealed_at=None, decided_at=None, decided_by=None)
                    | Q(state=S.APPEALED, appealed_at__isnull=False, decided_at=None, decided_by=None)
                    | Q(
                        state__in=DECIDED,
                        appealed_at__isnull=False,
                        decided_at__isnull=False,
                        decided_by__isnull=False,
                    )
                ),
            ),
            models.CheckConstraint(
                name="assessment_accountability_appealed_in_time",
                condition=Q(appealed_at=None) | Q(appealed_at__lte=F("appeal_until")),
                violation_error_message=_("The term to appeal is over."),
            ),
            models.CheckConstraint(
                name="assessment_accountability_decided_by_another",
                condition=Q(decided_by=None) | (~Q(decided_by=F("ruled_by")) & ~Q(decided_by=F("person"))),
                violation_error_message=_("An appeal is decided by somebody else than who ruled or appealed."),
            ),
        ]
        indexes = [
            models.Index(name="accountability_by_person", fields=["person", "-id"]),
            # For lists of a district, and for its months.
            models.Index(name="accountability_by_district", fields=["district", "-id"]),
            models.Index(name="accountability_by_month", fields=["district", "ruled_at"]),
            models.Index(name="accountability_appealed", fields=["district", "id"], condition=Q(state=S.APPEALED)),
        ]

    def __str__(self):
        return f"{self.number} {self.person_name}"

    @property
    def stands(self):
        return self.state in STANDING

    @property
    def street(self):
        """The name of the street that blew the whistle."""
        return name_of(self.whistle.street_code)

    def said(self):
        """What a line of the record says of it."""
        return {"accountability": self.number, "name": self.person_name, "ruling": self.ruling}
