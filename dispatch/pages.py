"""What the pages of whistles and orders are made of: their rows, bars of actions, and lines of the record."""

from django.urls import reverse
from django.utils.translation import gettext as _

from common.web import new_key
from dispatch.actions import order_actions, whistle_actions
from dispatch.states import ClockKind, Rank
from whistle.models import EventKind


def bar(table, person, row):
    """The actions open to this person on a row, the likeliest first, as `components/action_bar.html` shows them."""
    name = "whistle-act" if table is whistle_actions else "order-act"
    return [
        entry(action, person, row, reverse(name, args=[row.number, action.name]), primary=position == 0)
        for position, action in enumerate(table.open_to(person, row))
    ]


def entry(action, person, row, url, *, primary=False, form=None):
    return {
        "name": action.name,
        "label": action.label,
        "form": form or action.form(row=row, person=person, auto_id=f"{action.name}-{row.pk}-%s"),
        "url": url,
        "primary": primary,
        "tone": action.tone,
        "idempotency_key": new_key(),
    }


def whistle_bar(person, whistle):
    return bar(whistle_actions, person, whistle)


def order_bar(person, order):
    return bar(order_actions, person, order)


def matrix(whistle):
    """One row per order, for `components/order_matrix.html`."""
    return [
        {
            "department": order.department,
            "role": order.role,
            "role_label": order.get_role_display(),
            "note": order.get_state_display() if order.state in ("returned", "cancelled") else "",
            "url": reverse("order", args=[order.number]),
            **{kind: _clock(order, kind) for kind in (ClockKind.ACKNOWLEDGE, ClockKind.REPORT, ClockKind.RESOLVE)},
            "score": _score(order),
        }
        for order in whistle.orders.all()
    ]


def _clock(order, kind):
    return next((deadline for deadline in order.deadlines.all() if deadline.kind == kind), None)


def _score(order):
    evaluation = getattr(order, "evaluation", None)
    return f"{evaluation.cooperation} · {evaluation.resolution}" if evaluation else None


TONES = {
    EventKind.BREACHED: "late",
    EventKind.REMINDED: "warning",
    EventKind.SIGN_REFUSED: "late",
    EventKind.DECLINED: "late",
    EventKind.NOT_SOLVED: "warning",
    EventKind.VERIFIED: "ok",
    EventKind.CLOSED: "ok",
}


def timeline(whistle):
    """The record of a whistle as `components/timeline.html` shows it."""
    departments = {order.number: str(order.department) for order in whistle.orders.all()}
    return [
        {
            "at": event.at,
            "who": event.person_name or _("system"),
            "post": event.post_name,
            "text": headline(event, departments.get(event.order_number, "")),
            "note": event.note,
            "tone": TONES.get(event.kind, ""),
            "photos": [
                {"url": reverse("photo", args=[photo.pk]), "thumb_url": reverse("photo-thumbnail", args=[photo.pk])}
                for photo in event.photos.all()
            ],
        }
        for event in whistle.events.all()
    ]


def headline(event, department):
    """What happened, in one line, with the figures that matter."""
    label, data = event.get_kind_display(), event.data
    parts = [department] if department else []
    if event.kind in (EventKind.REMINDED, EventKind.BREACHED, EventKind.BREACH_LIFTED):
        parts.append(ClockKind(data["clock"]).label)
        label = _("%(share)s%% of the time used") % data if event.kind == EventKind.REMINDED else label
    parts.append(str(label))
    if event.kind == EventKind.REPORTED:
        parts.append(str(Rank(data["rank"]).label))
        if data.get("distance_m") is not None:
            parts.append(_("%(distance_m)d m from the case") % data)
        if not data["valid"]:
            parts.append(_("rank too low, the clock runs on"))
    if event.kind == EventKind.DISPATCHED:
        parts.append(_("%(lead)s leads, %(count)d assist") % {"lead": data["lead"], "count": len(data["assisting"])})
        if data.get("by_playbook"):
            parts.append(_("at once, by playbook"))
    if event.kind == EventKind.SCORED:
        parts.append(f"{data['cooperation']} · {data['resolution']}")
    return " · ".join(str(part) for part in parts)


def card(whistle):
    """A whistle as `components/case_card.html` shows it; `whistle` as `queries.with_urgency` leaves it."""
    return {
        "number": whistle.number,
        "title": whistle.title,
        "url": reverse("whistle", args=[whistle.number]),
        "place": whistle.place,
        "type_code": whistle.type.code,
        "type_label": whistle.type,
        "level_code": whistle.level,
        "level_label": whistle.get_level_display(),
        "state_code": whistle.state,
        "state_label": whistle.get_state_display(),
        "since": whistle.filed_at or whistle.created_at,
        "clock": whistle.urgent,
        "note": _("demonstration") if whistle.demonstration else "",
    }


def order_card(order, *, now):
    """An order as `components/case_card.html` shows it, with the most urgent of its running clocks."""
    running = [deadline for deadline in order.deadlines.all() if not (deadline.met_at or deadline.cancelled_at)]
    whistle = order.whistle
    return {
        "number": order.number,
        "title": whistle.title,
        "url": reverse("order", args=[order.number]),
        "place": whistle.place,
        "type_code": whistle.type.code,
        "type_label": whistle.type,
        "level_code": whistle.level,
        "level_label": whistle.get_level_display(),
        "state_code": order.state,
        "state_label": order.get_state_display(),
        "since": order.sent_at,
        "clock": min(running, key=lambda deadline: deadline.due_at, default=None),
        "note": " · ".join(
            str(part)
            for part in (
                order.department,
                order.get_role_display(),
                _("demonstration") if whistle.demonstration else "",
            )
            if part
        ),
    }
