"""A list of the workbench in full: what the workbench counts is how long this is."""

from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from dispatch.desk import by_urgency, cards_of, load_parts, sections_of
from dispatch.views.lists import slice_of

# Cards with their acts weigh more than lines of a list.
PAGE = 25


@require_GET
def waiting(request, name):
    """The most urgent first, 25 to a page. Http404 for a list that none of this person's roles has."""
    person, now = request.user, request.received_at
    section = next((each for each in sections_of(person, now) if each.name == name), None)
    if section is None:
        raise Http404
    page = slice_of(by_urgency(section.rows), request.GET.get("page", "1"), size=PAGE)
    load_parts(person, page.rows)
    here = reverse("waiting", args=[name])
    context = {"section": section, "cards": cards_of(section, page.rows, person, now=now, back=here), "list": page}
    return render(request, "dispatch/waiting.html", context)
