"""What waits for whom: a row in a state is the message. Pages, counts and the workbench ask the same questions."""

from django.db.models import Count, Exists, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from dispatch.models import Deadline, Delivery, JointSession, Order, SessionTask
from dispatch.models.orders import OPEN as OPEN_ORDER
from dispatch.queries import has_overdue, without_a_lead
from dispatch.services.filing import SIGNED_AFTERWARDS
from dispatch.states import OF_AN_ORDER, ClockKind, OrderState, SessionState
from grid.models import Department, Role
from grid.permissions import people_under
from whistle.models import AdviceLetter, Event, EventKind, Lead, Signature, Whistle
from whistle.models.whistles import in_area
from whistle.permissions import HANDS, WRITE_LETTERS
from whistle.states import BLOWN, OPEN, UNDER_WAY, WITH_THE_STREET, LetterState, Level, SignOffKind, WhistleState

STREET = (Role.STREET_OFFICER, Role.STREET_SECRETARY)
IN_CHARGE = (Role.LIAISON, Role.HEAD)


def _in_areas_as(person, *roles):
    condition = Q(pk__in=[])
    for code in person.areas_as(*roles):
        condition |= in_area(code)
    return condition


def to_put_right(person):
    """Drafts to go on with, and whistles the centre returned: the street's."""
    return Whistle.objects.filter(_in_areas_as(person, Role.STREET_OFFICER), state__in=WITH_THE_STREET)


def leads_in_hand(person):
    """Open leads that this person has in hand, for a grid, a community or a street."""
    condition = Q(pk__in=[])
    for holder, (roles, _level) in HANDS.items():
        condition |= Q(holder=holder) & _in_areas_as(person, *roles)
    return Lead.objects.open().filter(condition)


def letters_waiting(person):
    """Letters to reply to for a department, and those replied to whose outcome the sender must state."""
    departments = [post.department_id for post in person.posts_now if post.role in IN_CHARGE]
    to_reply = Q(state=LetterState.SENT, department__in=departments)
    to_close = Q(state=LetterState.ANSWERED, sender__in=person.areas_as(*WRITE_LETTERS))
    return AdviceLetter.objects.filter(to_reply | to_close)


def to_sign(person):
    """Whistles that wait for this secretary: neither they nor another of their role have answered this round."""
    found = Q(pk__in=[])
    for role in (Role.STREET_SECRETARY, Role.COMMUNITY_SECRETARY):
        where = _in_areas_as(person, role)
        if role == Role.COMMUNITY_SECRETARY:
            # A whistle for the whole street may be signed by any community secretary of that street.
            where |= Q(area__in=[code[:9] for code in person.areas_as(role)])
        answered = Signature.objects.filter(whistle=OuterRef("pk"), round=OuterRef("sign_round")).filter(
            Q(role=role) | Q(person=person)
        )
        found |= where & ~Exists(answered)
    waiting = Q(state=WhistleState.SIGNING) | Q(sign_off=SignOffKind.AFTER, state__in=SIGNED_AFTERWARDS)
    return Whistle.objects.filter(found & waiting)


def to_verify(person):
    return Whistle.objects.filter(_in_areas_as(person, *STREET), state=WhistleState.HANDLED)


def to_score(person):
    """Orders whose result the street has verified and not yet scored."""
    whistles = Whistle.objects.filter(_in_areas_as(person, *STREET), state=WhistleState.VERIFIED)
    return Order.objects.filter(whistle__in=whistles, state=OrderState.FINISHED, evaluation=None)


def to_triage(person):
    """New whistles, and those under way that have lost their lead department."""
    mine = _in_areas_as(person, Role.DISPATCHER)
    return Whistle.objects.filter(mine & (Q(state=WhistleState.FILED) | without_a_lead()))


def to_rule_on(person):
    """Orders that departments returned and nobody has ruled on."""
    return Order.objects.disputed().filter(district__in=person.areas_as(Role.DISPATCHER))


def to_confirm(person):
    mine = _in_areas_as(person, Role.DISPATCHER)
    return Whistle.objects.filter(mine, state=WhistleState.VERIFIED, confirmed_at=None)


def to_handle(person):
    """The open orders of the departments for which this person acts."""
    departments = [post.department_id for post in person.posts_now if post.role in IN_CHARGE]
    return Order.objects.open().filter(department__in=departments)


def with_tasks(person):
    """Orders of the person's departments with a task of a joint session that is still to be done."""
    departments = [post.department_id for post in person.posts_now if post.role in IN_CHARGE]
    return Order.objects.filter(
        Exists(SessionTask.objects.open().filter(order=OuterRef("pk"))), department__in=departments
    )


def with_late_tasks(person, now):
    """Whistles of the person's street or district of which some task of a joint session is past its day."""
    mine = _in_areas_as(person, *STREET, Role.DISPATCHER)
    late = SessionTask.objects.late_on(timezone.localdate(now)).filter(session__whistle=OuterRef("pk"))
    return Whistle.objects.filter(mine, Exists(late))


def sessions_to_minute(person, now):
    """Whistles under way of which some joint session has begun and has no minutes yet."""
    mine = _in_areas_as(person, *STREET, Role.DISPATCHER)
    begun = JointSession.objects.filter(whistle=OuterRef("pk"), state=SessionState.CALLED, held_at__lte=now)
    return Whistle.objects.filter(mine, Exists(begun), state__in=UNDER_WAY)


def done_with(person):
    """What the departments for which this person acts have behind them: finished, cancelled, or let go."""
    departments = [post.department_id for post in person.posts_now if post.role in IN_CHARGE]
    return Order.objects.filter(department__in=departments).exclude(OPEN_ORDER)


def to_hand_back(person):
    return Whistle.objects.filter(_in_areas_as(person, Role.CITY_OBSERVER), state=WhistleState.ESCALATED)


def overdue_of_street(person, now):
    """The street's own whistles for which some department is late."""
    mine = _in_areas_as(person, *STREET)
    return Whistle.objects.filter(mine, has_overdue(now), state=WhistleState.DISPATCHED)


def overdue_orders(person, now, *, first=None):
    """Open orders in the dispatcher's district of which some clock is overdue.

    `first`: those whose clocks ran out first are enough, so many at least. To put thousands in order takes long.
    """
    here = person.areas_as(Role.DISPATCHER)
    late = Deadline.objects.overdue(now).filter(district__in=here, order__isnull=False).values("order")
    if first:
        # No order has more clocks than these at once.
        late = late.order_by("due_at")[: first * len([*OF_AN_ORDER, ClockKind.ANSWER])]
    return Order.objects.open().filter(district__in=here, pk__in=late)


def open_around(person, *roles):
    """What was blown and is not over, where somebody in one of `roles` answers for the ground."""
    return Whistle.objects.filter(_in_areas_as(person, *roles), state__in=set(BLOWN) & set(OPEN))


def to_come_to(person):
    """Major incidents under way in a district leader's streets, to which this leader has not yet come."""
    came = Event.objects.filter(
        whistle=OuterRef("pk"), kind=EventKind.LEADER_ON_SITE, person=person, at__gte=OuterRef("dispatched_at")
    )
    major = open_around(person, Role.DISTRICT_LEADER).filter(level=Level.MAJOR, state=WhistleState.DISPATCHED)
    return major.filter(~Exists(came))


def undelivered(person):
    """What did not arrive for the people whom an administrator looks after."""
    return Delivery.objects.failing().filter(channel__person__in=people_under(person))


def callable_with_load(district, *, now):
    """The departments of a district that can be called, each with how many orders it has open (`load`) and late."""
    theirs = Order.objects.open().filter(department=OuterRef("pk")).order_by().values("department")
    late = Exists(Deadline.objects.overdue(now).filter(order=OuterRef("pk"), kind__in=OF_AN_ORDER))
    load = Subquery(theirs.annotate(many=Count("pk")).values("many"))
    late = Subquery(theirs.filter(late).annotate(many=Count("pk")).values("many"))
    active = Department.objects.in_district(district).active().select_related("group")
    return active.annotate(load=Coalesce(load, 0), late=Coalesce(late, 0))


def counts(lists):
    """How much is in each of the named lists: `{name: querysets}` in, `{name: figure}` out. One query for all."""
    if not lists:
        return {}
    rows = [
        rows.order_by().annotate(which=Value(name)).values_list("which").annotate(many=Count("pk"))
        for name, rows in lists.items()
    ]
    found = dict(rows[0].union(*rows[1:], all=True))
    return {name: found.get(name, 0) for name in lists}
