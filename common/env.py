"""Reads the environment and refuses nonsense, naming the variable and what it may hold."""

import os
import re
from base64 import urlsafe_b64decode
from ipaddress import ip_network
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

YES = {"1", "true", "yes", "on"}
NO = {"0", "false", "no", "off", ""}


def text(name, default=None):
    """The variable as it stands; without it `default`, and without that a refusal."""
    value = os.environ.get(name) or default
    if value is None:
        raise ImproperlyConfigured(f"{name} must be set.")
    return value


def flag(name, default=False):
    value = os.environ.get(name)
    if value is None:
        return default
    if value.lower() in YES:
        return True
    if value.lower() in NO:
        return False
    raise ImproperlyConfigured(f"{name} is {value!r}; it may be 1 or 0.")


def number(name, default, *, low, high):
    """A whole number within `low`..`high`, both included."""
    value = os.environ.get(name)
    if not value:
        return default
    try:
        result = int(value)
    except ValueError:
        raise ImproperlyConfigured(f"{name} is {value!r}; it must be a whole number.") from None
    if not low <= result <= high:
        raise ImproperlyConfigured(f"{name} is {result}; it must be within {low}..{high}.")
    return result


def secret(name):
    """What nobody may guess: empty, or at least 16 printable characters without a blank."""
    value = os.environ.get(name) or ""
    if value and (len(value) < 16 or not value.isascii() or not value.isprintable() or " " in value):
        raise ImproperlyConfigured(f"{name} must have at least 16 letters, digits or signs, and no blank.")
    return value


def items(name, default=()):
    """A comma-separated list without blanks."""
    value = os.environ.get(name)
    if value is None:
        return list(default)
    return [part.strip() for part in value.split(",") if part.strip()]


def address(name, *, query=False):
    """A web address without its last stroke, “https://shaoxiang.example.org”; empty without the variable.

    With `query` it is taken as it stands, and may ask something: “https://example.org/ping?who=shaoxiang”.
    """
    value = os.environ.get(name) or ""
    parts = urlsplit(value)
    asks = parts.fragment or (parts.query and not query)
    if value and not (parts.scheme in ("http", "https") and parts.hostname and not asks):
        raise ImproperlyConfigured(f"{name} is {value!r}; it must begin with http:// or https:// and name a host.")
    return value if query else value.rstrip("/")


def choice(name, default, among):
    """One of the words `among`."""
    value = os.environ.get(name) or default
    if value not in among:
        raise ImproperlyConfigured(f"{name} is {value!r}; it may be one of: {', '.join(among)}.")
    return value


# What a browser fills in for each tile: zoom, column, row, and which of several hosts.
IN_TILES = {"z", "x", "y", "s"}


def tiles(name, *, key=""):
    """The address of the tiles of a map, with `{z}`, `{x}`, `{y}` and perhaps `{s}` in it; empty without the variable.

    `{key}` in it becomes `key`, which then must not be empty.
    """
    value = os.environ.get(name) or ""
    names = re.findall(r"\{([^{}]*)\}", value)
    if value and not (re.match(r"https?://[^/]", value) and {"z", "x", "y"} <= set(names) <= IN_TILES | {"key"}):
        raise ImproperlyConfigured(
            f"{name} is {value!r}; it must begin with http:// or https:// and hold {{z}}, {{x}} and {{y}}."
        )
    if "key" in names and not key:
        raise ImproperlyConfigured(f"{name} holds {{key}}; set MAP_KEY, too.")
    return value.replace("{key}", key)


def endpoints(name):
    """A comma-separated list of `address:port`, with a network for an address if need be, as (network, port).

    `10.20.0.5:25, 10.30.0.0/24:8080, [fd00::1]:25`; names are not taken, because what they mean can change.
    """
    found = []
    for part in items(name):
        host, _, port = part.rpartition(":")
        try:
            if not re.fullmatch(r"[0-9]{1,5}", port) or not 0 < int(port) < 65536:
                raise ValueError
            found.append((ip_network(host.strip("[]")), int(port)))
        except ValueError:
            raise ImproperlyConfigured(
                f"{name} holds {part!r}; write an address or network and a port, as in 10.20.0.5:25."
            ) from None
    return found


def push_keys(private, public, contact):
    """The pair of keys by which push services know us, and whom they may ask about it: three variables, or none.

    As `manage.py make_push_keys` prints them: base64 of 32 and 65 bytes; the contact is a `mailto:` or web address.
    """
    names = (private, public, contact)
    values = tuple(os.environ.get(name) or "" for name in names)
    if any(values) and not all(values):
        raise ImproperlyConfigured(f"{', '.join(names)} belong together: set all of them, or none.")
    # Never their values: one of them is a secret.
    for name, value, length in ((private, values[0], 32), (public, values[1], 65)):
        if value and not _holds_bytes(value, length):
            raise ImproperlyConfigured(f"{name} is no such key; `manage.py make_push_keys` makes a pair.")
    if values[2] and not re.fullmatch(r"mailto:[^@\s]+@[^@\s]+|https://[^/\s]+\S*", values[2]):
        raise ImproperlyConfigured(f"{contact} must be mailto:somebody@example.org or begin with https://.")
    return values


def _holds_bytes(value, length):
    """Whether a text is so many bytes in base64 for addresses, without its padding."""
    if not re.fullmatch(r"[A-Za-z0-9_-]+", value):
        return False
    try:
        return len(urlsafe_b64decode(value + "=" * (-len(value) % 4))) == length
    except ValueError:
        return False


def folder(name, default):
    return Path(os.environ.get(name) or default).expanduser().resolve()


def database(url):
    """Django's settings for a `postgres://user:password@host:port/name` URL.

    A Unix socket's folder is given as `?host=/folder`, as libpq writes it.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ImproperlyConfigured("DATABASE_URL must begin with postgres:// or postgresql://.")
    name = unquote(parts.path.lstrip("/"))
    if not name:
        raise ImproperlyConfigured("DATABASE_URL names no database.")
    options = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", None) or unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "OPTIONS": options,
    }
