"""Reads about whistles."""

from datetime import timedelta
from math import cos, radians

from django.db.models import Q

from grid.models import AreaLevel
from whistle.models import Whistle
from whistle.models.whistles import in_area
from whistle.states import OPEN, WhistleState

NEAR_M = 300
RECENT = timedelta(days=90)
MOST = 8
METRES_PER_DEGREE = 111_195


def similar(*, within, at, area=None, lat=None, lng=None, item=None, besides=None):
    """Open and recent whistles that may be about the same matter, the likest first; at most eight.

    `within`: code of the street or district to look in; `area`: the code of the community or grid, `lat`, `lng`:
    degrees, `item`: of the responsibility list; each may be None. `besides`: a whistle not to be named. Recent: of
    the 90 days before `at`. A drill is nobody's matter and keeps nobody from blowing. Each has `same_community`,
    `same_item` and `metres` (None when farther than 300 m).
    """
    community = area[: AreaLevel.COMMUNITY] if area and len(area) >= AreaLevel.COMMUNITY else None
    point = None if None in (lat, lng) else (lat, lng)
    like = Q(pk__in=[])
    if community:
        like |= in_area(community)
    if point:
        like |= _box(*point)
    if item:
        like |= Q(item=item)
    found = (
        Whistle.objects.in_earnest()
        .filter(in_area(within))
        .filter(like, Q(state__in=OPEN) | Q(created_at__gte=at - RECENT))
        .exclude(state=WhistleState.WITHDRAWN)
        .select_related("type")
        .order_by("-id")
    )
    if besides is not None:
        found = found.exclude(pk=besides.pk)
    # More than are shown, because the corners of the box lie farther than 300 m.
    alike = [_compared(whistle, community, point, item) for whistle in found[: 10 * MOST]]
    alike = [whistle for whistle in alike if _likeness(whistle)]
    return sorted(alike, key=lambda whistle: -_likeness(whistle))[:MOST]


def similar_to(whistle, *, at, within=None):
    """What is like a whistle that is written already: in its own street, or in the area with the code `within`."""
    return similar(
        within=within or whistle.street_code,
        at=at,
        area=whistle.area_id,
        lat=whistle.lat,
        lng=whistle.lng,
        item=whistle.item,
        besides=whistle,
    )


def _box(lat, lng):
    """The square around a point: what an index or a scan can tell quickly, before the distance is reckoned."""
    high = NEAR_M / METRES_PER_DEGREE
    wide = high / max(cos(radians(lat)), 0.01)
    return Q(lat__range=(lat - high, lat + high), lng__range=(lng - wide, lng + wide))


def _compared(whistle, community, point, item):
    metres = whistle.metres_to(*point) if point else None
    whistle.metres = metres if metres is not None and metres <= NEAR_M else None
    whistle.same_community = community is not None and whistle.area_id.startswith(community)
    whistle.same_item = item is not None and whistle.item_id == item.pk
    return whistle


def _likeness(whistle):
    """How much speaks for its being the same matter; 0: nothing."""
    near = 0 if whistle.metres is None else 3 - whistle.metres / NEAR_M
    return near + 2 * whistle.same_item + whistle.same_community
