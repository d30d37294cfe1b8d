"""Leads: what was reported here, who has it; report one; and each one's own page."""

from django import forms
from django.contrib import messages
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from common.claims import claim_in
from common.errors import Invalid, Refusal, require
from common.sheets import CHUNK, asks_for_sheet, sheet
from common.web import after_post, new_key, tell
from dispatch import lead_pages, pages, worklists
from dispatch.desk import by_urgency
from dispatch.explain import explain_all
from dispatch.filters import LeadFilter
from dispatch.lead_actions import lead_actions
from dispatch.lead_forms import NOT_A_REPORTER, LeadForm
from dispatch.queries import find_lead, whole_lead, with_urgency
from dispatch.services import report_lead
from dispatch.sheets import LEAD_TITLES, lead_line
from dispatch.views.acting import take_one_of
from dispatch.views.lists import ANY, places_of, slice_of
from whistle.models import Lead, Whistle
from whistle.permissions import HANDLE_LEADS, can_work_on
from whistle.requests import act_once
from whistle.states import Holder, LeadState


@require_GET
def leads(request):
    """Those this person may see: the open ones, the most urgent first, unless the address asks for others."""
    asked = request.GET.copy()
    if not {"state", "search"} & set(asked):
        asked["state"] = LeadState.OPEN
    filterset = LeadFilter(asked, Lead.objects.visible_to(request.user), request=request)
    valid = filterset.is_valid()
    rows = filterset.qs if valid else filterset.queryset.none()
    rows = by_urgency(rows) if asked.get("state") == LeadState.OPEN else rows.order_by("-id")
    if valid and asks_for_sheet(request):
        lines = map(lead_line, rows.select_related("reported_by").iterator(chunk_size=CHUNK))
        return sheet("leads", LEAD_TITLES, lines)
    page = slice_of(rows, request.GET.get("page", "1"))
    mine = asked.get("mine") == "true"
    context = {
        "bar": BarForm(asked, person=request.user),
        "errors": filterset.errors,
        "cards": [lead_pages.lead_card(lead, now=request.received_at) for lead in with_urgency(page.rows)],
        "list": page,
        "narrowed": any(value for name, value in asked.items() if name not in ("state", "page", "mine")),
        "mine": mine,
        "handles": request.user.holds(*HANDLE_LEADS),
        "in_hand": worklists.leads_in_hand(request.user).count(),
    }
    return render(request, "dispatch/leads.html", context, status=200 if valid else 400)


class BarForm(forms.Form):
    """What the list can be narrowed by. Only drawn: `LeadFilter` reads the same names from the address."""

    state = forms.ChoiceField(label=gettext_lazy("State"), choices=[*ANY, *LeadState.choices], required=False)
    holder = forms.ChoiceField(label=gettext_lazy("In hand of"), choices=[*ANY, *Holder.choices], required=False)
    area = forms.ChoiceField(label=gettext_lazy("Place"), required=False)

    def __init__(self, *args, person, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["area"].choices = [*ANY, *places_of(person)]


@require_http_methods(["GET", "POST"])
def report(request):
    """Three taps on a phone: a photo, one line, send. The place is where the reporter works."""
    require(request.user.holds(*HANDLE_LEADS), NOT_A_REPORTER)
    if request.method == "GET":
        return _ask(request, LeadForm(person=request.user))
    form = LeadForm(request.POST, request.FILES, person=request.user)

    def act():
        if not form.is_valid():
            raise Invalid(fields=form.errors)
        lead = report_lead(
            by=request.user, at=request.received_at, claimed_at=claim_in(request.POST), **form.cleaned_data
        )
        return 303, lead.number

    try:
        _status, number = act_once(
            request, key=request.POST.get("idempotency_key"), data=request.POST, files=request.FILES, act=act
        )
    except Refusal as refusal:
        # Told on the form itself, so that nothing typed is lost.
        form.full_clean()
        tell(form, refusal)
        return _ask(request, form, refusal.status)
    messages.success(request, _("Reported. Whoever has it in hand has been told."))
    return after_post(request, reverse("lead", args=[number]))


def _ask(request, form, status=200):
    context = {"form": form.with_choices(), "root": _root(request.user), "idempotency_key": new_key()}
    return render(request, "dispatch/lead_new.html", context, status=status)


def _root(person):
    """The area in which the picker chooses: the person's ground, or the district of several."""
    ground = person.areas_as(*HANDLE_LEADS)
    return ground[0] if len(ground) == 1 else ground[0][:6]


@require_GET
def lead(request, number):
    """Who has it, until when, what happened, what may I do?"""
    found = whole_lead(request.user, number)
    clocks = list(found.deadlines.all())
    explain_all(clocks, found.district_id, now=request.received_at)
    context = {
        "lead": found,
        "subject": found,
        "actions": lead_pages.lead_bar(request.user, found),
        "now": lead_pages.awaited(found),
        "clocks": clocks,
        "photos": lead_pages.photos_of_report(found),
        "whistle": next(iter(found.whistles.all()), None),
        "contact": found.contact if can_work_on(request.user, found) else "",
        "events": pages.lines(found.events.all()),
    }
    return render(request, "dispatch/lead.html", context)


@require_http_methods(["GET", "POST"])
def lead_act(request, number, action):
    """Asks for what an act needs (GET), or does it (POST)."""
    return take_one_of(
        request, lead_actions, find_lead, "lead", number, action, template="dispatch/lead_act.html", onward=_onward
    )


def _onward(done):
    """A whistle that was just drafted is looked over and submitted on its own page."""
    return reverse("whistle-edit", args=[done.number]) if isinstance(done, Whistle) else ""
