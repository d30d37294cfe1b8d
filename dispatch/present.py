"""Whistles, orders, clocks and events as the API says them: plain data, ready for JSON.

Functions rather than serializers, because a list of fifty is read every few seconds; `dispatch.schema` describes
the same shapes for the documentation, and a test holds the two together.
"""

from functools import partial

from django.urls import reverse

from common.fields import describe
from dispatch import pages
from dispatch.actions import order_actions, whistle_actions
from dispatch.lead_actions import lead_actions
from dispatch.letter_actions import letter_actions
from dispatch.states import ClockKind
from whistle.models.whistles import place_of
from whistle.permissions import can_work_on
from whistle.states import WhistleState


def action(given, row, person):
    return {
        "name": given.name,
        "label": str(given.label),
        "fields": describe(given.form(row=row, person=person)),
    }


def actions_on(table, row, person):
    return [action(given, row, person) for given in table.open_to(person, row)]


def deadline(row, now):
    return {
        "kind": row.kind,
        "label": str(ClockKind(row.kind).label),
        "start_at": row.start_at,
        "due_at": row.due_at,
        "met_at": row.met_at,
        "state": str(row.state_at(now)),
        "overdue_seconds": row.overdue_seconds_at(now),
        "provisional": row.provisional,
    }


def order(row, *, person, now, with_actions=True):
    """An order with its clocks; `row` as `OrderQuerySet.for_display()` loads it."""
    evaluation = getattr(row, "evaluation", None)
    said = {
        "number": row.number,
        "whistle": row.whistle.number,
        "title": row.whistle.title,
        "drill": row.whistle.drill,
        "department": row.department.code,
        "department_name": str(row.department),
        "role": row.role,
        "state": row.state,
        "state_label": str(row.get_state_display()),
        "must_come": str(row.must_come),
        "sent_at": row.sent_at,
        "acknowledged_at": row.acknowledged_at,
        "on_site_at": row.on_site_at,
        "finished_at": row.finished_at,
        "result": row.result,
        "return_reason": row.return_reason,
        "suggested_department": row.suggested_department.code if row.suggested_department else None,
        "return_ruling": row.return_ruling or None,
        "deadlines": [deadline(each, now) for each in row.deadlines.all()],
        "reports": [report(each) for each in row.reports.all()],
        "score": {
            "cooperation": evaluation.cooperation,
            "resolution": evaluation.resolution,
            "comment": evaluation.comment,
            "at": evaluation.at,
            "by_rule": evaluation.by_rule,
        }
        if evaluation
        else None,
    }
    if with_actions:
        said["actions"] = actions_on(order_actions, row, person)
    return said


def report(row):
    return {
        "at": row.at,
        "claimed_at": row.claimed_at,
        "rank": row.rank,
        "valid": row.valid,
        "lat": row.lat,
        "lng": row.lng,
        "accuracy_m": row.accuracy_m,
        "distance_m": row.distance_m,
        "note": row.note,
        "confirmed_at": row.confirmed_at,
        "by_code": row.by_code,
    }


def arrival_code(code, address):
    """What an officer shows on site; `address`: what stands in the QR code."""
    return {
        "address": address,
        "digits": code.digits,
        "shown_at": code.shown_at,
        "expires_at": code.expires_at,
    }


def event(row):
    return {
        "id": row.pk,
        "at": row.at,
        "kind": row.kind,
        "label": str(row.get_kind_display()),
        "order": row.order_number or None,
        "person": row.person_name or None,
        "post": row.post_name or None,
        "note": row.note,
        "data": row.data,
        "photos": [
            {
                "url": reverse("photo", args=[photo.pk]),
                "thumbnail": reverse("photo-thumbnail", args=[photo.pk]),
                "width": photo.width,
                "height": photo.height,
            }
            for photo in row.photos.all()
        ],
    }


def message(row):
    """A message of somebody's own inbox; `row` as `queries.inbox_of` loads it. `page` is where a browser would go."""
    said, event = pages.message(row), row.event
    about = ("order" if event.order_number else event.subject.about) if event else "finding"
    return {
        "id": row.pk,
        "at": row.at,
        "read_at": row.read_at,
        "urgent": row.urgent,
        "kind": event.kind if event else "finding",
        "text": said["text"],
        "note": said["note"],
        "title": said["title"],
        "about": about,
        "number": said["number"] or None,
        "page": said["about"],
    }


def whistle_head(of, *, type_code, type_name, place):
    """What a list and a detail have in common; `of(name)` gives a column of the whistle."""
    return {
        "number": of("number"),
        "state": of("state"),
        "state_label": str(WhistleState(of("state")).label),
        "type": type_code,
        "type_name": type_name,
        "level": of("level"),
        "title": of("title"),
        "area": of("area_id"),
        "place": place,
        "lat": of("lat"),
        "lng": of("lng"),
        "source": of("source"),
        "created_at": of("created_at"),
        "filed_at": of("filed_at"),
        "closed_at": of("closed_at"),
        "drill": of("drill"),
        "demonstration": of("demonstration"),
    }


def whistle_line(line, *, type, orders, urgent, now):
    """One line of a list: `line` as `queries.lines` reads it, its type, orders in short and most urgent clock."""
    head = whistle_head(
        line.__getitem__,
        type_code=type.code,
        type_name=str(type),
        place=place_of(line["area_id"], line["address"]),
    )
    return head | {
        "orders": orders,
        "deadline": deadline(urgent, now) if urgent else None,
        "overdue": urgent is not None and urgent.overdue_seconds_at(now) > 0,
    }


def whistle(row, *, person, now, warnings=()):
    """A whistle with everything about it; `row` as `queries.whistle_for` loads it."""
    orders = list(row.orders.all())
    head = whistle_head(partial(getattr, row), type_code=row.type.code, type_name=str(row.type), place=row.place)
    return head | {
        "description": row.description,
        "district": row.district_id,
        "address": row.address,
        "criteria": [criterion["code"] for criterion in row.criteria],
        "departments": row.suggested,
        "item": row.item.code if row.item else None,
        "lead": row.lead.number if row.lead else None,
        "sign_off": row.sign_off,
        "ruling": row.ruling or None,
        "created_by": str(row.created_by),
        "dispatched_at": row.dispatched_at,
        "handled_at": row.handled_at,
        "verified_at": row.verified_at,
        "confirmed_at": row.confirmed_at,
        "signatures": [
            {
                "role": signature.role,
                "person": str(signature.person),
                "agrees": signature.agrees,
                "opinion": signature.opinion,
                "inspected_at": signature.inspected_at,
                "at": signature.at,
            }
            for signature in row.signatures.all()
            if signature.round == row.sign_round
        ],
        "orders": [order(each, person=person, now=now) for each in orders],
        "deadlines": [deadline(each, now) for each in row.deadlines.all() if each.order_id is None],
        "sessions": [session_line(each) for each in row.sessions.all()],
        "events": [event(each) for each in row.events.all()],
        "actions": actions_on(whistle_actions, row, person),
        "warnings": list(warnings),
    }


def session_line(row):
    """A joint session of a whistle in short; its own address has the rest."""
    return {
        "number": row.number,
        "state": row.state,
        "held_at": row.held_at,
        "place": row.place,
        "tasks_open": row.to_do,
    }


def lead_line(row, *, now):
    """One line of a list of leads; `row` as `queries.with_urgency` leaves it."""
    urgent = row.urgent
    return {
        "number": row.number,
        "state": row.state,
        "state_label": str(row.get_state_display()),
        "holder": row.holder,
        "holder_label": str(row.get_holder_display()),
        "hard": row.hard,
        "title": row.title,
        "source": row.source,
        "area": row.area_id,
        "place": row.place,
        "lat": row.lat,
        "lng": row.lng,
        "reported_at": row.reported_at,
        "solved_at": row.solved_at,
        "hotline_number": row.hotline_number,
        "answer_by": row.answer_by,
        "demonstration": row.demonstration,
        "deadline": deadline(urgent, now) if urgent else None,
        "overdue": urgent is not None and urgent.overdue_seconds_at(now) > 0,
    }


def lead(row, *, person, now):
    """A lead with everything about it; `row` as `queries.whole_lead` loads it."""
    clocks = list(row.deadlines.all())
    row.urgent = next((each for each in clocks if each.is_running), None)
    return lead_line(row, now=now) | {
        "description": row.description,
        "district": row.district_id,
        "address": row.address,
        # Only for those on whose ground it lies.
        "contact": row.contact if can_work_on(person, row) else None,
        "answer": row.answer,
        "reported_by": str(row.reported_by),
        "whistle": next((each.number for each in row.whistles.all()), None),
        "deadlines": [deadline(each, now) for each in clocks],
        "events": [event(each) for each in row.events.all()],
        "actions": actions_on(lead_actions, row, person),
    }


def letter_line(row, *, now):
    """One line of a list of letters; `row` with its department and as `queries.with_urgency` leaves it."""
    urgent = row.urgent
    return {
        "number": row.number,
        "state": row.state,
        "state_label": str(row.get_state_display()),
        "title": row.title,
        "sender": row.sender_id,
        "sender_name": row.sender_name,
        "department": row.department.code,
        "department_name": str(row.department),
        "area": row.area_id,
        "place": row.place,
        "sent_at": row.sent_at,
        "replied_at": row.replied_at,
        "closed_at": row.closed_at,
        "outcome": row.outcome or None,
        "demonstration": row.demonstration,
        "deadline": deadline(urgent, now) if urgent else None,
        "overdue": urgent is not None and urgent.overdue_seconds_at(now) > 0,
    }


def letter(row, *, person, now):
    """A letter with everything about it; `row` as `queries.whole_letter` loads it."""
    clocks = list(row.deadlines.all())
    row.urgent = next((each for each in clocks if each.is_running), None)
    return letter_line(row, now=now) | {
        "text": row.text,
        "reply": row.reply,
        "district": row.district_id,
        "created_by": str(row.created_by),
        "deadlines": [deadline(each, now) for each in clocks],
        "events": [event(each) for each in row.events.all()],
        "actions": actions_on(letter_actions, row, person),
    }
