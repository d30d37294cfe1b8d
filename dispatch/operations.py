"""Are the clocks right? The pulse, the auditor's answers, and what is wrong with each row behind them."""

import logging
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from redis import RedisError

from common.health import Pulse, take_pulse
from common.moments import moment, span
from common.web import new_key
from dispatch import clocks
from dispatch.audit import DISTRICT_OF, questions
from dispatch.demands import missing_rules
from dispatch.models import Deadline, Finding, Order
from dispatch.repairs import clock_repairs, order_repairs
from dispatch.states import OF_CLOCKS, OF_MESSAGES, ClockKind, Question
from dispatch.sweep import UNSAID
from grid.permissions import in_scope
from grid.services import calendar_now, segments_by_district
from grid.worktime import Unworkable
from whistle.models import AdviceLetter, Lead, Whistle

# Rows of each answer that the page shows; the answer's own page has the others.
SHOWN = 5
# Seconds: the page must come even if the broker does not answer.
PATIENCE = 1

log = logging.getLogger(__name__)

# What it means that a row answers, and what becomes of it.
MEANINGS = {
    Question.UNWATCHED: gettext_lazy(
        "Their next step lies further back than the grace. Nobody is judged wrong for it, but people hear too late."
    ),
    Question.SET_ASIDE: gettext_lazy(
        "The sweep could not tell them. It tries again every five minutes and goes on with all others."
    ),
    Question.CLOCKLESS: gettext_lazy("A rule demanded a clock when the order was sent, and it was never started."),
    Question.UNREVIEWED: gettext_lazy("The clock should run on since that day, and nobody was told."),
    Question.OUTDATED: gettext_lazy("The calendar has changed since; they are computed again every minute."),
    Question.UNCOLLECTED: gettext_lazy("They wait in the inbox, but nobody carries them out of the house."),
    Question.UNSENT: gettext_lazy("They should have been tried (again) by now, and nobody did."),
    Question.STUCK: gettext_lazy("They were tried as often as may be. No clock depends on them."),
}
# By what the sweep stumbled over, in words. The name of the error itself stands beside it.
TROUBLES = {
    ("KeyError", "TypeError", "AttributeError", "ValueError", "IndexError"): gettext_lazy(
        "A step of its plan cannot be read."
    ),
    ("Unworkable",): gettext_lazy("With its figures no due moment can be computed."),
    ("IntegrityError", "DataError"): gettext_lazy("The database refused what would have been written."),
    ("DoesNotExist",): gettext_lazy("Something that belongs to it is missing."),
}


@dataclass
class Row:
    """A row that answers a question of the auditor: what it is, where it leads, and what is wrong with it."""

    what: str
    number: str
    title: str
    # Sentences.
    wrong: list[str] = field(default_factory=list)
    since: datetime | None = None
    detail: str = ""
    url: str = ""
    act: dict[str, Any] | None = None


@dataclass
class Answer:
    """The rows that answer a question now, as far as they are shown, and how many the last audit counted.

    Of messages there is only what the audit counted: they have a page of their own.
    """

    question: Question
    counted: int
    rows: list[Row] = field(default_factory=list)
    more: bool = False

    @property
    def label(self):
        return self.question.label

    @property
    def meaning(self):
        return MEANINGS[self.question]

    @property
    def of_messages(self):
        return self.question in OF_MESSAGES

    @property
    def many(self):
        """How many there are, as far as that is known; empty when there are none."""
        if self.of_messages:
            return str(self.counted or "")
        return f"{len(self.rows)}+" if self.more else str(len(self.rows) or "")


def pulse_or_none() -> Pulse | None:
    """What the broker knows; None where it does not answer."""
    try:
        return take_pulse(patience=PATIENCE)
    except RedisError as error:
        log.warning("The broker does not answer: %s", error)
        return None


def answers_for(person, *, now, back):
    """Each question of the auditor with the first rows that answer it where this person administers.

    `back`: where a repair leads back to. The same number of queries, however many rows there are.
    """
    counted: dict[str, int] = {}
    standing, asked = list(standing_findings(person)), questions(now)
    for finding in standing:
        counted[finding.question] = counted.get(finding.question, 0) + finding.count
    found = {question: list(_behind(question, person, standing, asked)[: SHOWN + 1]) for question in OF_CLOCKS}
    teller = _Teller(person, [row for rows in found.values() for row in rows[:SHOWN]], now=now, back=back)
    of_clocks = [
        Answer(
            question,
            counted.get(question, 0),
            [teller.tell(question, row) for row in rows[:SHOWN]],
            len(rows) > SHOWN,
        )
        for question, rows in found.items()
    ]
    return of_clocks + [Answer(question, counted.get(question, 0)) for question in OF_MESSAGES]


def tell_rows(question, rows, person, *, now, back):
    """These rows as the page shows them."""
    teller = _Teller(person, rows, now=now, back=back)
    return [teller.tell(question, row) for row in rows]


def rows_behind(question, person, *, now):
    """What answers a question where this person administers, the oldest first."""
    return _behind(question, person, standing_findings(person), questions(now))


def _behind(question, person, standing, asked):
    rows = asked[question].filter(in_scope(person, f"{DISTRICT_OF.get(question, 'district')}__code"))
    if question == Question.CLOCKLESS:
        # Looking at all that is open is the auditor's work; here only what it found is looked at again.
        keys = [key for each in standing if each.question == question for key in each.sample]
        return rows.filter(pk__in=keys).select_related("whistle__type", "department").order_by("pk")
    if question == Question.UNREVIEWED:
        related = ("order__whistle__type", "order__department")
        return rows.select_related(*related).order_by("review_at")
    related = ("whistle__type", "lead", "letter", "order__department")
    unsaid = [f"whistle__{name}" for name in UNSAID]
    by = {Question.UNWATCHED: "next_at", Question.SET_ASIDE: "pk"}.get(question, "due_at")
    return rows.select_related(*related).defer("plan", *unsaid).order_by(by)


def standing_findings(person):
    """What the last audit found where this person administers; and what is wrong with messages, wherever."""
    return Finding.objects.standing().filter(in_scope(person, "district__code") | Q(district=None))


class _Teller:
    """Says what is wrong with rows; reads what they need for all of them at once."""

    def __init__(self, person, rows, *, now, back):
        self.person, self.now, self.back = person, now, back
        orders = {order.pk: order for row in rows if (order := _order_of(row))}
        self.seen_orders = self._seen(Order, orders)
        subjects = [row.subject for row in rows if isinstance(row, Deadline) and row.order_id is None]
        self.seen = {
            model: self._seen(model, [subject.pk for subject in subjects if isinstance(subject, model)])
            for model in (Whistle, Lead, AdviceLetter)
        }
        lacking = [row for row in rows if isinstance(row, Order)]
        self.missing = missing_rules(lacking)
        self.calendar = calendar_now()
        self.hours = segments_by_district({order.district_id for order in lacking})

    def _seen(self, model, keys):
        return set(model.objects.visible_to(self.person).filter(pk__in=keys).values_list("pk", flat=True))

    def tell(self, question, row):
        order = _order_of(row)
        subject = row.subject if isinstance(row, Deadline) else order.whistle
        told = Row(
            what=self._what(row),
            number=order.number if order else subject.number,
            title=" · ".join([*([str(order.department)] if order else []), subject.titled]),
            url=self._url_of(order, self.seen_orders) if order else self._url_of(subject, self.seen[type(subject)]),
        )
        getattr(self, f"_{question}")(told, row)
        return told

    def _what(self, row):
        """The clock or the suspension; an order is named by its number alone."""
        if isinstance(row, Order):
            return ""
        return row.get_kind_display() if isinstance(row, Deadline) else str(row._meta.verbose_name)

    def _url_of(self, row, seen):
        """The page of an order or a matter; for whoever may not read cases, its row in the settings."""
        if row.pk in seen:
            return reverse("order" if isinstance(row, Order) else row.about, args=[row.number])
        meta = row._meta
        return reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[row.pk])

    def _unwatched(self, told, deadline):
        told.since = deadline.next_at
        told.wrong = [_("Its next step was planned for then, and nobody told it.")]

    def _set_aside(self, told, deadline):
        told.since, told.detail = deadline.set_aside_at, deadline.trouble
        if deadline.is_set_aside_at(self.now):
            next_try = moment(deadline.next_at, now=self.now, short=True)
            then = _("It is tried again at %(moment)s.") % {"moment": next_try}
        else:
            then = _("The next tick takes it.")
        told.wrong = [in_words(deadline.trouble), then]
        told.act = self._act(clock_repairs, deadline, "operations-clock", deadline.pk)

    def _clockless(self, told, order):
        told.since = order.sent_at
        rules = self.missing[order.pk]
        if not rules:
            told.wrong = [_("It has no clock at all, and no rule demanded one when it was sent.")]
            return
        promised = ", ".join(self._promised(order, kind, rule) for kind, rule in rules.items())
        told.wrong = [_("Missing: %(clocks)s.") % {"clocks": promised}]
        told.act = self._act(order_repairs, order, "operations-order", order.number)

    def _promised(self, order, kind, rule):
        """A clock that is missing, and when it will be due."""
        try:
            due = clocks.promise(rule, order.sent_at, self.calendar, self.hours[order.district_id]).at
        except Unworkable as refusal:
            return f"{ClockKind(kind).label} ({refusal})"
        words = {"clock": ClockKind(kind).label, "moment": moment(due, now=self.now)}
        if due < self.now:
            return _("%(clock)s (due %(moment)s, which has passed)") % words
        return _("%(clock)s (due %(moment)s)") % words

    def _unreviewed(self, told, suspension):
        told.since = suspension.review_at
        told.wrong = [_("Its day of review has come, and nobody was told that the clock runs on.")]

    def _outdated(self, told, deadline):
        due = moment(deadline.due_at, now=self.now)
        told.wrong = [_("Due %(moment)s by the calendar as it was.") % {"moment": due}]

    def _act(self, table, row, page, key):
        action = next(iter(table.open_to(self.person, row)), None)
        return action and {
            "label": action.label,
            "url": reverse(page, args=[key, action.name]),
            "asks": False,
            "next": self.back,
            "idempotency_key": new_key(),
        }


def _order_of(row):
    return row if isinstance(row, Order) else row.order


def in_words(trouble):
    """What the sweep stumbled over, as a sentence."""
    name = trouble.partition(":")[0]
    known = next((sentence for names, sentence in TROUBLES.items() if name in names), None)
    return str(known or _("Something unforeseen went wrong."))


def faults(pulse, answers, *, now):
    """What is not right, each in a sentence; none when all is well."""
    found = []
    if pulse is None:
        found.append(_("The broker does not answer: nobody knows when the clocks were last looked at."))
    else:
        if pulse.tick_at is None:
            found.append(_("The clocks were never looked at; worker or beat does not run."))
        elif not pulse.ticks_at(now):
            found.append(_("The clocks were not looked at for too long; worker or beat does not run."))
        if pulse.audit is None:
            found.append(_("The auditor has not yet looked."))
        elif pulse.audit.is_stale_at(now):
            age = span(pulse.audit.age_at(now))
            found.append(_("The auditor has stopped: it last looked %(span)s ago.") % {"span": age})
        if not pulse.carries_at(now):
            found.append(_("No courier has looked for messages for too long."))
    found += [
        _("%(question)s: %(many)s") % {"question": answer.label, "many": answer.many}
        for answer in answers
        if answer.many
    ]
    return found
