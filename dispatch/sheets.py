"""Whistles, orders, leads, letters and messages as lines of a table file; see `common.sheets`."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dispatch import pages
from dispatch.models import Message, Order
from whistle.models import AdviceLetter, Lead, Whistle

WHISTLE_TITLES = (
    *(gettext_lazy("Number"), gettext_lazy("Title"), gettext_lazy("Type"), gettext_lazy("Level")),
    *(gettext_lazy("State"), gettext_lazy("Place"), gettext_lazy("Drafted"), gettext_lazy("Filed")),
    *(gettext_lazy("Closed"), gettext_lazy("Drill"), gettext_lazy("Demonstration")),
)


def whistle_line(whistle: Whistle) -> list[Any]:
    """A whistle as a line of a file."""
    return [
        *(whistle.number, whistle.title, whistle.type, whistle.get_level_display(), whistle.get_state_display()),
        *(whistle.place, whistle.created_at, whistle.filed_at, whistle.closed_at),
        *(yes_no(whistle.drill), yes_no(whistle.demonstration)),
    ]


ORDER_TITLES = (
    *(gettext_lazy("Number"), gettext_lazy("Title"), gettext_lazy("Place"), gettext_lazy("Department")),
    *(gettext_lazy("Role"), gettext_lazy("State"), gettext_lazy("Sent"), gettext_lazy("Acknowledged")),
    *(gettext_lazy("On site"), gettext_lazy("Finished"), gettext_lazy("Next due")),
)


def order_line(order: Order) -> list[Any]:
    """An order as a line of a file; with its clocks."""
    clock, whistle = pages.most_urgent(order.deadlines.all()), order.whistle
    return [
        *(order.number, whistle.titled, whistle.place, order.department, order.get_role_display()),
        *(order.get_state_display(), order.sent_at, order.acknowledged_at, order.on_site_at, order.finished_at),
        clock and clock.due_at,
    ]


LEAD_TITLES = (
    *(gettext_lazy("Number"), gettext_lazy("Title"), gettext_lazy("State"), gettext_lazy("In hand of")),
    *(gettext_lazy("Hard"), gettext_lazy("Source"), gettext_lazy("Place"), gettext_lazy("Reported")),
    *(gettext_lazy("Reported by"), gettext_lazy("Ticket of the hotline"), gettext_lazy("Answer wanted by")),
    *(gettext_lazy("Solved at"), gettext_lazy("How it was solved"), gettext_lazy("Demonstration")),
)


def lead_line(lead: Lead) -> list[Any]:
    """A lead as a line of a file. Whom to call back is for its own page."""
    return [
        *(lead.number, lead.title, lead.get_state_display(), lead.get_holder_display()),
        *(yes_no(lead.hard), lead.get_source_display(), lead.place, lead.reported_at),
        *(lead.reported_by, lead.hotline_number, lead.answer_by, lead.solved_at, lead.answer),
        yes_no(lead.demonstration),
    ]


LETTER_TITLES = (
    *(gettext_lazy("Number"), gettext_lazy("Subject"), gettext_lazy("State"), gettext_lazy("Sender")),
    *(gettext_lazy("Department"), gettext_lazy("Place"), gettext_lazy("Sent"), gettext_lazy("Text")),
    *(gettext_lazy("Replied at"), gettext_lazy("Reply"), gettext_lazy("Outcome"), gettext_lazy("Demonstration")),
)


def letter_line(letter: AdviceLetter) -> list[Any]:
    """An advice letter as a line of a file; with its department."""
    return [
        *(letter.number, letter.title, letter.get_state_display(), letter.sender_name, letter.department),
        *(letter.place, letter.sent_at, letter.text, letter.replied_at, letter.reply, letter.get_outcome_display()),
        yes_no(letter.demonstration),
    ]


MESSAGE_TITLES = (
    *(gettext_lazy("At"), gettext_lazy("Message"), gettext_lazy("Title"), gettext_lazy("Number")),
    *(gettext_lazy("Note"), gettext_lazy("Read at")),
)


def message_line(message: Message) -> list[Any]:
    """A message as a line of a file; as `queries.inbox_of` loads it."""
    said = pages.message(message)
    return [said["at"], said["text"], said["title"], said["number"], said["note"], message.read_at]


def yes_no(value: bool) -> str:
    return _("yes") if value else _("no")
