"""A month as .xlsx: a sheet for each ranking, one with the orders behind it, one with the formulas."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from assessment.models import Bulletin, OrderTally, Ranking
from assessment.states import Ranked

# Rows between two words on how far it is.
STEP = 1000
Report = Callable[[int, int], None]

DETAILS = """
SELECT o.number, d.name, coalesce(a.name, ''), t.weight, t.acknowledge, t.report, t.resolve, t.cooperation,
    t.resolution, t.supervisions, t.returns_overruled, t.reworked
FROM assessment_ordertally t
JOIN dispatch_order o ON o.id = t.order_id
JOIN whistle_whistle w ON w.id = t.whistle_id
JOIN grid_department d ON d.id = t.department_id
LEFT JOIN grid_area a ON a.code = left(w.area_id, 9)
WHERE t.period_id = %s ORDER BY d.code, o.number
"""


def write_spreadsheet(bulletin: Bulletin, path: Path, *, report: Report) -> None:
    """Writes the file. `report(done, total)` hears of every thousand rows and may stop it by raising.

    Rows go to disk as they are written: a hundred thousand take no more memory than a thousand.
    """
    book = Workbook(write_only=True)
    rankings = list(bulletin.rankings.select_related("formula", "period").order_by("id"))
    for ranking in rankings:
        _ranking(book, ranking)
    behind = next((ranking for ranking in rankings if ranking.ranked in (Ranked.DEPARTMENTS, Ranked.DISTRICTS)), None)
    try:
        if behind is not None:
            _details(book, behind, report)
        _formulas(book, rankings)
        book.save(path)
    finally:
        # A sheet that was begun must be ended, also where somebody stopped it.
        for sheet in book.worksheets:
            if not sheet.closed:
                sheet.close()


def _head(sheet: Any, titles: list[str], widths: list[int]) -> None:
    for position, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(position)].width = width
    sheet.freeze_panes = "A2"
    cells = [WriteOnlyCell(sheet, value=title) for title in titles]
    for cell in cells:
        cell.font = Font(bold=True)
    sheet.append(cells)


def _ranking(book: Workbook, ranking: Ranking) -> None:
    sheet = book.create_sheet(safe(ranking.get_ranked_display()))
    parts = ranking.formula.read.parts
    titles = [_("Group"), _("Rank"), _("Unit"), _("Total score"), *map(str, parts), _("Sample")]
    _head(sheet, titles, [16, 8, 36, 10, *([14] * len(parts)), 10])
    for row in ranking.scores.order_by("group", "rank", "unit"):
        values = [number(row.values.get(part.code)) for part in parts]
        sheet.append([safe(row.group_name), row.rank, safe(row.unit_name), row.total, *values, row.sample])


def _details(book: Workbook, ranking: Ranking, report: Report) -> None:
    sheet = book.create_sheet(_("Details"))
    titles = [
        *(_("Order"), _("Department"), _("Street"), _("Weight"), _("Acknowledged in time"), _("On site in time")),
        *(_("Result in time"), _("Cooperation"), _("Solution"), _("Supervision orders"), _("Returns overruled")),
        _("Sent back"),
    ]
    _head(sheet, titles, [32, 24, 16, *([10] * 9)])
    total = OrderTally.objects.filter(period=ranking.period).count()
    report(0, total)
    for done, row in enumerate(_rows(ranking.period_id), start=1):
        sheet.append(row)
        if done % STEP == 0:
            report(done, total)
    report(total, total)


def _rows(period: int) -> Iterator[list[Any]]:
    """One after another from the server: they are never all here at once."""
    # A cursor of the server's lives as long as its transaction.
    with connection.chunked_cursor() as cursor:
        cursor.execute(DETAILS, [period])
        for row in cursor:
            yield [safe(row[0]), safe(row[1]), safe(row[2]), float(row[3]), *row[4:]]


def _formulas(book: Workbook, rankings: list[Ranking]) -> None:
    sheet = book.create_sheet(_("Formulas"))
    titles = [_("Ranking of"), _("Formula"), _("Part"), _("Enters"), _("Share of the total"), _("Computation")]
    _head(sheet, titles, [14, 28, 24, 14, 10, 80])
    for ranking in rankings:
        for part in ranking.formula.read.parts:
            weight = part.weight or None
            sheet.append(
                [
                    ranking.get_ranked_display(),
                    safe(str(ranking.formula)),
                    safe(str(part)),
                    str(part.enters.label),
                    weight,
                    safe(part.line({}, {on: None for on in [part.leans_on()] if on})),
                ]
            )
        sheet.append([ranking.get_ranked_display(), safe(_("Checksum")), ranking.checksum])


def number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def safe(text: str) -> str:
    """Text that a spreadsheet takes for a formula is told to be text."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t")) else text
