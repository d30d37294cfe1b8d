"""反向问责: what the centre rules frivolous or empty is held against everybody who signed it.

The ruling is a row in a state, and this room asks for it: every minute, and once more before a month is reviewed.
"""

from datetime import datetime

from django.db.models import Exists, OuterRef

from assessment.models import Accountability, AssessmentRule
from assessment.services.each_alone import each_alone
from dispatch.messages import write
from grid import worktime
from grid.services import calendar_now, segments_of
from whistle.models import Event, EventKind, Signature, Whistle
from whistle.models.whistles import in_area
from whistle.services import record
from whistle.services.numbers import give_number, no_number_yet
from whistle.services.record import named


def hold_to_account(*, now: datetime, within: str = "") -> int:
    """Opens the records of all rulings up to `now` that nobody has been held to account for.

    `within`: of an area with this code. Returns how many rulings it answered. The term to appeal runs from `now`, so
    that it is whole however late the task comes. May run twice, or in two workers. A drill is held against nobody.
    """
    ruled = _unanswered().filter(in_area(within)) if within else _unanswered()

    def open_records(whistle):
        ruling = Event.objects.filter(whistle=whistle, kind=EventKind.DECLINED).latest("id")
        if ruling.at > now:
            return False
        _open(whistle, ruling, now)
        return True

    return each_alone(ruled, ruled.order_by("id").values_list("pk", flat=True), open_records)


def _unanswered():
    held = Accountability.objects.filter(whistle=OuterRef("pk"))
    nobody = Event.objects.filter(whistle=OuterRef("pk"), kind=EventKind.NOBODY_TO_HOLD)
    return Whistle.objects.in_earnest().exclude(ruling="").filter(~Exists(held), ~Exists(nobody))


def _open(whistle, ruling, at):
    """One record for each person who signed in the round that was filed. `whistle`: locked; `ruling`: its line."""
    signed = Signature.objects.filter(whistle=whistle, round=whistle.sign_round, agrees=True)
    signed = signed.select_related("person", "post__area", "post__department").order_by("id")
    # Whoever signed in both roles answers once.
    signers = {signature.person_id: signature for signature in signed}
    if not signers:
        record(EventKind.NOBODY_TO_HOLD, whistle, at=at)
        return
    term = AssessmentRule.objects.of(whistle.type)[whistle.type_id].appeal_days
    until = worktime.due(at, term, worktime.Unit.WORKING_DAYS, calendar_now(), segments_of(whistle.district_id)).at
    told = []
    for signature in signers.values():
        held = Accountability.objects.create(
            number=no_number_yet(),
            district_id=whistle.district_id,
            whistle=whistle,
            person=signature.person,
            person_name=str(signature.person)[:60],
            post_name=named(signature.post),
            ruling=whistle.ruling,
            reason=ruling.note,
            ruled_by_id=ruling.person_id,
            ruled_at=ruling.at,
            opened_at=at,
            appeal_until=until,
        )
        give_number(held, at)
        event = record(EventKind.HELD_TO_ACCOUNT, whistle, at=at, **held.said())
        told.append((event, whistle, [held.person_id]))
    write(told)
