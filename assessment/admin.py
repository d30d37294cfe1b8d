from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from assessment.models import Accountability, AssessmentRule, Callback, Evaluation
from common.admin import ReadOnly
from grid.admin import ForAdministrators


@admin.register(Evaluation)
class EvaluationAdmin(ReadOnly, ForAdministrators, admin.ModelAdmin):
    area_path = "district__code"
    list_display = ["order", "department", "cooperation", "resolution", "by", "by_rule", "at"]
    list_filter = ["by_rule"]
    list_select_related = ["order__department", "by"]
    search_fields = ["order__number"]

    @admin.display(description=_("department"), ordering="order__department")
    def department(self, evaluation):
        return evaluation.order.department


@admin.register(AssessmentRule)
class AssessmentRuleAdmin(ForAdministrators, admin.ModelAdmin):
    area_path = "type__district__code"
    list_display = ["type", "district", "weight", "cooperation", "resolution", "after_days", "appeal_days"]
    list_filter = [("type__district", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["type__district"]

    @admin.display(description=_("district"), ordering="type__district")
    def district(self, rule):
        return rule.type.district


@admin.register(Callback)
class CallbackAdmin(ReadOnly, ForAdministrators, admin.ModelAdmin):
    area_path = "district__code"
    list_display = ["whistle", "at", "by", "contacted", "solved", "satisfaction"]
    list_filter = ["contacted", "satisfaction"]
    list_select_related = ["whistle", "by"]
    search_fields = ["whistle__number"]


@admin.register(Accountability)
class AccountabilityAdmin(ReadOnly, ForAdministrators, admin.ModelAdmin):
    area_path = "district__code"
    list_display = ["number", "person_name", "post_name", "ruling", "ruled_at", "state"]
    list_filter = ["state", "ruling"]
    search_fields = ["number", "person_name"]
