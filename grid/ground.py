"""Names and outlines of areas: read with every case, hardly ever changed, so a process keeps them for a while."""

import time
from typing import Any

from django.db.models import Q

from grid.models.areas import Area, AreaLevel, short

# Seconds for which what was read is good.
KEEPS = 300

_names: dict[str, tuple[int, dict[str, str]]] = {}
_outlines: dict[str, tuple[int, Any]] = {}


def _period() -> int:
    return int(time.monotonic() // KEEPS)


def name_of(code: str) -> str:
    """What people call an area, at most five minutes ago. The first of a district reads all names of the district."""
    district = code[: AreaLevel.DISTRICT]
    period, names = _names.get(district, (None, {}))
    if period != _period() or code not in names:
        wanted = Q(code__startswith=district) if len(district) == AreaLevel.DISTRICT else Q(code=code)
        names = {each: short(name) for each, name in Area.objects.filter(wanted).values_list("code", "name")}
        _names[district] = (_period(), names)
    return names[code]


def names_from_street(code: str) -> list[str]:
    """The names of the areas that a code lies in, from the street down to itself: `["丰宁街道", "虹山南路社区"]`."""
    levels = (AreaLevel.STREET, AreaLevel.COMMUNITY, AreaLevel.GRID)
    return [name_of(code[:level]) for level in levels if level <= len(code)]


def outline_of(code: str) -> Any | None:
    """The outline (a GeoJSON geometry) of an area, as it stood at most five minutes ago; None where there is none."""
    period, outline = _outlines.get(code, (None, None))
    if period != _period():
        outline = Area.objects.filter(pk=code).values_list("outline", flat=True).first()
        if outline is not None:
            _outlines[code] = (_period(), outline)
    return outline
