"""Who stands where in a year, from its published months; each month of a unit opens to its own page."""

from urllib.parse import urlencode

from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from assessment import charts
from assessment.permissions import ranking_asked
from assessment.standings import holds_demonstration
from assessment.states import Ties
from assessment.views.rankings import TITLES, UNITS, page_number, places_of, tabs
from assessment.yearly import year_asked, year_of
from common.sheets import asks_for_sheet, sheet

# Units on one page: each has twelve months.
PAGE = 20
# Shades of the months, from the lowest mark of a group in the year to its highest.
SHADES = 5


@require_GET
def year(request):
    """Who stands where this year, by the months that are published?"""
    person = request.user
    area, of = ranking_asked(person, request.GET.get("of") or None, request.GET.get("district") or None)
    found = year_of(area, of, year_asked(request.GET.get("year"), now=request.received_at))
    if found.rows and asks_for_sheet(request):
        return _sheet(area, of, found)
    number = page_number(request)
    start = (number - 1) * PAGE
    context = {
        "of": of,
        "title": TITLES[of],
        "unit_word": UNITS[of],
        "district": area,
        "districts": places_of(person),
        "tabs": tabs(person, area, of, lambda each: _url(area, of=each, year=found.year)),
        "found": found,
        "ties": Ties(found.ties).label,
        "groups": _groups(area, of, found, found.rows[start : start + PAGE]),
        "previous": found.year - 1,
        "following": found.year + 1 if found.year < timezone.localdate(request.received_at).year else None,
        "month_url": f"{reverse('ranking')}?{urlencode(_month(area, found) | {'of': of})}",
        "demonstration": bool(found.rankings) and holds_demonstration(*found.rankings),
        "number": number,
        "more": len(found.rows) > start + PAGE,
    }
    return render(request, "assessment/ranking_year.html", context)


def _url(area, **asked):
    return f"{reverse('ranking-year')}?{urlencode({'district': area} | asked)}"


def _month(area, found):
    """The last month of the year that is published; the page's own choice without one."""
    return {"district": area} | ({"month": f"{found.published[-1]:%Y-%m}"} if found.rankings else {})


def _groups(area, of, found, rows):
    """The rows by group, each with its twelve months and a chart."""
    groups = {}
    for row in rows:
        groups.setdefault(row.group, []).append(row)
    return [
        {
            "name": name,
            "rows": [_row(area, of, found, row, _spread(members)) for row in members],
            "chart": charts.through_the_year(
                f"year-{place}", _("%(group)s through the year") % {"group": name or TITLES[of]}, members, found
            ),
        }
        for place, (name, members) in enumerate(groups.items())
    ]


def _spread(members):
    """The lowest and the highest mark among the months that count."""
    marks = [score.total for row in members for score in row.months.values() if score.counts]
    return min(marks, default=0), max(marks, default=0)


def _row(area, of, found, row, spread):
    unit = reverse("ranking-unit", args=[of, row.year.unit])
    cells = []
    for month in found.months:
        score = row.months.get(month)
        cell = {"month": month, "score": score, "published": month in found.published}
        if score:
            cell |= {
                "url": f"{unit}?{urlencode({'month': f'{month:%Y-%m}', 'district': area})}",
                "shade": _shade(score, spread),
            }
        cells.append(cell)
    return {"row": row, "url": [cell["url"] for cell in cells if cell["score"]][-1], "cells": cells}


def _shade(score, spread):
    """From 1 to SHADES, by where the score lies between `spread`; 0 for what does not count."""
    low, high = spread
    if not score.counts:
        return 0
    return 1 + int((score.total - low) * (SHADES - 1) / (high - low)) if high > low else 1


def _sheet(area, of, found):
    """The whole list as a file: what counts of each month, and which months were corrected."""
    titles = [_("Group"), _("Rank"), UNITS[of], _("Mark of the year"), _("Months that count")]
    titles += [f"{month:%Y-%m}" for month in found.months]
    titles += [_("Listed without a rank, does not count"), _("Corrected after publication")]

    def rows():
        for row in found.rows:
            year, there = row.year, row.months
            yield [
                *(row.group, year.rank, row.name, year.mark, year.months),
                *(there[month].total if month in there else None for month in found.months),
                " ".join(f"{month:%Y-%m}" for month, score in there.items() if not score.counts),
                " ".join(f"{month:%Y-%m}" for month, score in there.items() if score.correction),
            ]

    return sheet(f"ranking-{of}-{area}-{found.year}", titles, rows())
