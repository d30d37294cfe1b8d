"""What officials print, have stamped and file: the application, the order, the supervision order.

A sheet says what the record says at the moment it is printed, and leaves room for the hand: opinions, names, seals.
"""

import segno
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dispatch import pages
from dispatch.models import Supervision
from dispatch.queries import record_of, whole_order, whole_whistle
from grid.ground import names_from_street
from whistle.models import Event, EventKind
from whistle.models.signatures import SIGNING_ROLES
from whistle.states import SignOffKind

# How the signatures of a whistle stand to its filing, where some are asked for.
ASKED = (SignOffKind.BEFORE, SignOffKind.AFTER)


def application_of(person, number):
    """The sheet of a whistle: what the street asks for, who signed. Http404 for a stranger."""
    whistle = whole_whistle(person, number)
    return {
        "whistle": whistle,
        "office": names_from_street(whistle.street_code)[0],
        "suggested": pages.names_of_suggested(whistle),
        "signatures": _signatures(whistle),
        "decided": _decided(whistle.events.all()),
        "photos": pages.photos_of_draft(whistle),
    }


def _signatures(whistle):
    """One box for each secretary who has signed or must: `{role, signature or None}`."""
    given = {each.role: each for each in whistle.signatures.all() if each.round == whistle.sign_round}
    return [
        {"role": role.label, "signature": given.get(role.value)}
        for role in SIGNING_ROLES
        if role.value in given or whistle.sign_off in ASKED
    ]


RULED = (EventKind.DISPATCHED, EventKind.RETURNED, EventKind.DECLINED, EventKind.ESCALATED)


def _decided(events):
    """What the centre last decided on the whistle, as a line of the record; None before."""
    decided = [event for event in events if event.kind in RULED]
    return {"event": decided[-1], "text": pages.headline(decided[-1], "")} if decided else None


def order_sheet_of(person, number):
    """The sheet of an order: who must come, by when, and how that comes about. Http404 for a stranger."""
    order = whole_order(person, number)
    return {
        "order": order,
        "whistle": order.whistle,
        "office": _centre_of(order.whistle),
        "clocks": list(order.deadlines.all()),
        "call": _call(order),
        "photos": pages.photos_of_draft(order.whistle),
    }


def _call(order):
    """The line of the record that sent an order: the call of all, or its own when it was sent later; None without."""
    kinds = (EventKind.DISPATCHED, EventKind.ORDER_SENT)
    return Event.objects.filter(whistle=order.whistle_id, at=order.sent_at, kind__in=kinds).first()


def supervision_sheet_of(person, number, position):
    """The sheet of an order's `position`-th supervision order, from 1; None where there are fewer.

    Http404 for whoever may not see the order.
    """
    order = whole_order(person, number)
    every = list(supervisions_of(order))
    if not 1 <= position <= len(every):
        return None
    supervision = every[position - 1]
    sent = (each for each in record_of(order) if each.kind == EventKind.SUPERVISED and each.at == supervision.at)
    event = next(sent, None)
    return {
        "supervision": supervision,
        "position": position,
        "order": order,
        "whistle": order.whistle,
        "office": _centre_of(order.whistle),
        "sender": _sender(event),
        "clocks": _pressed(supervision, order),
    }


def supervisions_of(order):
    """The supervision orders sent about an order, the first one first."""
    return Supervision.objects.filter(order=order).select_related("by", "deadline").order_by("id")


def _pressed(supervision, order):
    """The clock that the supervision order is about; where a person sent it, all that still run."""
    if supervision.deadline_id:
        return [each for each in order.deadlines.all() if each.pk == supervision.deadline_id]
    return [each for each in order.deadlines.all() if pages.is_running(each)]


def _centre_of(whistle):
    return _("Grid command centre of %(district)s") % {"district": whistle.district.name}


def _sender(event):
    """Who presses the department, with the post held then; the ladder presses by itself."""
    if event is None or not event.person_name:
        return _("The system, by the ladder of the clock")
    return " · ".join(filter(None, (event.person_name, event.post_name)))


def qr(address, *, border=1, light=None):
    """The address as a QR code: an SVG drawing to stand in a page.

    `border`: the quiet zone around it, in modules; `light`: the colour of its ground, None on white paper.
    """
    code = segno.make_qr(address, error="m")
    return code.svg_inline(
        scale=3, border=border, light=light, svgclass="qr", lineclass=None, omitsize=True, title=None
    )


# Where a hand writes: what an office notes, signs and seals.
BY_HAND = {
    "application": (
        gettext_lazy("Opinion of the street (seal)"),
        gettext_lazy("Opinion of the district centre (seal)"),
    ),
    "order": (gettext_lazy("Received by the department (seal)"), gettext_lazy("Confirmed by the street (seal)")),
    "supervision": (gettext_lazy("Answer of the department (seal)"), gettext_lazy("Noted by the sender (seal)")),
}
