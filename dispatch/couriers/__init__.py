"""Couriers carry messages out of the house. Several at once, late, doubled or killed: each goes at least once.

Claim and commit, then talk, then write down what came of it: nothing in the database is held while somebody outside
takes their time. Whoever is told twice is told so.
"""

import logging
import time
from datetime import datetime, timedelta
from typing import Any

from django.db import InterfaceError, OperationalError
from django.utils import timezone

from common.errors import Invalid
from dispatch import addresses
from dispatch.couriers.claiming import claim, settle, tidy
from dispatch.couriers.devices import GONE, Push
from dispatch.couriers.outside import Errand, Outcome, ended
from dispatch.couriers.packing import pack
from dispatch.couriers.text import letter
from dispatch.models import Delivery
from dispatch.services.devices import bury
from dispatch.states import Trouble

# So many are under way at once: some of them may hang, and the others go all the same.
HANDS = 12
AT_ONCE = 1000
LONGEST_TEXT = 20_000
# A round that finds more and more to do ends, so that a process can be replaced.
LONGEST_ROUND = 20
# How long it waits for those under way before it looks again for what is due: an emergency may have come.
GLANCE = 0.5

log = logging.getLogger(__name__)

__all__ = ["make_round"]


def make_round(*, now: datetime | None = None) -> int:
    """Hands messages over to deliveries and carries what is due, until nothing is left; returns how many arrived."""
    began, start = time.monotonic(), now or timezone.now()

    def moment() -> datetime:
        return start + timedelta(seconds=time.monotonic() - began)

    tidy(start)
    under_way: dict[Errand, Delivery] = {}
    arrived = 0
    try:
        while True:
            while pack(moment(), limit=AT_ONCE) == AT_ONCE:
                pass
            if time.monotonic() - began < LONGEST_ROUND:
                for delivery in claim(moment(), limit=HANDS - len(under_way)) if len(under_way) < HANDS else ():
                    _set_out(delivery, under_way, moment())
            if not under_way:
                return arrived
            for errand in ended(list(under_way), GLANCE):
                outcome = errand.end()
                arrived += outcome.arrived
                _write_down(under_way.pop(errand), outcome, moment())
    finally:
        for errand in under_way:
            errand.end()


def _set_out(delivery: Delivery, under_way: dict[Errand, Delivery], now: datetime) -> None:
    """Begins an errand; what cannot even begin has failed, and keeps nobody else waiting."""
    try:
        service = _service_of(delivery)
        longest = min(service.body_maxlen, LONGEST_TEXT)
        text = letter(delivery, now=now, longest=longest, to_device=delivery.channel.is_device)
    except Invalid:
        # Its kind is not allowed any more, say.
        _write_down(delivery, Outcome(arrived=False, trouble=Trouble.UNUSABLE), now)
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        log.exception("Delivery %s cannot be written.", delivery.pk)
        _write_down(delivery, Outcome(arrived=False, trouble=Trouble.UNWRITTEN), now)
    else:
        under_way[Errand(service, text, str(delivery.key))] = delivery


def _service_of(delivery: Delivery) -> Any:
    """What talks to the other side. Refuses with Invalid where it cannot be used any more."""
    if delivery.channel.is_device:
        return Push(delivery.channel, urgent=delivery.urgent and not delivery.test)
    return addresses.service(delivery.channel.address)


def _write_down(delivery: Delivery, outcome: Outcome, now: datetime) -> None:
    gone = delivery.channel.is_device and outcome.answered in GONE
    settle(delivery, outcome._replace(trouble=Trouble.GONE) if gone else outcome, now=now)
    if gone:
        bury(delivery.channel, at=now)
    if not outcome.arrived:
        log.warning("Delivery %s did not arrive by channel %s: %s.", delivery.pk, delivery.channel_id, outcome.trouble)
