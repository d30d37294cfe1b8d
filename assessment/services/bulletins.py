"""A month on its way: reviewed, open to appeals, published for good; after that corrected by notices only."""

from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessment.formulas.parts import Manual
from assessment.models import AssessmentRule, Bulletin, BulletinAct, ManualItem, Ranking, Score
from assessment.permissions import assessing_post, can_assess
from assessment.services.by_rule import mark_by_rule
from assessment.services.holding import hold_to_account
from assessment.services.months import checksum, count, ends_at, rescore
from assessment.states import BULLETIN_MOVES, BulletinActKind, BulletinState
from common.errors import Invalid, WrongState, require
from whistle.services.record import named

S, K = BulletinState, BulletinActKind
LONGEST_TERM = timedelta(days=60)
NOT_OVER = gettext_lazy("This month is not over yet.")
NOT_IN_REVIEW = gettext_lazy("Points are entered by hand while the month is in review.")


@transaction.atomic
def begin_review(bulletin, *, by, at):
    """The month is over: everything is counted once more from nothing, and stands as of `at`.

    Refuses with WrongState while one of its periods has not ended.
    """
    bulletin = _moved(bulletin, S.REVIEW, by=by, out_of=S.RUNNING)
    if ends_at(bulletin, now=at) > at:
        raise WrongState(NOT_OVER)
    # So that none comes afterwards that ought to have counted, should the tasks be behind.
    mark_by_rule(now=at, within=bulletin.area_id)
    hold_to_account(now=at, within=bulletin.area_id)
    count(bulletin, now=at, afresh=True, seal=True)
    bulletin.as_of = at
    weights = AssessmentRule.objects.values_list("type", "weight")
    bulletin.weights = {str(type): str(weight) for type, weight in weights}
    return _saved(bulletin, K.REVIEW_BEGUN, by=by, at=at, changed=["as_of", "weights"])


def why_not_reviewed(bulletin, at):
    """Why the review of a month that runs cannot begin at `at`, by the periods it has; empty when it can."""
    return "" if bulletin.ends_at is not None and bulletin.ends_at <= at else NOT_OVER


@transaction.atomic
def leave_review(bulletin, *, by, at, reason):
    """The review found that something has to be put right first: the month is counted on."""
    bulletin = _moved(bulletin, S.RUNNING, by=by, out_of=S.REVIEW)
    bulletin.as_of = bulletin.weights = None
    return _saved(bulletin, K.REVIEW_LEFT, by=by, at=at, note=reason, changed=["as_of", "weights"])


@transaction.atomic
def open_appeals(bulletin, *, by, at, until):
    """Departments see the month and may appeal until the end of the day `until` (a date, Asia/Shanghai)."""
    bulletin = _moved(bulletin, S.APPEALS, by=by, out_of=S.REVIEW)
    bulletin.appeals_until = _end_of(until)
    if not at < bulletin.appeals_until <= at + LONGEST_TERM:
        raise Invalid(fields={"until": [_("The term must end on a day to come, within 60 days.")]})
    changed = ["appeals_until"]
    return _saved(bulletin, K.APPEALS_OPENED, by=by, at=at, changed=changed, until=until.isoformat())


@transaction.atomic
def leave_appeals(bulletin, *, by, at, reason):
    """Back to the review. Appeals that were made stay, and so do the rulings on them."""
    bulletin = _moved(bulletin, S.REVIEW, by=by, out_of=S.APPEALS)
    bulletin.appeals_until = None
    return _saved(bulletin, K.APPEALS_LEFT, by=by, at=at, note=reason, changed=["appeals_until"])


@transaction.atomic
def enter_points(bulletin, *, by, at, ranked, unit, part, points, reason):
    """Points by hand, where the formula has a place for them: `part` is its code, `unit` the key of a score.

    Returns what was entered. Refuses with Invalid a unit or part that is not there, and points outside its bounds.
    """
    bulletin = _under_review(bulletin, by)
    ranking = Ranking.objects.select_related("formula").filter(bulletin=bulletin, ranked=ranked).first()
    place = ranking and ranking.formula.read.part(part)
    if not isinstance(place, Manual):
        raise Invalid(fields={"part": [_("The formula has no such part for points by hand.")]})
    if not Score.objects.filter(ranking=ranking, unit=unit).exists():
        raise Invalid(fields={"unit": [_("This unit does not stand in the ranking.")]})
    if not place.low <= points <= place.high or points == 0:
        bounds = {"low": place.low, "high": place.high}
        raise Invalid(fields={"points": [_("Points lie between %(low)s and %(high)s, and are not 0.") % bounds]})
    item = ManualItem.objects.create(
        bulletin=bulletin, ranked=ranked, unit=unit, part=part, points=points, reason=reason, by=by, at=at
    )
    rescore(ranking, seal=True)
    _saved(
        bulletin, K.POINTS_ENTERED, by=by, at=at, note=reason, ranked=ranked, unit=unit, part=part, points=str(points)
    )
    return item


@transaction.atomic
def withdraw_points(item, *, by, at, reason):
    """Points by hand are taken back; they stay visible as what they were. Returns them."""
    bulletin = _under_review(item.bulletin, by)
    item = ManualItem.objects.select_for_update().get(pk=item.pk)
    if item.withdrawn_at:
        raise WrongState(_("These points have been taken back already."))
    item.withdrawn_at, item.withdrawn_by = at, by
    item.save(update_fields=["withdrawn_at", "withdrawn_by"])
    rescore(Ranking.objects.get(bulletin=bulletin, ranked=item.ranked), seal=True)
    points = {"ranked": item.ranked, "unit": item.unit, "points": str(item.points)}
    _saved(bulletin, K.POINTS_WITHDRAWN, by=by, at=at, note=reason, **points)
    return item


def why_not_withdrawn(item, at):
    """Why points that count cannot be taken back now; empty when they can."""
    return "" if item.bulletin.state == S.REVIEW else NOT_IN_REVIEW


@transaction.atomic
def publish(bulletin, *, by, at):
    """For good: with the formulas' versions and checksums over what was counted and what came out.

    Refuses with WrongState while appeals wait for a ruling, and before the term for them is over.
    """
    bulletin = _moved(bulletin, S.PUBLISHED, by=by, out_of=S.APPEALS)
    if why := why_not_published(bulletin, at):
        raise WrongState(why)
    for ranking in bulletin.rankings.select_related("bulletin", "formula", "period"):
        rescore(ranking, seal=True)
    bulletin.checksum = checksum_of(bulletin)
    bulletin.published_at, bulletin.published_by = at, by
    changed = ["published_at", "published_by", "checksum"]
    return _saved(bulletin, K.PUBLISHED, by=by, at=at, changed=changed, checksum=bulletin.checksum)


def why_not_published(bulletin, at):
    """Why a month that is open to appeals cannot be published at `at`; empty when it can."""
    if at < bulletin.appeals_until:
        return _("Departments may still appeal; the month can be published when the term is over.")
    if waiting := bulletin.waiting_appeals:
        return _("Appeals still wait for a ruling: %(count)d. Rule on them before publishing.") % {"count": waiting}
    return ""


@transaction.atomic
def correct(bulletin, *, by, at, text, ranked="", unit="", total=None):
    """A notice that something in a published month was wrong. The month itself stays as it was published.

    `ranked`, `unit`, `total`: where it is about a score, whose it is and what it ought to have been; that is what
    counts in the year. Refuses with Invalid a unit that does not stand in the ranking, and a total that the formula
    of that month cannot give.
    """
    require(can_assess(by, bulletin))
    bulletin = lock(bulletin)
    if not bulletin.is_published:
        raise WrongState(_("Only a published month is corrected by a notice; this one can still be put right."))
    about = {}
    if unit or total is not None:
        row = corrected_row(_score_corrected(bulletin, ranked, unit, total), total)
        about = {"ranked": str(ranked), "rows": [row]}
    note_correction(bulletin, by=by, at=at, text=text, post=assessing_post(by, bulletin), **about)
    return bulletin


def _score_corrected(bulletin, ranked, unit, total):
    """The score that a notice is about."""
    rows = Score.objects.select_related("ranking__formula")
    score = rows.filter(ranking__bulletin=bulletin, ranking__ranked=ranked, unit=unit).first()
    if score is None:
        raise Invalid(fields={"unit": [_("This unit does not stand in the ranking.")]})
    definition = score.ranking.formula.read
    if total is None or not definition.floor <= total <= definition.ceiling:
        bounds = {"floor": definition.floor, "ceiling": definition.ceiling}
        raise Invalid(
            fields={
                "total": [_("By the formula of this month a score lies between %(floor)s and %(ceiling)s.") % bounds]
            }
        )
    return score


def corrected_row(score, total):
    """A line of a notice, as it is kept: which score, what it was, what it ought to be. `score` with its ranking."""
    return {
        "ranked": str(score.ranking.ranked),
        "unit": score.unit,
        "name": score.unit_name,
        "was": None if score.total is None else str(score.total),
        "total": f"{total:.2f}",
    }


def note_correction(bulletin, *, by, at, text, post, **data):
    """The notice itself, in the post in which somebody has ruled that a published month was wrong.

    `data`: what it follows from. `bulletin` must be locked.
    """
    _record(bulletin, K.CORRECTED, by=by, at=at, post=post, note=text, **data)


def checksum_of(bulletin):
    """Over the checksums of the rankings and the versions of their formulas."""
    rankings = bulletin.rankings.select_related("formula").order_by("ranked")
    return checksum([[each.ranked, each.formula.version, each.inputs_checksum, each.checksum] for each in rankings])


def lock(bulletin):
    return Bulletin.objects.select_for_update(no_key=True).get(pk=bulletin.pk)


def _moved(bulletin, to, *, by, out_of):
    """The bulletin, locked, in the state `to`; not saved. Refuses with Forbidden and WrongState."""
    require(can_assess(by, bulletin))
    bulletin = lock(bulletin)
    if bulletin.state != out_of or to not in BULLETIN_MOVES[bulletin.state]:
        raise WrongState(
            _("A month that is “%(was)s” cannot become “%(to)s”. Somebody may have acted before you.")
            % {"was": bulletin.get_state_display(), "to": BulletinState(to).label}
        )
    bulletin.state = to
    return bulletin


def _under_review(bulletin, by):
    require(can_assess(by, bulletin))
    bulletin = lock(bulletin)
    if bulletin.state != S.REVIEW:
        raise WrongState(NOT_IN_REVIEW)
    return bulletin


def _saved(bulletin, kind, *, by, at, note="", changed=(), **data):
    bulletin.save(update_fields=["state", *changed])
    _record(bulletin, kind, by=by, at=at, note=note, **data)
    return bulletin


def _record(bulletin, kind, *, by, at, post=None, note="", **data):
    return BulletinAct.objects.create(
        bulletin=bulletin,
        kind=kind,
        at=at,
        by=by,
        person_name=str(by)[:60],
        post_name=named(post or assessing_post(by, bulletin)),
        note=note,
        data=data,
    )


def _end_of(day: date) -> datetime:
    following = datetime.combine(day + timedelta(days=1), time())
    return timezone.make_aware(following, timezone.get_default_timezone())
