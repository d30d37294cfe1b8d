"""What waits for whom: a row in a state is the message. Pages, counts and the workbench ask the same questions."""

from django.db.models import Exists, OuterRef, Q

from dispatch.models import Order
from dispatch.queries import without_a_lead
from dispatch.services.filing import SIGNED_AFTERWARDS
from dispatch.states import OrderState
from grid.models import Role
from whistle.models import Signature, Whistle
from whistle.models.whistles import in_area
from whistle.states import WITH_THE_STREET, SignOffKind, WhistleState

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


def to_sign(person):
    """Whistles that wait for this secretary: nobody of the same role has answered in the present round."""
    found = Q(pk__in=[])
    for role in (Role.STREET_SECRETARY, Role.COMMUNITY_SECRETARY):
        where = _in_areas_as(person, role)
        if role == Role.COMMUNITY_SECRETARY:
            # A whistle for the whole street may be signed by any community secretary of that street.
            where |= Q(area__in=[code[:9] for code in person.areas_as(role)])
        answered = Signature.objects.filter(whistle=OuterRef("pk"), round=OuterRef("sign_round"), role=role)
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


def to_hand_back(person):
    return Whistle.objects.filter(_in_areas_as(person, Role.CITY_OBSERVER), state=WhistleState.ESCALATED)
