"""Sheets to print on A4. Each fetches through the rights of its case and shows what the record says now."""

from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_GET

from dispatch import papers
from dispatch.explain import explain_all


@require_GET
def application(request, number):
    """The whistle application: what the street signs and seals."""
    return _sheet(request, "application", papers.application_of(request.user, number))


@require_GET
def order_sheet(request, number):
    """The dispatch order: what the department receives."""
    return _sheet(request, "order", papers.order_sheet_of(request.user, number))


@require_GET
def supervision_sheet(request, number, position):
    sheet = papers.supervision_sheet_of(request.user, number, position)
    if sheet is None:
        raise Http404
    return _sheet(request, "supervision", sheet)


def _sheet(request, kind, context):
    now, whistle = request.received_at, context["whistle"]
    explain_all(context.get("clocks", []), whistle.district_id, now=now)
    about = context.get("order", whistle)
    page = reverse("order" if "order" in context else "whistle", args=[about.number])
    address = request.build_absolute_uri(page)
    context |= {
        "page_of": page,
        "address": address,
        # Drawn by segno from an address of ours alone.
        "qr": mark_safe(papers.qr(address)),  # noqa: S308
        "by_hand": papers.BY_HAND[kind],
        "printed_at": now,
    }
    return render(request, f"dispatch/paper_{kind}.html", context)
