"""The style page shows every component as it is, to staff."""

import re
from collections import Counter
from pathlib import Path

import pytest
from django.urls import reverse

from config.samples import SAMPLES, SHEETS
from config.styleguide import said_of

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
COMPONENTS = sorted(path.stem for path in (TEMPLATES / "components").glob("*.html"))


@pytest.fixture
def shown(wuhua, as_):
    """`shown("clock")`: the page of one component, or of all, as an administrator gets it in English."""

    def get(*name):
        return as_("admin").get(reverse("styleguide-component" if name else "styleguide", args=name))

    return get


@pytest.fixture
def sheets(wuhua, as_):
    """Every sheet, as an administrator gets it in English."""
    return [as_("admin").get(reverse("styleguide"), {"sheet": name}) for name in SHEETS]


def test_every_component_is_on_the_style_page_rendered_from_its_own_file(sheets):
    rendered = {template.name for sheet in sheets for template in sheet.templates}
    assert [name for name in COMPONENTS if f"components/{name}.html" not in rendered] == []
    assert sorted(SAMPLES) == COMPONENTS
    for name in COMPONENTS:
        assert [f'class="guide-part" id="{name}"' in sheet.text for sheet in sheets].count(True) == 1
        assert all(f'#{name}"' in sheet.text for sheet in sheets)


def test_no_sheet_is_heavier_than_a_page_may_be(sheets):
    assert [name for name, sheet in zip(SHEETS, sheets, strict=True) if len(sheet.content) > 60_000] == []


def test_each_component_has_at_least_one_sample(sheets):
    entries = {entry["name"]: entry["samples"] for sheet in sheets for entry in sheet.context["components"]}
    # What stands at the bottom of every page shows nothing before something goes wrong.
    assert [name for name, samples in entries.items() if not samples] == ["toasts"]


@pytest.mark.parametrize("name", COMPONENTS)
def test_the_head_of_a_component_says_what_it_is_and_what_it_takes(name):
    said = said_of(name)
    assert said.purpose
    assert said.variables or name == "badge_drill"


def test_what_the_page_says_of_a_component_is_what_its_file_says(shown):
    assert "what is awaited, how long is left" in shown("clock").text


def test_a_component_stands_in_both_languages_light_and_dark(shown):
    page = shown("clock").text
    for theme in ("light", "dark"):
        for language in ("zh-hans", "en"):
            assert re.search(rf'data-bs-theme="{theme}"[^>]*lang="{language}"', page)
    assert page.count("Nearly due</figcaption>") == 2
    assert page.count("即将到时</figcaption>") == 2


def test_no_id_is_there_twice_where_a_form_is_shown_four_times(shown):
    ids = Counter(re.findall(r' id="([^"]+)"', shown("form_field").text))
    assert [name for name, many in ids.items() if many > 1] == []


def test_the_form_of_a_sample_does_nothing_and_says_so(wuhua, as_):
    answer = as_("admin").post(reverse("styleguide"), {"reason": "?"}, follow=True)
    assert answer.redirect_chain == [("/styleguide/", 302)]
    assert "This was a sample: nothing was done." in answer.text


def test_a_component_or_a_sheet_that_is_not_there_is_not_found(shown, as_):
    assert shown("cloak").status_code == 404
    assert as_("admin").get(reverse("styleguide"), {"sheet": "cloak"}).status_code == 404


@pytest.mark.parametrize("username", ["officer.fengning", "dispatcher", "liaison.water", "assessor"])
def test_whoever_is_not_staff_neither_sees_nor_finds_it(wuhua, as_, username):
    browser = as_(username)
    assert browser.get(reverse("styleguide")).status_code == 403
    assert browser.get(reverse("styleguide-component", args=["clock"])).status_code == 403
    assert browser.post(reverse("styleguide")).status_code == 403
    assert reverse("styleguide") not in browser.get("/").text


def test_staff_find_it_in_the_navigation(wuhua, as_):
    assert f'href="{reverse("styleguide")}"' in as_("admin").get("/").text


@pytest.mark.parametrize(
    "twin", [r'class="tag[ "]', r'class="notice[ "]', r'class="nothing', r" data-clock[ >]", r'class="photos']
)
def test_pages_are_made_of_components_and_not_of_their_twins(twin):
    # The page without a network shows its notices by itself: they come hidden, each with a mark of its own.
    drawn_there = {"outbox.html"} if "notice" in twin else set()
    pages = [path for path in TEMPLATES.rglob("*.html") if path.parent.name != "components"]
    pages = [path for path in pages if path.name not in drawn_there]
    assert [path.name for path in pages if re.search(twin, path.read_text())] == []
