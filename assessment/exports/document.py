"""A month as an official document, laid out by GB/T 9704-2012: page, margins, fonts, order of the parts."""

from datetime import timedelta
from decimal import Decimal
from pathlib import Path

from django.conf import settings
from django.utils import timezone, translation
from django.utils.dateformat import format as write_date
from django.utils.translation import gettext as _
from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from lxml import etree

from assessment.bulletins import acts_shown
from assessment.corrections import notices_among
from assessment.models import Bulletin, Ranking, Score
from assessment.permissions import rankings_open_to
from assessment.services.months import decimals
from assessment.states import Ranked
from grid.models import Person

# GB/T 9704-2012, 5.2: A4, 22 lines of 28 characters, margins above 37, below 35, left 28, right 26 mm.
PAGE = (Mm(210), Mm(297))
MARGINS = {"top_margin": Mm(37), "bottom_margin": Mm(35), "left_margin": Mm(28), "right_margin": Mm(26)}
LINE = Pt(28.95)
# Fonts of the standard, and what stands in where a machine lacks them. Sizes: 二号 22 pt, 三号 16 pt, 四号 14 pt.
TITLE, BODY, HEADING, SUB = "方正小标宋简体", "仿宋_GB2312", "黑体", "楷体_GB2312"
FALLBACKS = {TITLE: "宋体", BODY: "仿宋", HEADING: "SimHei", SUB: "楷体"}
LATIN = "Times New Roman"


# Goes to all streets and departments; how single people do is for their own desk and those who answer for it.
NOT_FOR_ALL = (Ranked.DISPATCHERS,)


def write_document(bulletin: Bulletin, path: Path, *, reader: Person) -> None:
    """Writes the file, in the system's language whatever its reader's: it is an official document."""
    with translation.override(settings.LANGUAGE_CODE):
        document = _blank()
        _title(document, bulletin)
        _recipients(document, bulletin)
        open_to_reader = rankings_open_to(reader, bulletin.area_id)
        shown = bulletin.rankings.filter(ranked__in=open_to_reader).exclude(ranked__in=NOT_FOR_ALL)
        rankings = list(shown.select_related("formula", "period").order_by("id"))
        for position, ranking in enumerate(rankings, start=1):
            _section(document, ranking, position)
        _corrections(document, bulletin, reader, len(rankings) + 1)
        _end(document, bulletin)
        document.save(str(path))


def _blank():
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = PAGE
    for name, value in MARGINS.items():
        setattr(section, name, value)
    style = document.styles["Normal"]
    style.font.name, style.font.size = LATIN, Pt(16)
    style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), BODY)
    spacing = style.paragraph_format
    spacing.line_spacing_rule, spacing.line_spacing = WD_LINE_SPACING.EXACTLY, LINE
    spacing.space_before = spacing.space_after = Pt(0)
    _name_fallbacks(document)
    _page_number(section)
    return document


def _name_fallbacks(document):
    """The font table names for each font which one may stand in for it."""
    part = next((rel.target_part for rel in document.part.rels.values() if rel.reltype.endswith("/fontTable")), None)
    if part is None:
        return
    table = etree.fromstring(part.blob)
    for name, instead in FALLBACKS.items():
        font = etree.SubElement(table, qn("w:font"), {qn("w:name"): name})
        etree.SubElement(font, qn("w:altName"), {qn("w:val"): instead})
    part._blob = etree.tostring(table, xml_declaration=True, encoding="UTF-8", standalone=True)


def _page_number(section):
    """“— 1 —” at the foot, 四号, as the standard wants it."""
    paragraph = section.footer.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for text, field in (("— ", ""), ("", "PAGE"), (" —", "")):
        run = paragraph.add_run(text)
        run.font.size = Pt(14)
        if field:
            for kind in ("begin", None, "end"):
                if kind is None:
                    element = OxmlElement("w:instrText")
                    element.text = field
                else:
                    element = OxmlElement("w:fldChar")
                    element.set(qn("w:fldCharType"), kind)
                run._r.append(element)


def _write(document, text, *, font=BODY, size=16, align=None, indent=True, bold=False):
    paragraph = document.add_paragraph()
    run = paragraph.add_run(text)
    run.font.size, run.bold = Pt(size), bold
    run._r.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)
    if align is not None:
        paragraph.alignment = align
    if indent:
        # Two characters, of whatever size the text has.
        paragraph.paragraph_format.first_line_indent = Pt(2 * size)
    return paragraph


def _title(document, bulletin):
    month = write_date(bulletin.month, "Y年n月")
    text = _("%(area)s: bulletin on “streets whistle, departments report” for %(month)s") % {
        "area": bulletin.area.name,
        "month": month,
    }
    _write(document, text, font=TITLE, size=22, align=WD_ALIGN_PARAGRAPH.CENTER, indent=False)
    if not bulletin.is_published:
        state = _("(not published: %(state)s)") % {"state": bulletin.get_state_display()}
        _write(document, state, font=SUB, align=WD_ALIGN_PARAGRAPH.CENTER, indent=False)
    document.add_paragraph()


def _recipients(document, bulletin):
    _write(document, _("To all streets, departments and units concerned:"), indent=False)
    start, end = _span(bulletin)
    _write(
        document,
        _("The assessment of “streets whistle, departments report” from %(start)s to %(end)s is as follows.")
        % {"start": start, "end": end},
    )


def _span(bulletin):
    """From which day to which, both included; of the first ranking, where they differ."""
    period = bulletin.rankings.select_related("period").order_by("id").first().period
    last = timezone.localtime(period.ends_at) - timedelta(microseconds=1)
    return write_date(timezone.localtime(period.starts_at), "Y年n月j日"), write_date(last, "Y年n月j日")


NUMERALS = "一二三四五六七八九十"


def _section(document, ranking: Ranking, position: int) -> None:
    heading = _("Assessment of %(units)s") % {"units": ranking.get_ranked_display()}
    _write(document, f"{NUMERALS[position - 1]}、{heading}", font=HEADING)
    rows = list(ranking.scores.order_by("group", "rank", "unit"))
    if not rows:
        _write(document, _("Nothing counted in this month."))
        return
    for sentence in sentences(ranking, rows):
        _write(document, sentence)
    _table(document, rows)
    _write(
        document,
        _("Formula: %(formula)s. Checksum: %(checksum)s.")
        % {"formula": ranking.formula, "checksum": ranking.checksum[:16] or "—"},
        font=SUB,
    )


def sentences(ranking: Ranking, rows: list[Score]) -> list[str]:
    """The month's figures as an official would write them down."""
    sums: dict[str, Decimal] = {}
    for row in rows:
        for name, value in decimals(row.figures).items():
            sums[name] = sums.get(name, Decimal(0)) + value
    found = []
    ranked = [row for row in rows if row.rank]
    count = {"all": len(rows), "ranked": len(ranked)}
    found.append(_("%(all)d units are listed, of which %(ranked)d are ranked.") % count)
    for met, due, text in (
        ("acknowledge_met", "acknowledge_due", _("Acknowledgements due: %(due)s, in time: %(met)s (%(share)s %%).")),
        ("report_met", "report_due", _("Reports on site due: %(due)s, in time: %(met)s (%(share)s %%).")),
        ("resolve_met", "resolve_due", _("Results due: %(due)s, in time: %(met)s (%(share)s %%).")),
        ("upheld", "triaged", _("Whistles decided on: %(due)s, upheld: %(met)s (%(share)s %%).")),
        ("right_dispatches", "dispatches", _("Calls of departments: %(due)s, right: %(met)s (%(share)s %%).")),
    ):
        if sums.get(due):
            share = (100 * sums.get(met, Decimal(0)) / sums[due]).quantize(Decimal("0.1"))
            found.append(text % {"due": f"{sums[due]:f}", "met": f"{sums.get(met, Decimal(0)):f}", "share": share})
    for group in dict.fromkeys(row.group for row in ranked):
        of_group = [row for row in ranked if row.group == group]
        best = [row.unit_name for row in of_group if row.rank == 1]
        if len(of_group) > len(best):
            last = of_group[-1]
            found.append(
                _("%(group)s: first is %(best)s with %(points)s points, last %(last)s with %(least)s points.")
                % {
                    "group": of_group[0].group_name or ranking.get_ranked_display(),
                    "best": "、".join(best),
                    "points": of_group[0].total,
                    "last": last.unit_name,
                    "least": last.total,
                }
            )
    return found


# Rank, unit, group, total: together as wide as the text.
COLUMNS = (Mm(18), Mm(74), Mm(38), Mm(26))


def _table(document, rows: list[Score]) -> None:
    table = document.add_table(rows=1, cols=4)
    table.style, table.alignment = "Table Grid", WD_TABLE_ALIGNMENT.CENTER
    for cell, text in zip(table.rows[0].cells, (_("Rank"), _("Unit"), _("Group"), _("Total score")), strict=True):
        _cell(cell, text, font=HEADING)
    for row in rows:
        cells = table.add_row().cells
        texts = (str(row.rank or "—"), row.unit_name, row.group_name, "—" if row.total is None else str(row.total))
        for cell, text in zip(cells, texts, strict=True):
            _cell(cell, text)
    table.autofit = False
    for column, width in zip(table.columns, COLUMNS, strict=True):
        column.width = width
        for cell in column.cells:
            cell.width = width


def _cell(cell, text, *, font=BODY):
    paragraph = cell.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = paragraph.add_run(text)
    run.font.size = Pt(14)
    run._r.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)


def _corrections(document, bulletin, reader, position):
    """What the notices say that came after publication: whoever reads the tables must know of them."""
    found = notices_among(act for act in acts_shown(reader, bulletin) if act.data.get("ranked") not in NOT_FOR_ALL)
    if not found:
        return
    heading = _("Corrections after publication")
    _write(document, f"{NUMERALS[position - 1]}、{heading}", font=HEADING)
    for act, rows in found:
        day = write_date(timezone.localtime(act.at), "Y年n月j日")
        _write(document, _("Notice of %(day)s: %(text)s") % {"day": day, "text": act.note})
        for row in rows:
            names = {"ranking": Ranked(row.ranked).label, "unit": row.name, "total": row.total}
            if row.was is None:
                text = _("%(ranking)s, %(unit)s: no score as published, corrected to %(total)s points.")
            else:
                text = _("%(ranking)s, %(unit)s: %(was)s points as published, corrected to %(total)s points.")
            _write(document, text % (names | {"was": row.was}))


def _end(document, bulletin):
    """The issuing body and the date, to the right, two lines below the text."""
    document.add_paragraph()
    document.add_paragraph()
    body = _("%(area)s grid command centre") % {"area": bulletin.area.name}
    day = timezone.localtime(bulletin.published_at) if bulletin.published_at else timezone.localtime()
    for text in (body, write_date(day, "Y年n月j日")):
        paragraph = _write(document, text, align=WD_ALIGN_PARAGRAPH.RIGHT, indent=False)
        paragraph.paragraph_format.right_indent = Pt(64)
