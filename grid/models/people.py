from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from grid.ground import name_of
from grid.models.areas import Area
from grid.models.departments import Department


class Role(models.TextChoices):
    GRID_WORKER = "grid_worker", _("grid worker")
    COMMUNITY_SECRETARY = "community_secretary", _("community secretary")
    STREET_OFFICER = "street_officer", _("street officer")
    STREET_SECRETARY = "street_secretary", _("street secretary")
    DISPATCHER = "dispatcher", _("dispatcher")
    LIAISON = "liaison", _("department liaison")
    HEAD = "head", _("department head")
    DISTRICT_LEADER = "district_leader", _("district leader")
    ASSESSOR = "assessor", _("assessor")
    ADMINISTRATOR = "administrator", _("administrator")
    CITY_OBSERVER = "city_observer", _("city observer")


IN_DEPARTMENT = (Role.LIAISON, Role.HEAD)


class Person(AbstractUser):
    """Somebody who can log in. What they may see and do follows from their posts, never from the person."""

    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    name = models.CharField(_("name"), max_length=60, blank=True)
    phone = models.CharField(_("phone"), max_length=30, blank=True)

    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")

    def __str__(self):
        return self.name or self.username

    def get_full_name(self):
        return str(self)

    def get_short_name(self):
        return str(self)

    @property
    def posts_now(self):
        """The posts held today (Asia/Shanghai), read once per request: a person is loaded anew for each.

        `understood`: whether the hint for newcomers in the role of the post has been.
        """
        if not hasattr(self, "_posts_now"):
            told = Person.objects.filter(pk=OuterRef("person"), understood_hints__hint=OuterRef("role"))
            held = self.posts.held_on(timezone.localdate()).annotate(understood=Exists(told))
            self._posts_now = list(held.select_related("department"))
        return self._posts_now

    def post_over(self, code, *roles):
        """The first post in one of `roles` whose area contains the area `code`; None without one."""
        for post in self.posts_now:
            if post.role in roles and post.area_id and code.startswith(post.area_id):
                return post
        return None

    def post_in(self, department_id, *roles):
        """The first post in one of `roles` in this department; None without one."""
        for post in self.posts_now:
            if post.role in roles and post.department_id == department_id:
                return post
        return None

    def areas_as(self, *roles):
        """The codes of the areas in which one of `roles` is held."""
        return [post.area_id for post in self.posts_now if post.role in roles and post.area_id]

    @property
    def department_ids(self):
        return [post.department_id for post in self.posts_now if post.department_id]

    def holds(self, *roles):
        return any(post.role in roles for post in self.posts_now)

    @property
    def district_codes(self):
        """The districts this person works in or looks at: six digits, or four for a whole city."""
        codes = {post.district_code for post in self.posts_now}
        return sorted(codes)


class PostQuerySet(models.QuerySet):
    def held_on(self, day):
        return self.filter(Q(starts_on__lte=day) & (Q(ends_on__isnull=True) | Q(ends_on__gte=day)))


class Post(models.Model):
    """A role in an area or in a department, from a day to a day. A post in an area reaches all that lies in it."""

    person = models.ForeignKey(Person, models.PROTECT, verbose_name=_("person"), related_name="posts")
    role = models.CharField(_("role"), max_length=30, choices=Role.choices)
    area = models.ForeignKey(Area, models.PROTECT, verbose_name=_("area"), null=True, blank=True, related_name="posts")
    department = models.ForeignKey(
        Department, models.PROTECT, verbose_name=_("department"), null=True, blank=True, related_name="posts"
    )
    title = models.CharField(
        pgettext_lazy("of a person", "title"), max_length=60, blank=True, help_text=_("As on the door plate.")
    )
    starts_on = models.DateField(_("from"), default=timezone.localdate)
    ends_on = models.DateField(_("until"), null=True, blank=True, help_text=_("The last day, included."))

    objects = PostQuerySet.as_manager()

    class Meta:
        verbose_name = _("post")
        verbose_name_plural = _("posts")
        ordering = ["person", "starts_on", "id"]
        constraints = [
            models.CheckConstraint(
                name="grid_post_in_area_or_department",
                condition=Q(role__in=IN_DEPARTMENT, area__isnull=True, department__isnull=False)
                | (~Q(role__in=IN_DEPARTMENT) & Q(area__isnull=False, department__isnull=True)),
                violation_error_message=_(
                    "Liaisons and department heads hold their post in a department, everybody else in an area."
                ),
            ),
            models.CheckConstraint(
                name="grid_post_ends_after_it_starts",
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=models.F("starts_on")),
                violation_error_message=_("A post cannot end before it starts."),
            ),
        ]
        indexes = [models.Index(name="grid_post_by_role_and_area", fields=["role", "area"])]

    def __str__(self):
        return " ".join(part for part in (self.place, self.title or self.get_role_display()) if part)

    @property
    def place(self):
        if self.department_id:
            return str(self.department)
        return name_of(self.area_id)

    @property
    def district_code(self):
        return self.department.district_id if self.department_id else self.area_id[:6]
