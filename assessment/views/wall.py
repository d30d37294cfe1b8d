"""The wall screen of a command centre: everything in one glance, without a mouse."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from assessment.wall import panels, shared
from common.errors import Invalid, require
from dispatch.permissions import areas_of_walls

# Seconds for which a wall that goes round shows each area.
USUAL, LEAST, MOST = 20, 5, 600


@require_GET
@never_cache
def wall(request):
    """One of the areas this person may have on a wall; with more than one it goes round.

    `area`: which; `every`: seconds for each; `pause=1`: stays. A script asks again for the panels alone.
    """
    areas = areas_of_walls(request.user)
    require(areas, _("The wall is not shown to your posts."))
    area = next((each for each in areas if each.code == request.GET.get("area", areas[0].code)), None)
    if area is None:
        raise Http404
    now, every = request.received_at, _seconds(request.GET.get("every"))
    made = shared(
        area.code,
        now=now,
        make=lambda: _drawn(panels(area.code, now=now)),
    )
    if request.htmx:
        return HttpResponse("".join(made), headers={"X-Server-Time": now.isoformat()})
    context = {
        "area": area,
        "areas": [{"code": each.code, "name": each.short_name, "outlines": _outlines(each)} for each in areas],
        # The points and the lines of days are for the script alone, which asks for them at once.
        "panels": made[0],
        "every": every,
        "paused": request.GET.get("pause") == "1",
    }
    return render(request, "assessment/wall.html", context)


def _drawn(wall):
    """The panels, and what the script draws."""
    return tuple(render_to_string(f"assessment/wall_{part}.html", {"wall": wall}) for part in ("panels", "data"))


def _outlines(area):
    return reverse("area-outlines", args=[area.code[:6]])


def _seconds(text):
    if not text:
        return USUAL
    if not (text.isascii() and text.isdigit() and len(text) < 5 and LEAST <= int(text) <= MOST):
        sentence = _("Each area is shown for %(least)d to %(most)d seconds.") % {"least": LEAST, "most": MOST}
        raise Invalid(sentence, fields={"every": [sentence]})
    return int(text)
