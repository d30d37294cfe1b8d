"""Pages of whistles and orders. Each fetches, calls one service, answers."""

from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from dispatch import pages, session_pages
from dispatch.actions import order_actions, whistle_actions
from dispatch.explain import explain_all
from dispatch.models import ArrivalCode
from dispatch.papers import supervisions_of
from dispatch.queries import find_order, find_whistle, record_of, whole_order, whole_whistle
from dispatch.views.acting import take_one_of
from whistle.permissions import can_edit
from whistle.queries import similar_to
from whistle.states import WITH_THE_STREET


@require_GET
def whistle(request, number):
    """Where does this stand, who is late, what happened, what may I do?"""
    found = whole_whistle(request.user, number)
    own_clocks = list(found.deadlines.all())
    clocks = own_clocks + [deadline for each in found.orders.all() for deadline in each.deadlines.all()]
    explain_all(clocks, found.district_id, now=request.received_at)
    orders = pages.orders_with_acts(request.user, found)
    context = {
        "live": f"whistle:{found.number}",
        "whistle": found,
        "actions": pages.whistle_bar(request.user, found),
        "own": [each for each in orders if each["own"]],
        "others": [each for each in orders if not each["own"] and each["actions"]],
        "matrix": pages.matrix(found, may_open={each.number for each in found.orders.all() if each.opens}),
        "overdue": pages.overdue_departments(found, now=request.received_at),
        "now": pages.awaited(found),
        "running": [each for each in own_clocks if pages.is_running(each)],
        "stopped": [each for each in own_clocks if each.met_at],
        "signatures": [each for each in found.signatures.all() if each.round == found.sign_round],
        "suggested": pages.names_of_suggested(found),
        "sessions": session_pages.in_short(found, now=request.received_at),
        "events": pages.timeline(found),
        "photos": pages.photos_of_draft(found),
        "lead": found.lead if found.lead_opens else None,
    }
    if found.state in WITH_THE_STREET and can_edit(request.user, found):
        context["editable"] = True
        context["similar"] = similar_to(found, at=request.received_at)
    return render(request, "dispatch/whistle.html", context)


@require_GET
def order(request, number):
    """What must I do, where, until when? Made for the liaison's phone."""
    found = whole_order(request.user, number)
    clocks = list(found.deadlines.all())
    explain_all(clocks, found.district_id, now=request.received_at)
    actions = pages.order_bar(request.user, found)
    context = {
        "live": f"whistle:{found.whistle.number}",
        "order": found,
        "whistle": found.whistle,
        "actions": actions,
        "clock": pages.most_urgent(clocks),
        "clocks": clocks,
        "photos": pages.photos_of_draft(found.whistle),
        "events": pages.lines(record_of(found)),
        "supervisions": supervisions_of(found),
    }
    return render(request, "dispatch/order.html", context)


@require_http_methods(["GET", "POST"])
def whistle_act(request, number, action):
    """Asks for what an act needs (GET), or does it (POST)."""
    return take_one_of(
        request,
        whistle_actions,
        find_whistle,
        "whistle",
        number,
        action,
        template="dispatch/act.html",
        onward=_onward,
    )


def _onward(done):
    """A code is made to be shown."""
    return reverse("arrival", args=[done.whistle.number]) if isinstance(done, ArrivalCode) else ""


@require_http_methods(["GET", "POST"])
def order_act(request, number, action):
    return take_one_of(
        request,
        order_actions,
        find_order,
        "order",
        number,
        action,
        template="dispatch/act.html",
        subject=lambda order: order.whistle,
    )
