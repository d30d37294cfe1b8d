"""The wall screen in a real browser: it turns, it survives a lost network, and it does not grow."""

import pytest
from django.core.cache import cache
from playwright.sync_api import expect

from tests.browser.conftest import DESK

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WALL = {"width": 1920, "height": 1080}
REFRESH = """async (times) => {
  const { refresh } = await import("/static/js/wall.js");
  let good = 0;
  for (let time = 0; time < times; time += 1) good += Number(await refresh());
  return good;
}"""
STAND_IN = """(answers) => {
  const network = window.fetch;
  let told = 0;
  window.fetch = (address, how) => {
    if (!String(address).includes("/wall/?area=")) return network(address, how);
    told += 1;
    const { text, time } = answers[told % 2];
    return Promise.resolve(new Response(text, { headers: { "X-Server-Time": time } }));
  };
}"""
MAY_GROW_MB = 4


@pytest.fixture(autouse=True)
def nothing_kept():
    cache.clear()


def test_the_wall_turns_through_the_districts_without_a_mouse(somebody, district):
    district.dispatched(title="管线爆裂", lead="gas", assisting=())
    page = somebody("city", viewport=WALL).go("wall")
    expect(page.locator("[data-panel=clocks]")).to_contain_text("管线爆裂")
    expect(page.locator("[data-area-name]")).to_have_text("五华区")
    page.keyboard.press("ArrowRight")
    expect(page.locator("[data-area-name]")).to_have_text("官渡区")
    expect(page.locator("[data-panel=clocks]")).not_to_contain_text("管线爆裂")
    page.keyboard.press("Space")
    expect(page.locator("[data-pause]")).to_have_attribute("aria-pressed", "true")
    assert "area=530111" in page.url
    assert "pause=1" in page.url
    # Nothing sticks out at either size; what is on the wall is all there is.
    for viewport in (WALL, DESK):
        page.set_viewport_size(viewport)
        size = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.scrollHeight]")
        assert size == [viewport["width"], viewport["height"]]


def test_without_the_network_it_says_since_when_and_recovers_by_itself(somebody, district):
    district.dispatched(title="管线爆裂", lead="gas", assisting=())
    page = somebody("dispatcher", viewport=WALL).go("wall")
    assert page.evaluate(REFRESH, 1) == 1
    state, clock = page.locator(".wall-live"), page.locator("[data-panel=clocks] [data-clock-text]").first
    expect(state).to_have_attribute("data-state", "live")
    page.context.set_offline(True)
    assert page.evaluate(REFRESH, 1) == 0
    expect(state).to_have_attribute("data-state", "lost")
    expect(state).to_contain_text("09:")
    # The figures stay, and the clocks run on.
    expect(page.locator("[data-panel=clocks]")).to_contain_text("管线爆裂")
    before = clock.inner_text()
    expect(clock).not_to_have_text(before)
    page.context.set_offline(False)
    expect(state).to_have_attribute("data-state", "live", timeout=15_000)


def grown(page, times):
    """How much more there is after so many refreshes than after a few: nodes, listeners, megabytes of scripts."""
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable")

    def measured():
        session.send("HeapProfiler.collectGarbage")
        metrics = {one["name"]: one["value"] for one in session.send("Performance.getMetrics")["metrics"]}
        return metrics["Nodes"], metrics["JSEventListeners"], metrics["JSHeapUsedSize"] / 2**20

    page.evaluate(REFRESH, 40)
    before = measured()
    assert page.evaluate(REFRESH, times) == times
    return [after - was for after, was in zip(measured(), before, strict=True)]


def kept(page):
    """The server answers twice; from then on the page hears these two answers in turn, by no network."""
    answers = []
    for area in ("530102", "530111"):
        answer = page.request.get(f"{page.url.split('/wall/')[0]}/wall/?area={area}", headers={"HX-Request": "true"})
        answers.append({"text": answer.text(), "time": answer.headers["x-server-time"]})
    page.evaluate(STAND_IN, answers)
    # Everything is laid out and drawn, and nothing painted, which takes most of the time and leaves nothing behind.
    page.add_style_tag(content="* { visibility: hidden !important }")


@pytest.mark.parametrize("times", [100, pytest.param(2000, marks=pytest.mark.long)])
def test_it_does_not_grow_however_long_it_hangs(somebody, district, times):
    for title in ("管线爆裂", "井盖缺失", "路面积水"):
        district.dispatched(title=title, lead="gas", assisting=())
    page = somebody("city", viewport=WALL).go("wall")
    expect(page.locator("[data-chart] svg")).to_be_visible()
    kept(page)
    nodes, listeners, megabytes = grown(page, times)
    assert nodes < 400
    assert listeners < 20
    assert megabytes < MAY_GROW_MB
