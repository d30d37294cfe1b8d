"""Who is held to account appeals; an assessor decides, and a reversal gives the street back what it had lost."""

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from assessment.corrections import without_what_was_reversed
from assessment.models import Accountability, Bulletin, Ranking, WhistleTally
from assessment.permissions import can_appeal_record, can_decide, deciding_post
from assessment.services.bulletins import corrected_row, note_correction
from assessment.services.months import rescore
from assessment.states import ACCOUNTABILITY_MOVES, AccountabilityState, Ranked
from common.errors import WrongState, require
from dispatch.audiences import people_on
from dispatch.messages import write
from grid.models import AreaLevel, Role
from whistle.models import EventKind
from whistle.services.record import line

S = AccountabilityState


@transaction.atomic
def appeal(held, *, by, at, reason):
    """The person disputes the record, once, up to and including its last moment `appeal_until`.

    Refuses with Forbidden somebody else, with WrongState a second appeal and one that comes too late.
    """
    require(can_appeal_record(by, held))
    held = _locked(held, S.APPEALED)
    if why := why_not_appealed(held, at):
        raise WrongState(why)
    held = _moved(held, S.APPEALED, appeal=reason, appealed_at=at)
    event = _recorded(EventKind.APPEALED, held, at=at, by=by, post_name=held.post_name, note=reason)
    seat = (Role.ASSESSOR, held.district_id)
    assessors = people_on([seat], at=at).get(seat, set())
    write([(event, held.whistle, assessors - {held.ruled_by_id, by.pk})])
    return held


def why_not_appealed(held, at):
    """Why a record in force cannot be appealed any more at `at`; empty when it can."""
    return _("The term to appeal is over.") if at > held.appeal_until else ""


@transaction.atomic
def uphold(held, *, by, at, decision):
    """The appeal is rejected; the record stands. By an assessor who neither ruled nor appealed; final."""
    require(can_decide(by, held))
    held = _moved(_locked(held, S.UPHELD), S.UPHELD, decision=decision, decided_by=by, decided_at=at)
    _tell_decision(EventKind.APPEAL_REJECTED, held, by=by, at=at)
    return held


@transaction.atomic
def reverse(held, *, by, at, decision):
    """The appeal is granted: nothing is held against the person, and the score is what it would have been.

    A month that runs is computed anew by itself. One that is under review or open to appeals is rescored at once. One
    that is published stays as it is, and bears a notice of correction that names this record and what the scores
    ought to have been. By an assessor who neither ruled nor appealed; final.
    """
    require(can_decide(by, held))
    # Before the record, as a review does: so none can count it while it is being reversed.
    bulletins = _locked_months(held)
    held = _moved(_locked(held, S.REVERSED), S.REVERSED, decision=decision, decided_by=by, decided_at=at)
    _tell_decision(EventKind.APPEAL_GRANTED, held, by=by, at=at)
    for bulletin in bulletins:
        if bulletin.is_published:
            _correct(bulletin, held, by=by, at=at)
        elif not bulletin.is_running:
            _restore(bulletin, held)
    return held


def _locked(held, to):
    """The record as it stands, locked. Refuses with WrongState what cannot become `to`."""
    locked = Accountability.objects.select_for_update(of=("self",), no_key=True)
    held = locked.select_related("whistle__type", "person").get(pk=held.pk)
    if to not in ACCOUNTABILITY_MOVES[S(held.state)]:
        raise WrongState(
            _("A record that is “%(was)s” cannot become “%(to)s”. Somebody may have acted before you.")
            % {"was": held.get_state_display(), "to": to.label}
        )
    return held


def _moved(held, to, **changes):
    held.state = to
    for name, value in changes.items():
        setattr(held, name, value)
    held.save(update_fields=["state", *changes])
    return held


def _recorded(kind, held, *, at, by, post_name="", **more):
    event = line(kind, held.whistle, at=at, by=by, **more, **held.said())
    # Whoever appeals does so for what they did in the post they then held.
    event.post_name = event.post_name or post_name
    event.save(force_insert=True)
    return event


def _tell_decision(kind, held, *, by, at):
    event = _recorded(kind, held, at=at, by=by, post=deciding_post(by, held), note=held.decision)
    write([(event, held.whistle, {held.person_id, held.ruled_by_id})])


# --- the months in which the ruling counts ----------------------------------------------------------


def _rankings_with(held):
    """Those of the district and of its city that count the whistles of the moment of the ruling."""
    return Ranking.objects.filter(
        ranked__in=[Ranked.STREETS, Ranked.COMMUNITIES, Ranked.DISTRICTS],
        bulletin__area__in=[held.district_id, held.district_id[: AreaLevel.CITY]],
        period__starts_at__lte=held.ruled_at,
        period__ends_at__gt=held.ruled_at,
    )


def _locked_months(held):
    months = Bulletin.objects.filter(pk__in=_rankings_with(held).values("bulletin"))
    return list(months.select_for_update(no_key=True).order_by("pk"))


def _restore(bulletin, held):
    """The month was counted as of its review: only what is held changes in it, and the scores that follow from it."""
    standing = Accountability.objects.standing().filter(whistle=held.whistle).count()
    changed = {"accountability": standing}
    if not standing:
        # A ruling that was reversed for everybody who signed was none.
        changed |= {"frivolous": 0, "empty": 0}
    rankings = _rankings_with(held).filter(bulletin=bulletin).select_related("bulletin", "formula", "period")
    for ranking in rankings.order_by("pk"):
        if WhistleTally.objects.filter(period=ranking.period, whistle=held.whistle).update(**changed):
            rescore(ranking, seal=True)


def _correct(bulletin, held, *, by, at):
    with translation.override(settings.LANGUAGE_CODE):
        text = _(
            "Reversed on appeal: the accountability record %(number)s about the whistle %(whistle)s. "
            "It ought not to have counted against %(street)s."
        ) % {
            "number": held.number,
            "whistle": held.whistle.number,
            "street": held.street,
        }
    post = deciding_post(by, held)
    rankings = _rankings_with(held).filter(bulletin=bulletin).select_related("formula", "period").order_by("pk")
    rows = [corrected_row(score, total) for score, total in without_what_was_reversed(rankings, held)]
    note_correction(bulletin, by=by, at=at, text=text, post=post, accountability=held.number, rows=rows)
