"""The manual: complete, the same in both languages, true to the words of the screens, with all it shows and links."""

import re
from functools import cache
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import Resolver404, URLPattern, get_resolver, resolve
from django.utils import translation
from PIL import Image

from assessment.actions import accountability_actions
from assessment.bulletin_actions import appeal_actions, bulletin_actions, export_actions, points_actions
from assessment.formula_actions import formula_actions
from config.help import anchors, pages_for, read, source
from config.manual import EXPLAINED, FIRST, HINTS, PAGES
from dispatch.actions import order_actions, whistle_actions
from dispatch.channel_actions import channel_actions, delivery_actions
from dispatch.lead_actions import lead_actions
from dispatch.letter_actions import letter_actions
from dispatch.session_actions import session_actions, task_actions
from grid.models import Role, UnderstoodHint
from tests.factories import people
from tests.screenshots import LANGUAGES, MANUAL

ROOT = Path(__file__).parent.parent
CODES = {"zh": "zh-hans", "en": "en"}
TABLES = (
    *(whistle_actions, order_actions, lead_actions, letter_actions, session_actions, task_actions, channel_actions),
    *(delivery_actions, accountability_actions, bulletin_actions, appeal_actions, points_actions, export_actions),
    formula_actions,
)
PICTURE = re.compile(r"!\[([^\]]*)\]\(([^)]+)\)")
LINK = re.compile(r"(?<!!)\[([^\]]+)\]\(([^)]+)\)")
# The steps of a whistle's life: they are no words of a screen.
STEPS = ("Lead.", "Draft.", "Signatures.", "Triage.", "Order.", "Verify.", "Score and close.", "Month.")
HEADS = {"zh": set(), "en": set(STEPS)}
# What is written on a screen stands so in the text.
QUOTED = {"zh": re.compile(r"「([^」]+)」"), "en": re.compile(r"\*\*([^*]+)\*\*")}
every_page = pytest.mark.parametrize("slug", PAGES)
in_both = pytest.mark.parametrize("language", CODES)


@cache
def words():
    """What may stand on a screen: `{language: texts}` by the catalogs of our own and of the packages."""
    said = {"zh": set(), "en": set()}
    for catalog in (ROOT / "locale").rglob("django.po"):
        for text in re.findall(r'^(msg\w+(?:\[\d\])?) ((?:".*"\n)+)', catalog.read_text(), re.MULTILINE):
            language = "zh" if text[0].startswith("msgstr") else "en"
            said[language].add("".join(re.findall(r'"(.*)"', text[1])).replace('\\"', '"'))
    return said


@in_both
def test_the_manual_has_these_pages_and_no_others(language):
    assert {path.stem for path in (ROOT / "docs" / "manual" / language).iterdir()} == set(PAGES)


@every_page
def test_both_languages_have_the_same_headings_pictures_and_links(slug):
    chinese, english = source(slug, "zh"), source(slug, "en")
    for pattern in (r"^#+ ", r"^\d+\. ", r"^- ", r"^\|"):
        assert len(re.findall(pattern, chinese, re.MULTILINE)) == len(re.findall(pattern, english, re.MULTILINE))
    assert PICTURE.sub(r"\2", english).count("/en/") == len(PICTURE.findall(chinese))
    there = [path.replace("/zh/", "/en/") for _alt, path in PICTURE.findall(chinese)]
    assert there == [path for _alt, path in PICTURE.findall(english)]
    assert [to for _text, to in LINK.findall(chinese)] == [to for _text, to in LINK.findall(english)]


@every_page
@in_both
def test_a_page_is_short_and_keeps_to_its_language(slug, language):
    text = source(slug, language)
    assert 30 <= text.count("\n") <= 120
    without = LINK.sub(r"\1", PICTURE.sub(r"\1", text))
    if language == "en":
        assert re.findall(r"[一-鿿]+", without) == []
    else:
        assert re.findall(r"[A-Za-z]{2,}|逾期|评估|工单|截止时间", without) == []


@every_page
@in_both
def test_what_a_page_quotes_stands_on_a_screen(slug, language):
    assert set(QUOTED[language].findall(source(slug, language))) - words()[language] - HEADS[language] == set()


@in_both
def test_every_act_is_explained_somewhere(language):
    quoted = {text for slug in PAGES for text in QUOTED[language].findall(source(slug, language))}
    with translation.override(CODES[language]):
        labels = {str(action.label) for table in TABLES for action in table}
    assert labels - quoted == set()


@every_page
@in_both
def test_every_link_leads_somewhere(slug, language):
    for _text, to in LINK.findall(source(slug, language)):
        page, is_page, anchor = to.partition(".md")
        if is_page:
            assert page in PAGES, to
            assert not anchor or anchor.removeprefix("#") in anchors(page), to
        else:
            assert to.startswith("/"), to
            try:
                resolve(to)
            except Resolver404:
                pytest.fail(f"{slug}: nothing answers at {to}")


def test_every_picture_is_there_small_and_made_by_the_table_and_none_is_left_over():
    shown = set()
    for language in CODES:
        for slug in PAGES:
            for alt, path in PICTURE.findall(source(slug, language)):
                assert alt, (slug, path)
                shown.add((ROOT / "docs" / "manual" / language / path).resolve())
    folder = ROOT / "docs" / "images" / "manual"
    made = {folder / language / f"{name}.png" for language in LANGUAGES for name, *_ in MANUAL}
    there = {path for path in folder.rglob("*") if path.is_file()}
    assert shown == made == there
    assert sum(path.stat().st_size for path in there) <= 3_000_000
    for path in there:
        with Image.open(path) as picture:
            assert picture.width <= 1280
        assert finders.find(f"manual/{path.parent.name}/{path.name}")


def test_what_the_build_leaves_out_is_not_the_manual():
    assert not [line for line in (ROOT / ".dockerignore").read_text().split() if line.startswith("docs")]


# --- as pages ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("slug", ["start", "clocks"])
@in_both
def test_a_page_is_shown_in_the_readers_language_with_contents_anchors_and_the_way_on(client, wuhua, slug, language):
    client.force_login(people["officer.fengning"])
    client.cookies["django_language"] = CODES[language]
    answer = client.get(f"/help/{slug}/")
    page, text = read(slug, language), answer.text
    assert page.title in text
    for name in anchors(slug):
        assert f'id="{name}"' in text
    assert [heading["id"] for heading in page.contents] == anchors(slug)
    assert all(f'href="#{heading["id"]}"' in text for heading in page.contents)
    assert 'rel="next"' in text
    assert ('rel="prev"' in text) == (slug != "start")
    assert f"/static/manual/{language}/" in text
    assert ".md" not in text
    assert len(answer.content) <= 60_000


def test_the_list_begins_with_ones_own_pages_and_costs_the_same_whoever_asks(
    client, wuhua, django_assert_max_num_queries
):
    for account, first in (("liaison.water", "liaison"), ("assessor", "assessor"), ("city", "leader")):
        client.force_login(people[account])
        with django_assert_max_num_queries(12):
            answer = client.get("/help/")
        listed = re.findall(r'href="/help/([a-z-]+)/"><strong>', answer.text)
        assert listed[:2] == ["start", first]
        assert sorted(listed) == sorted(PAGES)
        assert len(answer.content) <= 60_000


def test_a_page_that_is_not_there_is_not_found_and_nobody_reads_without_logging_in(client, wuhua):
    assert "/login/" in client.get("/help/start/").headers["Location"]
    client.force_login(people["assessor"])
    for slug in ("nothing", "README", "..", "zh"):
        assert client.get(f"/help/{slug}/").status_code == 404
    assert client.post("/help/start/").status_code == 405


def test_every_role_has_a_page_of_its_own_which_comes_first_for_it(wuhua):
    assert set(FIRST) == set(Role)
    assert set(FIRST.values()) <= set(PAGES)
    assert all(role in PAGES[slug] for role, slug in FIRST.items())
    mine, others = pages_for(people["community.hongshan"])
    assert (mine, "dispatcher" in others) == (["start", "community", "secretary"], True)


# Addresses that answer with something other than a page of the frame, or only take what a form sends.
NO_PAGES = {
    *("healthz", "frame", "manifest", "worker", "outbox", "phone", "metrics", "login", "logout", "set_language"),
    *("schema", "docs", "live", "help", "help-page", "area-outline", "area-outlines", "photo", "photo-thumbnail"),
    *("map-points", "map-streets", "map-cards", "messages-latest", "messages-read", "board-delete", "export-file"),
    *("whistles-similar", "whistles-where", "whistles-suggested", "unfinished-keep", "unfinished-keep-photo"),
    *("unfinished-throw-away", "unfinished-photo", "unfinished-photo-remove", "formula-check"),
    *("formula-what-if-unit", "hint-understood", "device-add", "device-forget"),
}


def names(patterns):
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            yield pattern.name
        elif pattern.namespace != "admin":
            yield from names(pattern.url_patterns)


def test_every_page_of_the_system_is_explained_by_a_heading_that_is_there():
    pages = {name for name in names(get_resolver().url_patterns) if name and not name.startswith("api-")}
    assert pages - NO_PAGES == {name.partition("/")[0] for name in EXPLAINED}
    acts = {action.name for table in TABLES for action in table}
    for name, where in EXPLAINED.items():
        slug, _stroke, anchor = where.partition("#")
        assert not where or slug in PAGES, name
        assert not anchor or anchor in anchors(slug), (name, where)
        assert "/" not in name or name.partition("/")[2] in acts, name


@pytest.mark.parametrize(
    ("account", "address", "where"),
    [
        ("officer.fengning", "/", "/help/street-officer/"),
        ("secretary.fengning", "/", "/help/secretary/"),
        ("dispatcher", "/", "/help/dispatcher/"),
        ("dispatcher", "/triage/", "/help/dispatcher/#triage"),
        ("liaison.water", "/orders/", "/help/liaison/#the-order"),
        ("liaison.water", "/help/start/", "/help/"),
    ],
)
def test_the_question_mark_leads_to_what_explains_the_page(client, wuhua, account, address, where):
    client.force_login(people[account])
    assert client.get(address).text.count(f'href="{where}"') >= 2


def test_acts_have_explanations_of_their_own(client, wuhua):
    whistle = wuhua.filed()
    client.force_login(people["dispatcher"])
    assert 'href="/help/dispatcher/#triage"' in client.get(f"/whistles/{whistle.number}/dispatch/").text
    assert 'href="/help/start/#the-page-of-a-whistle"' in client.get(f"/whistles/{whistle.number}/").text


# --- hints for newcomers -----------------------------------------------------------------------------------------

HINT = 'aria-labelledby="hint-title"'


@pytest.mark.parametrize("role", Role)
def test_every_role_has_a_hint(role):
    assert HINTS[role]


def test_a_newcomer_sees_one_hint_until_it_is_understood_and_only_on_the_workbench(client, wuhua):
    client.force_login(people["liaison.water"])
    client.cookies["django_language"] = "en"
    page = client.get("/").text
    assert page.count(HINT) == 1
    assert 'href="/help/liaison/"' in page
    assert HINT not in client.get("/orders/").text
    answer = client.post(re.search(r'action="(/help/hints/[^"]+)"', page)[1], follow=True)
    assert answer.redirect_chain == [("/", 302)]
    assert HINT not in answer.text


def test_whoever_has_two_roles_is_told_of_one_after_the_other(client, wuhua):
    person = people["liaison.water"]
    person.posts.create(role=Role.HEAD, department=person.posts.get().department)
    client.force_login(person)
    for role in (Role.LIAISON, Role.HEAD):
        address = f"/help/hints/{role}/"
        assert address in client.get("/").text
        client.post(address)
    assert HINT not in client.get("/").text


def test_saying_it_twice_keeps_the_first_and_nobody_else_is_spared_it(client, wuhua):
    client.force_login(people["liaison.water"])
    client.post("/help/hints/liaison/")
    [first] = UnderstoodHint.objects.values_list("person", "hint", "at")
    client.post("/help/hints/liaison/")
    assert list(UnderstoodHint.objects.values_list("person", "hint", "at")) == [first]
    client.force_login(people["liaison.gas"])
    assert HINT in client.get("/").text


def test_a_hint_of_a_role_one_does_not_hold_is_not_found_and_forms_need_their_token(wuhua):
    client = Client(enforce_csrf_checks=True)
    client.force_login(people["liaison.water"])
    assert client.post("/help/hints/liaison/").status_code == 403
    assert client.get("/help/hints/liaison/").status_code == 405
    client = Client()
    client.force_login(people["liaison.water"])
    for role in ("assessor", "nothing"):
        assert client.post(f"/help/hints/{role}/").status_code == 404
    assert not UnderstoodHint.objects.exists()
