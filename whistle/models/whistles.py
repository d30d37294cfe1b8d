from datetime import timedelta

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce, Left
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common.search import grams_index
from grid.geo import distance_m
from grid.ground import names_from_street
from grid.models import Department, Role
from whistle.models.subjects import Subject
from whistle.states import CAME_TO_NOTHING, OPEN, Level, Ruling, SignOffKind, Source, WhistleState

# Who sees every matter that lies in the area of their post.
SEE_THEIR_AREA = (
    Role.GRID_WORKER,
    Role.COMMUNITY_SECRETARY,
    Role.STREET_OFFICER,
    Role.STREET_SECRETARY,
    Role.DISPATCHER,
    Role.DISTRICT_LEADER,
    Role.ASSESSOR,
    Role.CITY_OBSERVER,
)
REOPEN_WITHIN = timedelta(days=30)
BLOWN_IN_EARNEST = Q(filed_at__isnull=False, drill=False)


class WhistleQuerySet(models.QuerySet):
    def visible_to(self, person):
        """The one right to read: by the area of a post, or by an order for the department of a post.

        For anybody else a case does not exist. Holds for lists, details, API, exports and files alike.
        """
        seen = seen_by_area(person)
        if person.department_ids:
            # From dispatch on: there are no orders before.
            called = self.model.objects.filter(orders__department_id__in=person.department_ids)
            seen |= Q(pk__in=called.values("pk"))
        return self.filter(seen)

    def open(self):
        return self.filter(state__in=OPEN)

    def in_area(self, code):
        return self.filter(in_area(code))

    def from_leads(self):
        """Those that grew out of a lead and have not come to nothing: each lead has one at most."""
        return self.exclude(state__in=CAME_TO_NOTHING).filter(lead__isnull=False)

    def in_earnest(self):
        """All but drills: of these alone scores, rankings, figures of a month and quotas are made."""
        return self.filter(drill=False)


def place_of(area_code, address):
    """A place as one line: the names of its areas from the street down, and the address."""
    return " · ".join([*names_from_street(area_code), *([address] if address else [])])


def seen_where_it_lies(person):
    """The condition "lies in an area in which this person's post sees every matter"."""
    seen = Q(pk__in=[])
    for post in person.posts_now:
        if post.role in SEE_THEIR_AREA:
            seen |= in_area(post.area_id)
    return seen


def seen_by_area(person):
    """The condition "this person's posts let them see the whistle, by where it lies"."""
    seen = seen_where_it_lies(person)
    for post in person.posts_now:
        if post.role == Role.COMMUNITY_SECRETARY:
            # A whistle for a whole street may be signed by any community secretary of that street.
            seen |= Q(area_id=post.area_id[:9])
    return seen


def in_area(code):
    """The condition "lies in the area with this code"; led by the district, because every index is."""
    if len(code) < 6:
        return Q(district__code__startswith=code)
    if len(code) == 6:
        return Q(district_id=code)
    return Q(district_id=code[:6], area__code__startswith=code)


class Whistle(Subject):
    """A case that a street cannot solve alone. Moved only by services; what happened to it is in `Event`."""

    about = "whistle"

    number = models.CharField(_("number"), max_length=24, unique=True)
    district = models.ForeignKey(
        "grid.Area", models.PROTECT, verbose_name=_("district"), related_name="+", db_index=False
    )
    area = models.ForeignKey("grid.Area", models.PROTECT, verbose_name=_("area"), related_name="whistles")
    type = models.ForeignKey(
        "whistle.WhistleType", models.PROTECT, verbose_name=_("type"), related_name="whistles", db_index=False
    )
    level = models.CharField(_("level"), max_length=10, choices=Level.choices, default=Level.GENERAL)
    state = models.CharField(_("state"), max_length=12, choices=WhistleState.choices, default=WhistleState.DRAFT)
    source = models.CharField(_("source"), max_length=12, choices=Source.choices, default=Source.STREET)
    title = models.CharField(_("title"), max_length=100)
    description = models.TextField(_("what is the matter"))
    address = models.CharField(_("address"), max_length=200, blank=True)
    lat = models.FloatField(_("latitude"), null=True, blank=True)
    lng = models.FloatField(_("longitude"), null=True, blank=True)
    # What it grew out of; None where the street found it by itself.
    lead = models.ForeignKey(
        "whistle.Lead",
        models.PROTECT,
        verbose_name=pgettext_lazy("a matter", "lead"),
        null=True,
        blank=True,
        related_name="whistles",
        db_index=False,
    )
    item = models.ForeignKey(
        "grid.ResponsibilityItem",
        models.PROTECT,
        verbose_name=_("item of the responsibility list"),
        null=True,
        blank=True,
        related_name="whistles",
    )
    # [{"code", "name", "name_en"}]: copied from the type, so that a later change of the type changes no case.
    criteria = models.JSONField(_("criteria"), default=list)
    # Departments the street suggests, in its order: the first one leads.
    suggested = models.JSONField(_("suggested departments"), default=list)
    sign_off = models.CharField(_("signatures"), max_length=10)
    sign_round = models.PositiveSmallIntegerField(_("round of signatures"), default=0)
    ruling = models.CharField(_("ruling"), max_length=12, choices=Ruling.choices, blank=True)
    created_by = models.ForeignKey(
        "grid.Person", models.PROTECT, verbose_name=_("drafted by"), related_name="whistles", db_index=False
    )
    created_at = models.DateTimeField(_("drafted at"))
    filed_at = models.DateTimeField(_("filed at"), null=True, blank=True)
    dispatched_at = models.DateTimeField(_("dispatched at"), null=True, blank=True)
    handled_at = models.DateTimeField(_("handled at"), null=True, blank=True)
    verified_at = models.DateTimeField(_("verified at"), null=True, blank=True)
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    # Made up for a demonstration; shown as such wherever it appears.
    demonstration = models.BooleanField(_("demonstration"), default=False)
    # Everything runs as if it were real, and nothing of it counts. Fixed once it is blown: see migration 0009.
    drill = models.BooleanField(_("drill"), default=False, db_default=False)

    objects = WhistleQuerySet.as_manager()

    class Meta:
        verbose_name = _("whistle")
        verbose_name_plural = _("whistles")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                name="whistle_one_living_per_lead",
                fields=["lead"],
                condition=Q(lead__isnull=False) & ~Q(state__in=CAME_TO_NOTHING),
                violation_error_message=_("This lead has been turned into a whistle already."),
            ),
        ]
        indexes = [
            # Lists are read through the district, newest first; most of them ask for what is open.
            models.Index(name="whistle_by_district", fields=["district", "-id"]),
            models.Index(name="whistle_open_by_district", fields=["district", "-id"], condition=Q(state__in=OPEN)),
            # For the lists that wait for somebody, and their counts.
            models.Index(name="whistle_open_by_state", fields=["district", "state"], condition=Q(state__in=OPEN)),
            # For the map: where what is open lies, in any view of it.
            models.Index(
                name="whistle_open_by_place",
                fields=["district", "lat", "lng"],
                include=["id"],
                condition=Q(state__in=OPEN, lat__isnull=False),
            ),
            # For those whose signatures come after, which may still be wanted when all else is over.
            models.Index(
                name="whistle_signed_after",
                fields=["area"],
                opclasses=["varchar_pattern_ops"],
                condition=Q(sign_off=SignOffKind.AFTER),
            ),
            # For those closed of late, whose residents are called back.
            models.Index(
                name="whistle_closed_by_district",
                fields=["district", "closed_at"],
                condition=Q(state=WhistleState.CLOSED),
            ),
            # Few, if any: whether a figure holds any of them is asked on every page of a ranking.
            models.Index(name="whistle_of_demonstration", fields=["id"], condition=Q(demonstration=True)),
            # For those that are held against whoever signed.
            models.Index(name="whistle_ruled", fields=["id"], condition=~Q(ruling="")),
            # For the analysis: what was blown in a period, and what was blown before about the same matter there.
            models.Index(name="whistle_blown", fields=["district", "filed_at"], condition=BLOWN_IN_EARNEST),
            # For whoever looks for a piece of text.
            grams_index("title", "address", name="whistle_grams"),
            models.Index(
                Left("area", 12),
                # The item, or where there is none the type, which must not be taken for an item.
                Coalesce(
                    "item",
                    models.ExpressionWrapper(F("type") * -1, models.BigIntegerField()),
                    output_field=models.BigIntegerField(),
                ),
                "filed_at",
                "id",
                name="whistle_blown_about",
                condition=BLOWN_IN_EARNEST,
            ),
        ]

    def __str__(self):
        return f"{self.number} {self.title}"

    @property
    def street_code(self):
        """Nine digits: whoever holds a street post there answers for this whistle."""
        return self.area_id[:9]

    @property
    def titled(self):
        """With the mark of a drill."""
        return _("[Drill] %(title)s") % {"title": self.title} if self.drill else self.title

    @property
    def place(self):
        """Street, community, grid and address as one line."""
        return place_of(self.area_id, self.address)

    @cached_property
    def departments_there(self):
        """All departments of the district, retired ones too; read once, however often they are named."""
        return list(Department.objects.in_district(self.district_id).select_related("group"))

    @cached_property
    def callable_departments(self):
        """Those of them that can be called."""
        return [department for department in self.departments_there if department.active]

    def metres_to(self, lat, lng):
        """Metres from a position (degrees) to the case; None where either is unknown."""
        if None in (lat, lng, self.lat, self.lng):
            return None
        return round(distance_m(lat, lng, self.lat, self.lng))

    @property
    def is_emergency(self):
        """Worth waking somebody for: of a type that calls the departments at once, or a major incident."""
        return self.type.by_playbook or self.level == Level.MAJOR

    def can_be_reopened_at(self, moment):
        return self.closed_at is not None and moment <= self.closed_at + REOPEN_WITHIN


class NumberSeries(models.Model):
    """The last number given on a day in a district. Its row is locked while one is taken: no gaps, none twice."""

    district = models.ForeignKey("grid.Area", models.PROTECT, related_name="+")
    # Of which kind of matter: see `Subject.series`; whistles, the first there were, have none.
    series = models.CharField(max_length=1, blank=True, db_default="")
    day = models.DateField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(name="whistle_series_once_a_day", fields=["district", "series", "day"])]

    def __str__(self):
        return f"{self.district_id}-{self.day:%Y%m%d}-{self.series}"
