"""The manual inside the product: docs/manual as pages, in the reader's language.

All text comes from files of this repository, so what is drawn holds nothing that anybody typed.
"""

import re
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from django.conf import settings
from django.http import Http404
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST
from markdown import Markdown
from markdown.extensions import Extension
from markdown.extensions.toc import slugify
from markdown.treeprocessors import Treeprocessor
from PIL import Image

from config.manual import EXPLAINED, FIRST, HINTS, PAGES
from grid.models import Role
from grid.services import understand_hint

FOLDER = Path(settings.BASE_DIR) / "docs" / "manual"
HEADING = re.compile(r"^##+ (.+)$", re.MULTILINE)


class Page(NamedTuple):
    """A page as it is shown: `summary` is its first paragraph as text, `html` all below the title."""

    slug: str
    title: str
    summary: str
    html: str
    contents: list[dict[str, Any]]


class _Addresses(Treeprocessor):
    """What files call one another is what pages are called here; pictures tell their size, so that nothing jumps."""

    def run(self, root):
        for link in root.iter("a"):
            name, is_page, anchor = link.get("href").partition(".md")
            if is_page:
                link.set("href", reverse("help-page", args=[name]) + anchor)
        for picture in root.iter("img"):
            source = picture.get("src")
            with Image.open(FOLDER / "zh" / source) as image:
                width, height = image.size
            picture.set("src", static(source.removeprefix("../../images/")))
            picture.attrib |= {"width": str(width), "height": str(height)}


class _OurAddresses(Extension):
    def extendMarkdown(self, md):
        md.treeprocessors.register(_Addresses(md), "our-addresses", 1)


def source(slug, language):
    return (FOLDER / language / f"{slug}.md").read_text(encoding="utf-8")


@cache
def anchors(slug):
    """The names of a page's headings, in order, by their English words: so a link holds in either language."""
    return [slugify(heading, "-") for heading in HEADING.findall(source(slug, "en"))]


@cache
def read(slug, language):
    """A page of PAGES in a language of the manual, zh or en."""
    title, _line, text = source(slug, language).removeprefix("# ").partition("\n")
    names = iter(anchors(slug))
    toc = {"slugify": lambda heading, separator: next(names), "toc_depth": "2-2"}
    markdown = Markdown(extensions=["tables", "toc", _OurAddresses()], extension_configs={"toc": toc})
    html = markdown.convert(text)
    summary = re.sub(r"<[^>]+>", "", html.partition("</p>")[0]).strip()
    return Page(slug, title.strip(), summary, html, markdown.toc_tokens)


def _read(slug):
    return read(slug, "en" if get_language() == "en" else "zh")


def pages_for(person):
    """The pages of this person's roles, which come first, with the one for everybody; and all others."""
    mine = [slug for slug, roles in PAGES.items() if slug == "start" or person.holds(*roles)]
    return mine, [slug for slug in PAGES if slug not in mine]


def explains(match, person):
    """The address that explains the page somebody is on (`match`, or None): a heading, or the list of the manual."""
    act = f"{match.view_name}/{match.kwargs.get('action', '')}" if match else ""
    where = EXPLAINED.get(act, EXPLAINED.get(match.view_name) if match else None)
    if where is None:
        return reverse("help")
    slug, stroke, anchor = (where or _first_of(person)).partition("#")
    return reverse("help-page", args=[slug]) + stroke + anchor


def _first_of(person):
    return next((FIRST[post.role] for post in person.posts_now), "start")


def hint_for(person):
    """What somebody should do first in a role of theirs, as `components/hint.html` shows it; None once understood."""
    role = next((Role(post.role) for post in person.posts_now if not post.understood), None)
    return role and {
        "title": _("New here as a %(role)s?") % {"role": role.label},
        "text": HINTS[role],
        "url": reverse("help-page", args=[FIRST[role]]),
        "understood": reverse("hint-understood", args=[role]),
    }


@require_POST
def hint_understood(request, role):
    """The hint for a role of one's own is not shown again; back to the workbench. Http404 for another role."""
    if not request.user.holds(role):
        raise Http404
    understand_hint(role, by=request.user, at=request.received_at)
    return redirect("workbench")


@require_GET
def contents(request):
    """Which pages are there; first those for the reader's own roles."""
    mine, others = ([_read(slug) for slug in slugs] for slugs in pages_for(request.user))
    return render(request, "help/contents.html", {"mine": mine, "others": others})


@require_GET
def page(request, slug):
    """One page of the manual, with the ones before and after it. Http404 for one that is not there."""
    if slug not in PAGES:
        raise Http404
    slugs = list(PAGES)
    at = slugs.index(slug)
    before = _read(slugs[at - 1]) if at else None
    after = _read(slugs[at + 1]) if at + 1 < len(slugs) else None
    return render(request, "help/page.html", {"manual": _read(slug), "before": before, "after": after})
