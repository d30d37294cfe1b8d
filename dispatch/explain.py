"""A clock's due moment in sentences, told by the very arithmetic that computes it."""

from django.utils import timezone
from django.utils.translation import gettext as _

from common.moments import moment, span
from dispatch.states import Unit
from grid import worktime
from grid.services import calendar_now, calendars_of, segments_of
from grid.worktime import Segments, StepKind


def explain_all(deadlines, district_code, *, now):
    """Hangs `explanation`, a list of sentences, on each deadline. Three queries for all of them."""
    present, today = calendar_now(), segments_of(district_code)
    known = calendars_of({each.calendar_version for each in deadlines} - {"", present.version})
    for deadline in deadlines:
        calendar = known.get(deadline.calendar_version, present)
        hours = Segments.parse(deadline.hours) if deadline.hours else today
        given = (deadline.start_at, deadline.budget, deadline.unit)
        due = worktime.due(*given, calendar, hours, deadline.pause_spans)
        deadline.explanation = [sentence(step, now) for step in shortened(due.steps)]
        if deadline.extra:
            deadline.explanation.append(
                _("%(limit)d %(unit)s, extended by %(extra)d.")
                % {"limit": deadline.limit, "unit": deadline.get_unit_display(), "extra": deadline.extra}
            )
        if deadline.unit == Unit.SECONDS:
            deadline.explanation.append(_("This moment was named from outside; no rule and no calendar moves it."))
        if due.at != deadline.due_at:
            deadline.explanation.append(
                _(
                    "Kept at %(kept)s: the calendar was changed after the fact, and a due moment in the past would"
                    " have convicted somebody unseen."
                )
                % {"kept": moment(deadline.due_at, now=now)}
            )
        if deadline.provisional:
            deadline.explanation.append(
                _("Provisional: the official calendar of that year is not yet published; weekends were counted.")
            )


MANY = 14


def shortened(steps):
    """Long explanations keep their beginning, their end, and every step that was not plain counting or closing."""
    if len(steps) <= MANY:
        return steps
    telling = (StepKind.START, StepKind.HOLIDAY, StepKind.WEEKEND, StepKind.MAKE_UP, StepKind.PAUSE, StepKind.DUE)
    return [step for step in steps if step.kind in telling or step.number is not None]


def sentence(step, now):
    """One step in the reader's language, in local time."""
    words = {"at": moment(step.at, now=now), "name": step.name, "number": step.number}
    if step.until:
        # On the same day its time says enough.
        words["until"] = moment(step.until, now=step.at, short=True)
        words["day"] = moment(timezone.localtime(step.at).date(), now=now)
    if step.amount is not None:
        words["amount"] = span(step.amount.total_seconds())
    if step.kind == StepKind.COUNTED and step.number is not None:
        return _("%(day)s: working day %(number)s") % words
    return SENTENCES[step.kind]() % words


SENTENCES = {
    StepKind.START: lambda: _("%(at)s: the clock starts"),
    StepKind.COUNTED: lambda: _("%(at)s to %(until)s: %(amount)s count"),
    StepKind.CLOSED: lambda: _("%(at)s to %(until)s: outside working hours"),
    StepKind.WEEKEND: lambda: _("%(day)s: weekend, not counted"),
    StepKind.HOLIDAY: lambda: _("%(day)s: %(name)s, not counted"),
    StepKind.MAKE_UP: lambda: _("%(at)s: a weekend day that is worked, counted"),
    StepKind.PAUSE: lambda: _("%(at)s to %(until)s: paused"),
    StepKind.DUE: lambda: _("%(at)s: due"),
}
