"""Nonsense in a setting stops the start with a sentence that names it."""

from ipaddress import ip_network

import pytest
from django.core.exceptions import ImproperlyConfigured

from common import env


@pytest.mark.parametrize(
    ("given", "read"),
    [
        ("", ""),
        ("https://shaoxiang.example.org", "https://shaoxiang.example.org"),
        ("http://10.1.1.1:8000/", "http://10.1.1.1:8000"),
        ("https://example.org/shaoxiang/", "https://example.org/shaoxiang"),
    ],
)
def test_a_web_address_is_read_without_its_last_stroke(monkeypatch, given, read):
    monkeypatch.setenv("PUBLIC_URL", given)
    assert env.address("PUBLIC_URL") == read


def test_an_address_that_asks_something_is_taken_as_it_stands(monkeypatch):
    monkeypatch.setenv("AUDIT_PING_URL", "https://example.org/ping/?who=shaoxiang")
    assert env.address("AUDIT_PING_URL", query=True) == "https://example.org/ping/?who=shaoxiang"
    with pytest.raises(ImproperlyConfigured, match="AUDIT_PING_URL"):
        env.address("AUDIT_PING_URL")


@pytest.mark.parametrize("given", ["example.org", "ftp://example.org", "https://", "https://example.org/?x=1"])
def test_what_is_no_web_address_is_refused(monkeypatch, given):
    monkeypatch.setenv("PUBLIC_URL", given)
    with pytest.raises(ImproperlyConfigured, match="PUBLIC_URL"):
        env.address("PUBLIC_URL")


def test_ends_of_connections_are_addresses_or_networks_with_a_port(monkeypatch):
    monkeypatch.setenv("CHANNEL_INTRANET", "10.20.0.5:25, 10.30.0.0/24:8080,[fd00::1]:25")
    assert env.endpoints("CHANNEL_INTRANET") == [
        (ip_network("10.20.0.5"), 25),
        (ip_network("10.30.0.0/24"), 8080),
        (ip_network("fd00::1"), 25),
    ]


@pytest.mark.parametrize("given", ["10.20.0.5", "mail.example.org:25", "10.20.0.5:0", "10.20.0.5:x", "10.20.0.5/8:1"])
def test_an_end_that_is_not_clear_is_refused(monkeypatch, given):
    monkeypatch.setenv("CHANNEL_INTRANET", given)
    with pytest.raises(ImproperlyConfigured, match="CHANNEL_INTRANET"):
        env.endpoints("CHANNEL_INTRANET")


TILES = "https://t{s}.example.org/{z}/{x}/{y}?tk={key}"


def test_the_address_of_tiles_gets_its_key_and_keeps_what_browsers_fill_in(monkeypatch):
    monkeypatch.setenv("MAP_TILES", TILES)
    assert env.tiles("MAP_TILES", key="secret") == "https://t{s}.example.org/{z}/{x}/{y}?tk=secret"
    monkeypatch.delenv("MAP_TILES")
    assert env.tiles("MAP_TILES") == ""


@pytest.mark.parametrize(
    "given", ["https://example.org/", "/{z}/{x}/{y}", "ftp://a/{z}/{x}/{y}", "https://a/{z}/{x}/{y}/{token}", TILES]
)
def test_an_address_of_tiles_that_no_browser_could_use_is_refused(monkeypatch, given):
    monkeypatch.setenv("MAP_TILES", given)
    with pytest.raises(ImproperlyConfigured, match="MAP_TILES"):
        env.tiles("MAP_TILES")


def test_a_word_that_is_no_choice_is_refused(monkeypatch):
    monkeypatch.setenv("MAP_DATUM", "bd09")
    with pytest.raises(ImproperlyConfigured, match="wgs84, gcj02"):
        env.choice("MAP_DATUM", "wgs84", ("wgs84", "gcj02"))
