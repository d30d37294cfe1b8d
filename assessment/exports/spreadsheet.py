"""A month as .xlsx: a sheet for each ranking, one with the orders behind it, one with the formulas."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from assessment.bulletins import acts_shown
from assessment.corrections import notices_among
from assessment.models import Bulletin, OrderTally, Ranking
from assessment.permissions import rankings_open_to
from assessment.states import Ranked
from common.sheets import cell, safe
from dispatch.models import Order
from grid.ground import name_of
from grid.models import AreaLevel, Person

# Rows between two words on how far it is.
STEP = 1000
Report = Callable[[int, int], None]

# What counts of an order, in the order of the columns.
COUNTS = (
    *("acknowledge", "report", "resolve", "cooperation", "resolution"),
    *("supervisions", "returns_overruled", "reworked"),
)


def write_spreadsheet(bulletin: Bulletin, path: Path, *, reader: Person, report: Report) -> None:
    """Writes the file with the rankings and the orders that `reader` may see.

    `report(done, total)` hears of every thousand rows and may stop it by raising. Rows go to disk as they are written:
    a hundred thousand take no more memory than a thousand.
    """
    book = Workbook(write_only=True)
    open_to_reader = rankings_open_to(reader, bulletin.area_id)
    rows = bulletin.rankings.filter(ranked__in=open_to_reader)
    rankings = list(rows.select_related("formula", "period").order_by("id"))
    for ranking in rankings:
        _ranking(book, ranking)
    behind = next((ranking for ranking in rankings if ranking.ranked in (Ranked.DEPARTMENTS, Ranked.DISTRICTS)), None)
    try:
        if behind is not None:
            _details(book, behind, reader, report)
        _formulas(book, rankings)
        _corrections(book, bulletin, reader)
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
    row = [WriteOnlyCell(sheet, value=title) for title in titles]
    for each in row:
        each.font = Font(bold=True)
    sheet.append(row)


def _ranking(book: Workbook, ranking: Ranking) -> None:
    sheet = book.create_sheet(safe(ranking.get_ranked_display()))
    parts = ranking.formula.read.parts
    titles = [_("Group"), _("Rank"), _("Unit"), _("Total score"), *map(str, parts), _("Sample")]
    _head(sheet, titles, [16, 8, 36, 10, *([14] * len(parts)), 10])
    for row in ranking.scores.order_by("group", "rank", "unit"):
        values = [number(row.values.get(part.code)) for part in parts]
        sheet.append([safe(row.group_name), row.rank, safe(row.unit_name), row.total, *values, row.sample])


def _details(book: Workbook, ranking: Ranking, reader: Person, report: Report) -> None:
    sheet = book.create_sheet(_("Details"))
    titles = [
        *(_("Order"), _("Department"), _("Street"), _("Weight"), _("Acknowledged in time"), _("On site in time")),
        *(_("Result in time"), _("Cooperation"), _("Solution"), _("Supervision orders"), _("Returns overruled")),
        _("Sent back"),
    ]
    _head(sheet, titles, [32, 24, 16, *([10] * 9)])
    seen = Order.objects.visible_to(reader)
    rows = OrderTally.objects.filter(period=ranking.period, order__in=seen)
    total = rows.count()
    report(0, total)
    for done, row in enumerate(_rows(rows), start=1):
        sheet.append(row)
        if done % STEP == 0:
            report(done, total)
    report(total, total)


def _rows(rows: QuerySet[OrderTally]) -> Iterator[list[Any]]:
    """One after another from the server: they are never all here at once."""
    columns = ("order__number", "department__name", "whistle__area_id", "weight", *COUNTS)
    ordered = rows.order_by("department__code", "order__number").values_list(*columns)
    for number, department, area, weight, *counts in ordered.iterator(chunk_size=STEP):
        yield [safe(number), safe(department), safe(name_of(area[: AreaLevel.STREET])), float(weight), *counts]


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


def _corrections(book: Workbook, bulletin: Bulletin, reader: Person) -> None:
    """The notices after publication, if there are any: a line for each score, or one for a notice in words alone."""
    found = notices_among(acts_shown(reader, bulletin))
    if not found:
        return
    sheet = book.create_sheet(_("Corrections"))
    titles = [_("Written at"), _("Who"), _("Notice"), _("Ranking of"), _("Unit"), _("As published"), _("Corrected to")]
    _head(sheet, titles, [20, 28, 60, 14, 36, 12, 12])
    for act, rows in found:
        notice = [cell(act.at), safe(f"{act.person_name} · {act.post_name}"), safe(act.note)]
        for row in rows:
            sheet.append([*notice, str(Ranked(row.ranked).label), safe(row.name), row.was, row.total])
        if not rows:
            sheet.append(notice)


def number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
