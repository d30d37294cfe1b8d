"""The map: where are things open, the most urgent first?"""

import re
from hashlib import sha256

from django import forms
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET

from common.readings import LOOKS
from dispatch import mapping, pages
from dispatch.desk import by_urgency
from dispatch.map_forms import MapFilter, ViewForm
from dispatch.queries import whistles_of, with_urgency
from dispatch.views.lists import BarForm, asked_of
from whistle.states import WhistleState

# Rows of the list beside the map.
SHOWN = 30
# Cases told in one pop-up, of those that lie on the very same spot.
TOLD = 8
NUMBER = re.compile(r"[0-9A-Z-]{1,24}")


@require_GET
def district_map(request):
    """The map with the list of what is in view; the address keeps how both were narrowed.

    Without scripts the list is all there is, over everything or the view that the address names. htmx asks for it
    alone. `side=streets` shows the load of the streets in its place.
    """
    asked = asked_of(request)
    filterset = MapFilter(asked, whistles_of(request.user), request=request)
    valid = filterset.is_valid()
    context = {"errors": filterset.errors, "side": "streets" if request.GET.get("side") == "streets" else "cases"}
    if valid:
        context |= _streets(request, filterset) if context["side"] == "streets" else _cases(filterset)
    if request.htmx:
        return render(request, "dispatch/map.html#side", context, status=200 if valid else 400)
    context |= {
        "bar": MapBarForm(asked, person=request.user),
        "narrowed": any(value for name, value in asked.items() if name not in NOT_NARROWING),
        "grounds": [reverse("area-outlines", args=[code]) for code in request.user.district_codes],
        "heat": request.GET.get("heat") == "1",
        "shade": request.GET.get("shade") != "0",
        "extent": mapping.extent(filterset.qs.order_by()) if valid else None,
        "tones": [(tone, LOOKS[tone][0], LOOKS[tone][1]) for tone in reversed(mapping.TONES) if tone],
    }
    return render(request, "dispatch/map.html", context, status=200 if valid else 400)


NOT_NARROWING = ("open", "bbox", "zoom", "side", "heat", "shade")


def _cases(filterset):
    # First their keys: to put tens of thousands of whole rows in order would take longer than to read thirty of them.
    keys = list(by_urgency(filterset.qs).values_list("pk", flat=True)[: SHOWN + 1])
    found = filterset.queryset.in_bulk(keys[:SHOWN])
    rows = with_urgency([found[key] for key in keys[:SHOWN] if key in found])
    return {"cards": [pages.card(whistle) for whistle in rows], "more": len(keys) > SHOWN}


def _streets(request, filterset):
    """The load of each street, with the address that narrows the map to it."""
    asked = request.GET.copy()
    for name in ("side", "bbox", "zoom"):
        asked.pop(name, None)
    found = []
    for load in mapping.loads(filterset.qs, now=request.received_at):
        asked["area"] = load.code
        found.append({"load": load, "url": f"{reverse('map')}?{asked.urlencode()}"})
    return {"streets": found}


def _narrowed(request):
    """The whistles that the address asks for, or None and the answer that says why not."""
    filterset = MapFilter(asked_of(request), whistles_of(request.user), request=request)
    return (filterset.qs, None) if filterset.is_valid() else (None, _refused(filterset.errors))


def _refused(errors):
    """As the API says it, for a script to show."""
    fields = {name: list(map(str, sentences)) for name, sentences in errors.items()}
    detail = " ".join(sentence for sentences in fields.values() for sentence in sentences)
    return JsonResponse({"code": "invalid", "detail": detail, "fields": fields}, status=400)


def _kept(request, content):
    """JSON that a browser keeps as long as it stays the same; each asks anew, by its own rights."""
    answer = JsonResponse(content, json_dumps_params={"ensure_ascii": False, "separators": (",", ":")})
    answer["ETag"] = f'"{sha256(answer.content).hexdigest()[:32]}"'
    if request.headers.get("If-None-Match") == answer["ETag"]:
        return HttpResponse(status=304, headers={"ETag": answer["ETag"]})
    return answer


@require_GET
@cache_control(private=True, no_cache=True)
def points(request):
    """What is in view, as marks: `cells` of many, and `points` that stand alone.

    A cell: [latitude, longitude, how many, tone, how many overdue]. With `heat=1` cells are finer and tell no more
    than [latitude, longitude, how many]. Refuses a view that is none, and one too large for its zoom, with 400.
    """
    form = ViewForm(request.GET)
    if not form.is_valid():
        return _refused(form.errors)
    whistles, refusal = _narrowed(request)
    if refusal:
        return refusal
    zoom = form.cleaned_data["zoom"]
    if form.cleaned_data["heat"]:
        return _kept(request, {"heat": [_rounded(*row) for row in mapping.heat(whistles, zoom=zoom)]})
    cells = mapping.cells(whistles, zoom=zoom, now=request.received_at)
    total = sum(cell.whistles for cell in cells)
    if total <= mapping.SINGLES and zoom >= mapping.NEAR:
        alone, cells = whistles.filter(lat__isnull=False, lng__isnull=False), []
    else:
        keys = [cell.first for cell in cells if cell.whistles == 1][: mapping.SINGLES]
        alone, cells = whistles.filter(pk__in=keys), [cell for cell in cells if cell.first not in set(keys)]
    return _kept(
        request,
        {
            "total": total,
            "cells": [[*_rounded(cell.lat, cell.lng, cell.whistles), cell.tone, cell.late] for cell in cells],
            "points": [_point(whistle, request.received_at) for whistle in with_urgency(list(alone))],
        },
    )


def _rounded(lat, lng, count):
    """To some ten centimetres: nobody measures on it."""
    return [round(lat, 6), round(lng, 6), count]


def _point(whistle, now):
    urgent = whistle.urgent
    return {
        "number": whistle.number,
        "title": whistle.titled,
        "lat": whistle.lat,
        "lng": whistle.lng,
        "state": str(WhistleState(whistle.state).label),
        "tone": mapping.tone_of(urgent, now),
        "due": urgent and urgent.due_at.isoformat(),
        "url": reverse("whistle", args=[whistle.number]),
    }


@require_GET
@cache_control(private=True, no_cache=True)
def loads(request):
    """How many are open and overdue in each street, wherever the map looks."""
    whistles, refusal = _narrowed(request)
    if refusal:
        return refusal
    streets = [
        load._asdict() | {"text": _load_in_words(load)}
        for load in mapping.loads(whistles, now=request.received_at)
        if load.lat is not None
    ]
    return _kept(request, {"streets": streets})


def _load_in_words(load):
    if not load.overdue:
        return str(load.whistles)
    return _("%(count)d, %(late)d overdue") % {"count": load.whistles, "late": load.overdue}


@require_GET
def cards(request):
    """The cases of a mark, told in full: `numbers`, separated by commas. What one may not see is left out."""
    numbers = request.GET.get("numbers", "").split(",")[: TOLD + 1]
    found = whistles_of(request.user).filter(number__in=list(filter(NUMBER.fullmatch, numbers)))
    shown = [pages.card(whistle) for whistle in with_urgency(list(found[:TOLD]))]
    return render(request, "dispatch/map_cards.html", {"cards": shown, "more": len(numbers) > TOLD})


class MapBarForm(BarForm):
    """What the map can be narrowed by. Only drawn: `MapFilter` reads the same names from the address."""

    filed_after = forms.CharField(
        label=gettext_lazy("Filed from"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    field_order = ("state", "type", "level", "area", "department", "filed_after", "drill", "overdue")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # Where something is open is what a map is for; what has ended is asked for by its state.
        del self.fields["open"]
        self.fields["state"].choices = [("", _("open ones")), *self.fields["state"].choices[1:]]
