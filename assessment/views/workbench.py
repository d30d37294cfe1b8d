"""The first page."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from assessment import queries
from assessment.bulletins import months_at_hand
from dispatch.desk import desk_of
from dispatch.views.unfinished import unfinished_of


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
        "unfinished": unfinished_of(request.user),
        "glance": queries.month_at_a_glance(request.user, now=now),
        "districts": queries.districts_at_a_glance(request.user, now=now),
        "places": queries.first_places(request.user, now=now),
        "configured": queries.configured(request.user),
        "months": months_at_hand(request.user, now=now),
    }
    return render(request, "assessment/workbench.html", context)
