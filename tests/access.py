"""Whether everybody can use every page: axe-core's serious and critical findings, and pages that scroll sideways.

`python -m tests.access [ADDRESS] [--only NAME]` goes through the pages of tests.screenshots in both languages, light
and dark, at a desk and on a phone, and prints what it finds; its last line is one JSON object. Needs Chromium and a
running demonstration.
"""

import json
import sys
from pathlib import Path
from typing import NamedTuple

from tests.screenshots import LANGUAGES, SIZES, THEMES, arguments, chromium, scrolls_sideways, visits

AXE = (Path(__file__).parent / "vendor" / "axe" / "axe.min.js").read_text(encoding="utf-8")
STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]
# What colours alone decide; all else is the same, light or dark.
OF_COLOURS = ["color-contrast", "link-in-text-block"]
GRAVE = ("serious", "critical")
RUN = """async (rules) => (await axe.run(document, {
  runOnly: rules, resultTypes: ["violations"], ancestry: false,
})).violations.map((found) => [found.impact, found.id, found.nodes.map((node) => node.html.slice(0, 200)),
  found.nodes[0].failureSummary])"""


class Finding(NamedTuple):
    """One fault of a page: where, under which circumstances, and what it is."""

    where: str
    rule: str
    elements: tuple[str, ...]
    why: str

    def __str__(self):
        return f"{self.where}: {self.rule}\n  " + "\n  ".join((*self.elements[:5], *self.why.splitlines()))


def faults(page, where, *, rules=None):
    """The serious and critical findings of axe-core on an open page; `rules`: only these, without: all."""
    if not page.evaluate("typeof axe !== 'undefined'"):
        page.evaluate(AXE)
    only = {"type": "rule", "values": rules} if rules else {"type": "tag", "values": STANDARDS}
    found = page.evaluate(RUN, only)
    return [Finding(where, rule, tuple(each), why) for impact, rule, each, why in found if impact in GRAVE]


def faults_in_every_way(page, where, *, sizes=("desk", "phone")):
    """`(findings, whether it scrolls sideways on a phone)` of an open page, light and dark, in these sizes."""
    found, wide = [], False
    for size in sizes:
        page.set_viewport_size(SIZES[size])
        for theme in THEMES:
            page.evaluate("theme => { document.documentElement.dataset.bsTheme = theme }", theme)
            rules = OF_COLOURS if theme == "dark" else None
            found += faults(page, f"{where}, {size}, {theme}", rules=rules)
        wide = wide or (size == "phone" and scrolls_sideways(page))
    return found, wide


def go_through(browser, address, *, only="", languages=tuple(LANGUAGES)):
    """Every page of tests.screenshots: `(findings, names of the pages that scroll sideways)`."""
    found, wide = [], []
    for language in languages:
        for name, page in visits(browser, address, viewport=SIZES["desk"], locale=LANGUAGES[language], only=only):
            faulty, sideways = faults_in_every_way(page, f"{name}, {language}")
            found += faulty
            wide += [f"{name}, {language}"] if sideways else []
    return found, wide


def main():
    given = arguments(__doc__).parse_args()
    with chromium() as browser:
        found, wide = go_through(browser, given.address.rstrip("/"), only=given.only)
    for finding in found:
        print(finding, file=sys.stderr)
    for name in wide:
        print(f"{name}: scrolls sideways", file=sys.stderr)
    print(json.dumps({"axe_serious": len(found), "overflowing_pages": len(wide)}))
    return 1 if found or wide else 0


if __name__ == "__main__":
    sys.exit(main())
