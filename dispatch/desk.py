"""What lies on a person's desk: the lists of all their roles, the most urgent row of them all in front."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.db.models import F, OuterRef, Prefetch, QuerySet, Subquery, prefetch_related_objects
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from common.web import new_key
from dispatch import pages, worklists
from dispatch.actions import order_actions, whistle_actions
from dispatch.lead_actions import lead_actions
from dispatch.lead_pages import lead_card
from dispatch.letter_actions import letter_actions
from dispatch.letter_pages import letter_card
from dispatch.models import Deadline, Order
from dispatch.permissions import can_have_letters
from dispatch.queries import with_urgency
from grid.models import Role
from whistle.models import AdviceLetter, Lead, Signature, Whistle
from whistle.permissions import HANDLE_LEADS

# Rows of each list that the workbench shows; the list itself has them all.
SHOWN = 5


TABLES = {Whistle: whistle_actions, Order: order_actions, Lead: lead_actions, AdviceLetter: letter_actions}
CARDS: dict[type, Callable[..., dict[str, Any]]] = {
    Whistle: pages.card,
    Order: pages.order_card,
    Lead: lead_card,
    AdviceLetter: letter_card,
}


def first_act(person, row, *, back=""):
    """The act this person most likely wants on a row of a list, as `components/quick_act.html` shows it; or None."""
    action = next(iter(TABLES[type(row)].open_to(person, row)), None)
    if action is None or action.weight < pages.EXPECTED:
        return None
    url, asks = pages.address_of(row, action), bool(action.form.base_fields)
    return {
        "name": action.name,
        "label": action.label,
        "url": f"{url}?next={back}" if asks and back else url,
        "asks": asks,
        "next": back,
        "idempotency_key": new_key(),
    }


def links(person, order, *, back):
    """All that this person may do to an order, as links to the forms: a list with fifty forms would be too heavy."""
    return [
        {
            "label": action.label,
            "url": f"{reverse('order-act', args=[order.number, action.name])}?next={back}",
            "tone": action.tone,
        }
        for action in order_actions.open_to(person, order)
    ]


def leads_to(label, url):
    """An act that is done on a page of its own: `url` takes the row."""
    return lambda person, row, back="": {"name": "", "label": label, "url": url(row), "asks": True}


def no_act(person, row, back=""):
    return None


@dataclass
class Section:
    """One list on the desk. `must`: somebody waits for this person; otherwise it is only to be watched."""

    name: str
    title: str | Promise
    rows: QuerySet
    must: bool = True
    act: Callable[..., dict[str, Any] | None] = first_act
    url: str = ""
    # Enough of the rows to find the most urgent among, where there may be too many to put in order.
    head: QuerySet | None = None
    # What there seldom is, is not named while there is none.
    seldom: bool = False
    total: int = 0
    cards: list[dict[str, Any]] = field(default_factory=list)

    @property
    def more(self):
        return self.total > len(self.cards)


@dataclass
class Desk:
    """`first`: the card of the most urgent row that waits for this person; it stands in no section."""

    sections: list[Section]
    first: dict[str, Any] | None
    todo: int
    # Changes when a row comes, goes, moves on or gets another due moment.
    stamp: str


def by_urgency(rows):
    """Those whose clock runs out first come first; those without a clock last, the oldest first.

    With what a card shows of the row itself.
    """
    if rows.model is Whistle:
        of, rows = "whistle", rows.select_related("type")
    elif rows.model is Order:
        of, rows = "order", rows.with_parts().select_related("evaluation")
    elif rows.model is AdviceLetter:
        of, rows = "letter", rows.select_related("department")
    else:
        of = "lead"
    due = Deadline.objects.running().filter(**{of: OuterRef("pk")}).order_by("due_at").values("due_at")[:1]
    return rows.annotate(due=Subquery(due)).order_by(F("due").asc(nulls_last=True), "id")


def most_urgent(rows, count):
    """The first so many by urgency. Thousands are put in order by their keys; only the first are read as a whole."""
    return by_urgency(rows.model.objects.filter(pk__in=by_urgency(rows).values("pk")[:count]))


def desk_of(person, *, now: datetime, back="") -> Desk:
    """The desk of a person at a moment; `back`: where an act that is done at once leads back to.

    Costs one query for the totals, one for each list that is not empty, and at most five for all the rows' parts.
    """
    sections = sections_of(person, now)
    totals = worklists.counts({section.name: section.rows for section in sections})
    found = {}
    for section in sections:
        section.total = totals[section.name]
        if section.total:
            rows = section.rows if section.head is None else section.head
            found[section.name] = list(most_urgent(rows, SHOWN))
    every = [row for rows in found.values() for row in rows]
    load_parts(person, every)
    stamp = []
    for section in sections:
        rows = found.get(section.name, [])
        section.cards = cards_of(section, rows, person, now=now, back=back)
        stamp += [(section.name, row.number, row.state, row.due) for row in rows]
    first = _take_first(sections)
    todo = sum(section.total for section in sections if section.must)
    return Desk(sections, first, todo, sha256(repr([todo, *stamp]).encode()).hexdigest()[:16])


def cards_of(section, rows, person, *, now, back):
    """The cards of some rows of a section, each with the act it calls for; the rows with their parts loaded."""
    return [CARDS[type(row)](row, now=now) | {"act": section.act(person, row, back=back)} for row in rows]


def load_parts(person, rows):
    """What the cards of mixed rows show and their acts ask, for all of them at once."""
    whistles = with_urgency([row for row in rows if isinstance(row, Whistle)])
    for model in (Lead, AdviceLetter):
        with_urgency([row for row in rows if isinstance(row, model)])
    orders = [row for row in rows if isinstance(row, Order)]
    prefetch_related_objects(orders, "deadlines", "reports")
    if person.holds(Role.STREET_SECRETARY, Role.COMMUNITY_SECRETARY):
        prefetch_related_objects(whistles, Prefetch("signatures", Signature.objects.select_related("person")))


def _take_first(sections):
    """Takes the most urgent card that waits for the person out of its section."""
    waiting = [
        (card["clock"].due_at, position, section)
        for position, section in enumerate(sections)
        if section.must
        for card in section.cards[:1]
        if card["clock"] and card["act"]
    ]
    if not waiting:
        return None
    _due, _position, section = min(waiting, key=lambda one: one[:2])
    return section.cards.pop(0)


def sections_of(person, now):
    """The lists that concern this person's roles, those that wait for them first."""
    return sorted(_lists_of(person, now), key=lambda section: not section.must)


def _lists_of(person, now):
    lists = []
    if person.holds(*worklists.IN_CHARGE):
        lists.append(Section("handle", _("Orders to handle"), worklists.to_handle(person), url=reverse("my-orders")))
        see = leads_to(_("See the tasks"), lambda row: f"{reverse('whistle', args=[row.whistle.number])}#sessions")
        lists.append(
            Section("tasks", _("Tasks agreed at joint sessions"), worklists.with_tasks(person), act=see, seldom=True)
        )
    if person.holds(Role.DISPATCHER):
        lists += _of_the_centre(person, now)
    if person.holds(Role.DISPATCHER, *worklists.STREET):
        lists += _of_sessions(person, now)
    if person.holds(Role.STREET_SECRETARY, Role.COMMUNITY_SECRETARY):
        act = leads_to(_("Look and sign"), lambda row: f"{reverse('sign')}?number={row.number}")
        lists.append(Section("sign", _("To sign"), worklists.to_sign(person), act=act, url=reverse("sign")))
    if person.holds(*worklists.STREET):
        lists += _of_the_street(person, now)
    if person.holds(*HANDLE_LEADS):
        mine = f"{reverse('leads')}?mine=true"
        lists.append(Section("leads", _("Leads in your hand"), worklists.leads_in_hand(person), url=mine))
    if can_have_letters(person):
        mine, letters = f"{reverse('letters')}?mine=true", worklists.letters_waiting(person)
        lists.append(Section("letters", _("Letters that wait for you"), letters, url=mine))
    if person.holds(Role.STREET_OFFICER):
        go_on = leads_to(_("Go on"), lambda row: reverse("whistle-edit", args=[row.number]))
        drafts = worklists.to_put_right(person)
        lists.append(Section("drafts", _("Drafts and returned whistles"), drafts, act=go_on))
    if person.holds(Role.CITY_OBSERVER):
        lists.append(Section("escalated", _("Escalated to the city"), worklists.to_hand_back(person)))
    if person.holds(Role.DISTRICT_LEADER):
        major, around = worklists.to_come_to(person), worklists.open_around(person, Role.DISTRICT_LEADER)
        lists.append(Section("major", _("Major incidents that call for you"), major))
        lists.append(_watched("streets", _("Under way in your streets"), around.exclude(pk__in=major.values("pk"))))
    if person.holds(Role.GRID_WORKER, Role.COMMUNITY_SECRETARY):
        around = worklists.open_around(person, Role.GRID_WORKER, Role.COMMUNITY_SECRETARY)
        lists.append(_watched("around", _("Under way in your area"), around))
    return lists


def _watched(name, title, rows, url="whistles"):
    return Section(name, title, rows, must=False, act=no_act, url=f"{reverse(url)}?open=true")


def _of_the_centre(person, now):
    triage = leads_to(_("Triage"), lambda row: f"{reverse('triage')}?number={row.number}")
    rule = leads_to(_("Rule on it"), lambda row: f"{reverse('triage')}#returns")
    return [
        Section("triage", _("To triage"), worklists.to_triage(person), act=triage, url=reverse("triage")),
        Section("returns", _("Returned orders to rule on"), worklists.to_rule_on(person), act=rule),
        Section("confirm", _("To confirm"), worklists.to_confirm(person), url=f"{reverse('triage')}#confirm"),
        Section(
            "overdue",
            _("Overdue departments"),
            worklists.overdue_orders(person, now),
            head=worklists.overdue_orders(person, now, first=SHOWN),
            must=False,
            act=no_act,
            url=f"{reverse('whistles')}?open=true&overdue=true",
        ),
    ]


def _of_sessions(person, now):
    """Of joint sessions that this person could have called."""
    write = leads_to(_("To the session"), lambda row: f"{reverse('whistle', args=[row.number])}#sessions")
    begun, late = worklists.sessions_to_minute(person, now), worklists.with_late_tasks(person, now)
    return [
        Section("minutes", _("Joint sessions without minutes"), begun, act=write, seldom=True),
        Section("late-tasks", _("Tasks of joint sessions past their day"), late, must=False, act=write, seldom=True),
    ]


def _of_the_street(person, now):
    score = leads_to(_("Score"), lambda row: f"{reverse('score')}#{row.number}")
    unscored = Whistle.objects.filter(pk__in=worklists.to_score(person).values("whistle"))
    overdue = worklists.overdue_of_street(person, now)
    return [
        Section("verify", _("To verify on site"), worklists.to_verify(person)),
        Section("score", _("To score"), unscored, act=score, url=reverse("score")),
        Section(
            "late",
            _("Your whistles with overdue departments"),
            overdue,
            must=False,
            act=no_act,
            url=f"{reverse('whistles')}?open=true&overdue=true",
        ),
    ]
