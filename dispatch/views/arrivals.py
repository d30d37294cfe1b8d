"""Arrival on site by the street's code: the page that shows it, and the page it leads to."""

from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from common.errors import require
from dispatch import arriving, papers
from dispatch.permissions import can_act_for_street
from dispatch.queries import whole_whistle
from dispatch.services import find_code
from dispatch.views.acting import take


@require_GET
@never_cache
def arrival(request, number):
    """For a phone held up in the street: the code, until when it can be used, and who has arrived."""
    whistle = whole_whistle(request.user, number)
    require(can_act_for_street(request.user, whistle))
    code = arriving.shown_now(request.user, whistle, at=request.received_at)
    context = {
        "live": f"whistle:{whistle.number}",
        "whistle": whistle,
        "code": code,
        "again": arriving.show_again(request.user, whistle),
        "lines": arriving.arrived(whistle),
    }
    if code:
        context["address"] = request.build_absolute_uri(reverse("arrive", args=[code.token]))
        # Drawn by segno from an address of ours alone. Dark on light in any theme: cameras know nothing else.
        context["qr"] = mark_safe(papers.qr(context["address"], border=4, light="#fff"))  # noqa: S308
    return render(request, "dispatch/arrival.html", context)


@require_GET
@never_cache
def arrive(request, token):
    """What a phone opens that scanned the code: the own order, and one button."""
    code = find_code(token)
    orders = arriving.own_orders(request.user, code)
    lines = [arriving.standing(request.user, each, code, at=request.received_at) for each in orders]
    able = any(line["refusal"] is None for line in lines)
    context = {"code": code, "whistle": code.whistle, "lines": lines, "here": request.path}
    return render(request, "dispatch/arrive.html", context, status=200 if able else lines[0]["refusal"].status)


@require_http_methods(["GET", "POST"])
@never_cache
def report(request, token, number):
    """The report of one order by the code: done once, or refused on the page it came from."""
    if request.method == "GET":
        return redirect("arrive", token=token)
    code = find_code(token)
    order = next((each for each in arriving.own_orders(request.user, code) if each.number == number), None)
    if order is None:
        raise Http404

    def ask(entry, status):
        lines = [{"order": order, "refusal": None, "action": entry}]
        context = {"code": code, "whistle": code.whistle, "lines": lines, "here": reverse("arrive", args=[token])}
        return render(request, "dispatch/arrive.html", context, status=status)

    return take(
        request,
        arriving.report_by_code,
        order,
        url=arriving.address(code, order),
        back=reverse("order", args=[order.number]),
        ask=ask,
    )
