"""A department disputes what counts in its month; an assessor rules, and the old figure stays visible."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from assessment.models import Appeal, Bulletin, OrderTally, Ranking
from assessment.permissions import assessing_post, can_rule_on_appeal
from assessment.services.bulletins import lock
from assessment.services.months import rescore
from assessment.states import Appealed, Ranked
from common.errors import Invalid, WrongState, require
from dispatch.messages import News, tell
from dispatch.permissions import can_act_for_department, department_post
from dispatch.states import Audience
from grid import worktime
from grid.services import calendar_now, segments_of
from whistle.models import EventKind
from whistle.services import record

MARKS = (Appealed.COOPERATION, Appealed.RESOLUTION)
# Working days an assessor has for the ruling.
ANSWER_WITHIN = 5


@transaction.atomic
def appeal(order, *, by, at, bulletin, about, reason):
    """The department asks to have one figure of one of its orders counted otherwise in a month.

    `about`: an `Appealed`. Refuses with Forbidden another's order; with WrongState outside the term, when the figure
    counts in no way that could be disputed in this month, or when it was appealed before.
    """
    require(can_act_for_department(by, order))
    bulletin = lock(bulletin)
    if why := why_not_appealed(bulletin, at):
        raise WrongState(why)
    old = counted(order, bulletin, about)
    if old is None or (about not in MARKS and old == 1):
        raise WrongState(_("This does not count against the department in this month."))
    answer_by = worktime.due(
        at, ANSWER_WITHIN, worktime.Unit.WORKING_DAYS, calendar_now(), segments_of(order.district_id)
    ).at
    try:
        with transaction.atomic():
            made = Appeal.objects.create(
                order=order,
                bulletin=bulletin,
                about=about,
                old=old,
                reason=reason,
                by=by,
                at=at,
                answer_by=answer_by,
            )
    except IntegrityError as error:
        raise WrongState(_("This figure has been appealed already; the ruling on it is final.")) from error
    record(
        EventKind.MARK_APPEALED,
        order.whistle,
        at=at,
        by=by,
        post=department_post(by, order),
        order_number=order.number,
        note=reason,
        about=str(about),
        old=old,
    )
    return made


def why_not_appealed(bulletin, at):
    """Why nothing of a month can be appealed at `at`; empty when it can."""
    return "" if bulletin.takes_appeals_at(at) else _("The term for appeals is not running.")


@transaction.atomic
def rule(appeal, *, by, at, granted, opinion, new=None):
    """The assessor's ruling, final. Granted, the figure counts as `new`.

    A mark becomes another mark (0 to 100). A clock becomes 1, in time, or None, not counted.
    """
    require(can_rule_on_appeal(by, appeal))
    bulletin = lock(appeal.bulletin)
    appeal = Appeal.objects.select_for_update(of=("self",)).select_related("order__whistle__type").get(pk=appeal.pk)
    if appeal.granted is not None:
        raise WrongState(_("The ruling on this appeal has been given already."))
    if bulletin.is_published:
        raise WrongState(_("This month is published: nothing in it changes any more."))
    if not granted:
        new = None
    elif appeal.about in MARKS and (new is None or not 0 <= new <= 100):
        raise Invalid(fields={"new": [_("A mark lies between 0 and 100.")]})
    elif appeal.about not in MARKS and new not in (None, 1):
        raise Invalid(fields={"new": [_("A clock counts as in time, or not at all.")]})
    appeal.granted, appeal.new, appeal.opinion, appeal.ruled_by, appeal.ruled_at = granted, new, opinion, by, at
    appeal.save(update_fields=["granted", "new", "opinion", "ruled_by", "ruled_at"])
    order = appeal.order
    event = record(
        EventKind.MARK_APPEAL_GRANTED if granted else EventKind.MARK_APPEAL_REFUSED,
        order.whistle,
        at=at,
        by=by,
        post=assessing_post(by, bulletin),
        order_number=order.number,
        note=opinion,
        about=appeal.about,
        old=appeal.old,
        new=new,
    )
    tell(News(event, order.whistle, order.department_id), also=(Audience.RESPONSIBLE, Audience.HEADS))
    if granted:
        _count_as_ruled(appeal, bulletin)
    return appeal


def counted(order, bulletin: Bulletin, about: str) -> int | None:
    """How a figure of an order counts in a month's ranking of departments; None when it doesn't."""
    ranking = _ranking(bulletin)
    tallied = OrderTally.objects.filter(period=ranking.period, order=order)
    return tallied.values_list(about, flat=True).first()


def _count_as_ruled(appeal, bulletin):
    """The month was counted as of its review: only this one figure changes, and the scores that follow from it."""
    for ranking in bulletin.rankings.select_related("bulletin", "formula", "period"):
        tallied = OrderTally.objects.filter(period=ranking.period, order=appeal.order)
        if tallied.exclude(**{appeal.about: None}).update(**{appeal.about: appeal.new}):
            if appeal.about == Appealed.RESOLVE and appeal.new is None:
                tallied.update(handled=None)
            rescore(ranking, seal=True)


def _ranking(bulletin):
    found = Ranking.objects.select_related("period").filter(bulletin=bulletin, ranked=Ranked.DEPARTMENTS).first()
    if found is None:
        raise WrongState(_("This month has no ranking of departments."))
    return found
