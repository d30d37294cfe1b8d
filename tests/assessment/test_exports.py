"""A month on paper: the spreadsheet, the official document, and how they come to be written."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone, translation
from docx import Document
from openpyxl import load_workbook

from assessment.exports import spreadsheet
from assessment.exports.spreadsheet import write_spreadsheet
from assessment.models import Export
from assessment.services import bulletins, exports
from assessment.services.months import compute
from assessment.states import ExportKind, ExportState, Ranked
from common.errors import Forbidden, WrongState
from tests import factories
from tests.factories import DISTRICT, people
from tests.months import AFTER_TERM, NOVEMBER, OVER, TERM

pytestmark = pytest.mark.usefixtures("wuhua")


@pytest.fixture
def month(wuhua):
    factories.closed(cooperation=80)
    factories.closed(cooperation=70, area=factories.HEILINPU)
    factories.closed(cooperation=90, lead="fire", assisting=())
    return bulletins.begin_review(compute(DISTRICT, NOVEMBER, now=OVER), by=people["assessor"], at=OVER)


def asked(month, kind=ExportKind.SPREADSHEET, by="assessor"):
    return exports.ask(month, by=people[by], at=OVER, kind=kind)


def written(kind, month):
    export = asked(month, kind)
    exports.write_next()
    export.refresh_from_db()
    assert export.state == ExportState.DONE
    return export.file.path


def test_the_spreadsheet_holds_every_ranking_the_orders_behind_it_and_the_formulas(month):
    with translation.override("en"):
        book = load_workbook(written(ExportKind.SPREADSHEET, month))
    assert book.sheetnames[-2:] == ["Details", "Formulas"]
    departments = book.worksheets[0]
    totals = {row[2]: row[3] for row in departments.iter_rows(min_row=2, values_only=True)}
    kept = month.rankings.get(ranked="departments").scores.all()
    assert totals == {row.unit_name: pytest.approx(float(row.total)) for row in kept}
    details = list(book["Details"].iter_rows(min_row=2, values_only=True))
    assert len(details) == 5
    assert sum(row[7] for row in details) == 80 * 2 + 70 * 2 + 90


def test_the_official_document_is_laid_out_by_the_standard(month):
    document = Document(written(ExportKind.DOCUMENT, month))
    page = document.sections[0]
    sizes = (
        page.page_width,
        page.page_height,
        page.top_margin,
        page.bottom_margin,
        page.left_margin,
        page.right_margin,
    )
    assert [round(size.mm) for size in sizes] == [210, 297, 37, 35, 28, 26]
    texts = [paragraph.text for paragraph in document.paragraphs]
    assert "五华区" in texts[0]
    assert "2026年11月" in texts[0]
    assert any("应签收" in text and "100.0" in text for text in texts)
    assert document.tables[0].rows[0].cells[1].text
    fonts = document.paragraphs[0].runs[0]._r.xml
    assert "方正小标宋简体" in fonts


def test_an_unpublished_document_says_so(month):
    texts = [paragraph.text for paragraph in Document(written(ExportKind.DOCUMENT, month)).paragraphs]
    assert any("未发布" in text for text in texts)


@pytest.fixture
def corrected(month):
    """Published, and corrected twice: in words alone, and in the score of one department."""
    opened = bulletins.open_appeals(month, by=people["assessor"], at=OVER, until=TERM)
    month = bulletins.publish(opened, by=people["assessor"], at=AFTER_TERM)
    bulletins.correct(month, by=people["assessor"], at=AFTER_TERM, text="=附件一的标题有误。")
    fire = str(factories.departments["fire"].pk)
    given = {"ranked": Ranked.DEPARTMENTS, "unit": fire, "total": Decimal("88.50")}
    bulletins.correct(month, by=people["assessor"], at=AFTER_TERM, text="区消防大队得分更正。", **given)
    return month


def test_files_of_a_corrected_month_hold_its_notices_beside_the_scores_as_published(corrected):
    published = corrected.rankings.get(ranked="departments").scores.get(unit_name__contains="消防")
    with translation.override("en"):
        rows = list(load_workbook(written(ExportKind.SPREADSHEET, corrected))["Corrections"].values)
    in_words, of_a_score = rows[1:]
    assert in_words[2:] == ("'=附件一的标题有误。", None, None, None, None)
    assert of_a_score[0] == "2026-12-09 00:00:00"
    assert of_a_score[4:] == (published.unit_name, pytest.approx(float(published.total)), 88.5)

    texts = [paragraph.text for paragraph in Document(written(ExportKind.DOCUMENT, corrected)).paragraphs]
    at = next(position for position, text in enumerate(texts) if "发布后的更正" in text)
    assert texts[at + 1 : at + 3] == [
        "2026年12月9日更正通知：=附件一的标题有误。",
        "2026年12月9日更正通知：区消防大队得分更正。",
    ]
    assert texts[at + 3] == f"部门，{published.unit_name}：发布时{published.total}分，更正为88.50分。"


def test_files_of_a_month_without_corrections_have_no_place_for_them(month):
    with translation.override("en"):
        assert "Corrections" not in load_workbook(written(ExportKind.SPREADSHEET, month)).sheetnames
    texts = [paragraph.text for paragraph in Document(written(ExportKind.DOCUMENT, month)).paragraphs]
    assert not any("更正" in text for text in texts)


def test_progress_is_told_and_the_file_can_be_stopped(month, monkeypatch):
    monkeypatch.setattr(spreadsheet, "STEP", 2)
    export = asked(month)
    seen = []

    def stopping(bulletin, path, *, reader, report):
        def watched(done, total):
            report(done, total)
            export.refresh_from_db()
            seen.append((export.done, export.total))
            if done == 2:
                exports.stop(export, by=people["assessor"], at=OVER)

        write_spreadsheet(bulletin, path, reader=reader, report=watched)

    monkeypatch.setattr(exports, "write_spreadsheet", stopping)
    exports.write_next()
    export.refresh_from_db()
    assert seen[:2] == [(0, 5), (2, 5)]
    assert export.state == ExportState.STOPPED
    assert not export.file


def test_a_file_whose_writer_died_is_written_by_another(month):
    export = asked(month)
    now = timezone.now()
    Export.objects.filter(pk=export.pk).update(state=ExportState.RUNNING, heard_at=now - timedelta(seconds=30))
    assert exports.write_next(now=now) is None
    Export.objects.filter(pk=export.pk).update(heard_at=now - timedelta(seconds=61))
    assert exports.write_next(now=now) == export
    export.refresh_from_db()
    assert export.state == ExportState.DONE


def test_what_cannot_be_written_is_said_to_have_failed_and_stops_no_other(month, monkeypatch):
    bad, good = asked(month), asked(month, ExportKind.DOCUMENT)

    def broken(*args, **kwargs):
        raise OSError("no space left")

    monkeypatch.setattr(exports, "write_spreadsheet", broken)
    exports.write_next()
    exports.write_next()
    bad.refresh_from_db()
    good.refresh_from_db()
    assert (bad.state, good.state) == (ExportState.FAILED, ExportState.DONE)


def test_asking_twice_for_the_same_gives_the_same(month):
    assert asked(month) == asked(month)


def test_a_month_under_review_is_nobodys_but_the_assessors(month):
    with pytest.raises(Forbidden):
        asked(month, by="liaison.housing")


def test_only_who_asked_stops_it_and_only_while_it_is_written(month):
    export = asked(month)
    with pytest.raises(Forbidden):
        exports.stop(export, by=people["dispatcher"], at=OVER)
    exports.write_next()
    with pytest.raises(WrongState):
        exports.stop(export, by=people["assessor"], at=OVER)
