from datetime import datetime, time, timedelta

from django import forms
from django.db.models import Q
from django.http import Http404
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from assessment.analysis import STAGES, Scope
from assessment.permissions import analysed_by
from assessment.tallies import districts_under
from common.actions import ActionForm
from common.fields import DayField, YesNoField, coded_choices
from dispatch.forms import text
from grid.models import Area, AreaLevel, Department
from whistle.models import WhistleType
from whistle.states import Satisfaction


def mark(label):
    return forms.IntegerField(label=label, min_value=0, max_value=100)


class ScoreForm(ActionForm):
    cooperation = mark(_("Cooperation (0–100)"))
    resolution = mark(_("Resolution (0–100)"))
    comment = text(_("Comment"), required=False)


class DecisionForm(ActionForm):
    decision = text(_("The decision, with its reasons"))


class CallbackForm(ActionForm):
    """What was heard counts only where somebody was reached; whoever chose an answer before leaves it standing."""

    contacted = YesNoField(label=_("Was anybody reached?"), yes=_("Reached"), no=_("Nobody answered"))
    responded = YesNoField(
        label=_("Had those who handle it been in touch?"),
        yes=_("They had been in touch"),
        no=_("Nobody had been in touch"),
        required=False,
        empty_value=None,
        help_text=_("This and the next two: as the residents say it, when somebody was reached."),
    )
    solved = YesNoField(
        label=_("Is it solved?"), yes=_("Solved"), no=_("Not solved"), required=False, empty_value=None
    )
    satisfaction = forms.ChoiceField(
        label=_("How satisfied are they?"), choices=Satisfaction.choices, required=False, widget=forms.RadioSelect
    )
    note = text(_("What they said"), required=False)


LAST_DAYS = 90
MOST_DAYS = 2 * 366
ANALYSED = (AreaLevel.CITY, AreaLevel.DISTRICT, AreaLevel.STREET, AreaLevel.COMMUNITY)


class AnalysisForm(forms.Form):
    """Which whistles an analysis looks at; without a word those of the last 90 days in all that the person may see.

    `from` and `to` are days in Asia/Shanghai, both included. An area that the person may not see analysed is not
    found (Http404), like one that does not exist.
    """

    def __init__(self, asked, *, person, now):
        self.now, today = now, timezone.localdate(now)
        self.tops, self.own_departments = analysed_by(person)
        given = {
            "from": asked.get("from") or (today - timedelta(days=LAST_DAYS - 1)).isoformat(),
            "to": asked.get("to") or today.isoformat(),
            "area": asked.get("area") or self.tops[0],
            "type": asked.get("type") or "",
            "department": asked.get("department") or "",
            "stage": asked.get("stage") or "resolve",
        }
        super().__init__(given)
        self.area = given["area"]
        self.places = self._places()
        any_ = [("", _("all"))]
        self.fields["from"] = DayField(label=_("From"))
        self.fields["to"] = DayField(label=_("To"))
        self.fields["area"] = forms.ChoiceField(label=_("Place"), choices=[*self._choices()])
        self.fields["type"] = forms.ChoiceField(
            label=_("Type"), choices=[*any_, *coded_choices(self.types)], required=False
        )
        self.fields["department"] = forms.ChoiceField(
            label=_("Department"), choices=[*any_, *coded_choices(self.departments)], required=False
        )
        self.fields["stage"] = forms.ChoiceField(choices=list(STAGES.items()))

    def _places(self):
        """What can be chosen from here: the areas around this one and those in it; found in one query."""
        code = self.area
        if len(code) not in ANALYSED or not any(code.startswith(top) for top in self.tops):
            raise Http404
        around = [code[:level] for level in ANALYSED if level <= len(code)]
        near = Q(pk__in=[*around, *self.tops]) | Q(parent=code) | Q(parent=around[-2] if around[1:] else None)
        rows = Area.objects.filter(near, level__in=ANALYSED).only("code", "name", "level").order_by("code")
        found = [row for row in rows if any(row.code.startswith(top) for top in self.tops)]
        if code not in {row.code for row in found}:
            raise Http404
        return found

    def _choices(self):
        highest = min(row.level for row in self.places)
        for row in self.places:
            yield row.code, "\u3000" * ANALYSED[ANALYSED.index(highest) :].index(row.level) + row.short_name

    @cached_property
    def types(self):
        """Also those that can no longer be blown: their cases are still there."""
        return list(WhistleType.objects.filter(district__code__startswith=self.area[: AreaLevel.DISTRICT]))

    @cached_property
    def departments(self):
        rows = Department.objects.filter(district__code__startswith=self.area[: AreaLevel.DISTRICT]).order_by("code")
        return list(rows if self.own_departments is None else rows.filter(pk__in=self.own_departments))

    def clean(self):
        first, last = self.cleaned_data.get("from"), self.cleaned_data.get("to")
        if first and last and first > last:
            self.add_error("to", _("The last day lies before the first one."))
        elif first and last and (last - first).days >= MOST_DAYS:
            self.add_error("to", _("Choose a period of two years at most."))
        return self.cleaned_data

    def scope(self):
        """Of a valid form; a query for a whole city, else none."""
        given = self.cleaned_data
        type, department = given["type"], given["department"]
        called = [row.pk for row in self.departments if row.code == department]
        return Scope(
            start=_midnight(given["from"]),
            end=_midnight(given["to"] + timedelta(days=1)),
            area=self.area,
            districts=districts_under(self.area[: AreaLevel.DISTRICT]),
            now=self.now,
            types=[row.pk for row in self.types if row.code == type] if type else None,
            departments=called if department else self.own_departments,
        )


def _midnight(day):
    return timezone.make_aware(datetime.combine(day, time.min))
