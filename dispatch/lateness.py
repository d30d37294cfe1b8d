"""How late steps of clocks were told, in figures that cost the same after a quiet day and a busy one."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import Aggregate, Count, DurationField, F, Max, Q, QuerySet
from django.db.models.functions import TruncMinute

from dispatch.models import Firing

# Figures of a span of time are those of its latest steps, at most so many.
AT_MOST = 100_000


class Percentile(Aggregate):
    """The value by which `share` (0 to 1) of the rows lie: one of them, never a mean."""

    function = "PERCENTILE_DISC"
    template = "%(function)s(%(share)s) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = DurationField()

    def __init__(self, expression: str, share: float, **extra: Any) -> None:
        super().__init__(expression, share=share, **extra)


class Lateness(NamedTuple):
    """Of so many steps told: by how much half of them, 99 in 100, and the worst were late. None without any."""

    steps: int
    median: timedelta | None
    p99: timedelta | None
    worst: timedelta | None


class Minute(NamedTuple):
    at: datetime
    steps: int
    worst: timedelta


def lateness(*, now: datetime, spans: dict[str, timedelta]) -> dict[str, Lateness]:
    """How late what was told in each of these spans before `now` was told. Two queries."""
    given: dict[str, Aggregate] = {}
    for name, span in spans.items():
        within = Q(fired_at__gt=now - span)
        given |= {
            f"{name}_steps": Count("pk", filter=within),
            f"{name}_median": Percentile("late", 0.5, filter=within),
            f"{name}_p99": Percentile("late", 0.99, filter=within),
            f"{name}_worst": Max("late", filter=within),
        }
    found = _told(now - max(spans.values()), now).aggregate(**given)
    return {name: Lateness(*(found[f"{name}_{field}"] for field in Lateness._fields)) for name in spans}


def by_minute(*, now: datetime, minutes: int) -> list[Minute]:
    """What was told in each of the last whole minutes before `now`, the present one included. Two queries.

    Where there was more than AT_MOST, only the minutes that are counted are there.
    """
    present = now.replace(second=0, microsecond=0)
    first = present - timedelta(minutes=minutes - 1)
    told = _told(first, now).values(minute=TruncMinute("fired_at"))
    counted = told.annotate(steps=Count("pk"), worst=Max("late")).order_by()
    found = {row["minute"]: Minute(row["minute"], row["steps"], row["worst"]) for row in counted}
    if sum(minute.steps for minute in found.values()) >= AT_MOST:
        first = min(found)
    return [found.get(minute) or Minute(minute, 0, timedelta()) for minute in _minutes(first, present)]


def _told(since: datetime, until: datetime) -> QuerySet[Firing]:
    """What the sweep told between the two moments, the latest of it. What a person told early was not late."""
    swept = Firing.objects.filter(fired_at__gt=since, fired_at__lte=until, fired_at__gte=F("planned_at"))
    # A query of its own: only with a moment in hand does the planner know how little it will read.
    cut = swept.order_by("-fired_at").values_list("fired_at", flat=True)[AT_MOST - 1 : AT_MOST].first()
    return (swept if cut is None else swept.filter(fired_at__gte=cut)).annotate(late=F("fired_at") - F("planned_at"))


def _minutes(first: datetime, last: datetime) -> Iterator[datetime]:
    while first <= last:
        yield first
        first += timedelta(minutes=1)
