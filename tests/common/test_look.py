"""How moments, spans and clocks are written. No database."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from re import findall

import pytest
import time_machine
from django import forms
from django.utils import translation

from common import moments, readings
from common.templatetags import look

ROOT = Path(__file__).resolve().parents[2]
START = datetime(2026, 8, 19, 1, 0, tzinfo=UTC)  # 9:00 in Kunming
DUE = START + timedelta(hours=1)


@dataclass
class Clock:
    """Any object with these attributes can be read."""

    state: str = "running"
    share_used: float | None = None
    met_at: datetime | None = None
    start_at: datetime = START
    due_at: datetime = DUE


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


@pytest.mark.parametrize(
    ("seconds", "chinese", "english"),
    [
        (0, "0秒", "0 s"),
        (59.9, "59秒", "59 s"),
        (60, "1分00秒", "1 min 00 s"),
        (763, "12分43秒", "12 min 43 s"),
        (-763, "12分43秒", "12 min 43 s"),
        (7500, "2小时05分", "2 h 05 min"),
        (86399, "23小时59分", "23 h 59 min"),
        (86400, "1天0小时", "1 d 0 h"),
        (20 * 86400 + 3 * 3600, "20天3小时", "20 d 3 h"),
    ],
)
def test_a_span_is_written_in_its_two_largest_units(seconds, chinese, english):
    assert moments.span(seconds) == english
    assert look.span(timedelta(seconds=seconds)) == english
    with translation.override("zh-hans"):
        assert moments.span(seconds) == chinese


def test_no_span_is_written_for_nothing_but_one_for_zero():
    assert look.span(None) == ""
    assert look.span(0) == "0 s"


def test_a_moment_names_its_year_only_when_it_is_not_this_one():
    at = datetime(2026, 8, 19, 6, 5, 9, tzinfo=UTC)
    with translation.override("zh-hans"):
        assert moments.moment(at, now=at) == "8月19日 14:05"
        assert moments.moment(at, now=at + timedelta(days=365)) == "2026年8月19日 14:05"
    assert moments.moment(at, now=at) == "19 Aug 14:05"


def test_this_year_is_the_year_in_kunming_not_in_greenwich():
    new_year = datetime(2026, 12, 31, 16, 30, tzinfo=UTC)
    with translation.override("zh-hans"):
        assert moments.moment(new_year, now=new_year) == "1月1日 00:30"
        assert moments.moment(new_year, now=new_year - timedelta(hours=1)) == "2027年1月1日 00:30"


def test_a_short_moment_leaves_out_today():
    at = datetime(2026, 8, 19, 6, 5, tzinfo=UTC)
    assert moments.moment(at, now=at, short=True) == "14:05"
    assert moments.moment(at, now=at + timedelta(days=1), short=True) == "19 Aug 14:05"


def test_a_date_is_written_without_a_time_of_day():
    assert moments.moment(date(2026, 8, 19), now=START) == "19 Aug"
    assert moments.exactly(date(2026, 8, 19)) == "19 Aug 2026"


def test_the_tooltip_of_a_moment_has_its_year_and_seconds():
    with time_machine.travel(START, tick=False):
        written = look.moment(START)
    assert 'title="19 Aug 2026, 09:00:00"' in written
    assert 'datetime="2026-08-19T01:00:00+00:00"' in written
    assert ">19 Aug 09:00<" in written
    assert look.moment(None) == ""


@pytest.mark.parametrize(
    ("later", "words"),
    [
        (timedelta(seconds=59), "just now"),
        (timedelta(minutes=1), "1 minute ago"),
        (timedelta(minutes=59, seconds=59), "59 minutes ago"),
        (timedelta(hours=23, minutes=59), "23 hours ago"),
        (timedelta(days=2), "2 days ago"),
    ],
)
def test_how_long_ago_is_told_in_the_largest_unit(later, words):
    with time_machine.travel(START + later, tick=False):
        assert look.ago(START) == words


@pytest.mark.parametrize(
    ("minutes", "tone", "text"),
    [
        (0, "ok", "1 h 00 min left"),
        (29, "ok", "31 min 00 s left"),
        (30, "half", "30 min 00 s left"),
        (48, "soon", "12 min 00 s left"),
        (60, "soon", "0 s left"),
        (61, "late", "1 min 00 s overdue"),
    ],
)
def test_a_running_clock_changes_its_tone_at_half_at_four_fifths_and_after_its_due_moment(minutes, tone, text):
    reading = readings.read(Clock(), now=START + timedelta(minutes=minutes))
    assert (reading.tone, reading.text) == (tone, text)


def test_a_microsecond_after_its_due_moment_a_clock_is_overdue_though_its_state_still_says_running():
    assert readings.read(Clock(share_used=100), now=DUE + timedelta(microseconds=1)).tone == "late"
    assert readings.read(Clock(share_used=100), now=DUE).tone == "soon"


def test_the_share_the_clock_engine_gives_counts_not_the_wall_clock():
    # A weekend lies in between: half the wall-clock time has gone, but only a tenth of the working time.
    assert readings.read(Clock(share_used=10), now=START + timedelta(minutes=30)).tone == "ok"


def test_met_exactly_at_the_due_moment_is_in_time_and_a_microsecond_later_is_late():
    in_time = readings.read(Clock(state="met", met_at=DUE), now=DUE + timedelta(days=1))
    assert (in_time.tone, in_time.text, in_time.detail) == ("met", "19 Aug 10:00", "Took 1 h 00 min")
    late = readings.read(Clock(state="met_late", met_at=DUE + timedelta(microseconds=1)), now=DUE)
    assert (late.tone, late.detail) == ("met_late", "0 s late")


def test_paused_and_cancelled_clocks_do_not_tick():
    for state in ("paused", "cancelled"):
        reading = readings.read(Clock(state=state), now=DUE + timedelta(days=1))
        assert reading.tone == state
        assert not reading.ticks


def test_every_icon_that_is_used_is_in_the_sprite():
    sprite = set(findall(r'<symbol id="([^"]+)"', (ROOT / "static/vendor/icons/icons.svg").read_text()))
    used = {icon for icon, _word in readings.LOOKS.values()}
    for page in (ROOT / "templates").rglob("*.html"):
        used |= set(findall(r"\{% icon ['\"]([^'\"]+)", page.read_text()))
    assert used - sprite == set()


class Example(forms.Form):
    title = forms.CharField()
    level = forms.ChoiceField(choices=[("a", "A")])
    agreed = forms.BooleanField(required=False)
    places = forms.MultipleChoiceField(choices=[("a", "A")], widget=forms.CheckboxSelectMultiple)
    photos = forms.FileField(required=False)


def test_each_widget_gets_the_classes_of_the_component_kit():
    form = Example({})
    kinds = {field.name: look.layout(field) for field in form}
    assert kinds == {"title": "plain", "level": "plain", "agreed": "check", "places": "choices", "photos": "files"}
    assert 'class="form-control is-invalid"' in str(form["title"])
    assert 'class="form-check-input"' in str(form["agreed"])


def test_a_form_without_visible_fields_asks_for_nothing():
    class Hidden(forms.Form):
        key = forms.CharField(widget=forms.HiddenInput)

    assert look.asks(Example())
    assert not look.asks(Hidden())
    assert not look.asks(None)
