from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from whistle.models.subjects import OfSubject, OfSubjectQuerySet, about_one, indexes_by


class EventKind(models.TextChoices):
    """Everything that can stand in the record, as the timeline says it."""

    DRAFTED = "whistle.drafted", _("Drafted")
    EDITED = "whistle.edited", _("Draft changed")
    SIGNATURES_REQUESTED = "whistle.signatures_requested", _("Signatures requested")
    SIGNED = "whistle.signed", _("Signed after a look on site")
    SIGN_REFUSED = "whistle.sign_refused", _("Refused to sign")
    FILED = "whistle.filed", _("Whistle blown")
    DISPATCHED = "whistle.dispatched", _("Departments called")
    RETURNED = "whistle.returned", _("Returned to the street")
    DECLINED = "whistle.declined", _("Declined")
    ESCALATED = "whistle.escalated", _("Escalated to the city")
    HANDED_BACK = "whistle.handed_back", _("Handed back to the district")
    WITHDRAWN = "whistle.withdrawn", _("Withdrawn")
    HANDLED = "whistle.handled", _("All results are in")
    VERIFIED = "whistle.verified", _("Verified on site: solved")
    NOT_SOLVED = "whistle.not_solved", _("Verified on site: not solved, back to handling")
    CONFIRMED = "whistle.confirmed", _("Confirmed by the centre")
    CLOSED = "whistle.closed", _("Closed")
    REOPENED = "whistle.reopened", _("Reopened")
    CALLED_BACK = "whistle.called_back", _("Residents called back")
    NOBODY_ANSWERED = "whistle.nobody_answered", _("Called back: nobody was reached")
    LEADER_ON_SITE = "whistle.leader_on_site", _("District leader on site")
    CODE_SHOWN = "whistle.code_shown", _("Arrival code shown on site")
    ORDER_SENT = "order.sent", _("Order sent")
    ORDER_CANCELLED = "order.cancelled", _("Order cancelled")
    ORDER_LEADS = "order.leads", _("Role in the joint effort changed")
    ACKNOWLEDGED = "order.acknowledged", _("Acknowledged")
    ORDER_RETURNED = "order.returned", _("Order returned, awaiting a ruling")
    RETURN_UPHELD = "order.return_upheld", _("Return upheld")
    RETURN_OVERRULED = "order.return_overruled", _("Return overruled")
    REPORTED = "order.reported", _("Reported on site")
    REPORT_CONFIRMED = "order.report_confirmed", _("Presence on site confirmed by the street")
    PROGRESS = "order.progress", _("Progress")
    RESULT = "order.result", _("Result submitted")
    SENT_BACK = "order.sent_back", _("Back to handling")
    SCORED = "order.scored", _("Scored")
    SCORED_BY_RULE = "order.scored_by_rule", _("Scored by rule: the street did not score in time")
    MARK_APPEALED = "order.appealed", _("Appeal against what counts in the month")
    MARK_APPEAL_GRANTED = "order.appeal_granted", _("Appeal granted: it counts otherwise")
    MARK_APPEAL_REFUSED = "order.appeal_refused", _("Appeal refused: it counts as it did")
    EXTENSION_ASKED = "order.extension_asked", _("More time requested")
    EXTENSION_GRANTED = "order.extension_granted", _("More time granted")
    SUSPENSION_ASKED = "order.suspension_asked", _("Suspension requested")
    SUSPENDED = "order.suspended", _("Suspended: the clock stands still")
    REQUEST_REFUSED = "order.request_refused", _("Request refused: the clock ran on")
    REQUEST_LAPSED = "order.request_lapsed", _("Request lapsed")
    RESUMED = "order.resumed", _("Suspension over: the clock runs on")
    SUPERVISED = "order.supervised", _("Supervision order")
    LEAD_REPORTED = "lead.reported", _("Lead reported")
    LEAD_NOTED = "lead.noted", pgettext_lazy("of a lead", "Note")
    LEAD_HARD = "lead.hard", _("Marked as hard")
    LEAD_PASSED_UP = "lead.passed_up", _("Passed up one level")
    LEAD_PASSED_BACK = "lead.passed_back", _("Passed back one level")
    LEAD_TAKEN_OVER = "lead.taken_over", _("Taken over from below")
    LEAD_SOLVED = "lead.solved", pgettext_lazy("of a lead", "Solved")
    LEAD_WHISTLED = "lead.whistled", pgettext_lazy("of a lead", "Turned into a whistle")
    LEAD_CAME_BACK = "lead.came_back", _("The whistle came to nothing: back with the street")
    LETTER_SENT = "letter.sent", _("Letter sent")
    LETTER_ANSWERED = "letter.answered", _("Department replied")
    LETTER_CLOSED = "letter.closed", _("Outcome stated")
    LETTER_WITHDRAWN = "letter.withdrawn", _("Letter withdrawn")
    SESSION_CALLED = "session.called", _("Joint session called")
    SESSION_HELD = "session.held", _("Joint session held, minutes written")
    SESSION_CORRECTED = "session.corrected", _("Minutes of the joint session corrected")
    SESSION_CANCELLED = "session.cancelled", _("Joint session called off")
    TASK_SET = "task.set", _("Task agreed at the joint session")
    TASK_DONE = "task.done", _("Task done")
    TASK_NOT_DONE = "task.not_done", _("Task found not done")
    TASK_DROPPED = "task.dropped", _("Task dropped")
    REMINDED = "clock.reminded", _("Reminder")
    BREACHED = "clock.breached", _("Overdue")
    BREACH_LIFTED = "clock.breach_lifted", _("Was in time after all")
    PASSED_UP = "clock.passed_up", _("Passed up the ladder")
    HELD_TO_ACCOUNT = "accountability.opened", _("Held to account for the whistle")
    NOBODY_TO_HOLD = "accountability.nobody", _("Nobody of the street vouched for it: nobody is held to account")
    APPEALED = "accountability.appealed", _("Appeal against being held to account")
    APPEAL_REJECTED = "accountability.upheld", _("Appeal rejected: the record stands")
    APPEAL_GRANTED = "accountability.reversed", _("Appeal granted: the record is reversed, the score restored")
    CLOCK_RETRIED = "clock.retried", _("Set-aside clock tried again")
    CLOCK_STARTED_LATE = "clock.started_late", _("Missing clock started, from when the order was sent")
    REPROJECTED = "clock.reprojected", _("The calendar changed: due moment recomputed")
    KEPT = "clock.kept", _("The calendar changed: due moment kept, it would have passed unseen")


# Lines that count in a month's figures by themselves.
COUNTED = (
    EventKind.FILED,
    EventKind.DISPATCHED,
    EventKind.RETURNED,
    EventKind.DECLINED,
    EventKind.ESCALATED,
    EventKind.EXTENSION_GRANTED,
    EventKind.SENT_BACK,
    EventKind.RESULT,
    EventKind.RETURN_UPHELD,
    EventKind.RETURN_OVERRULED,
    EventKind.REOPENED,
)
COUNTED_OF_LEADS = (
    EventKind.LEAD_REPORTED,
    EventKind.LEAD_HARD,
    EventKind.LEAD_PASSED_UP,
    EventKind.LEAD_SOLVED,
    EventKind.LEAD_WHISTLED,
)


class Event(OfSubject):
    """One line of the record. Append-only: the database itself refuses to change or delete it.

    Names are kept as they were then; `at` is when it happened, `recorded_at` when the database wrote it.
    """

    at = models.DateTimeField(_("at"))
    recorded_at = models.DateTimeField(_("recorded at"), db_default=Now(), editable=False)
    kind = models.CharField(_("what"), max_length=40, choices=EventKind.choices)
    district = models.ForeignKey(
        "grid.Area", models.PROTECT, verbose_name=_("district"), related_name="+", db_index=False
    )
    # The order it concerns, by number: orders live a room above this one.
    order_number = models.CharField(_("order"), max_length=30, blank=True)
    # Nobody, where the clock or a playbook did it.
    person = models.ForeignKey(
        "grid.Person",
        models.PROTECT,
        verbose_name=_("who"),
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    person_name = models.CharField(_("name"), max_length=60, blank=True)
    post_name = models.CharField(_("post"), max_length=200, blank=True)
    note = models.TextField(_("note"), blank=True)
    data = models.JSONField(_("data"), default=dict, blank=True)

    objects = OfSubjectQuerySet.as_manager()

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("record")
        ordering = ["id"]
        constraints = [about_one("whistle_event_about_one_matter")]
        indexes = [
            *indexes_by("whistle_event", "lead", "letter"),
            models.Index(name="whistle_event_by_whistle", fields=["whistle", "id"]),
            models.Index(name="whistle_event_by_district", fields=["district", "at"]),
            # For the month's figures, which ask for few kinds of line among many.
            models.Index(
                name="whistle_event_counted", fields=["district", "at"], condition=models.Q(kind__in=COUNTED)
            ),
            models.Index(
                name="whistle_event_lead_counted",
                fields=["district", "at"],
                condition=models.Q(kind__in=COUNTED_OF_LEADS),
            ),
        ]

    def __str__(self):
        return f"{self.at:%Y-%m-%d %H:%M:%S} {self.kind}"
