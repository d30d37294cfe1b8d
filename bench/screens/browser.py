"""What a browser sees: how much each page loads, how soon a change and the map are there."""

import time
from urllib.parse import urlsplit

from bench.screens.people import whistles_about_to_be_filed
from tests.screenshots import PAGES, SETTLED, SIZES, visits

CHANGES = 30
# Bytes as they came over the wire, of what the page loaded or found in the browser's memory.
LOADED = """() => performance.getEntriesByType("resource")
  .filter((each) => /\\.(css|js)$/.test(new URL(each.name).pathname))
  .map((each) => [new URL(each.name).pathname, each.encodedBodySize])"""
ONLY_WHERE_USED = ("leaflet", "echarts")
# When a text came to stand on the page.
WATCH = """
window.seenAt = {};
window.awaitText = (text) => {
  const look = () => {
    if (text in window.seenAt || !document.getElementById("content")?.textContent.includes(text)) return;
    window.seenAt[text] = Date.now();
  };
  const all = { childList: true, subtree: true, characterData: true };
  new MutationObserver(look).observe(document.documentElement, all);
};"""
MARKED = """
new MutationObserver((_changes, observer) => {
  if (!document.querySelector(".mark-place")) return;
  observer.disconnect();
  requestAnimationFrame(() => requestAnimationFrame(() => { window.paintedAt = performance.now(); }));
}).observe(document, { childList: true, subtree: true });"""


def addresses(browser, address):
    """`(name, username, path)` of every page there is something to show on."""
    usernames = {name: username for username, name, _where in PAGES}
    for name, page in visits(browser, address, viewport=SIZES["desk"], locale="zh-CN"):
        parts = urlsplit(page.url)
        yield name, usernames[name], parts.path + (f"?{parts.query}" if parts.query else "")


def assets(browser, address):
    """`{name: kB}` of styles and scripts of each page without Leaflet and ECharts, and the pages that load those."""
    loads, sizes = {}, {}
    # What a service worker hands over has been unpacked: its size is not that of the wire.
    window = {"viewport": SIZES["desk"], "locale": "zh-CN", "service_workers": "block"}
    for name, page in visits(browser, address, **window):
        loads[name] = dict(page.evaluate(LOADED))
        for path, size in loads[name].items():
            # What the browser had already and only asked about has no size of its own.
            sizes[path] = max(size, sizes.get(path, 0))
    if 0 in sizes.values():
        raise RuntimeError(
            f"The browser does not say how large these are: {[path for path in sizes if not sizes[path]]}"
        )
    own = {
        name: sum(sizes[path] for path in loaded if not any(each in path for each in ONLY_WHERE_USED)) / 1000
        for name, loaded in loads.items()
    }
    special = {
        name: [each for each in ONLY_WHERE_USED if any(each in path for path in loaded)]
        for name, loaded in loads.items()
    }
    return own, special


def seen_after(page, address):
    """Seconds from the act that files a whistle until it stands on the open list of whistles, again and again."""
    page.add_init_script(WATCH)
    page.goto(f"{address}/whistles/")
    page.wait_for_load_state("load")
    page.wait_for_timeout(2000)
    for title, file in whistles_about_to_be_filed(CHANGES):
        page.evaluate("(title) => window.awaitText(title)", title)
        begun = time.time()
        file()
        page.wait_for_function("(title) => title in window.seenAt", arg=title, timeout=30_000)
        yield page.evaluate("(title) => window.seenAt[title]", title) / 1000 - begun
        # Not in step with anything.
        page.wait_for_timeout(700 + 37 * (len(title) + int(begun * 1000) % 17))


def map_drawn(page, address):
    """`(kB of its page and its points, seconds until its first marks are painted)` of the whole district."""
    received = []

    def keep(request):
        if request.resource_type in ("document", "xhr", "fetch"):
            received.append(request.sizes()["responseBodySize"])

    page.add_init_script(MARKED)
    page.on("requestfinished", keep)
    page.goto(f"{address}/map/", wait_until="commit")
    page.wait_for_function("window.paintedAt", timeout=60_000)
    page.evaluate(SETTLED)
    page.remove_listener("requestfinished", keep)
    return sum(received) / 1000, page.evaluate("window.paintedAt") / 1000
