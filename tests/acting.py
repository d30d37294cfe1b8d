"""Acts in tests the way a request does: on the row as it stands now, through the table of actions."""

from django.utils.datastructures import MultiValueDict

from assessment.actions import accountability_actions
from assessment.models import Accountability
from dispatch.actions import order_actions, whistle_actions
from dispatch.lead_actions import lead_actions
from dispatch.letter_actions import letter_actions
from dispatch.models import Deadline, JointSession, Order, SessionTask
from dispatch.session_actions import session_actions, task_actions
from grid.models import Person
from tests.factories import people
from whistle.models import AdviceLetter, Event, Lead, Whistle

TABLES = {Whistle: whistle_actions, Order: order_actions, Lead: lead_actions, AdviceLetter: letter_actions}
TABLES |= {Accountability: accountability_actions, JointSession: session_actions, SessionTask: task_actions}


def person_called(who):
    """A person, given as such or by username; read anew, as a request does."""
    return people[who] if isinstance(who, str) else Person.objects.get(pk=who.pk)


def table_of(row):
    return TABLES[type(row)]


def about(row):
    """The condition by which the record and the clocks are asked about a matter itself, or about an order."""
    return {"order_number": row.number} if isinstance(row, Order) else {row.about: row}


def again(row):
    return type(row).objects.get(pk=row.pk)


def act(row, name, who, at, files=None, **data):
    """Does one of the acts of the row's table; returns the row as it stands then."""
    table_of(row).get(name).perform(
        again(row), by=person_called(who), at=at, data=data, files=MultiValueDict(files or {})
    )
    return again(row)


def offered(row, who):
    """The names of what this person may do to the row now, the likeliest first."""
    return [action.name for action in table_of(row).open_to(person_called(who), again(row))]


def events_of(row):
    """The kinds of the record's lines about a whistle or about an order, in order."""
    return list(Event.objects.filter(**about(row)).order_by("id").values_list("kind", flat=True))


def last_event(row, kind=None):
    events = Event.objects.filter(**about(row))
    return (events.filter(kind=kind) if kind else events).latest("id")


def clocks_of(row):
    """The clocks of a matter itself or of an order, the latest of each kind, by kind."""
    of = {"order": row} if isinstance(row, Order) else {row.about: row, "order": None}
    return {deadline.kind: deadline for deadline in Deadline.objects.filter(**of).order_by("id")}
