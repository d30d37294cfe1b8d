"""Samples of every component, for the style page: each in all its states, made from the component itself.

A function per file of templates/components, in the words of the product; what people would have written is Chinese, as
everywhere. It takes a `Bench` and yields `(title, variables)`; `use` says when the component is the right one.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.functional import Promise

from dispatch.states import ClockKind

TITLE = "虹山东路黑臭水外溢"
PLACE = "丰宁街道虹山社区 · 虹山东路60号"
NUMBER = "530102-20261123-0001"
DISTRICT = "530102"


@dataclass(frozen=True)
class Bench:
    """On what samples are made: the moment, and a prefix that keeps the ids of two renderings apart."""

    now: datetime
    prefix: str

    @property
    def here(self):
        """Where the links and forms of samples lead: back to the style page."""
        return reverse("styleguide")

    def clock(self, left, *, kind=ClockKind.REPORT, whole=60, **others):
        """A clock of `whole` minutes of which `left` are left."""
        due = self.now + timedelta(minutes=left)
        given = {"start_at": due - timedelta(minutes=whole), "due_at": due, "met_at": None, "state": "running"}
        given |= {"share_used": None, "provisional": False, "kind_label": str(kind.label)}
        return SimpleNamespace(**{**given, **others})

    def met(self, left):
        """A clock that was met with so many minutes left; fewer than nought: late."""
        at = self.now - timedelta(minutes=20)
        due = at + timedelta(minutes=left)
        return self.clock(0, due_at=due, start_at=due - timedelta(hours=1), met_at=at, state="met")

    def form(self, kind, data=None):
        return kind(data, auto_id=f"{self.prefix}-%s", prefix=self.prefix)

    def act(self, name, label, *, primary=False, tone="", form=None):
        act = {"name": name, "label": label, "primary": primary, "tone": tone, "url": self.here}
        return act | {"form": form or forms.Form(), "idempotency_key": f"{self.prefix}-{name}"}


Make = Callable[[Bench], Iterable[tuple[str | Promise, dict[str, Any]]]]


@dataclass(frozen=True)
class Samples:
    """When a component is the right one, and what it looks like. `sheet`: the module here in which it stands."""

    use: str | Promise
    make: Make
    sheet: str
    # What the page must load for it, beside what every page loads.
    scripts: tuple[str, ...] = ()
    styles: tuple[str, ...] = ()


SAMPLES: dict[str, Samples] = {}


def component(use, *, scripts=(), styles=()):
    """Takes a function in as the samples of the component of its name."""

    def take_in(make):
        sheet = make.__module__.rpartition(".")[2]
        SAMPLES[make.__name__] = Samples(use, make, sheet, scripts, styles)
        return make

    return take_in
