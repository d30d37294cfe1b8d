"""What a line of the record says in one line, wherever it is told: on timelines, in messages, by channels."""

from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from common import claims
from common.moments import moment
from dispatch import whereabouts
from dispatch.states import Audience, ClockKind, Rank, Unit
from whistle.models import EventKind
from whistle.states import Holder, Outcome, Satisfaction

OF_A_CLOCK = (
    EventKind.REMINDED,
    EventKind.BREACHED,
    EventKind.BREACH_LIFTED,
    EventKind.PASSED_UP,
    EventKind.CLOCK_RETRIED,
    EventKind.CLOCK_STARTED_LATE,
    EventKind.REPROJECTED,
    EventKind.KEPT,
)
# Lines about what is held against somebody; they lead to the record, in the room above.
OF_A_PERSON = (
    EventKind.HELD_TO_ACCOUNT,
    EventKind.APPEALED,
    EventKind.APPEAL_REJECTED,
    EventKind.APPEAL_GRANTED,
)
ASKED_OR_GRANTED = (EventKind.EXTENSION_ASKED, EventKind.EXTENSION_GRANTED)


def headline(event, department):
    """What happened, in one line, with the figures that matter."""
    label, data = event.get_kind_display(), event.data
    parts = [department] if department else []
    if event.kind in OF_A_CLOCK:
        parts.append(ClockKind(data["clock"]).label)
        label = _("%(share)s%% of the time used") % data if event.kind == EventKind.REMINDED else label
    parts.append(str(label))
    if event.kind == EventKind.CLOCK_STARTED_LATE:
        parts.append(_("Due %(moment)s") % {"moment": moment(datetime.fromisoformat(data["due_at"]), now=event.at)})
    if event.kind == EventKind.PASSED_UP:
        parts.append(str(Audience(data["to"]).label))
    if event.kind in ASKED_OR_GRANTED:
        parts.append(f"{data['amount']} {Unit(data['unit']).label}")
    if "review_at" in data:
        review = datetime.fromisoformat(data["review_at"])
        parts.append(_("to be reviewed on %(day)s") % {"day": moment(timezone.localtime(review).date(), now=event.at)})
    if "from" in data and "to" in data and event.kind != EventKind.PASSED_UP:
        ends = {name: moment(datetime.fromisoformat(data[name]), now=event.at) for name in ("from", "to")}
        parts.append(_("due moment %(from)s → %(to)s") % ends)
    if event.kind == EventKind.REPORTED:
        parts.append(str(Rank(data["rank"]).label))
        parts += whereabouts.in_words(data)
        if not data["valid"]:
            parts.append(_("rank too low, the clock runs on"))
        if "code_of" in data:
            parts.append(_("confirmed by the street's code, shown by %(name)s") % {"name": data["code_of"]})
    if event.kind == EventKind.LEADER_ON_SITE:
        parts += whereabouts.in_words(data)
    if event.kind == EventKind.DISPATCHED:
        parts.append(_("%(lead)s leads, %(count)d assist") % {"lead": data["lead"], "count": len(data["assisting"])})
        if data.get("by_playbook"):
            parts.append(_("at once, by playbook"))
    if "session" in data:
        parts += _about_session(data, now=event.at)
    if "holder" in data:
        parts.append(Holder(data["holder"]).label)
    if event.kind in (EventKind.LEAD_WHISTLED, EventKind.LEAD_CAME_BACK):
        parts.append(data["whistle"])
    if event.kind == EventKind.LETTER_CLOSED:
        parts.append(Outcome(data["outcome"]).label)
    if data.get("drill"):
        parts.append(_("drill"))
    if event.kind in (EventKind.SCORED, EventKind.SCORED_BY_RULE):
        parts.append(f"{data['cooperation']} · {data['resolution']}")
    parts += claims.in_words(data, event.at)
    if event.kind in OF_A_PERSON:
        parts.append(data["name"])
    if event.kind == EventKind.CALLED_BACK:
        parts += [_("solved") if data["solved"] else _("not solved"), Satisfaction(data["satisfaction"]).label]
        parts.append(_("had been contacted") if data["responded"] else _("had not been contacted"))
    return " · ".join(str(part) for part in parts)


def _about_session(data, *, now):
    """The parts of the headline: when and where a session is, or what a task is and until when."""
    if "task" in data:
        day = moment(date.fromisoformat(data["due_on"]), now=now)
        return [data["text"], _("until the end of %(day)s") % {"day": day}]
    return [moment(datetime.fromisoformat(data["held_at"]), now=now), data["place"]]


def still_there(event):
    """Residents who were called back say that it is not solved."""
    return event.kind == EventKind.CALLED_BACK and not event.data["solved"]
