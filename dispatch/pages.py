"""What the pages of whistles and orders are made of: their rows, bars of actions, and lines of the record."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.web import new_key
from dispatch.actions import order_actions, whistle_actions
from dispatch.headlines import OF_A_PERSON, headline, still_there
from dispatch.models import Order
from dispatch.states import ClockKind, ClockState
from whistle.models import EventKind
from whistle.states import WhistleState

# An act of less weight than this is possible but waits for nobody: it never is the big button.
EXPECTED = 40


def bar(table, person, row, *, back=""):
    """The actions open to this person on a row, the likeliest first, as `components/action_bar.html` shows them.

    With `back`, the address of a page on which many rows stand, the less likely ones are links to their forms.
    """
    found = []
    for position, action in enumerate(table.open_to(person, row)):
        url = address_of(row, action)
        if back and action.weight < EXPECTED and action.form.base_fields:
            link = {"name": action.name, "label": action.label, "tone": action.tone, "link": f"{url}?next={back}"}
            found.append(link)
        else:
            found.append(entry(action, person, row, url, primary=position == 0 and action.weight >= EXPECTED))
    return found


def address_of(row, action):
    """Where one of the acts on a row is asked for and done."""
    page = "order" if isinstance(row, Order) else row.about
    return reverse(f"{page}-act", args=[row.number, action.name])


def act(action, person, row, url):
    """An act in a list of rows: done at once, or behind a link to a page that asks for more or whether it is meant."""
    if action.form.base_fields or action.tone == "danger":
        return {"name": action.name, "label": action.label, "tone": action.tone, "link": url}
    return entry(action, person, row, url)


def entry(action, person, row, url, *, primary=False, form=None):
    return {
        "name": action.name,
        "label": action.label,
        "form": form or action.form(row=row, person=person, auto_id=f"{action.name}-{row.pk}-%s"),
        "url": url,
        "primary": primary,
        "tone": action.tone,
        "offline": f"{action.label} · {row.number}" if action.offline else "",
        "idempotency_key": new_key(),
    }


def whistle_bar(person, whistle):
    return bar(whistle_actions, person, whistle)


def order_bar(person, order, *, back=""):
    return bar(order_actions, person, order, back=back)


def matrix(whistle, *, may_open=None):
    """One row per order, for `components/order_matrix.html`; `may_open`: numbers of those that become links (all)."""
    return [
        {
            "department": order.department,
            "role": order.role,
            "role_label": order.get_role_display(),
            "note": order.get_state_display() if order.state in ("returned", "cancelled") else "",
            "url": reverse("order", args=[order.number]) if may_open is None or order.number in may_open else "",
            "drill": whistle.drill,
            **{kind: _clock(order, kind) for kind in (ClockKind.ACKNOWLEDGE, ClockKind.REPORT, ClockKind.RESOLVE)},
            "score": _score(order),
            "by_code": any(report.by_code for report in order.reports.all()),
        }
        for order in whistle.orders.all()
    ]


def _clock(order, kind):
    return next((deadline for deadline in order.deadlines.all() if deadline.kind == kind), None)


def _score(order):
    evaluation = getattr(order, "evaluation", None)
    return f"{evaluation.cooperation} · {evaluation.resolution}" if evaluation else None


def orders_with_acts(person, whistle):
    """Each order with what this person may do to it, its most urgent clock, and whether it is their department's."""
    mine, here = set(person.department_ids), reverse("whistle", args=[whistle.number])
    return [
        {
            "order": order,
            "own": order.department_id in mine,
            "actions": order_bar(person, order, back="" if order.department_id in mine else here),
            "clock": most_urgent(order.deadlines.all()),
        }
        for order in whistle.orders.all()
    ]


def most_urgent(deadlines):
    """The running clock that is due first; None when none runs."""
    return min(filter(is_running, deadlines), key=lambda deadline: deadline.due_at, default=None)


def is_running(deadline):
    return deadline.met_at is None and deadline.cancelled_at is None


def overdue_departments(whistle, *, now):
    """How many departments are behind one of their clocks now."""
    return sum(
        any(deadline.state_at(now) == ClockState.BREACHED for deadline in order.deadlines.all())
        for order in whistle.orders.all()
    )


W = WhistleState
AWAITED = {
    W.DRAFT: gettext_lazy("The street is still writing it. It is not blown before it is submitted."),
    W.SIGNING: gettext_lazy("The secretaries look on site and sign."),
    W.FILED: gettext_lazy("The district centre checks it and calls the departments."),
    W.RETURNED: gettext_lazy("The centre has returned it: the street puts it right and submits it again."),
    W.DECLINED: gettext_lazy("The centre has declined it. Nothing more will happen."),
    W.WITHDRAWN: gettext_lazy("The street has taken it back. Nothing more will happen."),
    W.ESCALATED: gettext_lazy("The city decides and hands it back to the district."),
    W.DISPATCHED: gettext_lazy("The departments are called; each must acknowledge, come, and submit its result."),
    W.HANDLED: gettext_lazy("All results are in: the street looks on site whether it is solved."),
    W.VERIFIED: gettext_lazy("It is solved: the centre confirms, the street scores the departments."),
    W.CLOSED: gettext_lazy("It is over. It can be reopened for 30 days after closing."),
}
# Whose words explain the state.
SAID = {
    W.RETURNED: EventKind.RETURNED,
    W.DECLINED: EventKind.DECLINED,
    W.WITHDRAWN: EventKind.WITHDRAWN,
    W.ESCALATED: EventKind.ESCALATED,
    W.DRAFT: EventKind.SIGN_REFUSED,
    W.CLOSED: EventKind.CALLED_BACK,
}


def awaited(whistle):
    """Where a whistle stands, in a sentence, and the words that brought it there."""
    said = SAID.get(whistle.state)
    last = next((event for event in reversed(whistle.events.all()) if event.kind == said), None)
    if whistle.state == W.CLOSED and last and last.at < whistle.closed_at:
        # Asked after an earlier closing.
        last = None
    text = STILL_THERE if last and still_there(last) else AWAITED[whistle.state]
    return {"text": text, "event": last}


STILL_THERE = gettext_lazy("Residents say that it is not solved. It can be reopened for 30 days after closing.")


def names_of_suggested(whistle):
    """The departments the street suggests, the first one to lead; in the reader's language."""
    if not whistle.suggested:
        return []
    names = {department.code: str(department) for department in whistle.departments_there}
    return [names.get(code, code) for code in whistle.suggested]


TONES = {
    EventKind.BREACHED: "late",
    EventKind.REMINDED: "warning",
    EventKind.PASSED_UP: "late",
    EventKind.SUPERVISED: "late",
    EventKind.SUSPENDED: "warning",
    EventKind.CLOCK_STARTED_LATE: "warning",
    EventKind.SCORED_BY_RULE: "warning",
    EventKind.HELD_TO_ACCOUNT: "late",
    EventKind.APPEAL_GRANTED: "ok",
    EventKind.SIGN_REFUSED: "late",
    EventKind.DECLINED: "late",
    EventKind.NOT_SOLVED: "warning",
    EventKind.VERIFIED: "ok",
    EventKind.CLOSED: "ok",
    EventKind.TASK_DONE: "ok",
    EventKind.TASK_NOT_DONE: "warning",
    EventKind.LEAD_HARD: "warning",
    EventKind.LEAD_CAME_BACK: "warning",
    EventKind.LEAD_SOLVED: "ok",
    EventKind.LETTER_CLOSED: "ok",
}


def timeline(whistle):
    """The record of a whistle as `components/timeline.html` shows it."""
    events = whistle.events.all()
    calls = {event.at for event in events if event.kind == EventKind.DISPATCHED}
    # The line of the call names all departments already.
    told = [event for event in events if not (event.kind == EventKind.ORDER_SENT and event.at in calls)]
    return lines(told, {order.number: str(order.department) for order in whistle.orders.all()})


def lines(events, departments=None):
    """Lines of the record for `components/timeline.html`; `departments`: whose order it was, by its number."""
    return [
        {
            "at": event.at,
            "who": event.person_name or _("system"),
            "post": event.post_name,
            "text": headline(event, (departments or {}).get(event.order_number, "")),
            "note": event.note,
            "tone": "warning" if still_there(event) else TONES.get(event.kind, ""),
            "photos": shown(event.photos.all()),
        }
        for event in events
    ]


def shown(photos):
    """Photos as `components/photos.html` shows them."""
    return [
        {"url": reverse("photo", args=[photo.pk]), "thumb_url": reverse("photo-thumbnail", args=[photo.pk])}
        for photo in photos
    ]


def photos_of_draft(whistle):
    """What the street photographed when it blew. No query where the record is at hand with its photos."""
    kinds = [EventKind.DRAFTED, EventKind.EDITED]
    if "events" in getattr(whistle, "_prefetched_objects_cache", {}):
        return shown(photo for event in whistle.events.all() if event.kind in kinds for photo in event.photos.all())
    return shown(whistle.photos.filter(event__kind__in=kinds))


def card(whistle, *, now=None):
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
        "drill": whistle.drill,
        "note": _("demonstration") if whistle.demonstration else "",
    }


def order_card(order, *, now):
    """An order as `components/case_card.html` shows it, with the most urgent of its running clocks."""
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
        "clock": most_urgent(order.deadlines.all()),
        "drill": whistle.drill,
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


def message(row):
    """A message as `dispatch/inbox.html` and the API show it; `about` is where it leads."""
    said = _found(row.finding) if row.finding else _happened(row.event)
    return {
        "at": row.at,
        "unread": row.read_at is None,
        "key": row.pk,
        "url": reverse("message", args=[row.pk]),
    } | said


def _happened(event):
    order, subject = event.order_number, event.subject
    return {
        "text": headline(event, ""),
        "note": event.note,
        "title": subject.titled,
        "number": order or subject.number,
        "tone": TONES.get(event.kind, ""),
        "about": _about(event),
    }


def _about(event):
    if event.kind in OF_A_PERSON:
        return reverse("accountability", args=[event.data["accountability"]])
    if "session" in event.data:
        return reverse("session", args=[event.data["session"]])
    if event.order_number:
        return reverse("order", args=[event.order_number])
    return reverse(event.subject.about, args=[event.subject.number])


def _found(finding):
    """An alarm to an administrator. What it was when it was raised; the page it leads to says how it is now."""
    return {
        "text": _("The auditor found something: %(question)s") % {"question": finding.get_question_display()},
        "note": "",
        "title": finding.district.name if finding.district else _("The whole system"),
        "number": "",
        "tone": "late",
        "about": reverse("operations"),
    }
