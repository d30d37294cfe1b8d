"""The settings pages of the grid. An administrator works within the areas of their posts, a superuser everywhere."""

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from grid.models import (
    Area,
    Department,
    DepartmentGroup,
    Person,
    Post,
    ResponsibilityItem,
    Role,
    WorkSegment,
)


def administers(person):
    """Whether the person may use the settings: the flag that opens them, and a post as administrator."""
    return person.is_active and person.is_staff and (person.is_superuser or person.holds(Role.ADMINISTRATOR))


def in_scope(person, *paths):
    """The condition that what one of `paths` leads to, an area's code, lies where the person administers."""
    if person.is_superuser:
        return Q()
    condition = Q(pk__in=[])
    for code in person.areas_as(Role.ADMINISTRATOR):
        for path in paths:
            condition |= Q(**{f"{path}__startswith": code})
    return condition


class ForAdministrators:
    """Who may do what, for admin pages and inlines of every app: administrators, within their areas.

    `area_path` leads from a row to the code of its area, `other_path` where some rows have another way to it; without
    them the rows belong to everybody.
    """

    area_path = ""
    other_path = ""

    def has_module_permission(self, request):
        return administers(request.user)

    def has_view_permission(self, request, obj=None):
        return administers(request.user)

    def has_add_permission(self, request, obj=None):
        return administers(request.user)

    def has_change_permission(self, request, obj=None):
        return administers(request.user)

    def has_delete_permission(self, request, obj=None):
        return administers(request.user)

    def get_queryset(self, request):
        rows = super().get_queryset(request)
        paths = [path for path in (self.area_path, self.other_path) if path]
        return rows.filter(in_scope(request.user, *paths)) if paths else rows

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        """What can be chosen is what the person could open: a choice posted from elsewhere is refused too."""
        page = self.admin_site._registry.get(db_field.remote_field.model)
        if isinstance(page, ForAdministrators):
            kwargs["queryset"] = page.get_queryset(request)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        page = self.admin_site._registry.get(db_field.remote_field.model)
        if isinstance(page, ForAdministrators):
            kwargs["queryset"] = page.get_queryset(request)
        return super().formfield_for_manytomany(db_field, request, **kwargs)


class Kept(ForAdministrators):
    """What the record points at is never deleted; it is retired, and its name stays readable."""

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(Area)
class AreaAdmin(Kept, admin.ModelAdmin):
    area_path = "code"
    list_display = ["code", "name", "level", "parent"]
    list_filter = ["level", "kind"]
    list_select_related = ["parent"]
    search_fields = ["code__startswith", "name"]
    search_help_text = _("Part of the name, or the beginning of the code.")
    show_full_result_count = False
    autocomplete_fields = ["parent"]
    fieldsets = [
        (
            None,
            {
                "description": _("Areas are never deleted, because whistles happened in them. Rename them instead."),
                "fields": [
                    "code",
                    "name",
                    "level",
                    "parent",
                    "kind",
                    "lat",
                    "lng",
                    "difficulty",
                    "population",
                    "area_km2",
                ],
            },
        )
    ]

    def get_readonly_fields(self, request, obj=None):
        # Everything that lies in an area is found by its code.
        return ["code", "level", "parent"] if obj else []


@admin.register(DepartmentGroup)
class DepartmentGroupAdmin(ForAdministrators, admin.ModelAdmin):
    list_display = ["code", "name", "name_en", "position"]
    search_fields = ["code", "name", "name_en"]


@admin.register(Department)
class DepartmentAdmin(Kept, admin.ModelAdmin):
    area_path = "district__code"
    list_display = ["name", "code", "district", "group", "parent", "active"]
    list_filter = ["active", "group", ("district", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["district", "group", "parent"]
    search_fields = ["code", "name", "name_en"]
    autocomplete_fields = ["district", "group", "parent"]
    fieldsets = [
        (
            None,
            {
                "description": _("Departments are never deleted. Clear “can be called” to retire one."),
                "fields": [
                    "district", "code", "name", "name_en", "group", "parent", "credit_code", "active",
                ],
            },
        )
    ]  # fmt: skip


class PostInline(Kept, admin.TabularInline):
    model = Post
    extra = 0
    autocomplete_fields = ["area", "department"]
    verbose_name_plural = _("posts (never deleted: give them a last day)")


@admin.register(Person)
class PersonAdmin(Kept, UserAdmin):
    list_display = ["username", "name", "phone", "is_active", "is_staff"]
    list_filter = ["is_active", "is_staff", "posts__role"]
    search_fields = ["username", "name", "phone"]
    search_help_text = _("Part of the name, the user name or the phone number.")
    ordering = ["username"]
    filter_horizontal = []
    inlines = [PostInline]
    readonly_fields = ["last_login", "date_joined"]
    add_fieldsets = [
        (
            None,
            {
                "classes": ["wide"],
                "fields": ["username", "name", "phone", "usable_password", "password1", "password2"],
            },
        )
    ]

    def get_fieldsets(self, request, obj=None):
        if obj is None:
            return self.add_fieldsets
        # Only a superuser makes superusers.
        flags = ["is_active", "is_staff", *(["is_superuser"] if request.user.is_superuser else [])]
        return [
            (None, {"fields": ["username", "password"]}),
            (_("Person"), {"fields": ["name", "phone", "email"]}),
            (
                _("Access"),
                {
                    "description": _(
                        "People are never deleted: clear “active” and end their posts. The settings open to those"
                        " who have staff status and a post as administrator."
                    ),
                    "fields": flags,
                },
            ),
            (_("Dates"), {"fields": ["last_login", "date_joined"]}),
        ]

    def get_queryset(self, request):
        """People all of whose posts lie in the administrator's areas: whoever sets a password could act as them."""
        people = super().get_queryset(request)
        if request.user.is_superuser:
            return people
        posts = Post.objects.annotate(place_code=Coalesce("area_id", "department__district_id"))
        elsewhere = posts.filter(person=OuterRef("pk")).exclude(in_scope(request.user, "place_code"))
        return people.filter(~Exists(elsewhere), is_superuser=False)


@admin.register(WorkSegment)
class WorkSegmentAdmin(ForAdministrators, admin.ModelAdmin):
    area_path = "district__code"
    list_display = ["district", "starts", "ends"]
    list_filter = [("district", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["district"]
    search_fields = ["district__name"]
    autocomplete_fields = ["district"]


@admin.register(ResponsibilityItem)
class ResponsibilityItemAdmin(ForAdministrators, admin.ModelAdmin):
    area_path = "district__code"
    list_display = ["code", "name", "lead", "street_part"]
    list_filter = ["street_part", ("district", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["lead"]
    search_fields = ["code", "name", "name_en"]
    autocomplete_fields = ["district", "lead", "assisting"]
