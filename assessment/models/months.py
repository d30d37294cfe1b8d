from datetime import timedelta

from django.db import models
from django.db.models import Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from assessment.states import SEE_RANKINGS, SEEN_BY, SHOWN, BulletinActKind, BulletinState, Ranked
from grid.models import Role


class BulletinQuerySet(models.QuerySet):
    def visible_to(self, person):
        """Assessors see the months of their area from the beginning; who sees rankings, once appeals may be made."""
        seen = Q(pk__in=[])
        for post in person.posts_now:
            if post.role == Role.ASSESSOR:
                seen |= Q(area__code__startswith=post.area_id)
            elif post.role in SEE_RANKINGS:
                seen |= Q(area__code__startswith=post.district_code, state__in=SHOWN)
        return self.filter(seen)


class Bulletin(models.Model):
    """A month of a district or city: its rankings, from running to published. Published, nothing of it changes."""

    area = models.ForeignKey(
        "grid.Area", models.PROTECT, verbose_name=_("district or city"), related_name="+", db_index=False
    )
    # The first day of the month it is named after.
    month = models.DateField(_("month"))
    state = models.CharField(_("state"), max_length=10, choices=BulletinState.choices, default=BulletinState.RUNNING)
    # The record up to here has been counted; fixed when the review begins.
    as_of = models.DateTimeField(_("as of"), null=True, blank=True)
    # By the key of a type, what a case of it weighed when the month was counted; None while it runs.
    weights = models.JSONField(_("weights"), null=True, blank=True)
    appeals_until = models.DateTimeField(_("appeals until"), null=True, blank=True)
    published_at = models.DateTimeField(_("published at"), null=True, blank=True)
    published_by = models.ForeignKey(
        "grid.Person", models.PROTECT, verbose_name=_("published by"), null=True, blank=True, related_name="+"
    )
    # Over the checksums of its rankings, in order.
    checksum = models.CharField(_("checksum"), max_length=64, blank=True)

    objects = BulletinQuerySet.as_manager()

    class Meta:
        verbose_name = _("bulletin")
        verbose_name_plural = _("bulletins")
        ordering = ["-month", "area_id"]
        constraints = [
            models.UniqueConstraint(name="assessment_bulletin_once", fields=["area", "month"]),
            models.CheckConstraint(
                name="assessment_bulletin_published_whole",
                condition=~Q(state=BulletinState.PUBLISHED)
                | Q(published_at__isnull=False, as_of__isnull=False) & ~Q(checksum=""),
            ),
        ]

    def __str__(self):
        return f"{self.area_id} {self.month:%Y-%m}"

    @property
    def number(self):
        """How its address names it: 530102-2026-11."""
        return f"{self.area_id}-{self.month:%Y-%m}"

    @property
    def ends_at(self):
        """The first moment after the last period that was counted; None before anything was."""
        return max((ranking.period.ends_at for ranking in self.rankings.all()), default=None)

    def takes_appeals_at(self, now):
        """Whether departments may appeal at a moment."""
        return self.state == BulletinState.APPEALS and self.appeals_until is not None and now < self.appeals_until

    @cached_property
    def waiting_appeals(self):
        return self.appeals.filter(granted=None).count()

    @property
    def is_running(self):
        return self.state == BulletinState.RUNNING

    @property
    def is_published(self):
        return self.state == BulletinState.PUBLISHED


class BulletinAct(models.Model):
    """One thing done to a month. Append-only: the database refuses to change or delete it.

    A correction after publication is one of these: a new notice, linked to the month it concerns, never an edit.
    """

    bulletin = models.ForeignKey(Bulletin, models.PROTECT, verbose_name=_("bulletin"), related_name="acts")
    kind = models.CharField(_("what"), max_length=20, choices=BulletinActKind.choices)
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey("grid.Person", models.PROTECT, verbose_name=_("who"), related_name="+")
    person_name = models.CharField(_("name"), max_length=60)
    post_name = models.CharField(_("post"), max_length=200)
    note = models.TextField(_("note"), blank=True)
    data = models.JSONField(_("data"), default=dict, blank=True)

    class Meta:
        verbose_name = _("act on a month")
        verbose_name_plural = _("acts on months")
        ordering = ["id"]

    def __str__(self):
        return f"{self.bulletin} {self.kind}"


class Ranking(models.Model):
    """One list of a bulletin: units of a kind, scored by one version of a formula over one period."""

    bulletin = models.ForeignKey(Bulletin, models.PROTECT, verbose_name=_("bulletin"), related_name="rankings")
    ranked = models.CharField(_("ranking of"), max_length=12, choices=Ranked.choices)
    formula = models.ForeignKey("assessment.Formula", models.PROTECT, verbose_name=_("formula"), related_name="+")
    period = models.ForeignKey("assessment.Period", models.PROTECT, verbose_name=_("period"), related_name="rankings")
    computed_at = models.DateTimeField(_("computed at"), null=True, blank=True)
    # Of what was counted, and of the rows that came out; empty while the month runs.
    inputs_checksum = models.CharField(_("checksum of what was counted"), max_length=64, blank=True)
    checksum = models.CharField(_("checksum of the scores"), max_length=64, blank=True)

    class Meta:
        verbose_name = _("ranking")
        verbose_name_plural = _("rankings")
        ordering = ["bulletin_id", "id"]
        constraints = [models.UniqueConstraint(name="assessment_ranking_once", fields=["bulletin", "ranked"])]

    def __str__(self):
        return f"{self.bulletin} {self.ranked}"

    @property
    def last_day(self):
        """The last day of its period; the period's end is the first moment after it."""
        return self.period.ends_at - timedelta(days=1)


class Score(models.Model):
    """A unit's month: its figures, what the formula made of them, and its place.

    `figures`, `values`: figures by measure and values by part, as decimals in text. What the unit was called then is
    kept with it, for it may be renamed or dissolved.
    """

    ranking = models.ForeignKey(
        Ranking, models.PROTECT, verbose_name=_("ranking"), related_name="scores", db_index=False
    )
    # The unit: a department's key, an area's code, or a person's key, by what is ranked.
    unit = models.CharField(_("unit"), max_length=15)
    unit_name = models.CharField(_("name"), max_length=200)
    # Units are ranked within their group; "" where there is one.
    group = models.CharField(_("group"), max_length=30, blank=True)
    group_name = models.CharField(_("name of the group"), max_length=100, blank=True)
    figures = models.JSONField(_("figures"))
    values = models.JSONField(_("values"))
    sample = models.DecimalField(_("sample"), max_digits=14, decimal_places=4)
    total = models.DecimalField(_("total score"), max_digits=8, decimal_places=2, null=True, blank=True)
    # None below the minimum sample, or without a score.
    rank = models.PositiveIntegerField(_("rank"), null=True, blank=True)
    checksum = models.CharField(_("checksum"), max_length=64)

    class Meta:
        verbose_name = _("score")
        verbose_name_plural = _("scores")
        ordering = ["ranking_id", "group", "rank", "unit"]
        constraints = [models.UniqueConstraint(name="assessment_score_once", fields=["ranking", "unit"])]
        indexes = [
            # For a unit's months in a row.
            models.Index(name="assessment_score_by_unit", fields=["unit", "ranking"]),
        ]

    def __str__(self):
        return f"{self.ranking_id} {self.unit_name} {self.total}"


class ManualItemQuerySet(models.QuerySet):
    def visible_to(self, person):
        """Of months the person sees, in rankings the person sees there."""
        seen = Q(pk__in=[])
        for post in person.posts_now:
            ranked = [each for each, roles in SEEN_BY.items() if post.role in roles]
            seen |= Q(bulletin__area__code__startswith=post.district_code, ranked__in=ranked)
        return self.filter(seen, bulletin__in=Bulletin.objects.visible_to(person))


class ManualItem(models.Model):
    """Points that an assessor adds or takes by hand, with the reason; shown wherever the score is."""

    bulletin = models.ForeignKey(Bulletin, models.PROTECT, verbose_name=_("bulletin"), related_name="manual_items")
    ranked = models.CharField(_("ranking of"), max_length=12, choices=Ranked.choices)
    unit = models.CharField(_("unit"), max_length=15)
    # The manual part of the formula it belongs to.
    part = models.CharField(_("part"), max_length=30)
    points = models.DecimalField(_("points"), max_digits=7, decimal_places=2)
    reason = models.TextField(_("reason"))
    by = models.ForeignKey("grid.Person", models.PROTECT, verbose_name=_("entered by"), related_name="+")
    at = models.DateTimeField(_("entered at"))
    # Taken back, never deleted.
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        "grid.Person", models.PROTECT, verbose_name=_("withdrawn by"), null=True, blank=True, related_name="+"
    )

    objects = ManualItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("manual item")
        verbose_name_plural = _("manual items")
        ordering = ["id"]

    def __str__(self):
        return f"{self.unit} {self.part} {self.points}"

    @property
    def number(self):
        return str(self.pk)

    @property
    def state(self):
        """For the table of actions: points count, or they were taken back."""
        return "withdrawn" if self.withdrawn_at else "counts"
