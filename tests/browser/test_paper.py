"""What an official prints and files."""

import io
import unicodedata

import pytest
from pypdf import PdfReader

from dispatch import services
from tests.factories import MONDAY, orders_of, people, photo

pytestmark = pytest.mark.browser


def test_a_printed_order_tells_how_each_of_its_due_moments_comes_about(somebody, district):
    order = orders_of(district.dispatched())["housing"]
    page = somebody("liaison.housing").go("order", order.number)
    steps = page.locator(".order-clocks .clock-steps")
    assert steps.count() == 3
    assert not any(each.is_visible() for each in steps.all())
    page.emulate_media(media="print")
    assert all(each.is_visible() for each in steps.all())


def printed(page):
    """The pages that Chromium prints, each as its plain text."""
    return [plain(each.extract_text()) for each in PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True))).pages]


def plain(text):
    """Without spaces, and with characters in place of the radicals that look like them: fonts share their shapes."""
    return unicodedata.normalize("NFKC", "".join(text.split())).translate(
        {ord("⻅"): "见", ord("⻓"): "长", ord("⻔"): "门"}
    )


@pytest.mark.parametrize(("photos", "sheets"), [(0, 1), (2, 2)])
def test_an_application_fits_on_one_sheet_and_its_photos_on_another(somebody, district, photos, sheets):
    whistle = district.dispatched(photos=[photo(f"{number}.png") for number in range(photos)])
    page = somebody("officer.fengning").go("whistle-application", whistle.number)
    first, *others = printed(page)
    assert 1 + len(others) == sheets
    for words in (
        "吹哨申请单",
        whistle.number,
        "丰宁街道",
        "虹山东路黑臭水外溢",
        "情况属实",
        "街道意见（盖章）",
        "签字",
    ):
        assert plain(words) in first
    # Nothing of the frame.
    assert "工作台" not in first
    assert all(f"照片·{whistle.number}" in each for each in others)
    assert f"照片·{whistle.number}" not in first


def test_an_order_is_printed_on_one_sheet_with_the_way_to_each_due_moment(somebody, district):
    order = orders_of(district.dispatched())["housing"]
    [sheet] = printed(somebody("liaison.housing").go("order-sheet", order.number))
    for words in ("派遣单", order.number, "到期时间及其算法", "开始计时", "第15个工作日", "部门签收（盖章）"):
        assert plain(words) in sheet


def test_a_supervision_order_is_printed_on_one_sheet_in_english_too(somebody, district):
    order = orders_of(district.dispatched())["housing"]
    services.supervise(order, by=people["dispatcher"], at=MONDAY.replace(hour=11), reason="请立即到场。")
    [sheet] = printed(somebody("liaison.housing", language="en").go("supervision-sheet", order.number, 1))
    for words in ("Supervisionorder", f"{order.number}·1", "请立即到场。", "Answerofthedepartment(seal)"):
        assert plain(words) in sheet
