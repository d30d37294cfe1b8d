"""Who stands where in a month, and why: from the list to a unit's parts, from each figure to the rows behind it."""

from datetime import timedelta
from functools import partial
from urllib.parse import urlencode

from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from assessment import charts, present
from assessment.analysis import stages_behind
from assessment.behind import behind, entered_by_hand, opens, table_behind
from assessment.bulletins import against, appeal_url
from assessment.corrections import corrections_of
from assessment.explain import explain, figure, three_rates
from assessment.formulas.parts import Manual, plain
from assessment.permissions import can_see_figures, can_see_month, keeping_post, ranking_asked, rankings_open_to
from assessment.present import counts_of
from assessment.queries import records_about, told
from assessment.services.months import ranking_for
from assessment.standings import (
    PAGE,
    computed_at,
    counted,
    holds_demonstration,
    listed,
    month_asked,
    months_of,
    quota_of,
    sample_label,
    standing_of,
    standings,
)
from assessment.states import Ranked
from common.sheets import CHUNK, asks_for_sheet, sheet
from dispatch.permissions import can_act_for_department
from grid.models import Area, AreaLevel

TITLES = {
    Ranked.DEPARTMENTS: gettext_lazy("Ranking of departments"),
    Ranked.STREETS: gettext_lazy("Ranking of streets"),
    Ranked.COMMUNITIES: gettext_lazy("Ranking of communities"),
    Ranked.DISPATCHERS: gettext_lazy("Ranking of dispatchers"),
    Ranked.DISTRICTS: gettext_lazy("Ranking of districts"),
}
UNITS = {
    Ranked.DEPARTMENTS: gettext_lazy("Department"),
    Ranked.STREETS: gettext_lazy("Street"),
    Ranked.COMMUNITIES: gettext_lazy("Community"),
    Ranked.DISPATCHERS: gettext_lazy("Dispatcher"),
    Ranked.DISTRICTS: gettext_lazy("District"),
}


@require_GET
def ranking(request):
    """Who stands where this month, and why?"""
    asked = Asked(request, request.GET.get("of") or None)
    if asked.ranking and asks_for_sheet(request):
        return _sheet(asked)
    number = page_number(request)
    context = asked.frame() | {"number": number, "districts": places_of(request.user)}
    if asked.ranking:
        start = (number - 1) * PAGE
        scores = list(listed(asked.ranking)[start : start + PAGE + 1])
        rows = standings(scores[:PAGE], asked.of)
        context |= {
            "groups": _groups(asked, rows),
            "columns": counted(asked.definition),
            "quota": bool(asked.definition.quota),
            "more": len(scores) > PAGE,
            "demonstration": holds_demonstration(asked.ranking),
        }
    return render(request, "assessment/ranking.html", context)


def _sheet(asked):
    """The whole list as a file."""
    parts = counted(asked.definition)
    titles = [_("Group"), _("Rank"), UNITS[asked.of], _("Total score"), *map(str, parts)]
    rows = (
        [row.group, row.score.rank, row.name, row.score.total, *map(row.value, parts), row.score.sample]
        for row in standings(listed(asked.ranking), asked.of)
    )
    name = f"ranking-{asked.of}-{asked.area}-{asked.month:%Y-%m}"
    return sheet(name, [*titles, sample_label(asked.definition)], rows)


def _groups(asked, rows):
    """The rows by group, each with its cells and a chart."""
    groups = {}
    for row in rows:
        groups.setdefault(row.group, []).append(row)
    return [
        {
            "name": name,
            "rows": [_row(asked, row) for row in members],
            "chart": charts.totals(
                f"totals-{place}",
                name or str(TITLES[asked.of]),
                [row for row in members if row.score.rank],
                asked.definition,
                asked.unit_url,
            ),
        }
        for place, (name, members) in enumerate(groups.items())
    ]


def _row(asked, row):
    return {
        "score": row.score,
        "correction": asked.correction_of(row.score.unit),
        "name": row.name,
        "url": asked.unit_url(row.score.unit),
        "quota": quota_of(asked.definition, row),
        "sample": plain(row.score.sample),
        "cells": [
            {"part": part, "value": row.value(part), "url": asked.part_url(row.score.unit, part)}
            for part in counted(asked.definition)
        ],
    }


@require_GET
def unit(request, of, unit):
    """A unit's month: every part with its line of arithmetic, every figure open to what is behind it."""
    asked = Asked(request, of)
    standing = asked.standing(unit)
    month, months = asked.ranking.bulletin.month, months_of(asked.ranking, unit, person=request.user)
    context = asked.frame(unit) | {
        "standing": standing,
        "explained": explain(standing, asked.definition, asked.of),
        "correction": asked.correction_of(unit),
        "by_hand": _by_hand(asked, unit),
        "quota": quota_of(asked.definition, standing),
        "year": charts.year(months, month, asked.definition, lambda month: asked.unit_url(unit, month)),
        "demonstration": holds_demonstration(asked.ranking),
    }
    if asked.of == Ranked.DEPARTMENTS:
        spans = stages_behind(asked.ranking, unit)
        if any(span.count for span in spans.values()):
            context["stages"] = charts.stages("stages", _("How long each stage took"), spans)
    if asked.of == Ranked.STREETS and standing.figure("callbacks"):
        everybody = list(asked.ranking.scores.values_list("figures", flat=True))
        context["rates"] = charts.rates(three_rates(standing, everybody), standing.name)
    return render(request, "assessment/ranking_unit.html", context)


def _by_hand(asked, unit):
    """Points by hand, where the formula has a place for them."""
    if not any(isinstance(part, Manual) for part in asked.definition.parts):
        return []
    return entered_by_hand(asked.ranking, unit)


@require_GET
def figure_behind(request, of, unit, name):
    """The orders, whistles or decisions behind one figure, what cost points first."""
    asked = Asked(request, of)
    standing = asked.standing(unit)
    if not opens(asked.of, name):
        raise Http404
    if asks_for_sheet(request) and not name.startswith("manual:"):
        return _sheet_behind(asked, unit, name)
    found = behind(asked.ranking, unit, name, person=request.user, number=page_number(request))
    context = asked.frame(unit, name) | {
        "standing": standing,
        "figure": figure(standing, name, asked.of),
        "parts": [part for part in explain(standing, asked.definition, asked.of).parts if name in part.part.reads()],
    }
    if found is None:
        context["by_hand"] = [item for item in entered_by_hand(asked.ranking, unit) if name == f"manual:{item.part}"]
        return render(request, "assessment/ranking_figure.html", context)
    records = records_about([row.about for row in found.rows], request.user) if found.kind == "whistletally" else {}
    context |= {
        "behind": found,
        "rows": [
            {"row": row, "appeal": _appeal(asked, name, row), "records": records.get(row.about.pk, [])}
            | _clocks(found.kind, row.about)
            for row in found.rows
        ],
        "number": found.number,
        "more": found.more,
    }
    return render(request, "assessment/ranking_figure.html", context)


def _sheet_behind(asked, unit, name):
    """Every row behind a figure that this person may see, as a file."""
    model = table_behind(asked.of, name)
    counts = counts_of(model)
    titles = [_("Number"), _("Title"), _("Order"), _("Department"), _("Decision"), _("At"), _("Weight"), _("Brings")]
    titles += [model._meta.get_field(count).verbose_name for count in counts]

    def rows():
        number = more = 1
        while more:
            found = behind(asked.ranking, unit, name, person=asked.person, number=number, size=CHUNK)
            for each in found.rows:
                told = present.row(found.kind, each)
                head = (
                    told["whistle"] or told["lead"],
                    told["title"],
                    told["order"],
                    told["department"],
                    told["decision"],
                )
                yield [*head, told["at"], told["weight"], told["brings"], *(told["counts"][count] for count in counts)]
            number, more = number + 1, found.more

    return sheet(f"{asked.of}-{unit}-{name}-{asked.month:%Y-%m}", titles, rows())


# Which figure of an order a figure of its department is made of.
APPEALED = {f"{about}_met": about for about in ("acknowledge", "report", "resolve")}
APPEALED |= {about: about for about in ("cooperation", "resolution")}


def _appeal(asked, name, row):
    """Where this row can be appealed now by whoever looks at it; empty where it can't."""
    about, bulletin = APPEALED.get(name), asked.ranking.bulletin
    if asked.of != Ranked.DEPARTMENTS or about is None or not against(about, getattr(row.tally, about)):
        return ""
    if not bulletin.takes_appeals_at(asked.request.received_at):
        return ""
    appealed = {each.about for each in row.about.appeals.all()}
    open_here = about not in appealed and can_act_for_department(asked.person, row.about)
    return appeal_url(bulletin, row.about, about) if open_here else ""


def _clocks(kind, about):
    """The clocks of an order, whistle or lead by what they are for; of a reopened whistle the last ones."""
    if kind == "ordertally":
        return {str(clock.kind): clock for clock in told(about)}
    if kind in ("whistletally", "leadtally"):
        return {str(clock.kind): clock for clock in about.deadlines.all() if not clock.order_id}
    return {}


class Asked:
    """The ranking that an address asks for, if this person may see it; as it was last computed, None before."""

    def __init__(self, request, of):
        self.request, self.person, now = request, request.user, request.received_at
        self.area, self.of = ranking_asked(self.person, of, request.GET.get("district") or None)
        self.month = month_asked(request.GET.get("month"), now=now)
        self.ranking = ranking_for(self.area, self.of, self.month, now=now)
        self.in_review = self.ranking is not None and not can_see_figures(self.person, self.ranking.bulletin)
        if self.in_review:
            self.ranking = None
        self.definition = self.ranking.formula.read if self.ranking else None

    def standing(self, unit):
        """Http404 for a unit that does not stand in this month."""
        found = standing_of(self.ranking, unit) if self.ranking else None
        if found is None:
            raise Http404
        return found

    @cached_property
    def _corrections(self):
        published = self.ranking is not None and self.ranking.bulletin.is_published
        return corrections_of([self.ranking.bulletin], self.of) if published else {}

    def correction_of(self, unit):
        """What counts in the year instead of the unit's published score; None where nothing was corrected."""
        return self._corrections.get((self.ranking.bulletin_id, unit))

    # --- addresses ---

    def query(self, **other):
        asked = {"month": f"{self.month:%Y-%m}", "district": self.area} | other
        return urlencode({name: value for name, value in asked.items() if value is not None})

    def unit_url(self, unit, month=None):
        when = {"month": f"{month:%Y-%m}"} if month else {}
        return f"{reverse('ranking-unit', args=[self.of, unit])}?{self.query(**when)}"

    def figure_url(self, unit, name):
        return f"{reverse('ranking-figure', args=[self.of, unit, name])}?{self.query()}"

    def part_url(self, unit, part):
        """Where a part opens by one click: the rows of its most telling figure."""
        name = self.definition.first_figure(part)
        return self.figure_url(unit, name) if opens(self.of, name) else self.unit_url(unit)

    # --- what stands around the rows ---

    def frame(self, unit="", name=""):
        first = self.month
        following = (first + timedelta(days=32)).replace(day=1)
        return {
            "of": self.of,
            "title": TITLES[self.of],
            "unit_word": UNITS[self.of],
            "unit": unit,
            "figure_name": name,
            "tabs": tabs(self.person, self.area, self.of, lambda of: f"{reverse('ranking')}?{self.query(of=of)}"),
            "list_url": f"{reverse('ranking')}?{self.query(of=self.of)}",
            "query": self.query(),
            "formulas_url": self._formulas_url(),
            "year_url": f"{reverse('ranking-year')}?{self.query(of=self.of, month=None, year=first.year)}",
            "district": self.area,
            "month": first,
            "previous": (first - timedelta(days=1)).replace(day=1),
            "following": following if following <= timezone.localdate(self.request.received_at) else None,
            "ranking": self.ranking,
            "in_review": self.in_review,
            "definition": self.definition,
            "sample_label": sample_label(self.definition) if self.definition else "",
            "computed_at": computed_at(self.ranking) if self.ranking else None,
            # Asked only by the pages that say how far the month is.
            "may_open_month": partial(can_see_month, self.person, self.ranking.bulletin) if self.ranking else None,
        }

    def _formulas_url(self):
        """For whoever keeps the formulas of this area."""
        if keeping_post(self.person, self.area) is None:
            return ""
        return f"{reverse('formulas')}?{urlencode({'of': self.of, 'district': self.area})}"


def tabs(person, area, of, url):
    """What else is ranked there, `of` being shown; `url(of)`: where each stands."""
    return [{"label": each.label, "url": url(each), "active": each == of} for each in rankings_open_to(person, area)]


def places_of(person):
    """Cities and their districts to choose from, for whoever sees the rankings of several."""
    cities = {post.district_code for post in person.posts_now if len(post.district_code) < AreaLevel.DISTRICT}
    if not cities:
        return []
    districts = Area.objects.at(AreaLevel.DISTRICT).filter(departments__isnull=False, parent__in=cities).distinct()
    return list((Area.objects.filter(code__in=cities) | Area.objects.filter(pk__in=districts)).order_by("code"))


def page_number(request):
    asked = request.GET.get("page", "1")
    if not asked.isdecimal() or not 1 <= int(asked) <= 1000:
        raise Http404
    return int(asked)
