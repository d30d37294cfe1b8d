"""Where does time go, and what comes again?

The page says at once how many cases it is about. Its parts take longer, the longer the period: each has an address of
its own, /analysis/repeats/ for one, and comes when it is counted.
"""

from datetime import timedelta
from urllib.parse import urlencode

from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from assessment import charts
from assessment.analysis import OF_ORDERS, STAGES, communities_of, flows_of, repeats_of, stages_of, whole_of
from assessment.forms import LAST_DAYS, AnalysisForm
from assessment.permissions import can_see_analysis
from common.errors import require
from grid.ground import names_from_street


@require_GET
def analysis(request, part=""):
    """Over the whistles of a period on some ground; the address keeps which.

    `part`: htmx gets this one alone; anybody else the page with this one counted, so that links lead to each without
    scripts. Http404 for a part there is none of.
    """
    require(can_see_analysis(request.user), _("The analysis is not shown to your posts."))
    if part and part not in PARTS:
        raise Http404
    form = AnalysisForm(request.GET, person=request.user, now=request.received_at)
    valid = form.is_valid()
    counted = PARTS[part](form) if valid and part else {}
    if request.htmx and valid and part:
        return render(request, f"assessment/analysis_{part}.html", counted)
    asked = urlencode(form.data)
    context = counted | {
        "form": form,
        "bar": [form[name] for name in ("from", "to", "area", "type", "department")],
        "periods": _periods(request),
        "whole": whole_of(form.scope()) if valid else None,
        "parts": [
            {
                "name": name,
                "title": TITLES[name],
                "url": f"{reverse('analysis-part', args=[name])}?{asked}",
                "template": f"assessment/analysis_{name}.html" if name == part else "",
            }
            for name in PARTS
        ],
    }
    return render(request, "assessment/analysis.html", context, status=200 if valid else 400)


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


def _time(form):
    types = _labels(form)
    departments = {row.pk: str(row) for row in form.departments}
    stage = form.cleaned_data["stage"]
    found = stages_of(form.scope())
    by_type = [(label, found.types[code]) for code, label in types.items() if code in found.types]
    by_department = [(departments[key], spans) for key, spans in found.departments.items()]
    by_department.sort(key=lambda row: (-_passed(row[1]), row[0]))
    return {
        "stages": STAGES,
        "switch": [
            {"name": name, "label": label, "asked": urlencode(form.data | {"stage": name}), "active": name == stage}
            for name, label in STAGES.items()
        ],
        "by_type": [_cells(_("all"), found.all, STAGES), *(_cells(*row, STAGES) for row in by_type)],
        "by_department": [_cells(*row, OF_ORDERS) for row in by_department],
        "order_stages": [STAGES[name] for name in OF_ORDERS],
        "chart_of_stages": charts.stages("chart-stages", _("How long each stage takes"), found.all),
        "chart_of_types": charts.stage("chart-types", STAGES[stage], stage, by_type),
        "chart_of_departments": charts.stage("chart-departments", STAGES[stage], stage, by_department),
    }


def _places(form):
    found = communities_of(form.scope())
    used = {code: label for code, label in _labels(form).items() if any(code in row.types for row in found)}
    list_url = _list_url(form)
    return {
        "types": used,
        "communities": [
            {
                "name": _place(row.code),
                "url": list_url(row.code),
                "row": row,
                "types": [{"label": label, "count": row.types.get(code, 0)} for code, label in used.items()],
            }
            for row in found
        ],
        "chart_of_communities": charts.hot("chart-communities", _("Whistles"), found, _place, list_url),
    }


def _repeats(form):
    return {"repeats": repeats_of(form.scope())}


def _ways(form):
    flows, _demonstration = flows_of(form.scope())
    used = {code: label for code, label in _labels(form).items() if any(flow.type == code for flow in flows)}
    return {"chart_of_ways": charts.ways("chart-ways", _("From the source to the end"), flows, used)}


# In the order of the page; each takes a valid form and returns what its template shows.
PARTS = {"time": _time, "places": _places, "repeats": _repeats, "ways": _ways}
TITLES = {
    "time": gettext_lazy("Where time goes"),
    "places": gettext_lazy("Where most whistles are blown"),
    "repeats": gettext_lazy("What comes again"),
    "ways": gettext_lazy("From the source to the end"),
}


def _labels(form):
    return {row.code: str(row) for row in form.types}


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
