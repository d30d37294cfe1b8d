"""What the pages of advice letters are made of."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dispatch import pages
from dispatch.letter_actions import letter_actions
from whistle.models import EventKind
from whistle.states import LetterState

L = LetterState
AWAITED = {
    L.SENT: gettext_lazy("The department replies within its clock."),
    L.ANSWERED: gettext_lazy("The department has replied: whoever sent it says what became of the advice."),
    L.CLOSED: gettext_lazy("The outcome is stated. Nothing more will happen."),
    L.WITHDRAWN: gettext_lazy("It was taken back. Nothing more will happen."),
}


def letter_bar(person, letter):
    return pages.bar(letter_actions, person, letter)


def awaited(letter):
    """Where a letter stands, in a sentence."""
    return AWAITED[LetterState(letter.state)]


def photos_of_letter(letter):
    """What came with the letter itself, as `whole_letter` loads it."""
    return pages.shown(
        photo for event in letter.events.all() if event.kind == EventKind.LETTER_SENT for photo in event.photos.all()
    )


def letter_card(letter, *, now=None):
    """A letter as `components/case_card.html` shows it; with its department and as `with_urgency` leaves it."""
    note = [
        _("%(sender)s to %(department)s") % {"sender": letter.sender_name, "department": letter.department},
        letter.get_outcome_display(),
        _("demonstration") if letter.demonstration else "",
    ]
    return {
        "number": letter.number,
        "title": letter.title,
        "url": reverse("letter", args=[letter.number]),
        "place": letter.place,
        "level_code": "general",
        "state_code": letter.state,
        "state_label": letter.get_state_display(),
        "since": letter.sent_at,
        "clock": letter.urgent,
        "note": " · ".join(str(part) for part in note if part),
    }
