"""The panels of a wall, made once for all walls that show the same area in the same language."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from threading import Lock
from typing import Any

from django.core.cache import cache
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from assessment.formulas.parts import percentage
from assessment.standings import find, listed, standings
from assessment.states import Ranked
from common.charts import Figure, Series, lines
from common.readings import LOOKS
from dispatch import mapping
from dispatch import wall as seen
from grid.models import AreaLevel

# So long what was made is good for every wall; a wall that comes while another's is being made gets what there was.
FRESH = timedelta(seconds=2)
KEPT_SECONDS = 120
# Units of the ranking, from both its ends.
BEST, LAST = 5, 2

_making = Lock()


def shared(area: str, *, now: datetime, make: Callable[[], Any]) -> Any:
    """What `make` returns for this area in the reader's language, at most two seconds old: ten walls cost as one."""
    key = f"wall:{area}:{get_language()}"
    kept = cache.get(key)
    if kept and now - kept[0] < FRESH:
        return kept[1]
    if not _making.acquire(blocking=kept is None):
        # Somebody is at it. To wait for them would keep a thread from other readers.
        return kept[1]
    try:
        kept = cache.get(key)
        if not kept or now - kept[0] >= FRESH:
            kept = (now, make())
            cache.set(key, kept, KEPT_SECONDS)
    finally:
        _making.release()
    return kept[1]


def panels(area: str, *, now: datetime) -> dict[str, Any]:
    """All that a wall says of a district or a street. As many queries for a quiet day as for a busy one."""
    today = seen.today(area, now=now)
    arrivals, happened = seen.news(area, now=now)
    points = seen.points(area, now=now)
    tones = Counter[str]()
    for point in points:
        tones[point.tone] += point.count
    return {
        "area": area,
        "made": now,
        "today": today,
        "acknowledged": percentage(*today.acknowledged),
        "reported": percentage(*today.reported),
        "clocks": seen.running_out(area, now=now),
        "arrivals": arrivals,
        "news": happened,
        "tones": [
            (tone, LOOKS[tone][0] if tone else "map-pin", LOOKS[tone][1] if tone else _("No clock runs"), tones[tone])
            for tone in reversed(mapping.TONES)
        ],
        "data": {
            "area": area,
            "points": [[round(p.lat, 5), round(p.lng, 5), p.count, p.tone] for p in points],
            "chart": thirty_days(area, now=now).spec,
        },
        **ranking(area[: AreaLevel.DISTRICT], now=now),
    }


def thirty_days(area: str, *, now: datetime):
    days = seen.days(area, now=now)
    labels = [date_format(day, "n/j") for day, _blown, _closed in days]
    blown = [Figure(count, str(count)) for _day, count, _closed in days]
    closed = [Figure(count, str(count)) for _day, _blown, count in days]
    series = [Series(_("Blown"), blown), Series(_("Closed"), closed)]
    return lines("wall-days", str(_("The last 30 days")), labels, series, least=0)


def ranking(district: str, *, now: datetime) -> dict[str, Any]:
    """How the departments stand this month, in the group with most of them: its first ones and its last ones.

    Departments are ranked within their group only, so no list joins two.
    """
    month = timezone.localdate(now).replace(day=1)
    found = find(district, Ranked.DEPARTMENTS, month)
    if found is None:
        return {"group": "", "ranked": [], "month": month}
    rows = standings(listed(found).filter(rank__isnull=False), Ranked.DEPARTMENTS)
    groups = Counter(row.group for row in rows)
    group = max(groups, key=groups.__getitem__, default="")
    rows = [row for row in rows if row.group == group]
    shown = rows if len(rows) <= BEST + LAST else [*rows[:BEST], *rows[-LAST:]]
    totals = [row.score.total or Decimal(0) for row in shown]
    most = max(totals, default=Decimal(0)) or Decimal(1)
    return {
        "group": group,
        "month": month,
        "ranked": [
            {
                "rank": row.score.rank,
                "name": seen.brief(row.name, district),
                "total": total,
                "share": max(2, round(100 * total / most)),
            }
            for row, total in zip(shown, totals, strict=True)
        ],
    }
