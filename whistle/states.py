"""The lives of whistles, leads and letters: their states, named sets of them, and the tables of moves."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class WhistleState(TextChoices):
    DRAFT = "draft", _("Draft")
    SIGNING = "signing", _("Awaiting signatures")
    FILED = "filed", _("Awaiting triage")
    RETURNED = "returned", _("Returned to the street")
    DECLINED = "declined", _("Declined")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    ESCALATED = "escalated", _("Escalated to the city")
    DISPATCHED = "dispatched", _("Being handled")
    HANDLED = "handled", _("Awaiting verification")
    VERIFIED = "verified", _("Awaiting scores")
    CLOSED = "closed", _("Closed")


S = WhistleState

# Somebody still has to do something.
OPEN = (S.DRAFT, S.SIGNING, S.FILED, S.RETURNED, S.ESCALATED, S.DISPATCHED, S.HANDLED, S.VERIFIED)
# The street has it in hand and may still change what it says.
WITH_THE_STREET = (S.DRAFT, S.RETURNED)
# It has been blown: others know of it.
BLOWN = (S.FILED, S.RETURNED, S.DECLINED, S.ESCALATED, S.DISPATCHED, S.HANDLED, S.VERIFIED, S.CLOSED)
# Taken back, or not accepted: what led to it stands where it stood.
CAME_TO_NOTHING = (S.WITHDRAWN, S.DECLINED)
# The departments have been called and it is not over.
UNDER_WAY = (S.DISPATCHED, S.HANDLED, S.VERIFIED)

MOVES = {
    S.DRAFT: {S.SIGNING, S.FILED, S.WITHDRAWN},
    S.SIGNING: {S.FILED, S.DRAFT, S.WITHDRAWN},
    S.FILED: {S.DISPATCHED, S.RETURNED, S.DECLINED, S.ESCALATED, S.WITHDRAWN},
    S.RETURNED: {S.SIGNING, S.FILED, S.WITHDRAWN},
    S.ESCALATED: {S.FILED},
    S.DISPATCHED: {S.HANDLED},
    S.HANDLED: {S.VERIFIED, S.DISPATCHED},
    S.VERIFIED: {S.CLOSED},
    S.CLOSED: {S.FILED},
    S.DECLINED: set(),
    S.WITHDRAWN: set(),
}


class SignOffKind(TextChoices):
    BEFORE = "before", _("before filing")
    AFTER = "after", _("after filing")
    NONE = "none", _("not asked for")


class Level(TextChoices):
    GENERAL = "general", _("general")
    LARGER = "larger", _("larger")
    MAJOR = "major", _("major")


class Source(TextChoices):
    STREET = "street", _("found by the street")
    GRID = "grid", _("grid patrol")
    RESIDENT = "resident", _("reported by residents")
    HOTLINE = "hotline", _("12345 hotline")
    INSPECTION = "inspection", _("inspection")
    VIDEO = "video", _("video")
    MEDIA = "media", _("media")
    LEADER = "leader", _("a leader's note")


class Ruling(TextChoices):
    FRIVOLOUS = "frivolous", _("frivolous whistle")
    EMPTY = "empty", _("empty whistle")


class Satisfaction(TextChoices):
    """What residents say when they are called back."""

    SATISFIED = "satisfied", _("satisfied")
    FAIRLY = "fairly", _("fairly satisfied")
    NOT = "not", _("not satisfied")


class LeadState(TextChoices):
    OPEN = "open", pgettext_lazy("of a lead", "To be solved")
    SOLVED = "solved", pgettext_lazy("of a lead", "Solved")
    WHISTLED = "whistled", pgettext_lazy("of a lead", "Turned into a whistle")


LEAD_MOVES = {
    LeadState.OPEN: {LeadState.SOLVED, LeadState.WHISTLED},
    # The whistle was taken back or declined before it called anybody.
    LeadState.WHISTLED: {LeadState.OPEN},
    LeadState.SOLVED: set(),
}


class Holder(TextChoices):
    """Who has a lead in hand: small things end in the grid, larger ones in the community, hard ones in the street."""

    GRID = "grid", _("the grid")
    COMMUNITY = "community", _("the community")
    STREET = "street", _("the street")


# From below upwards.
HOLDERS = list(Holder)


class LetterState(TextChoices):
    SENT = "sent", pgettext_lazy("of a letter", "Awaiting the reply")
    ANSWERED = "answered", pgettext_lazy("of a letter", "Replied: the outcome is to be stated")
    CLOSED = "closed", pgettext_lazy("of a letter", "Closed")
    WITHDRAWN = "withdrawn", pgettext_lazy("of a letter", "Withdrawn")


# Somebody still has to do something.
LETTER_OPEN = (LetterState.SENT, LetterState.ANSWERED)

LETTER_MOVES = {
    LetterState.SENT: {LetterState.ANSWERED, LetterState.WITHDRAWN},
    LetterState.ANSWERED: {LetterState.CLOSED},
    LetterState.CLOSED: set(),
    LetterState.WITHDRAWN: set(),
}


class Outcome(TextChoices):
    """What became of the advice, as the street or community that gave it sees it."""

    ADOPTED = "adopted", _("adopted")
    PARTLY = "partly", _("partly adopted")
    NOT_ADOPTED = "not_adopted", _("not adopted")
