"""Marks by rule: a street that does not score in time leaves it to the rule of the type of whistle.

The street's time is over for good some working days (`AssessmentRule.after_days`) after its clock to score has run
out. From then on nobody scores: were it still open, a street could wait and see what the rule gives. So the marks bear
that very moment, whenever the task comes by. They count like any other, and a department may appeal against them.

A drill waits for its street; so does a case of a type that has no clock to score.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from django.db.models import Exists, OuterRef

from assessment.models import AssessmentRule, Evaluation
from assessment.services.each_alone import each_alone
from dispatch.messages import News, tell
from dispatch.models import Deadline, Order
from dispatch.services import close_if_done
from dispatch.states import Audience, ClockKind, OrderState
from grid import worktime
from grid.services import calendar_now, segments_by_district
from whistle.models import Event, EventKind, Whistle
from whistle.models.whistles import in_area
from whistle.services.record import line
from whistle.states import WhistleState


class Term(NamedTuple):
    """Until when, that moment included, a street may score, and what the rule gives from then on."""

    until: datetime
    rule: AssessmentRule


def mark_by_rule(*, now: datetime, within: str = "") -> int:
    """Gives the marks of all cases whose street's time was over before `now`; `within`: of an area with this code.

    Returns how many cases it marked. May run late, twice, or in two workers: each takes the cases that no other has
    in hand, and one that cannot be marked costs the others nothing.
    """
    waiting = _to_score().filter(in_area(within)) if within else _to_score()
    late = Deadline.objects.running().filter(whistle=OuterRef("pk"), order=None, kind=ClockKind.SCORE, due_at__lt=now)
    candidates = list(waiting.filter(Exists(late)).select_related("type").order_by("id"))
    over = [pk for pk, term in terms_of(candidates).items() if term.until < now]

    def mark(whistle):
        term = terms_of([whistle]).get(whistle.pk)
        if term is None or term.until >= now:
            return False
        _mark(whistle, term)
        return True

    return each_alone(_to_score(), over, mark)


def terms_of(whistles: Iterable[Whistle]) -> dict[int, Term]:
    """The terms of those whose clock to score runs, by their key; `whistles` with their types. Four queries or one."""
    asked = {whistle.pk: whistle for whistle in whistles if not whistle.drill}
    running = Deadline.objects.running().filter(whistle__in=list(asked), order=None, kind=ClockKind.SCORE)
    due = dict(running.values_list("whistle_id", "due_at"))
    if not due:
        return {}
    rules = AssessmentRule.objects.of(*{asked[pk].type for pk in due})
    calendar, hours = calendar_now(), segments_by_district({asked[pk].district_id for pk in due})
    terms = {}
    for pk, at in due.items():
        rule = rules[asked[pk].type_id]
        segments = hours[asked[pk].district_id]
        until = worktime.due(at, rule.after_days, worktime.Unit.WORKING_DAYS, calendar, segments).at
        terms[pk] = Term(until, rule)
    return terms


def _to_score():
    return Whistle.objects.in_earnest().filter(state=WhistleState.VERIFIED)


def _mark(whistle: Whistle, term: Term) -> None:
    orders = list(Order.objects.filter(whistle=whistle, state=OrderState.FINISHED, evaluation=None).order_by("id"))
    marks = {"cooperation": term.rule.cooperation, "resolution": term.rule.resolution}
    Evaluation.objects.bulk_create(
        Evaluation(order=order, district_id=order.district_id, by_rule=True, at=term.until, **marks)
        for order in orders
    )
    events = Event.objects.bulk_create(
        line(EventKind.SCORED_BY_RULE, whistle, at=term.until, order_number=order.number, **marks) for order in orders
    )
    # One message for the case, not one for each of its departments.
    tell(*(News(event, whistle) for event in events[:1]), also=(Audience.RESPONSIBLE, Audience.HEADS))
    # Nothing ends before the centre has confirmed it, should the task come that late.
    close_if_done(whistle, at=max(term.until, whistle.confirmed_at or term.until))
