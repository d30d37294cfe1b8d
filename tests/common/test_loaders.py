"""Pages are read without the indentation of their lines; nothing that is read by people depends on it."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template import Engine
from django.template.loader import get_template

TEMPLATES = sorted(Path(settings.BASE_DIR, "templates").rglob("*.html"))


@pytest.fixture
def source(tmp_path):
    """What the engine of the pages compiles, of a file with this name and text."""

    def read(name, text):
        (tmp_path / name).write_text(text)
        return Engine(dirs=[tmp_path], loaders=["common.loaders.Flush"]).get_template(name).source

    return read


def test_lines_lose_their_indentation_and_keep_their_numbers(source):
    assert source("page.html", "<p>\n    a  b\n\n\t<b>c</b>\n</p>\n") == "<p>\na  b\n\n<b>c</b>\n</p>\n"


def test_the_pages_are_read_so():
    assert "\n  " not in get_template("base.html").template.source


def test_what_is_no_page_stays_as_it_is(source):
    assert source("mail.txt", "a\n    b\n") == "a\n    b\n"


def test_no_page_holds_preformatted_text():
    assert [path.name for path in TEMPLATES if re.search(r"<(pre|textarea)\b", path.read_text())] == []


def test_sentences_over_several_lines_are_trimmed():
    several = re.compile(r"{% blocktrans(?:late)?\b(?![^%]*trimmed)[^%]*%}[^{]*\n")
    assert [path.name for path in TEMPLATES if several.search(path.read_text())] == []
