"""Pictures of every page, to be looked at: two sizes, two languages. Needs Chromium and a running demonstration.

`python -m tests.screenshots [ADDRESS] [--only NAME]` writes tests/screenshots/NAME-SIZE-LANGUAGE.png and says which
pages scroll sideways.
"""

import argparse
import shutil
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

PASSWORD = "demo-Wuhua-2026"  # noqa: S105 - the demonstration's
FOLDER = Path(__file__).parent / "screenshots"
SIZES = {"desk": {"width": 1366, "height": 768}, "phone": {"width": 375, "height": 812}}
LANGUAGES = {"zh": "zh-CN", "en": "en-US"}
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
# Whose page, its name, its address; "first:" follows the first link to such an address on the page before it.
PAGES = (
    (None, "login", "/login/"),
    ("officer.fengning", "workbench-officer", "/"),
    ("officer.fengning", "blow", "/whistles/new/"),
    ("officer.fengning", "whistles", "/whistles/"),
    ("officer.fengning", "whistle-officer", "/whistles/?state=dispatched first:a[href^='/whistles/530102']"),
    ("officer.fengning", "score", "/score/"),
    ("secretary.fengning", "workbench-secretary", "/"),
    ("secretary.fengning", "sign", "/sign/"),
    ("dispatcher", "workbench-dispatcher", "/"),
    ("dispatcher", "triage", "/triage/"),
    ("dispatcher", "callbacks", "/callbacks/"),
    ("dispatcher", "call-back", "/callbacks/ first:a[href*='/call-back/']"),
    ("dispatcher", "whistle-centre", "/whistles/?overdue=true first:a[href^='/whistles/530102']"),
    ("dispatcher", "whistle-closed", "/whistles/?state=closed&open= first:a[href^='/whistles/530102']"),
    ("liaison.water", "workbench-liaison", "/"),
    ("liaison.water", "my-orders", "/orders/"),
    ("liaison.water", "order", "/orders/ first:a[href^='/orders/530102']"),
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
)


def take(browser, address, only):
    wide = []
    for size, viewport in SIZES.items():
        for language, locale in LANGUAGES.items():
            contexts = {}
            for username, name, where in PAGES:
                if only and only not in name:
                    continue
                page = contexts.get(username) or _enter(browser, address, username, viewport, locale)
                contexts[username] = page
                path, _, follow = where.partition(" first:")
                page.goto(address + path)
                if follow:
                    link = page.locator(follow)
                    if not link.count():
                        print(f"{name}: nothing to open on {path}", file=sys.stderr)
                        continue
                    page.goto(address + link.first.get_attribute("href"))
                page.wait_for_load_state("networkidle")
                page.screenshot(path=FOLDER / f"{name}-{size}-{language}.png", full_page=True)
                if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
                    wide.append(f"{name}-{size}-{language}")
            for page in contexts.values():
                page.context.close()
    return wide


def _enter(browser, address, username, viewport, locale):
    page = browser.new_context(viewport=viewport, locale=locale).new_page()
    if username:
        page.goto(f"{address}/login/")
        page.locator("[name=username]").fill(username)
        page.locator("[name=password]").fill(PASSWORD)
        page.locator("form:has([name=password]) button[type=submit]").click()
        page.wait_for_url(f"{address}/")
    return page


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("address", nargs="?", default="http://127.0.0.1:8000")
    parser.add_argument("--only", default="", help="pages whose name contains this")
    given = parser.parse_args()
    FOLDER.mkdir(exist_ok=True)
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        wide = take(browser, given.address.rstrip("/"), given.only)
        browser.close()
    print(f"Pictures in {FOLDER}. Pages that scroll sideways: {', '.join(wide) or 'none'}.")


if __name__ == "__main__":
    main()
