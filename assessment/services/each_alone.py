"""What a task does case by case: each in a transaction of its own, so that none costs the others anything."""

import logging
from collections.abc import Callable, Iterable

from django.db import InterfaceError, OperationalError, transaction
from django.db.models import QuerySet

from whistle.models import Whistle

log = logging.getLogger(__name__)

# In one go of a task; the next minute brings the next ones.
AT_MOST = 500


def each_alone(waiting: QuerySet[Whistle], keys: Iterable[int], act: Callable[[Whistle], bool]) -> int:
    """Locks these whistles one after another and does `act` to those that still wait; says for how many it did.

    `waiting`: which wait for it; `act` answers whether it did anything. What somebody else has in hand is passed by.
    A case at which `act` stumbles is put down in the log; it comes up again, and so does the alarm.
    """
    return sum(_alone(waiting, key, act) for key in list(keys)[:AT_MOST])


def _alone(waiting, key, act):
    try:
        with transaction.atomic():
            free = Whistle.objects.select_for_update(of=("self",), no_key=True, skip_locked=True)
            whistle = free.select_related("type").filter(pk=key).first()
            # Asked once more, now that nobody else can be at it.
            return whistle is not None and waiting.filter(pk=key).exists() and act(whistle)
    except (OperationalError, InterfaceError):
        # The database itself is in trouble: the next tick does the same work.
        raise
    except Exception:
        log.exception("Whistle %s: %s failed.", key, act.__name__)
        return False
