"""Charts in a real browser: drawn from the page's own words, in its colours, and never wider than it."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESK, PHONE

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.urls("tests.browser.chart_page"),
]
KINDS = ["ranking", "stages", "year", "rates", "ways"]


@pytest.fixture
def look(browser, live_server):
    """`look(viewport)`: the page with a chart of each kind. An error of its scripts fails the test."""
    contexts, errors = [], []

    def open_page(viewport=None, **context):
        contexts.append(browser.new_context(viewport=viewport or DESK, **context))
        page = contexts[-1].new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(f"{live_server.url}/charts/")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not errors, errors


def drawing(page, name):
    return page.locator(f"[data-chart={name}]")


def drawn(page):
    for name in KINDS:
        expect(drawing(page, name).locator("svg")).to_be_visible()
    return page


def test_every_kind_is_drawn_in_the_words_of_the_server(look):
    page = drawn(look())
    for name, words in {
        "ranking": ["五华区水务局", "92 %", "40 %"],
        "stages": ["20分 · 1小时30分", "50分 · 50分", "中位数"],
        "year": ["12月", "100 %", "报到"],
        "rates": ["响应率", "黑林铺街道"],
        "ways": ["网格巡查 7", "重点哨 12", "超时未结 3"],
    }.items():
        for word in words:
            expect(drawing(page, name)).to_contain_text(word)
    expect(drawing(page, "ways")).not_to_contain_text("无")
    # A web with a gap would seem to have a nought.
    expect(drawing(page, "rates")).not_to_contain_text("龙翔街道")
    # Of bars that lie upon one another only the longest is labelled.
    assert drawing(page, "stages").inner_text().count("50分 · 50分") == 1


def test_a_chart_follows_the_width_of_its_place_down_to_a_phone(look):
    page = drawn(look())
    page.set_viewport_size(PHONE)
    for name in KINDS:
        page.wait_for_function(
            "name => document.querySelector(`[data-chart=${name}] svg`).getBoundingClientRect().width <= 351", arg=name
        )
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]


def test_a_chart_follows_light_and_dark_and_prints_light(look):
    page = drawn(look(color_scheme="light"))
    bars = drawing(page, "ranking").locator("path[fill='#1a5cb0']")
    assert bars.count() == 3
    page.evaluate("document.documentElement.dataset.bsTheme = 'dark'")
    expect(drawing(page, "ranking").locator("path[fill='#5f9df0']")).to_have_count(3)
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    expect(bars).to_have_count(3)
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    expect(bars).to_have_count(0)


def test_what_is_urgent_wears_the_tone_of_urgency(look):
    page = drawn(look(color_scheme="light"))
    assert drawing(page, "ways").locator("path[fill='#d92d20']").count() >= 1


def test_a_bar_leads_where_its_figure_leads(look):
    page = drawn(look())
    drawing(page, "ranking").locator("path[fill='#1a5cb0']").first.click()
    page.wait_for_url("**/login/?to=bar")


def test_without_scripts_the_table_is_there_and_the_drawing_is_not(look):
    page = look(java_script_enabled=False)
    expect(drawing(page, "ranking")).to_be_hidden()
    page.locator("#ranking-figures").locator("xpath=ancestor::details/summary").click()
    expect(page.locator("#ranking-figures")).to_contain_text("92 %")


def test_the_library_is_fetched_once_and_only_where_there_is_a_chart(look, live_server):
    fetched = []
    page = look()
    page.on("request", lambda request: fetched.append(request.url))
    page.goto(f"{live_server.url}/login/")
    page.wait_for_load_state("networkidle")
    assert not [url for url in fetched if "echarts" in url]
    page.goto(f"{live_server.url}/charts/")
    drawn(page)
    assert len([url for url in fetched if "echarts" in url]) == 1


def test_what_htmx_brings_is_drawn_too(look):
    page = drawn(look())
    page.evaluate("window.htmx.ajax('GET', '/charts/one/', {target: 'main', swap: 'beforeend'})")
    expect(drawing(page, "another")).to_contain_text("92 %")
    page.evaluate("window.htmx.ajax('GET', '/charts/one/', {target: 'main', swap: 'innerHTML'})")
    expect(page.locator("[data-chart]")).to_have_count(1)
    expect(drawing(page, "another")).to_contain_text("92 %")
