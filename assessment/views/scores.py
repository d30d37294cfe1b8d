"""Scoring: the street marks each department that came."""

from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from assessment import queries
from assessment.actions import awaits_score
from assessment.services.by_rule import terms_of
from common.errors import require
from dispatch import pages, worklists
from dispatch.actions import order_actions

# Forms on one page; the next ones come up as these are scored.
FORMS = 8
RECENT = 10


@require_GET
def score(request):
    """Which orders wait for my score, and until when? What the clocks say is filled in; two marks are asked for."""
    person = request.user
    require(person.holds(*worklists.STREET))
    waiting = worklists.to_score(person).for_display().order_by("whistle__verified_at", "whistle", "id")
    orders = list(waiting[: FORMS + 1])
    action = order_actions.get("score")
    terms = terms_of({order.whistle for order in orders})
    groups = {}
    for order in orders[:FORMS]:
        term = terms.get(order.whistle_id)
        # Whose time is over waits for the rule, which comes by every minute.
        if awaits_score(order) and not (term and term.until < request.received_at):
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
        "groups": [
            {"whistle": whistle, "orders": rows, "term": terms.get(whistle.pk)} for whistle, rows in groups.items()
        ],
        "more": len(orders) > FORMS,
        "recent": queries.scored_by_street(person)[:RECENT],
    }
    return render(request, "assessment/score.html", context)
