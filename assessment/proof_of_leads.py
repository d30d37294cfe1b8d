"""What leads bring to a month, a second time: in plain Python over the record; see `assessment.proof`."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime
from decimal import Decimal

from django.db.models import Exists, OuterRef, Q

from assessment.models import Period
from dispatch.models import Deadline
from whistle.models import Event, Lead
from whistle.models import EventKind as K
from whistle.states import LeadState

# What a line says of its lead; being marked as hard passes it up.
SAYS = {
    K.LEAD_REPORTED: "leads",
    K.LEAD_HARD: "leads_passed_up",
    K.LEAD_PASSED_UP: "leads_passed_up",
    K.LEAD_SOLVED: "leads_solved",
    K.LEAD_WHISTLED: "leads_whistled",
}


def leads(period: Period, districts: list[str], *, now: datetime) -> Iterator[tuple[str, str, dict[str, Decimal]]]:
    """District, area and figures of every lead that counts in a period, by the record up to `now`."""
    later = Event.objects.filter(lead=OuterRef("pk"), at__gte=period.starts_at)
    due = Deadline.objects.filter(lead=OuterRef("pk"), due_at__gte=period.starts_at)
    concerned = Q(state=LeadState.OPEN) | Exists(later) | Exists(due)
    rows = Lead.objects.filter(concerned, district__in=districts)
    lines: dict[int | None, list[Event]] = defaultdict(list)
    for line in Event.objects.filter(lead__in=rows, at__lte=now).order_by("pk").defer("note").iterator():
        lines[line.lead_id].append(line)
    for key, district, area in rows.order_by("pk").values_list("pk", "district", "area").iterator():
        figures = _figures(lines[key], period, now)
        if figures:
            yield district, area, figures


def _figures(lines: Iterable[Event], period: Period, now: datetime) -> dict[str, Decimal]:
    """The lines of one lead, followed one after another."""
    found: dict[str, Decimal] = {}
    due = met = None
    for line in lines:
        if line.kind in SAYS and period.starts_at <= line.at < period.ends_at:
            found[SAYS[K(line.kind)]] = Decimal(1)
        if line.kind == K.LEAD_REPORTED:
            due = datetime.fromisoformat(line.data["clocks"]["lead"])
        elif line.kind == K.REPROJECTED:
            due = datetime.fromisoformat(line.data["to"])
        elif line.kind in (K.LEAD_SOLVED, K.LEAD_WHISTLED):
            met = line.at
        elif line.kind == K.LEAD_CAME_BACK:
            met = None
    if due and period.starts_at <= due < period.ends_at and (met or due < now):
        found |= {"leads_due": Decimal(1), "leads_met": Decimal(int(met is not None and met <= due))}
    return found
