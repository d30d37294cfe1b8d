"""Time asked for too late, too much or for nothing: refused with the reason, by page and API, and nothing moves."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags

from common.errors import WrongState
from dispatch import services
from dispatch.models import Deadline, Extension, Order, Suspension
from tests.acting import act
from tests.api.calling import Caller
from tests.factories import MONDAY, orders_of, people
from whistle.models import Event

NOW = MONDAY + timedelta(hours=3)
REASON = {"reason": "管线要改线"}
# Who, does what, with what, from which state; the status, and a word of the sentence.
REFUSED = {
    "an extension asked for after the due moment": (
        "liaison.water", "ask-extension", {"amount": 1, **REASON}, "late", 409, "The time has run out",
    ),
    "a suspension asked for after the due moment": (
        "liaison.water", "ask-suspension", {"review_on": "2027-01-20", **REASON}, "late", 409, "The time has run out",
    ),
    "an extension of nothing": ("liaison.water", "ask-extension", {"amount": 0, **REASON}, "", 400, "equal to 1"),
    "a negative extension": ("liaison.water", "ask-extension", {"amount": -3, **REASON}, "", 400, "equal to 1"),
    "an absurd extension": ("liaison.water", "ask-extension", {"amount": 10**12, **REASON}, "", 400, "at most 15"),
    "an extension in words": ("liaison.water", "ask-extension", {"amount": "x", **REASON}, "", 400, "whole"),
    "a second request": ("liaison.water", "ask-extension", {"amount": 1, **REASON}, "asked", 409, "already waits"),
    "a suspension without a day of review": ("liaison.water", "ask-suspension", REASON, "", 400, "required"),
    "a suspension by the centre without one": ("dispatcher", "suspend", REASON, "", 400, "required"),
    "a day of review that has been": (
        "dispatcher", "suspend", {"review_on": "2026-11-23", **REASON}, "", 400, "a day to come",
    ),
    "a day of review too far off": (
        "dispatcher", "suspend", {"review_on": "2028-11-23", **REASON}, "", 400, "within a year",
    ),
    "an end of a suspension there is not": ("dispatcher", "resume", {}, "", 409, "not suspended"),
    "more than was asked for": ("dispatcher", "grant", {"amount": 9}, "asked", 400, "at most what was asked for"),
    "an answer to nothing": ("dispatcher", "grant", {"amount": 1}, "", 409, "No request waits"),
    "a ladder climbed before the breach": ("dispatcher", "pass-up", {}, "", 409, "No clock of this order has run out"),
}  # fmt: skip


def everything():
    return [list(model.objects.order_by("pk").values()) for model in (Deadline, Order, Extension, Suspension)] + [
        Event.objects.count()
    ]


def test_time_that_cannot_be_is_refused_on_the_page_and_by_api_and_changes_nothing(wuhua):
    orders = {}
    for state in ("", "asked", "late"):
        orders[state] = orders_of(wuhua.on_site(lead="water", assisting=[]))["water"]
    services.ask_extension(orders["asked"], by=people["liaison.water"], at=NOW, amount=2, reason="x")
    Deadline.objects.filter(order=orders["late"], kind="resolve").update(due_at=NOW - timedelta(microseconds=1))
    before = everything()
    with time_machine.travel(NOW + timedelta(minutes=1), tick=False):
        programs = {who: Caller(who, language="en") for who in ("liaison.water", "dispatcher")}
        for what, (who, act, data, state, status, sentence) in REFUSED.items():
            number = orders[state].number
            answer = programs[who].post(f"orders/{number}/{act}/", data)
            body = answer.json()
            assert answer.status_code == status, (what, body)
            assert body["detail"], what
            assert sentence in str(body), (what, body)
            browser = Client(headers={"accept-language": "en"})
            browser.force_login(people[who], backend="django.contrib.auth.backends.ModelBackend")
            seen = browser.post(reverse("order-act", args=[number, act]), data)
            assert seen.status_code == status, what
            assert sentence in " ".join(strip_tags(seen.content.decode()).split()), what
            if "reason" in data:
                # Nothing typed is lost.
                assert data["reason"] in seen.content.decode(), what
            assert everything() == before, what


def test_what_was_received_in_time_is_in_time_however_long_the_server_took_to_look_at_it(wuhua):
    """The moment an act was received decides, in the service and before it: at the last moment, and seconds later."""
    order = orders_of(wuhua.on_site(lead="water", assisting=[]))["water"]
    due_at = Deadline.objects.get(order=order, kind="resolve").due_at
    asked = {"amount": 1, **REASON}
    with time_machine.travel(due_at + timedelta(seconds=5), tick=False):
        with pytest.raises(WrongState):
            act(order, "ask-extension", "liaison.water", due_at + timedelta(microseconds=1), **asked)
        act(order, "ask-extension", "liaison.water", due_at, **asked)
    assert order.extensions.get().asked_at == due_at
