"""Everybody can use the pages: no serious finding of axe-core, and nothing that scrolls sideways on a phone."""

import pytest
from django.core.management import call_command

from tests import access
from tests.factories import acknowledged, filed, orders_of
from tests.screenshots import LANGUAGES

pytestmark = pytest.mark.browser


def told(findings):
    return "\n".join(map(str, findings))


@pytest.mark.parametrize(
    ("username", "size", "language", "names"),
    [
        ("dispatcher", "desk", "zh", ["triage", "whistle"]),
        ("liaison.housing", "phone", "en", ["workbench", "order"]),
    ],
)
def test_the_pages_used_most_can_be_used_by_everybody(somebody, district, username, size, language, names):
    filed()
    whistle = acknowledged()
    numbers = {"whistle": [whistle.number], "order": [orders_of(whistle)["housing"].number]}
    person = somebody(username, language=language)
    person.page.emulate_media(reduced_motion="reduce")
    for name in names:
        page = person.go(name, *numbers.get(name, []))
        found, wide = access.faults_in_every_way(page, name, sizes=(size,))
        assert not found, told(found)
        assert not wide, f"{name} scrolls sideways on a phone"


def test_a_form_that_came_back_can_be_used_by_everybody(somebody, district):
    page = somebody("officer.fengning").go("blow")
    form = page.locator("form[method=post]:has([name=title])")
    form.evaluate("form => { form.noValidate = true }")
    with page.expect_navigation():
        form.locator("button[value=blow], button[type=submit]").first.click()
    field = page.locator("[name=title]")
    described = field.get_attribute("aria-describedby").split()
    assert field.get_attribute("aria-invalid") == "true"
    assert all(page.locator(f"[id='{name}']").count() == 1 for name in described)
    assert page.locator(f"[id='{described[-1]}']").inner_text()
    assert not (found := access.faults(page, "blow")), told(found)


def test_the_content_is_one_key_away_and_what_has_the_focus_is_seen(somebody, district):
    page = somebody("officer.fengning").go("workbench")
    page.keyboard.press("Tab")
    link = page.locator(".skip")
    assert link.evaluate("link => link === document.activeElement && link.getBoundingClientRect().left >= 0")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"
    page.keyboard.press("Tab")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    assert page.evaluate("parseFloat(getComputedStyle(document.activeElement).outlineWidth)") >= 2


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_of_the_demonstration_can_be_used_by_everybody(browser, live_server, language):
    call_command("load_demo")
    found, wide = access.go_through(browser, live_server.url, languages=[language])
    assert not found, told(found)
    assert not wide, wide
