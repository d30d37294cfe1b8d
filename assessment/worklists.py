"""What waits for whom in the assessment; see `dispatch.worklists`."""

from django.db.models import DateTimeField, Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from assessment.models import Accountability, Callback
from assessment.states import AccountabilityState
from grid.models import Role
from whistle.models import Whistle
from whistle.models.whistles import REOPEN_WITHIN, in_area
from whistle.states import WhistleState


def to_call_back(person, *, now):
    """Closed cases of the dispatcher's district whose residents nobody has reached, while they can be reopened.

    Drills have no residents.
    """
    reached = Callback.objects.reached().filter(whistle=OuterRef("pk"), closing=OuterRef("closed_at"))
    closed = Whistle.objects.in_earnest().filter(state=WhistleState.CLOSED, closed_at__gte=now - REOPEN_WITHIN)
    return closed.filter(_here(person), ~Exists(reached))


def longest_waiting_first(whistles):
    """First who has waited longest since the case was closed or somebody last called in vain (`waits_since`)."""
    calls = Callback.objects.filter(whistle=OuterRef("pk"), closing=OuterRef("closed_at")).order_by("-at")
    last = Subquery(calls.values("at")[:1], output_field=DateTimeField())
    return whistles.annotate(called_at=last, waits_since=Coalesce(last, F("closed_at"))).order_by("waits_since", "id")


def called_back(person):
    """The calls made in the dispatcher's district, the latest first."""
    districts = {code[:6] for code in person.areas_as(Role.DISPATCHER)}
    calls = Callback.objects.filter(district__in=districts) if districts else Callback.objects.none()
    return calls.select_related("whistle", "by").order_by("-at")


def records_waiting_for(person, *, now):
    """What is held against this person and may still be appealed, and the appeals this person may decide on."""
    mine = Q(person=person, state=AccountabilityState.OPEN, appeal_until__gte=now)
    here = Q(pk__in=[])
    for code in person.areas_as(Role.ASSESSOR):
        here |= Q(district__code__startswith=code)
    to_decide = Q(here, state=AccountabilityState.APPEALED) & ~Q(person=person) & ~Q(ruled_by=person)
    return Accountability.objects.filter(mine | to_decide)


def _here(person):
    here = Q(pk__in=[])
    for code in person.areas_as(Role.DISPATCHER):
        here |= in_area(code)
    return here
