from django import forms
from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from common.admin import ReadOnly
from common.errors import WrongState
from common.moments import moment
from dispatch import channel_admin, clocks, plan  # noqa: F401 (the pages of channels are registered with these)
from dispatch.demands import needed
from dispatch.models import ArrivalCode, ClockRule, Deadline, Order, Playbook, Report, Rung
from dispatch.services.recalculating import outdated
from dispatch.states import OF_A_DISTRICT, OF_THE_CENTRE, Audience
from dispatch.tasks import reproject_clocks
from grid.admin import ForAdministrators
from grid.models import CalendarDay
from grid.services import calendar_now, segments_of
from grid.worktime import Unworkable
from whistle.models.subjects import SUBJECTS


class ClockRuleForm(forms.ModelForm):
    class Meta:
        model = ClockRule
        fields = ["type", "level", "district", "kind", "limit", "unit", "reminders", "extensions", "suspensions"]

    def clean_reminders(self):
        shares = self.cleaned_data["reminders"] or []
        if not isinstance(shares, list) or not all(type(share) is int and 0 < share < 100 for share in shares):
            raise ValidationError(_("Give whole percents between 1 and 99 in brackets, for instance [50, 80]."))
        return sorted(set(shares))

    def clean(self):
        """The very computation that the rule will ask for decides whether its figures make sense."""
        cleaned = super().clean()
        # Whose it is cannot be changed any more; then the form does not ask for it.
        kept = self.instance.pk and self.instance.district_code
        whose = kept or getattr(cleaned.get("district") or getattr(cleaned.get("type"), "district", None), "pk", None)
        if whose and {"limit", "unit"} <= cleaned.keys():
            rule = ClockRule(limit=cleaned["limit"], unit=cleaned["unit"])
            try:
                clocks.promise(rule, timezone.now(), calendar_now(), segments_of(whose))
            except Unworkable as refusal:
                self.add_error("limit", str(refusal))
        return cleaned


class LadderFormSet(forms.BaseInlineFormSet):
    """Rungs are numbered in the order in which they stand; the clock's own limit has been checked by then."""

    def clean(self):
        super().clean()
        if any(self.errors):
            return
        rungs = [form.cleaned_data for form in self.forms if form.cleaned_data and not form.cleaned_data.get("DELETE")]
        positions = sorted(rung["position"] for rung in rungs)
        if positions != list(range(1, len(positions) + 1)):
            raise ValidationError(_("Number the rungs 1, 2, 3 … without a gap, so that the ladder is clear."))
        if self.instance.kind in OF_A_DISTRICT and any(rung.get("supervises") for rung in rungs):
            raise ValidationError(_("A supervision order presses a department with an order; here there is none."))
        if self.instance.kind in OF_THE_CENTRE and any(rung["audience"] == Audience.HEADS for rung in rungs):
            raise ValidationError(_("This is the centre's own clock: nobody is the head of those who must act."))
        self._walk(sorted(rungs, key=lambda rung: rung["position"]))

    def _walk(self, rungs):
        """Up the whole ladder: a rung that cannot be computed would keep every clock under the rule from starting."""
        rule = self.instance
        if not (rule.type_id or rule.district_id) or rule.limit is None:
            # The form above says what is missing.
            return
        try:
            ladder = [
                Rung(**{name: rung[name] for name in ("position", "after", "unit", "audience")}) for rung in rungs
            ]
            steps = plan.steps_of(rule.reminders, ladder)
            hours = segments_of(rule.district_code)
            plan.timed(steps, timezone.now(), rule.limit, rule.unit, calendar_now(), hours)
        except Unworkable as refusal:
            raise ValidationError(str(refusal)) from refusal


class LadderInline(ForAdministrators, admin.TabularInline):
    model = Rung
    formset = LadderFormSet
    extra = 0
    max_num = Rung.MOST


class PlaybookForm(forms.ModelForm):
    class Meta:
        model = Playbook
        fields = ["type", "lead", "assisting"]

    def clean(self):
        cleaned = super().clean()
        if not {"type", "lead", "assisting"} <= cleaned.keys():
            return cleaned
        district, lead, assisting = cleaned["type"].district_id, cleaned["lead"], cleaned["assisting"]
        for name, called in {"lead": [lead], "assisting": assisting}.items():
            if any(department.district_id != district for department in called):
                self.add_error(name, _("A playbook calls departments of its own district only."))
        if lead in assisting:
            self.add_error("assisting", _("The lead department cannot assist itself."))
        return cleaned


class RuleList(ChangeList):
    """The list of rules, each with the moment it would set now; one reading of calendar and hours for all."""

    def get_results(self, request):
        super().get_results(request)
        now, calendar, hours = timezone.now(), calendar_now(), {}
        for rule in self.result_list:
            district = rule.district_code
            hours.setdefault(district, segments_of(district))
            rule.due_if_started_now = clocks.promise(rule, now, calendar, hours[district]).at


@admin.register(ClockRule)
class ClockRuleAdmin(ForAdministrators, admin.ModelAdmin):
    area_path = "type__district__code"
    other_path = "district__code"
    form = ClockRuleForm
    inlines = [LadderInline]
    autocomplete_fields = ["district"]
    list_display = ["type_or_none", "in_district", "level_or_any", "kind", "limit", "unit", "reminders", "preview"]
    list_filter = [("type__district", admin.RelatedOnlyFieldListFilter), "type__code", "kind"]
    list_select_related = ["type__district", "district"]

    def get_changelist(self, request, **kwargs):
        return RuleList

    def get_readonly_fields(self, request, obj=None):
        # What it is for makes the rule: another type, level or clock is another rule.
        return ["type", "level", "district", "kind"] if obj else []

    def delete_model(self, request, obj):
        self._refuse_if_needed(ClockRule.objects.filter(pk=obj.pk))
        super().delete_model(request, obj)

    def delete_queryset(self, request, queryset):
        self._refuse_if_needed(queryset)
        super().delete_queryset(request, queryset)

    def _refuse_if_needed(self, rules):
        """Running clocks would go on, but whatever comes next would have none."""
        for rule in needed(rules):
            raise WrongState(
                _(
                    "“%(rule)s” cannot be deleted: what comes next would have no such clock. Change its limit, or let"
                    " its type no longer be blown."
                )
                % {"rule": rule}
            )

    @admin.display(description=_("type"), ordering="type")
    def type_or_none(self, rule):
        return rule.type or "—"

    @admin.display(description=_("district"), ordering="type__district")
    def in_district(self, rule):
        return rule.district or rule.type.district

    @admin.display(description=_("level"), ordering="level")
    def level_or_any(self, rule):
        return rule.get_level_display() or _("any")

    @admin.display(description=_("due if started now"))
    def preview(self, rule):
        return moment(rule.due_if_started_now, now=timezone.now())


@admin.register(Playbook)
class PlaybookAdmin(ForAdministrators, admin.ModelAdmin):
    area_path = "type__district__code"
    form = PlaybookForm
    list_display = ["type", "lead"]
    list_select_related = ["type", "lead"]
    filter_horizontal = ["assisting"]


@admin.register(CalendarDay)
class CalendarDayAdmin(ForAdministrators, admin.ModelAdmin):
    list_display = ["day", "works", "name"]
    list_filter = ["works"]
    search_fields = ["name"]
    date_hierarchy = "day"

    def get_readonly_fields(self, request, obj=None):
        # The day is the key: another day is another entry.
        return ["day"] if obj else []

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        self._compute_again(request)

    def delete_model(self, request, obj):
        super().delete_model(request, obj)
        self._compute_again(request)

    def delete_queryset(self, request, queryset):
        super().delete_queryset(request, queryset)
        self._compute_again(request)

    def _compute_again(self, request):
        """The running clocks follow; should the broker not answer now, the next minute's task does the same."""
        count = outdated(calendar_now().version, at=timezone.now()).count()
        if count:
            transaction.on_commit(reproject_clocks.delay, robust=True)
            said = ngettext(
                "%(count)d running clock is computed again by the new calendar.",
                "%(count)d running clocks are computed again by the new calendar.",
                count,
            )
            self.message_user(request, said % {"count": count})


@admin.register(Order)
class OrderAdmin(ReadOnly, ForAdministrators, admin.ModelAdmin):
    area_path = "district__code"
    list_display = ["number", "department", "role", "state", "sent_at", "acknowledged_at", "on_site_at", "finished_at"]
    list_filter = ["state", "role"]
    list_select_related = ["department"]
    search_fields = ["number"]


@admin.register(Report)
class ReportAdmin(ReadOnly, ForAdministrators, admin.ModelAdmin):
    area_path = "order__district__code"
    list_display = ["order", "person", "rank", "valid", "accuracy_m", "distance_m", "at", "confirmed_at"]
    list_select_related = ["order__department", "person"]
    search_fields = ["order__number"]


@admin.register(ArrivalCode)
class ArrivalCodeAdmin(ReadOnly, ForAdministrators, admin.ModelAdmin):
    area_path = "whistle__district__code"
    list_display = ["whistle", "shown_by", "shown_at", "expires_at", "ended_at", "used_by"]
    list_select_related = ["whistle", "shown_by", "report__order__department"]
    search_fields = ["whistle__number"]

    @admin.display(description=_("used by"))
    def used_by(self, code):
        return code.report.order.department if code.is_used else None


@admin.register(Deadline)
class DeadlineAdmin(ReadOnly, ForAdministrators, admin.ModelAdmin):
    area_path = "district__code"
    list_display = ["matter", "order", "kind", "start_at", "due_at", "provisional", "met_at", "breached_at"]
    list_filter = ["kind", "provisional"]
    list_select_related = [*SUBJECTS, "order__department"]
    search_fields = [f"{name}__number" for name in SUBJECTS]

    @admin.display(description=_("about"))
    def matter(self, deadline):
        return deadline.subject
