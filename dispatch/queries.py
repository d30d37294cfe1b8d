"""Reads that span rooms: a whistle with its orders, clocks, signatures and record."""

from django.db.models import Exists, OuterRef, Prefetch, Q, Subquery, prefetch_related_objects
from django.shortcuts import get_object_or_404

from dispatch.models import (
    Channel,
    Deadline,
    Delivery,
    JointSession,
    Message,
    Order,
    SessionSeat,
    SessionTask,
)
from dispatch.states import OrderState
from whistle.models import AdviceLetter, Event, Lead, Signature, Whistle


def whistles_of(person):
    """The whistles a person may see, newest first, with what a line of a list shows."""
    return Whistle.objects.visible_to(person).select_related("type").order_by("-id")


def find_whistle(person, number):
    """One whistle a person may see, to act on; Http404 for a stranger."""
    return get_object_or_404(whistles_of(person), number=number)


def whole_whistle(person, number):
    """One whistle a person may see, with everything about it; Http404 for a stranger. Eight queries.

    Each order has `opens`: whether this person may open it. A department may open its own, others all. The whistle has
    `lead_opens`, the same of its lead: a department sees its whistle, and not where it came from.
    """
    lead_opens = Exists(Lead.objects.visible_to(person).filter(pk=OuterRef("lead")))
    opens = Exists(Order.objects.visible_to(person).filter(pk=OuterRef("pk")))
    orders = (
        Order.objects.select_related("department", "suggested_department", "evaluation")
        .prefetch_related("reports")
        .annotate(opens=opens)
        .order_by("id")
    )
    whistle = get_object_or_404(
        whistles_of(person)
        .select_related("item", "created_by", "lead")
        .annotate(lead_opens=lead_opens)
        .prefetch_related(
            Prefetch("orders", orders),
            "deadlines",
            Prefetch("signatures", Signature.objects.select_related("person")),
            Prefetch("events", Event.objects.prefetch_related("photos")),
            Prefetch("sessions", JointSession.objects.with_figures()),
        ),
        number=number,
    )
    clocks = list(whistle.deadlines.all())
    for order in whistle.orders.all():
        # One object, so that what is loaded with the whistle is not loaded again for each order.
        order.whistle = whistle
        _hold(order, deadlines=[clock for clock in clocks if clock.order_id == order.pk])
    _hold(whistle, deadlines=[clock for clock in clocks if clock.order_id is None])
    return whistle


def _hold(row, **loaded):
    """These rows are what its relations of these names have."""
    row._prefetched_objects_cache = getattr(row, "_prefetched_objects_cache", {}) | loaded


def just_drafted(whistle):
    """A whistle as `create_draft` returns it, filled in as `whole_whistle` would: nothing has to be read again."""
    event = whistle.drafted
    _hold(event, photos=event.added_photos)
    _hold(whistle, orders=[], deadlines=[], signatures=[], sessions=[], events=[event])
    return whistle


def orders_of(person):
    """The orders of the whistles a person may see, newest first."""
    return Order.objects.visible_to(person).order_by("-id")


def find_order(person, number):
    """One order a person may see, to act on; Http404 for a stranger."""
    return get_object_or_404(orders_of(person).with_parts(), number=number)


def whole_order(person, number):
    """One order a person may see, with its clocks and reports; Http404 for a stranger. Three queries."""
    return get_object_or_404(orders_of(person).for_display(), number=number)


def orders_at_work(whistle):
    """The orders of the present call that were not taken away or let go, the lead first."""
    if whistle.dispatched_at is None:
        return []
    # Nothing is read again where the page has them already.
    prefetch_related_objects([whistle], "orders__department")
    gone = {OrderState.CANCELLED, OrderState.RETURNED}
    standing = [each for each in whistle.orders.all() if each.is_of_present_call]
    standing = [each for each in standing if each.state not in gone or each.is_disputed]
    return sorted(standing, key=lambda order: (not order.is_lead, order.pk))


def whole_session(person, number):
    """One joint session a person may see, with its seats and tasks; Http404 for a stranger. Three queries."""
    tasks = SessionTask.objects.select_related("order__department")
    found = get_object_or_404(
        JointSession.objects.visible_to(person)
        .select_related("whistle__type", "called_by", "minuted_by")
        .prefetch_related(
            Prefetch("seats", SessionSeat.objects.select_related("department")), Prefetch("tasks", tasks)
        ),
        number=number,
    )
    for task in found.tasks.all():
        task.session = found
        task.order.whistle = found.whistle
    return found


def find_session(person, number):
    """One joint session a person may see, to act on; Http404 for a stranger."""
    return get_object_or_404(JointSession.objects.visible_to(person).select_related("whistle__type"), number=number)


def find_task(person, number):
    """One task of a joint session a person may see, to act on; Http404 for a stranger."""
    parts = SessionTask.objects.select_related("session__whistle__type", "order__department", "order__whistle")
    return get_object_or_404(parts.visible_to(person), number=number)


def record_of(order):
    """What happened to one order, oldest first."""
    return Event.objects.filter(whistle=order.whistle_id, order_number=order.number).prefetch_related("photos")


def find_lead(person, number):
    """One lead a person may see, to act on; Http404 for a stranger."""
    return get_object_or_404(Lead.objects.visible_to(person), number=number)


def whole_lead(person, number):
    """One lead a person may see, with its clock, its record and its whistle; Http404 for a stranger. Five queries."""
    return get_object_or_404(
        Lead.objects.visible_to(person)
        .select_related("reported_by")
        .prefetch_related(
            "deadlines",
            Prefetch("events", Event.objects.prefetch_related("photos")),
            Prefetch("whistles", Whistle.objects.from_leads()),
        ),
        number=number,
    )


def letters_of(person):
    """The advice letters a person may see, with the departments they are written to."""
    return AdviceLetter.objects.visible_to(person).select_related("department")


def find_letter(person, number):
    """One letter a person may see, to act on; Http404 for a stranger."""
    return get_object_or_404(letters_of(person), number=number)


def whole_letter(person, number):
    """One letter a person may see, with its clock and its record; Http404 for a stranger. Four queries."""
    found = letters_of(person).select_related("created_by")
    events = Prefetch("events", Event.objects.prefetch_related("photos"))
    return get_object_or_404(found.prefetch_related("deadlines", events), number=number)


# What a line of a list says of a whistle. Plain columns: fifty lines would otherwise be three hundred objects.
LINE = (
    *("pk", "number", "state", "level", "title", "area_id", "address", "lat", "lng", "source"),
    *("created_at", "filed_at", "closed_at", "drill", "demonstration", "type_id"),
)


def lines(whistles):
    """A queryset of whistles as plain columns, for long lists read often."""
    return whistles.values(*LINE)


def orders_in_short(whistle_ids):
    """`{whistle: [{number, department, role, state}, …]}`. One query."""
    found = {pk: [] for pk in whistle_ids}
    orders = Order.objects.filter(whistle__in=found).order_by("id")
    for pk, number, department, role, state in orders.values_list(
        "whistle_id", "number", "department__code", "role", "state"
    ):
        found[pk].append({"number": number, "department": department, "role": role, "state": state})
    return found


def most_urgent(keys, about="whistle"):
    """`{whistle: its running clock that is due first}`, or of leads or letters, by their keys. One query."""
    key = f"{about}_id"
    running = Deadline.objects.running().filter(**{f"{about}__in": keys}).order_by(key, "due_at")
    return {getattr(deadline, key): deadline for deadline in running.distinct(key).defer("plan")}


def with_urgency(subjects):
    """Hangs on each of these whistles, or leads, or letters, its most urgent running clock (`urgent`). One query."""
    urgent = most_urgent([subject.pk for subject in subjects], subjects[0].about) if subjects else {}
    for subject in subjects:
        subject.urgent = urgent.get(subject.pk)
    return subjects


def has_overdue(now):
    """The condition "some clock of this whistle is overdue"."""
    return Exists(Deadline.objects.overdue(now).filter(whistle=OuterRef("pk")))


def without_a_lead():
    """Under way, but nobody leads any more: a return was upheld and no other department was called."""
    leading = Order.objects.open().filter(whistle=OuterRef("pk"), role="lead")
    done = Order.objects.filter(
        whistle=OuterRef("pk"), role="lead", state="finished", sent_at__gte=OuterRef("dispatched_at")
    )
    return Q(state="dispatched") & ~Exists(leading) & ~Exists(done)


def channels_of(person, **only):
    """A person's channels, each with the last thing that arrived by it and its last test, or None. Two queries."""
    of_it = Delivery.objects.filter(channel=OuterRef("pk")).order_by("-id").values("pk")
    channels = list(
        Channel.objects.kept()
        .filter(person=person, **only)
        .select_related("person")
        .order_by("id")
        .annotate(
            sent=Subquery(of_it.filter(sent_at__isnull=False, test=False)[:1]),
            tested=Subquery(of_it.filter(test=True)[:1]),
        )
    )
    shown = Delivery.objects.in_bulk({key for each in channels for key in (each.sent, each.tested) if key})
    for channel in channels:
        channel.last_sent, channel.last_test = shown.get(channel.sent), shown.get(channel.tested)
    return channels


def inbox_of(person):
    """A person's own messages, newest first, with all that is needed to say what they say."""
    return Message.objects.filter(person=person).for_reading().order_by("-id")
