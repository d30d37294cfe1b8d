"""What the workbench and the page of scores show: what waits, what was scored, and how the month is going."""

from dataclasses import dataclass
from decimal import Decimal
from urllib.parse import urlencode

from django.db.models import Q
from django.utils import timezone

from assessment.formulas.parts import percentage
from assessment.models import Accountability, Evaluation, Score
from assessment.permissions import can_see_rankings
from assessment.standings import find, listed, standings
from assessment.states import BulletinState, Ranked
from dispatch import figures
from dispatch.states import OF_AN_ORDER
from dispatch.worklists import STREET
from grid.models import AreaLevel, CalendarDay, Department, Person, Role
from whistle.models import Whistle, WhistleType
from whistle.models.whistles import in_area


def told(order):
    """The order's clocks in the order in which they run; `order` as `for_display()` loads it."""
    clocks = {clock.kind: clock for clock in order.deadlines.all() if clock.cancelled_at is None}
    return [clocks[kind] for kind in OF_AN_ORDER if kind in clocks]


def punctuality_of(order, *, now):
    """The share of the order's clocks that were kept, in percent; None while none has run out or been met."""
    over = [clock for clock in told(order) if clock.met_at or clock.due_at < now]
    kept = [clock.met_at is not None and clock.met_at <= clock.due_at for clock in over]
    return percentage(sum(kept), len(kept))


def records_about(whistles, person):
    """`{whistle: [records of accountability]}` that this person may see, by the keys of whistles. One query."""
    found = {}
    seen = Accountability.objects.visible_to(person).filter(whistle__in=[whistle.pk for whistle in whistles])
    for held in seen.order_by("id"):
        found.setdefault(held.whistle_id, []).append(held)
    return found


def scored_by_street(person):
    """The marks that the person's streets gave, newest first."""
    mine = Q(pk__in=[])
    for code in person.areas_as(*STREET):
        mine |= in_area(code)
    districts = {code[:6] for code in person.areas_as(*STREET)}
    marks = Evaluation.objects.filter(district__in=districts, order__whistle__in=Whistle.objects.filter(mine))
    return marks.select_related("order__department", "order__whistle", "by").order_by("-at")


@dataclass(frozen=True)
class Glance:
    """This month in few figures. `of`: whose; `rank`: a department's place in its group, if it has one.

    `opens`: whether this person may open the ranking behind them.
    """

    of: str
    opens: bool
    month: figures.Month
    # How the list of whistles is narrowed to those that `month.filed` counts.
    narrowed: str
    acknowledged: Decimal | None
    reported: Decimal | None
    department: Department | None = None
    rank: int | None = None


def month_at_a_glance(person, *, now):
    """How the person's first department or area is doing this month; None for a whole city or without a post."""
    post = next((post for post in person.posts_now if len(post.district_code) == 6), None)
    if post is None:
        return None
    month = timezone.localdate(now).replace(day=1)
    if post.department_id:
        found = figures.month_of_department(post.department, month, now=now)
        rank = _rank_of(post.department, month)
        more = {"of": str(post.department), "department": post.department, "rank": rank}
        narrowed = {"department": post.department.code}
    else:
        found = figures.month_of_area(post.area_id, month, now=now)
        more, narrowed = {"of": post.place}, {"area": post.area_id}
    return Glance(
        month=found,
        narrowed="?" + urlencode({"open": "", "drill": "false", "month": f"{month:%Y-%m}", **narrowed}),
        acknowledged=percentage(*found.acknowledged),
        reported=percentage(*found.reported),
        opens=can_see_rankings(person),
        **more,
    )


def _rank_of(department, month):
    scores = Score.objects.filter(unit=str(department.pk), ranking__ranked=Ranked.DEPARTMENTS)
    here = scores.filter(ranking__bulletin__area=department.district_id, ranking__bulletin__month=month)
    here = here.exclude(ranking__bulletin__state=BulletinState.REVIEW)
    return here.values_list("rank", flat=True).first()


def first_places(person, *, now):
    """The best three of each group so far this month, for whoever assesses a district: `{group: [Standing, …]}`."""
    district = next((code for code in person.areas_as(Role.ASSESSOR) if len(code) == AreaLevel.DISTRICT), None)
    ranking = district and find(district, Ranked.DEPARTMENTS, timezone.localdate(now).replace(day=1))
    if not ranking:
        return {}
    groups = {}
    for row in standings(listed(ranking), Ranked.DEPARTMENTS):
        best = groups.setdefault(row.group, [])
        if row.score.rank and row.score.rank <= 3:
            best.append(row)
    return groups


def districts_at_a_glance(person, *, now):
    """Open and overdue whistles of each district that a city observer sees."""
    codes = person.areas_as(Role.CITY_OBSERVER)
    return figures.open_by_district(codes, now=now) if codes else []


def configured(person):
    """What an administrator has set up, as figures by name; empty for everybody else."""
    codes = person.areas_as(Role.ADMINISTRATOR)
    if not codes:
        return {}
    here = Q(pk__in=[])
    for code in codes:
        here |= Q(district__code__startswith=code)
    return {
        "types": WhistleType.objects.filter(here, active=True).count(),
        "departments": Department.objects.filter(here, active=True).count(),
        "people": Person.objects.filter(is_active=True, posts__isnull=False).distinct().count(),
        "days": CalendarDay.objects.count(),
    }
