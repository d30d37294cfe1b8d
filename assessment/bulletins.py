"""A month on its way, as its page and the API tell it: where it stands, who is first, what is disputed. Reads only."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, F, Q, QuerySet, Value
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from assessment.finding import appeals_of, points_of
from assessment.formulas.measures import MEASURES
from assessment.models import Appeal, Bulletin, BulletinAct, ManualItem, OrderTally, Proof, Ranking, Score
from assessment.permissions import can_appeal_in, can_assess, rankings_open_to
from assessment.services.appeals import MARKS
from assessment.standings import Standing, standings
from assessment.states import Appealed, BulletinActKind, BulletinState, Ranked
from common.moments import moment
from dispatch.models import Order
from dispatch.permissions import IN_CHARGE
from grid.models import Person, Role

S, K = BulletinState, BulletinActKind

# --- who is first -----------------------------------------------------------------------------------


class Leaders(NamedTuple):
    """The first of a group; `group` is empty where a ranking has only one."""

    group: str
    rows: list[Standing]


def leaders_by_month(bulletins: Iterable[Bulletin]) -> dict[int, list[Leaders]]:
    """By the key of a month: who ranks first among its departments, or among the districts of a city."""
    kinds = (Ranked.DEPARTMENTS, Ranked.DISTRICTS)
    rows = Score.objects.filter(ranking__bulletin__in=list(bulletins), ranking__ranked__in=kinds, rank=1)
    scores = list(rows.select_related("ranking").order_by("group", "unit"))
    found: dict[int, list[Standing]] = {}
    for of in kinds:
        for row in standings([score for score in scores if score.ranking.ranked == of], of):
            found.setdefault(row.score.ranking.bulletin_id, []).append(row)
    return {bulletin: _by_group(rows) for bulletin, rows in found.items()}


@dataclass(frozen=True)
class Brief:
    """A ranking of the month in a line: its first three, or the first of each group."""

    ranking: Ranking
    leaders: list[Leaders]


def in_brief(
    person: Person, bulletin: Bulletin, units: Iterable[str] = ()
) -> tuple[list[Brief], dict[tuple[str, str], str]]:
    """The rankings of the month that this person may see, and what its `units` (by their keys) are called there.

    The names stand by what is ranked and the key of the unit. Two queries.
    """
    open_here = rankings_open_to(person, bulletin.area_id)
    rankings = [each for each in bulletin.rankings.all() if each.ranked in open_here]
    wanted = Score.objects.filter(Q(rank__lte=3) | Q(unit__in=list(units)), ranking__in=rankings)
    rows: dict[int, list[Score]] = {}
    for score in wanted.order_by("ranking", "group", "rank", "unit"):
        rows.setdefault(score.ranking_id, []).append(score)
    briefs, names = [], {}
    for each in rankings:
        told = standings(rows.get(each.pk, []), each.ranked)
        briefs.append(Brief(each, _by_group([row for row in told if row.score.rank and row.score.rank <= 3])))
        names |= {(each.ranked, row.score.unit): row.name for row in told}
    return briefs, names


# Names of one group in a line; of many equal firsts nobody reads more.
IN_A_LINE = 4


def _by_group(rows: list[Standing]) -> list[Leaders]:
    groups: dict[str, list[Standing]] = {}
    for row in rows:
        groups.setdefault(row.score.group, []).append(row)
    several = len(groups) > 1
    return [
        Leaders(
            members[0].group if several else "",
            [row for row in members if row.score.rank == 1 or not several][:IN_A_LINE],
        )
        for members in groups.values()
    ]


# --- where it stands --------------------------------------------------------------------------------


class Step(NamedTuple):
    """A station on the way to publication. `at`: since when, or None."""

    label: str | Promise
    at: datetime | None
    is_now: bool
    is_past: bool


STEPS = {
    S.RUNNING: (gettext_lazy("Counting"), None),
    S.REVIEW: (gettext_lazy("Review"), K.REVIEW_BEGUN),
    S.APPEALS: (gettext_lazy("Appeals"), K.APPEALS_OPENED),
    S.PUBLISHED: (gettext_lazy("Publication"), K.PUBLISHED),
}


def steps(bulletin: Bulletin, acts: list[BulletinAct]) -> list[Step]:
    """The four stations, with the moments at which the month last came to them."""
    order = list(STEPS)
    now = order.index(S(bulletin.state))
    since = {act.kind: act.at for act in acts}
    return [
        Step(label, since.get(kind) if place <= now and kind else None, place == now, place < now)
        for place, (label, kind) in enumerate(STEPS.values())
    ]


def awaited(bulletin: Bulletin, *, now: datetime) -> str:
    """What is to be done now and by whom, in a sentence."""
    if bulletin.state == S.RUNNING:
        end = bulletin.ends_at
        if end is None or end > now:
            return _(
                "The month still runs and is counted every minute. When it is over, an assessor begins the review."
            )
        return _("The month is over: an assessor has it counted once more from nothing, which begins the review.")
    if bulletin.state == S.REVIEW:
        return _(
            "An assessor checks the figures, enters points by hand, and opens the month to appeals. Departments and "
            "streets do not see it yet."
        )
    if bulletin.state == S.PUBLISHED:
        return _("It is published and final. Should something in it be wrong, a correction notice says so.")
    if bulletin.takes_appeals_at(now):
        return _("Departments may appeal what counts against them; an assessor rules on each appeal.")
    if bulletin.waiting_appeals:
        return _("The term is over. Appeals that wait for a ruling: %(count)d. Then the month can be published.") % {
            "count": bulletin.waiting_appeals
        }
    return _("The term is over and every appeal has its ruling: an assessor publishes the month.")


# Months that wait, on one workbench.
AT_HAND = 3


def months_at_hand(person: Person, *, now: datetime) -> list[dict[str, Any]]:
    """The months before this one in which something waits for an assessor or a department, and what. One query."""
    if not person.holds(Role.ASSESSOR, *IN_CHARGE):
        return []
    rows = Bulletin.objects.visible_to(person).exclude(state=S.PUBLISHED).select_related("area").order_by("month")
    rows = rows.filter(month__lt=timezone.localdate(now).replace(day=1))
    rows = rows.annotate(waiting=Count("appeals", filter=Q(appeals__granted=None)))
    told = ({"bulletin": row, "text": _at_hand(person, row, now)} for row in rows)
    return [each for each in told if each["text"]][:AT_HAND]


def _at_hand(person: Person, bulletin: Any, now: datetime) -> str:
    appealable = bulletin.takes_appeals_at(now)
    if can_assess(person, bulletin):
        if bulletin.waiting:
            return ngettext(
                "%(count)d appeal waits for your ruling.", "%(count)d appeals wait for your ruling.", bulletin.waiting
            ) % {"count": bulletin.waiting}
        if bulletin.state == S.RUNNING:
            return _("The month is over: begin the review.")
        if bulletin.state == S.REVIEW:
            return _("In review: open it to appeals when its figures are right.")
        return "" if appealable else _("Every appeal has its ruling: it can be published.")
    if appealable and can_appeal_in(person, bulletin):
        until = moment(bulletin.appeals_until, now=now)
        return _("You may appeal what counts against you until %(moment)s.") % {"moment": until}
    return ""


@dataclass(frozen=True)
class Term:
    """A stretch of time as `components/clock.html` shows it."""

    kind_label: str
    start_at: datetime
    due_at: datetime
    met_at: datetime | None = None
    state: str = ""
    share_used: float | None = None
    provisional: bool = False


def term_to_appeal(bulletin: Bulletin, acts: list[BulletinAct]) -> Term | None:
    """How long departments may still appeal; None while they may not."""
    opened = next((act.at for act in reversed(acts) if act.kind == K.APPEALS_OPENED), None)
    if bulletin.state != S.APPEALS or bulletin.appeals_until is None or opened is None:
        return None
    return Term(_("Appeals until"), opened, bulletin.appeals_until)


def acts_shown(person: Person, bulletin: Bulletin) -> list[BulletinAct]:
    """What was done to the month, in order; points in a ranking that the person may not see are left out."""
    open_here = rankings_open_to(person, bulletin.area_id)
    return [act for act in bulletin.acts.all() if act.data.get("ranked", open_here[0]) in open_here]


def timeline(acts: list[BulletinAct], names: dict[tuple[str, str], str]) -> list[dict[str, Any]]:
    """The acts on record as `components/timeline.html` shows them; `names`: see `in_brief`."""
    return [
        {
            "at": act.at,
            "who": act.person_name,
            "post": act.post_name,
            "text": " · ".join([str(act.get_kind_display()), *_more(act, names)]),
            "note": act.note,
            "tone": "ok" if act.kind == K.PUBLISHED else "",
        }
        for act in acts
    ]


def _more(act: BulletinAct, names: dict[tuple[str, str], str]) -> list[str]:
    if act.kind == K.APPEALS_OPENED:
        until = date.fromisoformat(act.data["until"])
        return [_("until %(day)s, included") % {"day": moment(until, now=act.at)}]
    if act.kind in (K.POINTS_ENTERED, K.POINTS_WITHDRAWN):
        unit = names.get((act.data["ranked"], act.data["unit"]), "")
        return [part for part in (unit, act.data["points"]) if part]
    return []


# --- points by hand ---------------------------------------------------------------------------------


def points_shown(person: Person, bulletin: Bulletin) -> list[ManualItem]:
    """Those in rankings that this person may see, also those that were taken back; the latest first."""
    items = list(points_of(person).filter(bulletin=bulletin).order_by("-id"))
    for item in items:
        item.bulletin = bulletin
    return items


# --- proof ------------------------------------------------------------------------------------------

# What can differ of a score besides its figures.
OF_A_SCORE = {
    "total": gettext_lazy("Total score"),
    "rank": gettext_lazy("Rank"),
    "values": gettext_lazy("Parts"),
    "checksum": gettext_lazy("Checksum"),
    "inputs_checksum": gettext_lazy("Checksum of what was counted"),
}


def differences_of(proof: Proof) -> list[dict[str, Any]]:
    """What does not follow from the record; what is ranked and the figure also in words."""
    found = []
    for each in proof.differences:
        name = each["figure"]
        label = MEASURES[name].label if name in MEASURES else OF_A_SCORE.get(name, name)
        found.append(each | {"ranked_label": Ranked(each["ranked"]).label, "figure_label": label})
    return found


# --- appeals ----------------------------------------------------------------------------------------


def appeals_shown(person: Person, bulletin: Bulletin) -> QuerySet[Appeal]:
    """The appeals of the month that this person may see: those that wait for a ruling first, by their term."""
    return waiting_first(appeals_of(person).filter(bulletin=bulletin))


def waiting_first(appeals: QuerySet[Appeal]) -> QuerySet[Appeal]:
    return appeals.order_by(F("granted").asc(nulls_first=True), "answer_by", "id")


def appeals_to_rule_on(person: Person) -> QuerySet[Appeal]:
    """What waits for a ruling in the months that this person assesses."""
    mine = Q(pk__in=[])
    for code in person.areas_as(Role.ASSESSOR):
        mine |= Q(bulletin__area__code__startswith=code)
    return Appeal.objects.waiting().filter(mine).exclude(by=person)


def as_it_counts(about: str, value: int | None) -> str:
    """A figure of an order in words: a mark, or whether a clock counts as in time."""
    if about in MARKS:
        return _("not counted") if value is None else str(value)
    return {0: _("not in time"), 1: _("in time"), None: _("not counted")}[value]


def term_to_rule(appeal: Appeal) -> Term:
    return Term(_("Ruling"), appeal.at, appeal.answer_by, appeal.ruled_at)


def appeal_url(bulletin: Bulletin, order: Order, about: str) -> str:
    """The form of an appeal, filled in with what it is about."""
    return f"{reverse('bulletin-act', args=[bulletin.number, 'appeal'])}?order={order.number}&about={about}"


def against(about: str, value: int | None) -> bool:
    """Whether a figure counts against its department, so that it can be appealed."""
    return value is not None and (value < 100 if about in MARKS else value == 0)


class Disputable(NamedTuple):
    """An order of one's own and what counts against it; each figure with the address of the form."""

    order: Order
    figures: list[dict[str, str]]


def disputable(person: Person, bulletin: Bulletin, *, most: int) -> list[Disputable]:
    """What counts against the person's departments in this month and was not appealed yet, what costs most first."""
    departments = [post.department_id for post in person.posts_now if post.role in IN_CHARGE]
    ranking = next((each for each in bulletin.rankings.all() if each.ranked == Ranked.DEPARTMENTS), None)
    if not departments or ranking is None:
        return []
    costs = Q(acknowledge=0) | Q(report=0) | Q(resolve=0) | Q(cooperation__lt=100) | Q(resolution__lt=100)
    rows = OrderTally.objects.filter(costs, period=ranking.period_id, department__in=departments)
    worst = [F(about).asc(nulls_last=True) for about in ("resolve", "report", "acknowledge", *MARKS)]
    tallies = list(rows.order_by(*worst, "order")[:most])
    appealed = ArrayAgg("appeals__about", default=Value([]), filter=Q(appeals__isnull=False))
    orders = Order.objects.with_parts().annotate(appealed=appealed).in_bulk([row.order_id for row in tallies])
    found = []
    for row in tallies:
        order = orders[row.order_id]
        figures = [
            {
                "label": str(Appealed(about).label),
                "value": as_it_counts(about, getattr(row, about)),
                "url": appeal_url(bulletin, order, about),
            }
            for about in Appealed.values
            if about not in order.appealed and against(about, getattr(row, about))
        ]
        if figures:
            found.append(Disputable(order, figures))
    return found
