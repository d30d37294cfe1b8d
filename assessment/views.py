"""The first page, scoring, and the month's ranking."""

from datetime import timedelta

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from assessment import formula, queries
from assessment.actions import awaits_score
from assessment.api import parse_month
from assessment.permissions import ranking_district
from common.errors import require
from dispatch import pages, worklists
from dispatch.actions import order_actions
from dispatch.desk import desk_of
from dispatch.models import Order
from grid.models import Area, AreaLevel, Department

# Forms on one page; the next ones come up as these are scored.
FORMS = 8
RECENT = 10


@require_GET
def workbench(request):
    """What must I do now, the most urgent first; and how are we doing this month?

    htmx asks again for the lists, naming what it has: where nothing has changed there is nothing to say.
    """
    now = request.received_at
    desk = desk_of(request.user, now=now, back=reverse("workbench"))
    if request.htmx and request.GET.get("seen") == desk.stamp:
        return HttpResponse(status=204)
    if request.htmx:
        return render(request, "assessment/workbench.html#lists", {"desk": desk})
    context = {
        "desk": desk,
        "glance": queries.month_at_a_glance(request.user, now=now),
        "districts": queries.districts_at_a_glance(request.user, now=now),
        "places": queries.first_places(request.user, now=now),
        "configured": queries.configured(request.user),
    }
    return render(request, "assessment/workbench.html", context)


@require_GET
def score(request):
    """Which orders wait for my score? What the clocks say is filled in; two marks are asked for."""
    person = request.user
    require(person.holds(*worklists.STREET))
    waiting = worklists.to_score(person).for_display().order_by("whistle__verified_at", "whistle", "id")
    orders = list(waiting[: FORMS + 1])
    action = order_actions.get("score")
    groups = {}
    for order in orders[:FORMS]:
        if awaits_score(order):
            url = reverse("order-act", args=[order.number, action.name])
            groups.setdefault(order.whistle, []).append(
                {
                    "order": order,
                    "clocks": queries.told(order),
                    "punctuality": queries.punctuality_of(order, now=request.received_at),
                    "act": pages.entry(action, person, order, url, primary=True) | {"next": reverse("score")},
                }
            )
    context = {
        "groups": [{"whistle": whistle, "orders": rows} for whistle, rows in groups.items()],
        "more": len(orders) > FORMS,
        "recent": queries.scored_by_street(person)[:RECENT],
    }
    return render(request, "assessment/score.html", context)


@require_GET
def ranking(request):
    """Who stands where this month, and why?"""
    district, month = _asked(request)
    groups = queries.rank_departments(district, month, now=request.received_at)
    context = _frame(request, district, month) | {
        "groups": [
            {"group": group, "rows": [{"standing": row, "parts": queries.explained(row)} for row in rows]}
            for group, rows in groups.items()
        ],
        "demonstration": queries.scored_in(district, month).filter(order__whistle__demonstration=True).exists(),
        "parts": queries.explained(),
    }
    return render(request, "assessment/ranking.html", context)


@require_GET
def ranking_department(request, code):
    """The orders behind a department's month, each with its clocks and marks."""
    district, month = _asked(request)
    department = get_object_or_404(Department.objects.in_district(district).select_related("group"), code=code)
    groups = queries.rank_departments(district, month, now=request.received_at)
    standing = next((row for row in groups.get(department.group, ()) if row.department == department), None)
    # Whoever may see the ranking may know that a case counted; the case itself only who may see it.
    behind = queries.orders_behind(department, month) & Order.objects.visible_to(request.user)
    number = _page_number(request)
    start = (number - 1) * queries.BEHIND
    orders = list(behind.for_display()[start : start + queries.BEHIND + 1])
    context = _frame(request, district, month) | {
        "department": department,
        "standing": standing,
        "parts": queries.explained(standing),
        "orders": [
            {"order": order} | {str(clock.kind): clock for clock in queries.told(order)}
            for order in orders[: queries.BEHIND]
        ],
        "hidden": max(0, standing.counts.cases - behind.count()) if standing else 0,
        "number": number,
        "more": len(orders) > queries.BEHIND,
    }
    return render(request, "assessment/ranking_department.html", context)


def _asked(request):
    """The district and the month of a ranking that the address asks for, if this person may see it."""
    district = ranking_district(request.user, request.GET.get("district") or None)
    return district, parse_month(request.GET.get("month"), now=request.received_at)


def _frame(request, district, month):
    """What both pages of the ranking show around their rows."""
    start, following = queries.month_bounds(month)
    return {
        "district": district,
        "districts": _districts(request.user),
        "month": month,
        "previous": (start.date() - timedelta(days=1)).replace(day=1),
        "following": following.date() if following <= request.received_at else None,
        "least_cases": formula.LEAST_CASES,
    }


def _districts(person):
    """To choose from, for whoever sees the rankings of several districts."""
    cities = [post.district_code for post in person.posts_now if len(post.district_code) < AreaLevel.DISTRICT]
    if not cities:
        return []
    districts = Area.objects.at(AreaLevel.DISTRICT).filter(departments__isnull=False, parent__in=cities)
    return list(districts.distinct().order_by("code"))


def _page_number(request):
    asked = request.GET.get("page", "1")
    if not asked.isdecimal() or not 1 <= int(asked) <= 1000:
        raise Http404
    return int(asked)
