"""Every change of the state of a whistle, a lead or a letter ends here."""

from django.utils.translation import gettext as _

from common.errors import WrongState
from whistle.models import Whistle
from whistle.services.record import record
from whistle.states import MOVES, WhistleState


def lock(whistle):
    """The whistle's row, locked until the transaction ends, as it stands now."""
    locked = Whistle.objects.select_for_update(of=("self",), no_key=True)
    return locked.select_related("type").get(pk=whistle.pk)


def move(whistle, to, kind, *, at, by=None, post=None, note="", changes=None, out_of=None, **data):
    """Locks the row, looks at the table of moves, saves the state and `changes`, writes the event.

    `out_of`: the one state in which the act fits, where other acts lead to the same state from elsewhere.
    Must run inside a transaction. Returns the whistle and the event. Refuses with WrongState, for instance
    because somebody else acted first.
    """
    whistle = lock(whistle)
    refuse_unless_move(whistle, to, out_of)
    was, whistle.state = whistle.state, to
    for name, value in (changes or {}).items():
        setattr(whistle, name, value)
    whistle.save(update_fields=["state", *(changes or {})])
    event = record(kind, whistle, at=at, by=by, post=post, note=note, was=was, to=str(to), **data)
    return whistle, event


def refuse_unless_move(whistle, to, out_of=None):
    if to not in MOVES[whistle.state] or out_of not in (None, whistle.state):
        raise WrongState(
            _("A whistle in the state “%(was)s” cannot become “%(to)s”. Somebody may have acted before you.")
            % {"was": whistle.get_state_display(), "to": WhistleState(to).label}
        )


def move_on(subject, moves, to, kind, *, at, by, post, note="", changes=None, **data):
    """The same for a lead or a letter, whose row is locked already: by its table of `moves`. Returns the event."""
    states = type(subject)._meta.get_field("state")
    if to not in moves[subject.state]:
        raise WrongState(
            _("What is in the state “%(was)s” cannot become “%(to)s”. Somebody may have acted before you.")
            % {"was": subject.get_state_display(), "to": dict(states.flatchoices)[to]}
        )
    was, subject.state = subject.state, to
    for name, value in (changes or {}).items():
        setattr(subject, name, value)
    subject.save(update_fields=["state", *(changes or {})])
    return record(kind, subject, at=at, by=by, post=post, note=note, was=str(was), to=str(to), **data)
