"""What a phone says of when an act was made without a network; the server's own time decides every clock.

The claim travels as the field `claimed_at`, is kept beside the act as it was said, and is shown as a claim.
"""

from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from common.errors import Invalid
from common.fields import MomentField
from common.moments import moment

FIELD = "claimed_at"
# What is older than this, or comes from the future, tells more of the phone's clock than of the act.
LONGEST = timedelta(hours=24)
CLOCKS_DIFFER = timedelta(minutes=5)


def claim_in(data):
    """The phone's claim among what was sent, with its time zone; None where there is none. Refuses with Invalid."""
    try:
        return MomentField(required=False).clean(data.get(FIELD))
    except ValidationError as error:
        raise Invalid(fields={FIELD: error.messages}) from error


def kept(claimed_at):
    """What an event keeps of it."""
    return {FIELD: claimed_at.isoformat()} if claimed_at else {}


def is_plausible(claimed_at, received_at):
    return received_at - LONGEST <= claimed_at <= received_at + CLOCKS_DIFFER


def in_words(data, received_at):
    """The claim among an event's data as a list of at most one part."""
    if FIELD not in data:
        return []
    claimed_at = datetime.fromisoformat(data[FIELD])
    said = {"claimed": moment(claimed_at, now=received_at, short=True)}
    said["received"] = moment(received_at, now=received_at, short=True)
    if is_plausible(claimed_at, received_at):
        return [_("made without a network: the phone says %(claimed)s; received %(received)s") % said]
    return [
        _("made without a network: the phone says %(claimed)s, which cannot be right; received %(received)s") % said
    ]
