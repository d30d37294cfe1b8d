"""Pictures of every page, to be looked at: in all sizes, two languages, light and dark. Needs Chromium and a running
demonstration.

`python -m tests.screenshots [ADDRESS] [--only NAME] [--theme dark] [--size phone]` writes
tests/screenshots/NAME-SIZE-LANGUAGE[-dark].png and says which pages scroll sideways. It also takes the pictures of the
manual, docs/images/manual/LANGUAGE/NAME.png, which are committed; with `--manual` these alone.
"""

import argparse
import io
import shutil
import sys
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

PASSWORD = "demo-Wuhua-2026"  # noqa: S105 - the demonstration's
FOLDER = Path(__file__).parent / "screenshots"
SIZES = {"desk": {"width": 1366, "height": 768}, "phone": {"width": 375, "height": 812}}
# Pages that hang on a wall, and their size; no others are taken in it.
WALL = {"width": 1920, "height": 1080}
WALLS = ("wall",)
THEMES = ("light", "dark")
LANGUAGES = {"zh": "zh-CN", "en": "en-US"}
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
# Whose page, its name, its address; each "first:" follows the first such link on the page before it, and a "press:" at
# the end does an act.
PAGES = (
    (None, "login", "/login/"),
    ("officer.fengning", "workbench-officer", "/"),
    ("officer.fengning", "blow", "/whistles/new/"),
    ("officer.fengning", "whistles", "/whistles/"),
    ("officer.fengning", "whistle-officer", "/whistles/?state=dispatched first:a[href^='/whistles/530102']"),
    ("officer.fengning", "arrival", "/whistles/?state=dispatched first:a[href^='/whistles/530102'] press:show-code"),
    ("officer.fengning", "session", "/whistles/?search=整体改造 first:.case a[href^='/whistles/530102']"),
    ("officer.fengning", "score", "/score/"),
    ("secretary.fengning", "workbench-secretary", "/"),
    ("secretary.fengning", "sign", "/sign/"),
    ("dispatcher", "workbench-dispatcher", "/"),
    ("dispatcher", "waiting-overdue", "/waiting/overdue/"),
    ("dispatcher", "triage", "/triage/"),
    ("dispatcher", "board", "/board/"),
    ("dispatcher", "search", "/search/?search=%E4%B8%B0%E5%AE%81"),
    ("dispatcher", "map", "/map/?heat=1"),
    ("city", "wall", "/wall/?pause=1"),
    ("dispatcher", "map-streets", "/map/?side=streets"),
    ("dispatcher", "callbacks", "/callbacks/"),
    ("dispatcher", "call-back", "/callbacks/ first:a[href*='/call-back/']"),
    ("dispatcher", "whistle-centre", "/whistles/?overdue=true first:a[href^='/whistles/530102']"),
    ("dispatcher", "whistle-closed", "/whistles/?state=closed&open= first:a[href^='/whistles/530102']"),
    ("liaison.water", "workbench-liaison", "/"),
    ("liaison.water", "my-orders", "/orders/"),
    ("liaison.water", "order", "/orders/ first:a[href^='/orders/530102']"),
    (
        "dispatcher",
        "paper-application",
        "/whistles/?state=dispatched first:a[href^='/whistles/530102'] first:.paper-links a",
    ),
    ("liaison.water", "paper-order", "/orders/ first:a[href^='/orders/530102'] first:.paper-links a"),
    (
        "liaison.water",
        "paper-supervision",
        "/orders/?show=finished first:a[href^='/orders/530102'] first:.paper-links a:nth-child(2)",
    ),
    ("liaison.water", "messages", "/messages/"),
    ("dispatcher", "messages-centre", "/messages/"),
    ("liaison.water", "channels", "/messages/channels/"),
    ("admin", "stuck-messages", "/operations/messages/"),
    ("liaison.water", "act-report", "/orders/ first:a[href*='/report/']"),
    ("liaison.water", "ranking-liaison", "/ranking/"),
    ("leader.fengning", "workbench-leader", "/"),
    ("assessor", "workbench-assessor", "/"),
    ("assessor", "accountabilities", "/accountability/"),
    ("assessor", "accountability", "/accountability/ first:.matrix th a[href^='/accountability/']"),
    ("assessor", "ranking", "/ranking/"),
    ("assessor", "ranking-unit", "/ranking/ first:.standings th a[href^='/ranking/departments/']"),
    ("assessor", "ranking-figure", "/ranking/ first:.standings .part a[href*='/acknowledge_met/']"),
    ("assessor", "ranking-streets", "/ranking/?of=streets"),
    ("assessor", "ranking-street", "/ranking/?of=streets first:.standings th a[href^='/ranking/streets/']"),
    ("assessor", "ranking-whistles", "/ranking/?of=streets first:.standings .part a[href*='/upheld/']"),
    ("assessor", "ranking-communities", "/ranking/?of=communities"),
    ("assessor", "ranking-dispatchers", "/ranking/?of=dispatchers"),
    ("assessor", "ranking-year", "/ranking/year/"),
    ("assessor", "ranking-year-streets", "/ranking/year/?of=streets"),
    ("assessor", "bulletins", "/bulletins/"),
    ("assessor", "bulletin", "/bulletins/ first:.matrix a[href^='/bulletins/530102']"),
    ("city", "ranking-districts", "/ranking/?of=districts"),
    ("assessor", "analysis", "/analysis/"),
    ("head.water", "analysis-department", "/analysis/?stage=acknowledge"),
    ("assessor", "formulas", "/formulas/"),
    ("assessor", "formula", "/formulas/ first:.formula-head h3 a"),
    ("grid.hongshan", "leads-grid", "/leads/"),
    ("grid.hongshan", "lead-new", "/leads/new/"),
    ("officer.fengning", "lead-new-street", "/leads/new/"),
    ("officer.fengning", "leads", "/leads/"),
    ("officer.fengning", "lead", "/leads/?mine=true first:h3 a[href^='/leads/530102']"),
    ("officer.fengning", "letters", "/letters/"),
    ("officer.fengning", "letter-new", "/letters/new/"),
    ("officer.fengning", "letter", "/letters/?state=closed first:h3 a[href^='/letters/530102']"),
    ("liaison.water", "act-letter", "/letters/?mine=true first:h3 a[href^='/letters/530102']"),
    ("assessor", "formula-draft", "/formulas/ first:.formula-list article h3 a[href^='/formulas/']"),
    ("community.hongshan", "workbench-community", "/"),
    ("grid.hongshan", "workbench-grid", "/"),
    ("city", "workbench-city", "/"),
    ("admin", "workbench-admin", "/"),
    ("admin", "operations", "/operations/"),
    ("admin", "settings", "/admin/"),
    ("admin", "styleguide", "/styleguide/"),
    ("admin", "styleguide-clock", "/styleguide/clock/"),
    ("officer.fengning", "help", "/help/"),
    ("officer.fengning", "help-page", "/help/start/"),
)

# Pictures of the manual: in its own sizes, so that what is written in them can be read in a column of text.
MANUAL_FOLDER = Path(__file__).parent.parent / "docs" / "images" / "manual"
MANUAL_SIZES = {"desk": {"width": 1200, "height": 740}, "phone": {"width": 375, "height": 740}}
# Near the cases of the demonstration.
ON_SITE = {"geolocation": {"latitude": 25.0603, "longitude": 102.6868, "accuracy": 12}, "permissions": ["geolocation"]}
# The name, whose page, its address as in PAGES, the size, and what is clicked first, if anything.
MANUAL = (
    ("whistle", "dispatcher", "/whistles/?state=dispatched first:a[href^='/whistles/530102']", "desk", ""),
    ("lead-new", "grid.hongshan", "/leads/new/", "phone", ""),
    ("blow", "officer.fengning", "/whistles/new/", "desk", ""),
    ("score", "officer.fengning", "/score/", "desk", ""),
    ("sign", "secretary.fengning", "/sign/", "desk", ""),
    ("triage", "dispatcher", "/triage/", "desk", ""),
    ("callbacks", "dispatcher", "/callbacks/", "desk", ""),
    ("my-orders", "liaison.water", "/orders/", "phone", ""),
    ("act-report", "liaison.water", "/orders/ first:a[href*='/report/']", "phone", ""),
    ("ranking-unit", "head.water", "/ranking/ first:.standings th a:text-matches('水务|Water')", "desk", ""),
    ("bulletin", "assessor", "/bulletins/ first:.matrix a[href^='/bulletins/530102']", "desk", ""),
    ("map", "leader.fengning", "/map/", "desk", ""),
    ("settings", "admin", "/admin/", "desk", ""),
    ("operations", "admin", "/operations/", "desk", ""),
    ("clock", "liaison.water", "/orders/ first:a[href^='/orders/530102']", "desk", ".clock summary"),
    ("board", "dispatcher", "/board/", "desk", ""),
    ("ranking", "assessor", "/ranking/", "desk", ""),
    ("ranking-figure", "assessor", "/ranking/ first:.standings .part a[href*='/report_met/']", "desk", ""),
    ("workbench-phone", "liaison.water", "/", "phone", ""),
)


# Nothing was fetched for a while, and nothing is under way; the live stream, which never ends, is nothing that a page
# waits for.
SETTLED = """() => new Promise((done) => {
  let seen = -1, still = 0;
  const look = () => {
    const now = performance.getEntriesByType("resource").length;
    const idle = document.readyState === "complete" && !document.querySelector(".htmx-request");
    still = now === seen && idle ? still + 1 : 0;
    seen = now;
    if (still === 4) done(); else setTimeout(look, 80);
  };
  look();
})"""


def visits(browser, address, *, viewport, locale, theme="light", only="", **window):
    """Opens page after page as the people whose pages they are, and yields `(name, page)`; names what is not there.

    `window`: what else Playwright should know of each person's window.
    """
    people = {}
    for username, name, where in PAGES:
        if only and only not in name:
            continue
        if username not in people:
            people[username] = enter(browser, address, username, viewport, locale, theme, **window)
        page = people[username]
        page.set_viewport_size(viewport)
        if _open(page, address, name, where):
            yield name, page
    for page in people.values():
        page.context.close()


def _open(page, address, name, where):
    """Goes to an address of PAGES and waits until it stands; whether there is such a page."""
    where, _press, act = where.partition(" press:")
    path, *follow = where.split(" first:")
    page.goto(address + path)
    if not all(_follow(page, address, link) for link in follow):
        print(f"{name}: nothing to open on {page.url}", file=sys.stderr)
        return False
    if act:
        with page.expect_navigation():
            page.locator(f"button[data-act='{act}']").first.click()
    page.evaluate(SETTLED)
    return True


def _follow(page, address, selector):
    """Opens the first link of the page that `selector` finds; whether there is one."""
    link = page.locator(selector)
    if not link.count():
        return False
    page.goto(address + link.first.get_attribute("href"))
    return True


def scrolls_sideways(page):
    """Whether the page, laid out anew, is wider than its window."""
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    return page.evaluate("document.documentElement.scrollWidth > window.innerWidth")


def take(browser, address, *, only="", theme="light", sizes=tuple(SIZES)):
    wide = []
    for size in sizes:
        for language, locale in LANGUAGES.items():
            for name, page in visits(browser, address, viewport=SIZES[size], locale=locale, theme=theme, only=only):
                if size == "desk" and name in WALLS:
                    page.set_viewport_size(WALL)
                called = f"{name}-{size}-{language}{'' if theme == 'light' else '-dark'}"
                page.screenshot(path=FOLDER / f"{called}.png", full_page=True)
                if scrolls_sideways(page):
                    wide.append(called)
    return wide


def take_manual(browser, address, *, only=""):
    """The pictures of the manual, in the colours of a palette: a third of their weight."""
    for language, locale in LANGUAGES.items():
        people = {}
        for name, username, where, size, click in MANUAL:
            if only not in name:
                continue
            if (username, size) not in people:
                people[username, size] = enter(browser, address, username, MANUAL_SIZES[size], locale, **ON_SITE)
            page = people[username, size]
            if _open(page, address, name, where):
                if click:
                    page.locator(click).first.click()
                picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
                path = MANUAL_FOLDER / language / f"{name}.png"
                picture.quantize(128, dither=Image.Dither.NONE).save(path, optimize=True)
        for page in people.values():
            page.context.close()


def enter(browser, address, username, viewport, locale, theme="light", **window):
    """A page of a new window in which this person has logged in, of nobody without a name."""
    # Without movement, so that no picture and no measure is taken halfway through a change of colour.
    context = browser.new_context(
        viewport=viewport, locale=locale, color_scheme=theme, reduced_motion="reduce", **window
    )
    page = context.new_page()
    if username:
        page.goto(f"{address}/login/")
        page.locator("[name=username]").fill(username)
        page.locator("[name=password]").fill(PASSWORD)
        page.locator("form:has([name=password]) button[type=submit]").click()
        page.wait_for_url(f"{address}/")
    return page


@contextmanager
def chromium():
    """A browser of the machine's own."""
    path = shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


def arguments(about):
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("address", nargs="?", default="http://127.0.0.1:8000")
    parser.add_argument("--only", default="", help="pages whose name contains this")
    return parser


def main():
    parser = arguments(__doc__)
    parser.add_argument("--theme", choices=THEMES, default="light")
    parser.add_argument("--size", choices=SIZES, help="desk and phone without")
    parser.add_argument("--manual", action="store_true", help="only the pictures of the manual")
    given = parser.parse_args()
    FOLDER.mkdir(exist_ok=True)
    sizes = (given.size,) if given.size else tuple(SIZES)
    address = given.address.rstrip("/")
    with chromium() as browser:
        take_manual(browser, address, only=given.only)
        if given.manual:
            return
        wide = take(browser, address, only=given.only, theme=given.theme, sizes=sizes)
    print(f"Pictures in {FOLDER}. Pages that scroll sideways: {', '.join(wide) or 'none'}.")


if __name__ == "__main__":
    main()
