"""The life of an accountability record."""

from django.db.models import TextChoices
from django.utils.translation import pgettext_lazy


class AccountabilityState(TextChoices):
    OPEN = "open", pgettext_lazy("of an accountability record", "In force")
    APPEALED = "appealed", pgettext_lazy("of an accountability record", "Appealed")
    UPHELD = "upheld", pgettext_lazy("of an accountability record", "Upheld")
    REVERSED = "reversed", pgettext_lazy("of an accountability record", "Reversed")


A = AccountabilityState

# Whoever let the term pass has accepted it: the record stays in force.
ACCOUNTABILITY_MOVES = {
    A.OPEN: {A.APPEALED},
    A.APPEALED: {A.UPHELD, A.REVERSED},
    A.UPHELD: set(),
    A.REVERSED: set(),
}
# Held against the person. An appeal alone changes nothing.
STANDING = (A.OPEN, A.APPEALED, A.UPHELD)
DECIDED = (A.UPHELD, A.REVERSED)
