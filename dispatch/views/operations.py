"""Are the clocks right, and if not, which, since when, and what can be done?"""

from datetime import timedelta

from django.contrib import messages as notices
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from common.errors import require
from common.web import after_post, back_to
from dispatch.charts import bars
from dispatch.lateness import AT_MOST, by_minute, lateness
from dispatch.models import Deadline, Order
from dispatch.operations import MEANINGS, answers_for, faults, pulse_or_none, rows_behind, tell_rows
from dispatch.permissions import can_watch_operations
from dispatch.repairs import clock_repairs, order_repairs
from dispatch.states import OF_CLOCKS, ClockKind, Question
from dispatch.views.lists import slice_of
from grid.permissions import in_scope
from whistle.requests import act_once

SPANS = {"hour": timedelta(hours=1), "day": timedelta(days=1)}
MINUTES = 60
# Whose tasks wait in a queue.
QUEUES = {
    "celery": gettext_lazy("Clocks"),
    "courier": gettext_lazy("Messages"),
    "clerk": gettext_lazy("Months and documents"),
}


@require_GET
def operations(request):
    """The whole state in one glance; htmx asks again for all of it but the frame."""
    require(can_watch_operations(request.user))
    now, pulse = request.received_at, pulse_or_none()
    answers = answers_for(request.user, now=now, back=reverse("operations"))
    figures, minutes = lateness(now=now, spans=SPANS), by_minute(now=now, minutes=MINUTES)
    context = {
        "faults": faults(pulse, answers, now=now),
        "answers": answers,
        "figures": figures,
        "bars": bars(minutes),
        "last_minute": minutes[-2].steps if len(minutes) > 1 else 0,
        "capped": AT_MOST if figures["day"].steps >= AT_MOST else None,
        **_pulse(pulse, now),
    }
    template = "dispatch/operations.html"
    return render(request, f"{template}#state" if request.htmx else template, context)


def _pulse(pulse, now):
    """What the broker knows, as the page shows it; nothing of it where the broker does not answer."""
    if pulse is None:
        return {"broker": False}
    audit = pulse.audit
    kinds = {kind: str(ClockKind(kind).label) for kind in audit.open_clocks} if audit else {}
    return {
        "broker": True,
        "tick_at": pulse.tick_at,
        "tick_age": pulse.tick_age_at(now),
        "ticks": pulse.ticks_at(now),
        "audit_at": audit and audit.at,
        "audit_age": audit and audit.age_at(now),
        "audits": pulse.audits_at(now),
        "waiting": sum(pulse.waiting.values()),
        "queues": " · ".join(f"{QUEUES.get(queue, queue)} {many}" for queue, many in pulse.waiting.items()),
        "round_at": pulse.round_at,
        "round_age": pulse.round_age_at(now),
        "carries": pulse.carries_at(now),
        "open_clocks": sum(audit.open_clocks.values()) if audit else None,
        "open_by_kind": [(kinds[kind], many) for kind, many in sorted(audit.open_clocks.items())] if audit else [],
    }


@require_GET
def finding(request, question):
    """Every row that answers one question of the auditor."""
    require(can_watch_operations(request.user))
    if question not in OF_CLOCKS:
        raise Http404
    question, now, here = Question(question), request.received_at, request.get_full_path()
    page = slice_of(rows_behind(question, request.user, now=now), request.GET.get("page", "1"))
    context = {
        "question": question,
        "meaning": MEANINGS[question],
        "rows": tell_rows(question, page.rows, request.user, now=now, back=here),
        "list": page,
    }
    return render(request, "dispatch/operations_finding.html", context)


@require_POST
def clock_repair(request, pk, action):
    """Does to a clock what its row on the page offers."""
    return _repair(request, clock_repairs, Deadline, action, _("The next tick takes the clock."), pk=pk)


@require_POST
def order_repair(request, number, action):
    return _repair(request, order_repairs, Order, action, _("The missing clocks run now."), number=number)


def _repair(request, table, model, name, done, **key):
    require(can_watch_operations(request.user))
    action = table.get(name)
    if action is None:
        raise Http404
    row = get_object_or_404(model.objects.filter(in_scope(request.user, "district__code")), **key)

    def act():
        action.perform(row, by=request.user, at=request.received_at, data=request.POST)
        return 303, back_to(request, reverse("operations"))

    _status, to = act_once(request, key=request.POST.get("idempotency_key"), data=request.POST, act=act)
    notices.success(request, done)
    return after_post(request, to)
