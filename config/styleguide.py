"""The style page: every component in all its states, in either language, light or dark. For staff."""

from functools import cache
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.contrib import messages as notices
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from config.samples import SAMPLES, SHEETS, Bench

COMPONENTS = Path(settings.BASE_DIR) / "templates" / "components"
THEMES = ("light", "dark")


class Said(NamedTuple):
    """What the head of a component's file says: what it is, and what it takes."""

    purpose: str
    variables: str


@cache
def names():
    return sorted(path.stem for path in COMPONENTS.glob("*.html"))


def said_of(name):
    """Read from the file each time, so that the page is as right as the file."""
    lines = []
    for line in (COMPONENTS / f"{name}.html").read_text(encoding="utf-8").splitlines():
        if not line.startswith("{#"):
            break
        lines.append(line.removeprefix("{#").removesuffix("#}").strip())
    purpose, _word, variables = " ".join(lines).partition("Variables:")
    return Said(purpose.strip(), variables.strip())


@require_http_methods(["GET", "POST"])
def styleguide(request, name=""):
    """A sheet of components, or one component in both languages, light and dark beside one another.

    `sheet` in the address: one of SHEETS, the first without. The forms of samples are sent here too, and do nothing.
    Refused to whoever is not staff; Http404 for a component or a sheet that is not there.
    """
    if not request.user.is_staff:
        raise PermissionDenied
    if name and name not in SAMPLES:
        raise Http404
    if request.method == "POST":
        notices.info(request, _("This was a sample: nothing was done."))
        return redirect(request.path)
    if name:
        return render(request, "styleguide/component.html", _one(request, name))
    return render(request, "styleguide/all.html", _sheet(request, request.GET.get("sheet", next(iter(SHEETS)))))


def _sheet(request, sheet):
    if sheet not in SHEETS:
        raise Http404
    here = [name for name in names() if SAMPLES[name].sheet == sheet]
    return {
        "sheets": [{"name": name, "label": label, "active": name == sheet} for name, label in SHEETS.items()],
        "index": [{"name": name, "sheet": SAMPLES[name].sheet} for name in names()],
        "components": [_entry(request, name, translation.get_language()) for name in here],
        **_loads(here),
    }


def _one(request, name):
    views = []
    for language, _name in settings.LANGUAGES:
        own_name = translation.get_language_info(language)["name_local"]
        with translation.override(language):
            views += [
                {"language": language, "own_name": own_name, "theme": theme, **_entry(request, name, language, theme)}
                for theme in THEMES
            ]
    head = {"name": name, "said": said_of(name), "use": SAMPLES[name].use, "reader": translation.get_language()}
    return {**head, "views": views, **_loads([name])}


def _entry(request, name, language, theme=""):
    bench = Bench(now=request.received_at, prefix=f"{name}-{language}{theme}".lower())
    samples = [
        {"title": str(title), "html": render_to_string(f"components/{name}.html", variables, request)}
        for title, variables in SAMPLES[name].make(bench)
    ]
    return {"name": name, "said": said_of(name), "use": SAMPLES[name].use, "samples": samples}


def _loads(shown):
    """The scripts and styles that these components need, each once and in the order they need."""
    scripts = dict.fromkeys(script for name in shown for script in SAMPLES[name].scripts)
    styles = dict.fromkeys(style for name in shown for style in SAMPLES[name].styles)
    return {"scripts": list(scripts), "styles": list(styles)}
