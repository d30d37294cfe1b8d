"""Where things are open, as the map shows it: counted in the database, so that fifty thousand cost a page no more
than fifty. See docs/adr/0017.

Every function takes a queryset of whistles, already within `visible_to` and narrowed; nothing here widens it.
"""

from datetime import datetime
from math import log, pi, radians, tan
from typing import Any, NamedTuple

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Avg, Count, Max, Min, QuerySet
from django.db.models.functions import Left

from common.readings import HALF, NEARLY, read
from dispatch.models import Deadline
from grid.models import Area, AreaLevel
from grid.models.areas import short
from whistle.models import Whistle

# On the screen, in its pixels: a cell of the grid whose whistles become one mark, and one of the heat.
CELL, HEAT_CELL = 64, 16
# From this near on each has a mark of its own, up to so many in view; from farther off they would hide one another.
NEAR, SINGLES = 15, 200
TILE = 256
# Where the projection of maps ends.
MOST_NORTH = 85.0
LEAST_ZOOM, MOST_ZOOM = 3, 22
# By rank, the most urgent last: what a whistle's clock that is due first shows (see common.readings), or no clock.
TONES = ("", "paused", "ok", "half", "soon", "late")
LATE = TONES.index("late")


class Box(NamedTuple):
    """A view of the map, in degrees of WGS-84."""

    west: float
    south: float
    east: float
    north: float

    def cells(self, zoom: int) -> float:
        """How many cells of the grid it covers."""
        turns = (self.east - self.west) / 360 * (_turn(self.north) - _turn(self.south)) / 2
        return turns * _cells_around_the_world(zoom, CELL) ** 2


class Cell(NamedTuple):
    """What lies in one cell: where on average, how many, the most urgent clock among them, and how many are late.

    `first`: the key of one of them.
    """

    lat: float
    lng: float
    whistles: int
    tone: str
    late: int
    first: int


class Load(NamedTuple):
    """How many whistles a street has, and of how many some clock is overdue. `lat`, `lng`: its middle, if known."""

    code: str
    name: str
    whistles: int
    overdue: int
    lat: float | None
    lng: float | None


def in_box(whistles: QuerySet[Whistle], box: Box) -> QuerySet[Whistle]:
    return whistles.filter(lat__range=(box.south, box.north), lng__range=(box.west, box.east))


def extent(whistles: QuerySet[Whistle]) -> Box | None:
    """The smallest view that holds all of them; None where none has a point. One query."""
    found = whistles.filter(lng__isnull=False).aggregate(
        west=Min("lng"), south=Min("lat"), east=Max("lng"), north=Max("lat")
    )
    return None if found["west"] is None else Box(**found)


# Where a point lies on the whole world's grid of cells: the usual projection of maps. Takes cells per turn, twice.
ON_GRID = "floor((lng + 180) / 360 * %s)::bigint, floor((1 - ln(tan(radians(45 + lat / 2))) / pi()) / 2 * %s)::bigint"

# The share of a clock's time that is used, as Deadline.share_used_at says it: what passed outside its pauses.
PAUSED = """
    (SELECT coalesce(sum(extract(epoch FROM least(upto, {until}) - greatest(since, start_at))), 0)
     FROM jsonb_array_elements(pauses) AS pause,
          LATERAL (SELECT (pause ->> 0)::timestamptz AS since, (pause ->> 1)::timestamptz AS upto) AS span
     WHERE least(upto, {until}) > greatest(since, start_at))
"""
RANK = f"""
    CASE
        WHEN due_at IS NULL THEN 0
        WHEN pauses <> '[]' AND EXISTS (
            SELECT FROM jsonb_array_elements(pauses) AS pause
            WHERE (pause ->> 0)::timestamptz <= now AND now < (pause ->> 1)::timestamptz) THEN 1
        WHEN due_at < now THEN {LATE}
        ELSE (SELECT CASE WHEN share >= {NEARLY} THEN 4 WHEN share >= {HALF} THEN 3 ELSE 2 END FROM (
            SELECT round(100 * CASE WHEN pauses = '[]' THEN
                extract(epoch FROM now - start_at) / extract(epoch FROM due_at - start_at)
            ELSE
                (extract(epoch FROM now - start_at) - {PAUSED.format(until="now")})
                / (extract(epoch FROM due_at - start_at) - {PAUSED.format(until="due_at")})
            END) AS share) AS used)
    END
"""  # noqa: S608 (figures of ours)
PLACED = f"""
WITH moment AS (SELECT %s::timestamptz AS now),
seen AS ({{whistles}}),
ranked AS MATERIALIZED (
    SELECT id, lat, lng, {RANK} AS rank FROM moment, seen LEFT JOIN LATERAL (
        SELECT start_at, due_at, pauses FROM dispatch_deadline
        WHERE whistle_id = seen.id AND met_at IS NULL AND cancelled_at IS NULL ORDER BY due_at LIMIT 1
    ) AS due_first ON true
),
placed AS (SELECT ranked.*, cell.* FROM ranked, LATERAL (SELECT {ON_GRID}) AS cell (x, y))
"""  # noqa: S608 (figures of ours)
CELLS = f"""{PLACED}
SELECT avg(lat), avg(lng), count(*), max(rank), count(*) FILTER (WHERE rank = {LATE}), min(id)
FROM placed GROUP BY x, y ORDER BY x, y
"""  # noqa: S608 (figures of ours)
POINTS = f"""{PLACED}
SELECT avg(lat), avg(lng), count(*), rank FROM placed GROUP BY x, y, rank ORDER BY rank, x, y
"""  # noqa: S608 (figures of ours)


def tone_of(clock: Deadline | None, now: datetime) -> str:
    """One of TONES for a whistle's clock that is due first; the database reckons the same in `cells`."""
    return read(clock, now=now).tone if clock else ""


def cells(whistles: QuerySet[Whistle], *, zoom: int, now: datetime) -> list[Cell]:
    """The whistles that have a point, by cells of the screen's grid at this zoom. One query."""
    scale = _cells_around_the_world(zoom, CELL)
    rows = _on_points(CELLS, whistles.values("id", "lat", "lng"), [now], [scale, scale])
    return [Cell(lat, lng, count, TONES[rank], late, first) for lat, lng, count, rank, late, first in rows]


def points(whistles: QuerySet[Whistle], *, zoom: int, now: datetime) -> list[tuple[float, float, int, str]]:
    """The same for each tone of a cell, as (latitude, longitude, how many, tone), the most urgent last. One query."""
    scale = _cells_around_the_world(zoom, CELL)
    rows = _on_points(POINTS, whistles.values("id", "lat", "lng"), [now], [scale, scale])
    return [(lat, lng, count, TONES[rank]) for lat, lng, count, rank in rows]


HEAT = f"""
WITH seen AS ({{whistles}})
SELECT avg(lat), avg(lng), count(*) FROM seen, LATERAL (SELECT {ON_GRID}) AS cell (x, y) GROUP BY x, y ORDER BY x, y
"""  # noqa: S608 (figures of ours)


def heat(whistles: QuerySet[Whistle], *, zoom: int) -> list[tuple[float, float, int]]:
    """Where many lie close together, as (latitude, longitude, how many) by finer cells. One query."""
    scale = _cells_around_the_world(zoom, HEAT_CELL)
    return _on_points(HEAT, whistles.values("id", "lat", "lng"), [], [scale, scale])


def _on_points(statement: str, whistles: QuerySet, before: list[Any], after: list[Any]) -> list[tuple]:
    points = whistles.filter(lat__range=(-MOST_NORTH, MOST_NORTH), lng__isnull=False).order_by()
    try:
        sql, params = points.query.sql_with_params()
    except EmptyResultSet:
        # Of somebody who sees nothing.
        return []
    with connection.cursor() as cursor:
        cursor.execute(statement.format(whistles=sql), [*before, *params, *after])
        return cursor.fetchall()


def _turn(lat: float) -> float:
    """How far north the projection lays a latitude: ±1 at its ends."""
    return log(tan(radians(45 + lat / 2))) / pi


def _cells_around_the_world(zoom: int, cell: int) -> float:
    return TILE * 2.0**zoom / cell


def loads(whistles: QuerySet[Whistle], *, now: datetime) -> list[Load]:
    """How the whistles are spread over the streets, the most overdue first. Three queries."""
    by_street = whistles.order_by().values(street=Left("area_id", AreaLevel.STREET))
    rows = list(by_street.annotate(many=Count("pk"), lat=Avg("lat"), lng=Avg("lng")))
    late = dict(
        Deadline.objects.overdue(now)
        .filter(whistle__in=whistles.order_by().values("pk"))
        .values_list(Left("whistle__area_id", AreaLevel.STREET))
        .annotate(Count("whistle", distinct=True))
        .order_by()
    )
    areas = Area.objects.only("code", "name", "lat", "lng").in_bulk([row["street"] for row in rows])
    found = []
    for row in rows:
        area = areas[row["street"]]
        lat, lng = (row["lat"], row["lng"]) if area.lat is None else (area.lat, area.lng)
        found.append(Load(area.code, short(area.name), row["many"], late.get(area.code, 0), lat, lng))
    return sorted(found, key=lambda load: (-load.overdue, -load.whistles, load.code))
