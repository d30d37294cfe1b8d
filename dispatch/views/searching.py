"""One search over all that a person may see."""

import re
from urllib.parse import urlencode

from django import forms
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from common.search import refuse_many_words
from dispatch import lead_pages, letter_pages, pages
from dispatch.permissions import can_have_letters
from dispatch.queries import letters_of, orders_of, whistles_of, with_urgency
from dispatch.searching import LONGEST_SEARCH, Search
from grid.models import AreaLevel
from whistle.models import Lead

# Of each kind so many; its list has the others.
SHOWN = 8
A_NUMBER = re.compile(r"\d{6}-\d{8}-[A-Z]?\d{4,}(-\d+)?", re.ASCII)
MANY_NAMES = 12


class SearchForm(forms.Form):
    search = forms.CharField(
        label=_("Number, place, department or person"),
        max_length=LONGEST_SEARCH,
        required=False,
        validators=[refuse_many_words],
    )


@require_GET
def search(request):
    """What was found, by kind, newest first; a whole number leads to its page at once."""
    form = SearchForm(request.GET)
    text = form.cleaned_data["search"] if form.is_valid() else ""
    if A_NUMBER.fullmatch(text.upper()) and (page := _numbered(request.user, text.upper())):
        return redirect(page)
    looked_for = Search(text, request.user)
    groups = [group for group in _groups(looked_for, text, request) if group["cards"]] if text else []
    context = {
        "form": form,
        "text": text,
        "groups": groups,
        "names": list(_names(looked_for))[:MANY_NAMES] if text else [],
    }
    return render(request, "dispatch/search.html", context, status=200 if form.is_valid() else 400)


def _numbered(person, number):
    """The address of what bears a number, if this person may see it."""
    kinds = [
        ("whistle", whistles_of(person)),
        ("order", orders_of(person)),
        ("lead", Lead.objects.visible_to(person)),
        ("letter", letters_of(person)),
    ]
    return next((reverse(name, args=[number]) for name, rows in kinds if rows.filter(number=number).exists()), None)


def _groups(looked_for, text, request):
    person, given = request.user, (request.received_at, text)
    yield _group(_("Whistles"), "whistles", looked_for.whistles(whistles_of(person)), pages.card, *given)
    leads = looked_for.leads(Lead.objects.visible_to(person))
    yield _group(pgettext_lazy("matters", "Leads"), "leads", leads, lead_pages.lead_card, *given)
    if can_have_letters(person):
        letters = looked_for.letters(letters_of(person))
        yield _group(_("Advice letters"), "letters", letters, letter_pages.letter_card, *given)


def _group(title, name, rows, card, now, text):
    rows = list(rows.order_by("-id")[: SHOWN + 1])
    return {
        "title": title,
        "all": f"{reverse(name)}?{urlencode({'search': text})}",
        "cards": [card(row, now=now) for row in with_urgency(rows[:SHOWN])],
        "more": len(rows) > SHOWN,
    }


def _names(looked_for):
    """Areas and departments that are called so, each with the address of its whistles."""
    for named in looked_for.named:
        if named.kind == "area" and len(named.code) > AreaLevel.DISTRICT:
            yield {"name": named.name, "icon": "map-pin", "url": _whistles(area=named.code)}
        elif named.kind == "department":
            name = named.name_en if named.name_en and get_language() == "en" else named.name
            yield {"name": name, "icon": "building", "url": _whistles(department=named.code)}


def _whistles(**narrowed):
    return f"{reverse('whistles')}?{urlencode(narrowed)}"
