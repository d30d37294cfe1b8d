"""The component templates and the files that pages load. No database."""

import gzip
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from re import findall
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from django import forms
from django.template.loader import render_to_string
from django.utils import translation

ROOT = Path(__file__).resolve().parents[2]
NOW = datetime(2026, 8, 19, 6, 0, tzinfo=UTC)
ON_EVERY_PAGE = [
    "vendor/tabler/tabler.min.css",
    "vendor/htmx/htmx.min.js",
    "vendor/idiomorph/idiomorph.min.js",
    "css/tokens.css",
    "css/components.css",
    "js/theme.js",
    "js/live-stream.js",
    "js/live.js",
    "js/bell.js",
    "js/page.js",
    "js/clock.js",
    "js/forms.js",
]
# Leaflet comes on top once the map is near, and only then.
ON_THE_HEAVIEST = [
    "css/whistle.css",
    "js/mappoint.js",
    "js/picker.js",
    "js/photos.js",
    "js/blow.js",
    "js/autosave.js",
]


@pytest.fixture(autouse=True)
def in_english_at_two(settings):
    [engine] = settings.TEMPLATES
    libraries = {"look": "common.templatetags.look"}
    settings.TEMPLATES = [{**engine, "OPTIONS": {**engine["OPTIONS"], "libraries": libraries}}]
    with translation.override("en"), time_machine.travel(NOW, tick=False):
        yield


def clock(minutes, **others):
    """A clock of an hour with so many minutes left."""
    due = NOW + timedelta(minutes=minutes)
    given = {"kind_label": "Acknowledge", "start_at": due - timedelta(hours=1), "due_at": due, "met_at": None}
    return SimpleNamespace(**{**given, "state": "running", "share_used": None, "provisional": False, **others})


@dataclass
class Offered:
    """An action as a page hands it to the action bar."""

    name: str
    form: Any = field(default_factory=forms.Form)
    primary: bool = False
    tone: str = ""
    idempotency_key: str = "key-1"
    url: str = "/act/"

    @property
    def label(self):
        return self.name.title()


class Reason(forms.Form):
    reason = forms.CharField(help_text="In a sentence.")


def test_a_running_clock_carries_what_the_browser_needs_to_tick_without_its_own_clock():
    html = render_to_string("components/clock.html", {"deadline": clock(15)})
    assert 'data-due="2026-08-19T06:15:00+00:00"' in html
    assert 'data-share="75.0"' in html
    assert 'data-at="2026-08-19T06:00:00+00:00"' in html
    assert "15 min 00 s left" in html
    assert "tone-half" in html


def test_a_clock_that_has_stopped_does_not_tick():
    html = render_to_string("components/clock.html", {"deadline": clock(15, state="met", met_at=NOW)})
    assert "data-clock " not in html
    assert "Took 45 min 00 s" in html
    assert "Done in time" in html


def test_a_clock_explains_itself_and_says_when_it_is_provisional():
    deadline = clock(15, explanation=["Started at 13:15.", "Due at 14:15."], provisional=True)
    html = render_to_string("components/clock.html", {"deadline": deadline})
    assert "<li>Due at 14:15.</li>" in html
    assert "provisional" in html


def test_the_order_matrix_shows_a_dash_where_nothing_is_awaited_and_a_score_of_nought_as_nought():
    row = {"department": "Water", "role": "lead", "acknowledge": clock(15), "report": None, "resolve": None}
    html = render_to_string("components/order_matrix.html", {"rows": [{**row, "score": 0}]})
    assert html.count("—") == 2
    assert '<span class="score">0</span>' in html


def test_an_act_that_asks_for_nothing_is_a_button_and_another_opens_its_form():
    actions = [Offered("confirm", primary=True), Offered("decline", Reason(auto_id="decline_%s"), tone="danger")]
    html = render_to_string("components/action_bar.html", {"actions": actions})
    assert html.count("<details") == 1
    assert html.count('name="idempotency_key" value="key-1"') == 2
    assert "In a sentence." in html
    assert html.index("Confirm") < html.index("Decline")


def test_a_form_that_came_back_with_errors_stands_open_and_says_what_is_wrong():
    html = render_to_string("components/action_bar.html", {"actions": [Offered("decline", Reason({}))]})
    assert " open" in html
    assert "data-bound" in html
    assert "This field is required." in html


def test_nobody_can_act_where_nothing_is_offered():
    assert render_to_string("components/action_bar.html", {"actions": []}).strip().count("<") == 0


def test_a_card_and_the_timeline_escape_what_people_typed():
    title = "<script>alert(1)</script>"
    card = render_to_string("components/case_card.html", {"title": title, "number": "1", "url": "/", "clock": None})
    event = {"at": NOW, "who": "", "post": "", "text": title, "note": title, "photos": []}
    events = render_to_string("components/timeline.html", {"events": [event]})
    assert "<script>" not in card + events


@pytest.mark.parametrize("page", ["400.html", "403.html", "403_csrf.html", "404.html", "500.html"])
def test_error_pages_need_no_context_at_all(page):
    html = render_to_string(page)
    assert 'lang="en"' in html
    assert "To the workbench" in html


def test_a_refusal_is_a_sentence_for_htmx_and_a_page_for_everybody_else():
    context = {"sentence": "Somebody else was faster.", "fields": {"title": ["Give a title."]}, "status": 409}
    alone = render_to_string("refusal.html#sentence", context)
    assert "<html" not in alone
    assert "Somebody else was faster. Give a title." in alone
    page = render_to_string("refusal.html", context)
    assert 'data-refusal="409"' in page
    assert "<li>Give a title.</li>" in page


def test_nothing_is_loaded_from_outside_the_server():
    for page in [*(ROOT / "templates").rglob("*.html"), *(ROOT / "static/css").glob("*.css")]:
        assert findall(r"(?:src|href|url\()\s*=?\s*[\"'(]?\s*(?:https?:)?//[^\"')\s]+", page.read_text()) == [], page


def test_the_styles_and_scripts_of_the_heaviest_page_stay_within_150_kb_compressed():
    files = [ROOT / "static" / name for name in ON_EVERY_PAGE + ON_THE_HEAVIEST]
    assert sum(len(gzip.compress(file.read_bytes())) for file in files) <= 150 * 1024


def test_every_vendored_part_comes_with_its_licence():
    parts = [folder for folder in (ROOT / "static/vendor").iterdir() if folder.is_dir()]
    assert {part.name for part in parts} == {"echarts", "htmx", "icons", "idiomorph", "leaflet", "tabler"}
    assert all((part / "LICENSE").read_text().strip() for part in parts)
