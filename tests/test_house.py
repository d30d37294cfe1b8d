"""The rules of the house that a program can check."""

import re
from pathlib import Path

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

ROOT = Path(__file__).parent.parent
APPS = ("common", "grid", "whistle", "dispatch", "assessment")
PUBLIC = {
    "/login/",
    "/healthz",
    "/manifest.webmanifest",
    "/sw.js",
    "/outbox/",
    "/i18n/setlang/",
    "/api/v1/token/",
    "/api/schema/",
    "/api/docs/",
    "/admin/login/",
}
# What stands for the variable parts of addresses.
SAMPLES = {"number": "530102-20261123-0001", "action": "sign", "pk": "1", "code": "530102", "name": "x"}


def addresses(patterns, prefix="/"):
    for pattern in patterns:
        route = prefix + re.sub(
            r"<(?:\w+:)?(\w+)>", lambda found: SAMPLES.get(found[1], "1"), str(pattern.pattern)
        ).replace("^", "").replace("$", "").replace("\\Z", "")
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern.url_patterns, route)
        elif isinstance(pattern, URLPattern):
            yield route


def test_everything_is_closed_to_strangers_but_what_is_listed_here(client, db):
    opened = set()
    for address in addresses(get_resolver().url_patterns):
        if "(" in address or not address.isascii():
            continue  # the admin's catch-all
        for method in (client.get, client.post):
            answer = method(address)
            turned_away = answer.status_code in (401, 403) or (
                answer.status_code == 302 and "/login/" in answer.headers["Location"]
            )
            if not turned_away:
                opened.add(address)
    assert opened == PUBLIC


def sources(*apps):
    for app in apps:
        for path in sorted((ROOT / app).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path, path.read_text()


@pytest.mark.parametrize("app", APPS)
def test_there_are_no_signals_of_our_own(app):
    for path, text in sources(app):
        assert "django.dispatch" not in text, path
        assert "db.models.signals" not in text, path


def test_services_import_no_tasks_and_no_views():
    for path, text in sources(*APPS):
        if "services" in path.parts or path.name == "services.py":
            assert not re.search(r"^(from|import) .*\b(tasks|views|api)\b", text, re.MULTILINE), path


def test_tasks_are_short():
    for path, text in sources(*APPS):
        if path.name == "tasks.py":
            bodies = re.findall(r"@shared_task\ndef .*?:\n((?:    .*\n)+)", text)
            assert bodies, path
            assert all(len(body.splitlines()) <= 6 for body in bodies), path


def test_no_module_is_longer_than_four_hundred_lines():
    long = [str(path) for path, text in sources(*APPS, "config", "ground", "bench") if text.count("\n") > 400]
    assert long == []


def test_pages_load_nothing_from_outside_the_server():
    for path in [*(ROOT / "templates").rglob("*.html"), *(ROOT / "static/css").rglob("*.css")]:
        loaded = re.findall(r"(?:src|href|url\()\s*=?\s*[\"']?(https?:)?//[^\"')\s]+", path.read_text())
        assert not loaded, path


def test_only_services_write_the_state_of_whistles_and_orders():
    for path, text in sources(*APPS):
        if "services" not in path.parts and path.name != "services.py":
            assert not re.search(r"\.state = (?!=)", text), path
