"""The code that the street's officer shows on site: one department that has come uses it once; see docs/adr/0022."""

from datetime import timedelta

from django.core.signing import BadSignature
from django.db import transaction
from django.utils.translation import gettext as _
from redis import RedisError

from common.broker import tries
from common.errors import Invalid, Refusal, TooOften, Unavailable, WrongState, require
from dispatch.models import ArrivalCode
from dispatch.models.arrivals import DIGITS, nonce_in
from dispatch.permissions import can_act_for_street, street_post
from grid.models import Person
from whistle.models import EventKind
from whistle.services import record
from whistle.services.moves import lock as lock_whistle
from whistle.states import WhistleState

# Ours: time enough to hold a phone up and scan it, and too little to send a picture of it round the district.
LASTS = timedelta(minutes=10)
# How often a department may type digits that are not the code, for each code that is shown.
TRIES = 5
# Those of the last hour are told apart from those that never were.
REMEMBERED = timedelta(hours=1)


@transaction.atomic
def show_code(whistle, *, by, at):
    """A new code to hold up on site; what this officer showed before dies. By whoever verifies for the street.

    Returns it, valid for LASTS. Refuses with Forbidden, and with WrongState where no department is called.
    """
    require(can_act_for_street(by, whistle))
    whistle = lock_whistle(whistle)
    if whistle.state != WhistleState.DISPATCHED:
        raise WrongState(_("No department is called to this whistle at present: there is nobody to show a code to."))
    _alone(by.pk)
    post = street_post(by, whistle.area_id)
    ArrivalCode.objects.of(whistle, by).standing().update(ended_at=at)
    code = _make(whistle, by, post, at=at)
    record(EventKind.CODE_SHOWN, whistle, at=at, by=by, post=post)
    return code


def find_code(token):
    """The code that a scanned address holds. Refuses with Invalid what this server has not made."""
    try:
        return ArrivalCode.objects.select_related("whistle", "shown_by").get(nonce=nonce_in(token))
    except (BadSignature, ArrivalCode.DoesNotExist) as error:
        raise Invalid(_("This is no arrival code of this system. Scan the one on the officer's phone.")) from error


def why_not_use(code, order, *, at):
    """The refusal of a code for the order of a department, at this moment; None where it can be used."""
    if code.whistle_id != order.whistle_id:
        return WrongState(_("This code was shown for another whistle than the one of this order."))
    if code.is_used:
        return WrongState(_("This code has been used already. Scan the next one: the officer's phone shows it."))
    if code.ended_at:
        return WrongState(_("A newer code has taken the place of this one. Scan what the officer's phone shows now."))
    if not code.is_valid_at(at):
        return WrongState(_("This code is too old. Ask the street's officer to show a new one."))
    if order.reports.filter(code__isnull=False, valid=True).exists():
        return WrongState(_("Your department has reported by the street's code already; once is enough."))
    return None


def use(given, order, *, at):
    """Uses up what a department scanned or typed, for its locked order, and makes the next one. Within a transaction.

    Returns the code. Refuses, and nothing is changed: with Invalid, WrongState, TooOften or Unavailable.
    """
    found = find_code(given) if "." in given else _typed(given, order, at=at)
    _alone(found.shown_by_id)
    code = ArrivalCode.objects.select_related("shown_by", "post", "whistle").get(pk=found.pk)
    if refusal := why_not_use(code, order, at=at):
        raise refusal
    code.ended_at = at
    code.save(update_fields=["ended_at"])
    # The officer goes on holding the phone up: the next department scans the next one.
    _make(code.whistle, code.shown_by, code.post, at=at)
    return code


def _typed(given, order, *, at):
    """The code whose digits were typed. Refuses with Invalid about the field, and with TooOften after TRIES."""
    digits = "".join(given.split())
    if not (len(digits) == DIGITS and digits.isascii() and digits.isdigit()):
        raise _wrong(_("The street's code has %(count)d digits.") % {"count": DIGITS})
    since = at - LASTS - REMEMBERED
    shown = list(ArrivalCode.objects.filter(whistle=order.whistle_id, shown_at__gt=since).order_by("-id"))
    if not shown:
        raise _wrong(_("The street shows no code for this whistle at present."))
    _count_try(order, shown[0])
    # One that still stands before one that is over, should both have the same digits.
    fitting = sorted((each for each in shown if each.has_digits(digits)), key=lambda each: not each.is_valid_at(at))
    if not fitting:
        raise _wrong(_("That is not the code on the officer's phone. Look again, or scan it."))
    return fitting[0]


def _count_try(order, newest):
    """One more try by this department since a code was last shown. Whoever guesses is stopped before he is right."""
    try:
        count = tries(f"arrival:{order.number}:{newest.nonce}", seconds=int((LASTS + REMEMBERED).total_seconds()))
    except RedisError as error:
        raise Unavailable(
            _("Typed codes cannot be checked at this moment. Scan the code, or report without it.")
        ) from error
    if count > TRIES:
        raise TooOften(
            _("Too many codes were typed for this order. Scan the officer's phone, or ask for a new code to be shown.")
        )


def _wrong(sentence) -> Refusal:
    return Invalid(fields={"code": [sentence]})


def _alone(officer):
    """Only one at a time changes what an officer shows: two departments may scan at the same moment."""
    Person.objects.select_for_update(no_key=True).only("pk").get(pk=officer)


def _make(whistle, officer, post, *, at):
    return ArrivalCode.objects.create(whistle=whistle, shown_by=officer, post=post, shown_at=at, expires_at=at + LASTS)
