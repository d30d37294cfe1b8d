"""Every sentence of the code has its Chinese, in the words of the practice; and everybody is met in their language."""

import gettext as plain_gettext
import io
import re
import shutil
import subprocess
from collections import Counter

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import translation

from ground.commands import COLLECT_MESSAGES
from ground.places import ROOT

OURS = ROOT / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
OF_PACKAGES = ROOT / "locale" / "packages" / "zh_Hans" / "LC_MESSAGES" / "django.po"
NO_GETTEXT = "no gettext found; install it (apt-get install gettext) to compare the code with the catalog"
ROOMS = ("common", "grid", "whistle", "dispatch", "assessment", "config", "ground")
HAN = re.compile(r"[一-鿿]")


def catalog(path):
    with open(path, "rb") as source:
        return read_po(source, locale="zh_Hans")


def entries(path):
    """`(English, Chinese)` of each entry; of a plural entry its plural, which has all placeholders."""
    for message in catalog(path):
        if message.id:
            plural = isinstance(message.id, tuple)
            yield (message.id[1], message.string[0]) if plural else (message.id, message.string)


def keys(path):
    return {(message.context, message.id) for message in catalog(path) if message.id}


BOTH = [pytest.param(path, id=name) for path, name in ((OURS, "ours"), (OF_PACKAGES, "of packages"))]


# --- the catalog ---------------------------------------------------------------------------------------------------


@pytest.mark.skipif(not shutil.which("xgettext"), reason=NO_GETTEXT)
def test_the_catalog_holds_every_sentence_of_the_code_and_no_other(tmp_path):
    copy = tmp_path / "copy"
    unread = shutil.ignore_patterns(".*", "vendor", "tests", "bench", "docs", "__pycache__", "*.mo", "node_modules")
    shutil.copytree(ROOT, copy, ignore=unread)
    collected = subprocess.run(COLLECT_MESSAGES, cwd=copy, capture_output=True, text=True)
    assert collected.returncode == 0, collected.stderr
    now = copy / OURS.relative_to(ROOT)
    assert keys(now) - keys(OURS) == set(), "new: run `make messages` and say them in Chinese"
    assert keys(OURS) - keys(now) == set(), "gone: run `make messages`"


def test_no_sentence_hides_within_an_f_string_where_the_collector_does_not_see_it():
    hidden = re.compile(r"\bf[\"'].*\{(?:_|\w*gettext(?:_lazy)?)\(")
    ours = [path for room in ROOMS for path in (ROOT / room).rglob("*.py")]
    assert [path.name for path in ours if hidden.search(path.read_text())] == []


@pytest.mark.parametrize("path", BOTH)
def test_nothing_is_left_untranslated_or_in_doubt(path):
    doubtful = [message.id for message in catalog(path) if message.id and message.fuzzy]
    empty = [english for english, chinese in entries(path) if not chinese.strip()]
    assert (doubtful, empty) == ([], [])


PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[a-z%]|\{\w+\}|</?\w+>")


@pytest.mark.parametrize("path", BOTH)
def test_placeholders_are_the_same_in_both_languages(path):
    def placeholders(text):
        return Counter(PLACEHOLDER.findall(text))

    assert [pair for pair in entries(path) if placeholders(pair[0]) != placeholders(pair[1])] == []


# What has no Chinese: names of formats, of parts of the system, and of commands as one types them.
AS_THEY_STAND = re.compile(
    r"(Geo)?JSON|FeatureCollection|UTF|JPEG|PNG|WebP|[MG]B|Cookie|HTTP|Accept|IP|GET|POST|sha|worker|beat"
    r"|python|manage|py|load_areas|load_preset|load_demo|DIRECTORY|under"
)


@pytest.mark.parametrize("path", BOTH)
def test_the_chinese_is_chinese(path):
    strange = []
    for english, chinese in entries(path):
        words = re.findall(r"[A-Za-z_]{2,}", PLACEHOLDER.sub(" ", chinese))
        says_something = re.search(r"[A-Za-z]{3}", PLACEHOLDER.sub(" ", english))
        if not all(map(AS_THEY_STAND.fullmatch, words)) or (says_something and not HAN.search(chinese)):
            strange.append((english, chinese))
    assert strange == []


@pytest.mark.parametrize("path", BOTH)
def test_punctuation_beside_chinese_is_full_width(path):
    half = re.compile(r"[一-鿿][,;:?!()\"]|[,;:?!()\"][一-鿿]|[一-鿿]\.(\s|$)")
    assert [pair for pair in entries(path) if half.search(pair[1])] == []


@pytest.mark.parametrize("path", BOTH)
def test_a_sentence_ends_as_a_sentence_in_both_languages(path):
    def is_sentence(text):
        return text.rstrip("“”\"'").endswith((".", "!", "?", "。", "！", "？"))

    assert [pair for pair in entries(path) if is_sentence(pair[0]) != is_sentence(pair[1])] == []


def test_babel_compiles_what_gettext_reads():
    for path in (OURS, OF_PACKAGES):
        compiled = io.BytesIO()
        write_mo(compiled, catalog(path))
        compiled.seek(0)
        read = plain_gettext.GNUTranslations(compiled)
        for message in catalog(path):
            if not message.id:
                continue
            if isinstance(message.id, tuple):
                assert read.ngettext(*message.id, 2) == message.string[0]
            elif message.context:
                assert read.pgettext(message.context, message.id) == message.string
            else:
                assert read.gettext(message.id) == message.string


# The words of the practice, each with what it stands for in the code.
WORDS = {
    "Blow a whistle": "吹哨",
    "whistle": "哨",
    "order": "派遣单",
    "lead": "牵头",
    "assisting": "配合",
    "Acknowledge": "签收",
    "Report on site": "报到",
    "report on site": "报到",
    "Not ours: return": "退单",
    "upheld": "同意",
    "overruled": "驳回",
    "Triage": "研判",
    "criterion": "研判标准",
    "signature": "签字",
    "verify": "核查",
    "Closed": "结案",
    "Reopen": "重开",
    "deadline": "时限",
    "Reminder": "提醒",
    "Overdue": "超时",
    "general": "一般",
    "larger": "较大",
    "major": "重大",
    "assessment": "一哨一考核",
    "Score": "考核",
    "frivolous whistle": "乱吹哨",
    "empty whistle": "吹空哨",
    "responsibility list": "权责清单",
    "post": "任职",
    "department liaison": "部门联络员",
    "community secretary": "社区党组织书记",
    "street secretary": "街道党工委书记",
    "dispatcher": "区网格中心调度员",
    "district leader": "包街区领导",
    "street": "街道",
    "community": "社区",
    "grid": "网格",
    "district": "区县",
}


@pytest.mark.parametrize(("english", "chinese"), WORDS.items())
def test_the_words_are_those_of_the_practice(english, chinese):
    assert chinese in catalog(OURS)[english].string


def test_no_second_word_stands_for_the_same_thing():
    """Half-synonyms that would make a reader ask whether something else is meant."""
    wrong = re.compile(r"哨子|哨声|工单|接单|签到|主办|协办|逾期|截止时间|评估")
    assert [pair for pair in entries(OURS) if wrong.search(pair[1])] == []


# --- who is met in which language ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "language"),
    [
        ("", "zh-hans"),
        ("zh-CN,zh;q=0.9", "zh-hans"),
        ("zh-TW", "zh-hans"),
        ("zh", "zh-hans"),
        ("fr-FR", "zh-hans"),
        ("en-US,en;q=0.9", "en"),
        ("en-GB", "en"),
        ("de, en;q=0.5", "en"),
    ],
)
def test_a_browser_is_answered_in_its_language_and_in_chinese_when_it_has_neither(asked, language):
    page = Client(headers={"accept-language": asked}).get(reverse("login"))
    assert page.headers["Content-Language"] == language
    assert ("街道吹哨，部门报到" in page.text) == (language == "zh-hans")
    assert ("Streets whistle, departments report" in page.text) == (language == "en")


def test_what_somebody_chose_outlasts_what_their_browser_asks_for():
    client = Client(headers={"accept-language": "zh-CN"})
    client.post(reverse("set_language"), {"language": "en", "next": reverse("login")})
    assert "Streets whistle" in client.get(reverse("login")).text


def test_english_does_not_fall_back_to_the_default_language():
    """English has no catalog of ours. It must not borrow that of the default language, which is Chinese."""
    assert settings.LANGUAGE_CODE == "zh-hans"
    with translation.override("en"):
        assert translation.gettext("Acknowledge") == "Acknowledge"
        assert translation.pgettext("of a person", "title") == "title"
        assert translation.ngettext("%(count)d day ago", "%(count)d days ago", 1) == "%(count)d day ago"
        assert translation.ngettext("%(count)d day ago", "%(count)d days ago", 2) == "%(count)d days ago"
