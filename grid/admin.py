"""The settings pages of the grid. An administrator works within the areas of their posts, a superuser everywhere."""

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.utils.translation import gettext_lazy as _

from grid.models import (
    Area,
    Department,
    DepartmentGroup,
    Person,
    Post,
    ResponsibilityItem,
    WorkSegment,
)
from grid.permissions import administers, in_scope, people_under


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
        return people_under(request.user, super().get_queryset(request))


class WorkSegmentForm(forms.ModelForm):
    class Meta:
        model = WorkSegment
        fields = ["district", "starts", "ends"]

    def clean(self):
        """Two administrators at once take turns, so that the second one sees what the first has written."""
        cleaned = super().clean()
        if district := cleaned.get("district"):
            Area.objects.select_for_update(no_key=True).get(pk=district.pk)
        return cleaned


@admin.register(WorkSegment)
class WorkSegmentAdmin(ForAdministrators, admin.ModelAdmin):
    area_path = "district__code"
    form = WorkSegmentForm
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
