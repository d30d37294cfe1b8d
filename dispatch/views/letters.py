"""Advice letters: which there are and where they stand; write one; and each one's own page."""

from django import forms
from django.contrib import messages
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from common.errors import Invalid, Refusal, require
from common.sheets import CHUNK, asks_for_sheet, sheet
from common.web import after_post, new_key, tell
from dispatch import letter_pages, pages, worklists
from dispatch.desk import by_urgency
from dispatch.explain import explain_all
from dispatch.filters import LetterFilter
from dispatch.letter_actions import letter_actions
from dispatch.letter_forms import NOT_A_WRITER, LetterForm
from dispatch.permissions import can_have_letters
from dispatch.queries import find_letter, letters_of, whole_letter, with_urgency
from dispatch.services import send_letter
from dispatch.sheets import LETTER_TITLES, letter_line
from dispatch.views.acting import take_one_of
from dispatch.views.lists import ANY, departments_of, slice_of
from whistle.permissions import WRITE_LETTERS
from whistle.requests import act_once
from whistle.states import LetterState


@require_GET
def letters(request):
    """Those this person may see, newest first; of those that wait for somebody, the most urgent first."""
    asked = request.GET.copy()
    filterset = LetterFilter(asked, letters_of(request.user), request=request)
    valid = filterset.is_valid()
    rows = filterset.qs if valid else filterset.queryset.none()
    mine = asked.get("mine") == "true"
    rows = by_urgency(rows) if mine or asked.get("state") == LetterState.SENT else rows.order_by("-id")
    if valid and asks_for_sheet(request):
        return sheet("letters", LETTER_TITLES, map(letter_line, rows.iterator(chunk_size=CHUNK)))
    page = slice_of(rows, request.GET.get("page", "1"))
    context = {
        "bar": BarForm(asked, person=request.user),
        "errors": filterset.errors,
        "cards": [letter_pages.letter_card(letter) for letter in with_urgency(page.rows)],
        "list": page,
        "narrowed": any(value for name, value in asked.items() if name not in ("page", "mine")),
        "mine": mine,
        "writes": request.user.holds(*WRITE_LETTERS),
        "has_letters": can_have_letters(request.user),
        "waiting": worklists.letters_waiting(request.user).count(),
    }
    return render(request, "dispatch/letters.html", context, status=200 if valid else 400)


class BarForm(forms.Form):
    """What the list can be narrowed by. Only drawn: `LetterFilter` reads the same names from the address."""

    state = forms.ChoiceField(label=gettext_lazy("State"), choices=[*ANY, *LetterState.choices], required=False)
    department = forms.ChoiceField(label=gettext_lazy("Department"), required=False)

    def __init__(self, *args, person, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["department"].choices = [*ANY, *departments_of(person)]


@require_http_methods(["GET", "POST"])
def write(request):
    """A street or a community advises a department what to do about the causes of a trouble."""
    require(request.user.holds(*WRITE_LETTERS), NOT_A_WRITER)
    if request.method == "GET":
        return _ask(request, LetterForm(person=request.user))
    form = LetterForm(request.POST, request.FILES, person=request.user)

    def act():
        if not form.is_valid():
            raise Invalid(fields=form.errors)
        return 303, send_letter(by=request.user, at=request.received_at, **form.cleaned_data).number

    try:
        _status, number = act_once(
            request, key=request.POST.get("idempotency_key"), data=request.POST, files=request.FILES, act=act
        )
    except Refusal as refusal:
        # Told on the form itself, so that nothing typed is lost.
        form.full_clean()
        tell(form, refusal)
        return _ask(request, form, refusal.status)
    messages.success(request, _("Sent: the department replies within its clock."))
    return after_post(request, reverse("letter", args=[number]))


def _ask(request, form, status=200):
    context = {"form": form.with_choices(), "idempotency_key": new_key()}
    return render(request, "dispatch/letter_new.html", context, status=status)


@require_GET
def letter(request, number):
    """What is advised, what the department says, until when, what may I do?"""
    found = whole_letter(request.user, number)
    clocks = list(found.deadlines.all())
    explain_all(clocks, found.district_id, now=request.received_at)
    context = {
        "letter": found,
        "actions": letter_pages.letter_bar(request.user, found),
        "now": letter_pages.awaited(found),
        "clocks": clocks,
        "photos": letter_pages.photos_of_letter(found),
        "events": pages.lines(found.events.all()),
    }
    return render(request, "dispatch/letter.html", context)


@require_http_methods(["GET", "POST"])
def letter_act(request, number, action):
    """Asks for what an act needs (GET), or does it (POST)."""
    return take_one_of(
        request, letter_actions, find_letter, "letter", number, action, template="dispatch/letter_act.html"
    )
