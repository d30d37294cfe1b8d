"""What is sent, in the language of whoever gets it: one message in full, or a digest of many."""

from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common.moments import moment
from dispatch import pages
from dispatch.couriers.outside import Letter
from dispatch.models import Delivery, Preferences

# A digest says this much and leads to the rest.
LINES = 20
LONGEST_TITLE = 240
# What a service may put between title and text, and between lines.
BETWEEN = 2


def letter(delivery: Delivery, *, now: datetime, longest: int, to_device: bool = False) -> Letter:
    """Title and text of a delivery, which take at most `longest` bytes. At most three queries.

    A device is told apart from the text where it leads: to an address on the server that it got it from.
    """
    preferred = Preferences.objects.filter(person=delivery.channel.person_id).values_list("language", flat=True)
    with translation.override(preferred.first() or settings.LANGUAGE_CODE):
        if delivery.test:
            title = _("Shaoxiang: a test message")
            lines = [_("This channel works: “%(name)s”. Your messages will come by it.") % {"name": delivery.channel}]
            page = reverse("channels")
        else:
            title, lines, page = _told(delivery, now)
        ending = [] if to_device or not settings.PUBLIC_URL else [f"{settings.PUBLIC_URL}{page}"]
        if delivery.uncertain:
            ending.insert(0, _("Sending this was interrupted before: you may have got it already."))
        written = _fitting(title, lines, ending, longest)
        return written._replace(address=page, tag=_tag(page)) if to_device else written


def _tag(page: str) -> str:
    """What a notification has in common with one that says the same: of an open page, an earlier try, a digest."""
    return page.strip("/").replace("/", "-")


def _told(delivery: Delivery, now: datetime) -> tuple[str, list[str], str]:
    count = delivery.messages.count()
    newest = list(delivery.messages.for_reading().order_by("-id")[:LINES])
    # Read from above, in the order in which it happened.
    rows = [pages.message(message) for message in reversed(newest)]
    if count == 1:
        [row] = rows
        what = {"what": row["text"]}
        title = _("Shaoxiang, emergency: %(what)s") % what if delivery.urgent else _("Shaoxiang: %(what)s") % what
        return title, [_line(row, now, whole=False)], reverse("message", args=[row["key"]])
    if delivery.urgent:
        title = ngettext("Shaoxiang: %(count)d emergency message", "Shaoxiang: %(count)d emergency messages", count)
    else:
        title = ngettext("Shaoxiang: %(count)d message", "Shaoxiang: %(count)d messages", count)
    lines = [_line(row, now, whole=True) for row in rows]
    if count > len(rows):
        lines.insert(0, _earlier(count - len(rows)))
    return title % {"count": count}, lines, reverse("messages")


def _line(row: dict, now: datetime, *, whole: bool) -> str:
    """A message in one line; not `whole` where the title already says what happened."""
    parts = [row["text"]] if whole else []
    return " · ".join(filter(None, [moment(row["at"], now=now), *parts, row["title"], row["number"]]))


def _earlier(count: int) -> str:
    return ngettext("… and %(count)d earlier message", "… and %(count)d earlier messages", count) % {"count": count}


def _fitting(title: str, lines: list[str], ending: list[str], longest: int) -> Letter:
    """Leaves out lines from above until it fits: what came last, and the link, are worth most."""
    title = _cut(title, min(LONGEST_TITLE, longest // 2))
    while len(lines) > 1 and _size(title, *lines, *ending) > longest:
        lines = lines[1:]
    if len(lines) == 1:
        lines = [_cut(lines[0], longest - _size(title, *ending) - BETWEEN)]
    return Letter(title, "\n".join(filter(None, [*lines, *ending])))


def _size(*parts: str) -> int:
    return sum(len(part.encode()) + BETWEEN for part in parts)


def _cut(text: str, longest: int) -> str:
    """So much of a text as fits into so many bytes."""
    return text.encode()[: max(longest, 0)].decode(errors="ignore")
