"""Where does time go, and what comes again?"""

from datetime import timedelta
from urllib.parse import urlencode

from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from assessment import charts
from assessment.analysis import OF_ORDERS, STAGES, analyse
from assessment.forms import LAST_DAYS, AnalysisForm
from assessment.permissions import can_see_analysis
from common.errors import require
from grid.ground import names_from_street


@require_GET
def analysis(request):
    """Over the whistles of a period on some ground; the address keeps which."""
    require(can_see_analysis(request.user), _("The analysis is not shown to your posts."))
    form = AnalysisForm(request.GET, person=request.user, now=request.received_at)
    context = {
        "form": form,
        "bar": [form[name] for name in ("from", "to", "area", "type", "department")],
        "periods": _periods(request),
    }
    if not form.is_valid():
        return render(request, "assessment/analysis.html", context, status=400)
    found = analyse(form.scope())
    return render(request, "assessment/analysis.html", context | _shown(form, found))


def _periods(request):
    """The usual periods, each with its address: everything else that was asked stays."""
    today = timezone.localdate(request.received_at)
    month = today.replace(day=1)
    starts = {
        _("This month"): month,
        _("This quarter"): month.replace(month=(today.month - 1) // 3 * 3 + 1),
        _("This year"): month.replace(month=1),
        _("90 days"): today - timedelta(days=LAST_DAYS - 1),
    }
    asked = request.GET.dict()
    found = []
    for label, first in starts.items():
        period = {"from": first.isoformat(), "to": today.isoformat()}
        default = not {"from", "to"} & set(asked) and first == starts[_("90 days")]
        active = default or period == {name: asked.get(name) for name in period}
        found.append({"label": label, "url": f"?{urlencode(asked | period)}", "active": active})
    return found


def _shown(form, found):
    types = {row.code: str(row) for row in form.types}
    departments = {row.pk: str(row) for row in form.departments}
    stage = form.cleaned_data["stage"]
    by_type = [(label, found.stages.types[code]) for code, label in types.items() if code in found.stages.types]
    by_department = [(departments[key], spans) for key, spans in found.stages.departments.items()]
    by_department.sort(key=lambda row: (-_passed(row[1]), row[0]))
    used = {code: label for code, label in types.items() if any(flow.type == code for flow in found.flows)}
    list_url = _list_url(form)
    return {
        "found": found,
        "stage": stage,
        "stages": STAGES,
        "switch": [
            {"label": label, "url": f"?{urlencode(form.data | {'stage': name})}#stages", "active": name == stage}
            for name, label in STAGES.items()
        ],
        "by_type": [_cells(_("all"), found.stages.all, STAGES), *(_cells(*row, STAGES) for row in by_type)],
        "by_department": [_cells(*row, OF_ORDERS) for row in by_department],
        "order_stages": [STAGES[name] for name in OF_ORDERS],
        "chart_of_stages": charts.stages("chart-stages", _("How long each stage takes"), found.stages.all),
        "chart_of_types": charts.stage("chart-types", STAGES[stage], stage, by_type),
        "chart_of_departments": charts.stage("chart-departments", STAGES[stage], stage, by_department),
        "types": used,
        "communities": [
            {
                "name": _place(row.code),
                "url": list_url(row.code),
                "row": row,
                "types": [{"label": label, "count": row.types.get(code, 0)} for code, label in used.items()],
            }
            for row in found.communities
        ],
        "chart_of_communities": charts.hot("chart-communities", _("Whistles"), found.communities, _place, list_url),
        "chart_of_ways": charts.ways("chart-ways", _("From the source to the end"), found.flows, used),
    }


def _passed(spans):
    return max((span.count for span in spans.values()), default=0)


def _cells(label, spans, stages):
    return {"label": label, "cells": [{"stage": STAGES[name], "span": spans.get(name)} for name in stages]}


def _place(code):
    return " · ".join(names_from_street(code))


def _list_url(form):
    """Where the whistles of a community in this period are listed."""
    scope = form.scope()
    asked = {
        "open": "",
        "drill": "false",
        "type": form.cleaned_data["type"],
        "department": form.cleaned_data["department"],
        "filed_after": scope.start.isoformat(),
        "filed_before": scope.end.isoformat(),
    }
    return lambda code: f"{reverse('whistles')}?{urlencode(asked | {'area': code})}"
