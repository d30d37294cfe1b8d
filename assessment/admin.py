from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from assessment.models import Evaluation
from common.admin import ReadOnly
from grid.admin import ForAdministrators


@admin.register(Evaluation)
class EvaluationAdmin(ReadOnly, ForAdministrators, admin.ModelAdmin):
    area_path = "district__code"
    list_display = ["order", "department", "cooperation", "resolution", "by", "at"]
    list_select_related = ["order__department", "by"]
    search_fields = ["order__number"]

    @admin.display(description=_("department"), ordering="order__department")
    def department(self, evaluation):
        return evaluation.order.department
