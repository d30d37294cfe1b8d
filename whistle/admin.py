from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from common.admin import ReadOnly
from grid.admin import ForAdministrators
from whistle.models import AdviceLetter, Criterion, Event, Lead, Photo, Signature, Whistle, WhistleType
from whistle.models.subjects import SUBJECTS


class CriterionInline(ForAdministrators, admin.TabularInline):
    model = Criterion
    extra = 0


@admin.register(WhistleType)
class WhistleTypeAdmin(ForAdministrators, admin.ModelAdmin):
    area_path = "district__code"
    list_display = ["name", "district", "code", "minimum_criteria", "sign_off", "by_playbook", "active", "position"]
    list_filter = [("district", admin.RelatedOnlyFieldListFilter), "active"]
    list_select_related = ["district"]
    autocomplete_fields = ["district"]
    search_fields = ["code", "name", "name_en"]
    inlines = [CriterionInline]


@admin.register(Whistle)
class WhistleAdmin(ReadOnly, ForAdministrators, admin.ModelAdmin):
    area_path = "district__code"
    list_display = ["number", "title", "type", "level", "state", "area", "filed_at", "drill", "demonstration"]
    list_filter = ["state", "level", "drill", "demonstration"]
    list_select_related = ["type", "area"]
    search_fields = ["number", "title"]


@admin.register(Lead)
class LeadAdmin(ReadOnly, ForAdministrators, admin.ModelAdmin):
    area_path = "district__code"
    # Whom to call back is nobody's business but theirs who work on it.
    exclude = ["contact"]
    list_display = ["number", "title", "source", "state", "holder", "hard", "area", "reported_at", "demonstration"]
    list_filter = ["state", "holder", "source", "hard", "demonstration"]
    list_select_related = ["area"]
    search_fields = ["number", "title", "hotline_number"]


@admin.register(AdviceLetter)
class AdviceLetterAdmin(ReadOnly, ForAdministrators, admin.ModelAdmin):
    area_path = "district__code"
    list_display = ["number", "title", "sender", "department", "state", "outcome", "sent_at", "demonstration"]
    list_filter = ["state", "outcome", "demonstration"]
    list_select_related = ["sender", "department"]
    search_fields = ["number", "title"]


@admin.register(Event)
class EventAdmin(ReadOnly, ForAdministrators, admin.ModelAdmin):
    area_path = "district__code"
    list_display = ["at", "kind", "matter", "order_number", "person_name", "post_name", "note"]
    list_filter = ["kind"]
    list_select_related = SUBJECTS
    ordering = ["-id"]
    search_fields = [f"{name}__number" for name in SUBJECTS]

    @admin.display(description=_("about"))
    def matter(self, event):
        return event.subject


@admin.register(Signature)
class SignatureAdmin(ReadOnly, ForAdministrators, admin.ModelAdmin):
    area_path = "whistle__district__code"
    list_display = ["whistle", "round", "role", "person", "agrees", "inspected_at", "at"]
    list_select_related = ["whistle", "person"]
    search_fields = ["whistle__number"]


@admin.register(Photo)
class PhotoAdmin(ReadOnly, ForAdministrators, admin.ModelAdmin):
    area_path = "event__district__code"
    # The file itself is left out: photos go through the rights of the matter they are about.
    fields = [*SUBJECTS, "event", "content_type", "width", "height", "size", "sha256"]
    list_display = ["matter", "content_type", "width", "height", "size"]
    list_select_related = SUBJECTS
    search_fields = [f"{name}__number" for name in SUBJECTS]

    @admin.display(description=_("about"))
    def matter(self, photo):
        return photo.subject
