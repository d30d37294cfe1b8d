"""The life of an order, the kinds and states of a clock, and who must come."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from whistle.states import Level


class OrderState(TextChoices):
    SENT = "sent", _("Awaiting acknowledgement")
    ACKNOWLEDGED = "acknowledged", _("On the way")
    ON_SITE = "on_site", _("On site")
    FINISHED = "finished", _("Result submitted")
    RETURNED = "returned", _("Returned")
    CANCELLED = "cancelled", _("Cancelled")


S = OrderState

# The department still has to act.
ACTIVE = (S.SENT, S.ACKNOWLEDGED, S.ON_SITE)

MOVES = {
    S.SENT: {S.ACKNOWLEDGED, S.RETURNED, S.CANCELLED},
    S.ACKNOWLEDGED: {S.ON_SITE, S.CANCELLED},
    S.ON_SITE: {S.FINISHED, S.CANCELLED},
    # Overruled: it is the department's after all. Upheld: it stays returned.
    S.RETURNED: {S.SENT, S.CANCELLED},
    # The street found it not solved.
    S.FINISHED: {S.ON_SITE},
    S.CANCELLED: set(),
}


class OrderRole(TextChoices):
    LEAD = "lead", _("lead")
    ASSISTING = "assisting", _("assisting")


class ReturnRuling(TextChoices):
    UPHELD = "upheld", _("upheld")
    OVERRULED = "overruled", _("overruled")


class Rank(TextChoices):
    """Who stands on site for the department, from the lowest to the highest."""

    STAFF = "staff", _("staff member")
    DEPUTY = "deputy", _("deputy head or section head")
    HEAD = "head", _("head of the department")
    LEADER = "leader", _("leader of the district")


RANKS = list(Rank)

# The incident level sets who must come. At a major incident the district's leaders come besides the head.
MUST_COME = {Level.GENERAL: Rank.DEPUTY, Level.LARGER: Rank.HEAD, Level.MAJOR: Rank.HEAD}


def is_high_enough(rank: str, must_come: str) -> bool:
    return RANKS.index(Rank(rank)) >= RANKS.index(Rank(must_come))


class SessionState(TextChoices):
    """A joint session (现场会): called, held, or called off."""

    CALLED = "called", _("Called: the minutes are missing")
    HELD = "held", _("Held: the minutes are written")
    CANCELLED = "cancelled", _("Called off")


SESSION_MOVES = {
    SessionState.CALLED: {SessionState.HELD, SessionState.CANCELLED},
    # The minutes are put right; what they said before stays in the record.
    SessionState.HELD: {SessionState.HELD},
    SessionState.CANCELLED: set(),
}


class TaskState(TextChoices):
    """What a joint session agreed that a department does."""

    OPEN = "open", _("to be done")
    DONE = "done", _("done")
    DROPPED = "dropped", _("dropped")


TASK_MOVES = {
    TaskState.OPEN: {TaskState.DONE, TaskState.DROPPED},
    # Whoever called the session looked, and it is not.
    TaskState.DONE: {TaskState.OPEN},
    TaskState.DROPPED: set(),
}


class ClockKind(TextChoices):
    TRIAGE = "triage", _("triage")
    SIGN_AFTER = "sign_after", _("signatures after filing")
    ACKNOWLEDGE = "acknowledge", _("acknowledge")
    REPORT = "report", _("report on site")
    RESOLVE = "resolve", _("resolve")
    VERIFY = "verify", _("verify")
    SCORE = "score", _("score")
    # The centre's own, while a department waits for more time or a suspension.
    ANSWER = "answer", _("answer a request")
    LEAD = "lead", _("answer a lead")
    REPLY = "reply", _("reply to a letter")


OF_AN_ORDER = (ClockKind.ACKNOWLEDGE, ClockKind.REPORT, ClockKind.RESOLVE)
# The centre's own: of dispatchers, who have nobody between them and the leaders.
OF_THE_CENTRE = (ClockKind.TRIAGE, ClockKind.ANSWER)
# Of what has no type of whistle: their rules are the district's.
OF_A_DISTRICT = (ClockKind.LEAD, ClockKind.REPLY)


class ClockState(TextChoices):
    RUNNING = "running", _("running")
    MET = "met", _("in time")
    BREACHED = "breached", _("overdue")
    MET_LATE = "met_late", _("late")
    PAUSED = "paused", _("paused")
    CANCELLED = "cancelled", _("cancelled")


class Audience(TextChoices):
    """Who hears of a step of a clock's plan; who that is follows from the clock (see `dispatch.audiences`)."""

    RESPONSIBLE = "responsible", _("who must act")
    HEADS = "heads", _("their head")
    CENTRE = "centre", _("the district centre")
    LEADER = "leader", _("the district leaders of the street")


class Asking(TextChoices):
    """What a department asks the centre for."""

    EXTENSION = "extension", _("more time")
    SUSPENSION = "suspension", _("a suspension")


class Answer(TextChoices):
    """How a department's request ended; empty while it waits."""

    GRANTED = "granted", _("granted")
    REFUSED = "refused", _("refused")
    # The result came first, or the order was taken away.
    LAPSED = "lapsed", _("lapsed")


class Question(TextChoices):
    """What the auditor asks; each row that answers would mean that a clock is wrong, or a message."""

    UNWATCHED = "unwatched", _("Steps that nobody told in time")
    SET_ASIDE = "set_aside", _("Clocks that were set aside")
    CLOCKLESS = "clockless", _("Open orders that lack a clock")
    UNREVIEWED = "unreviewed", _("Suspensions past their day of review")
    OUTDATED = "outdated", _("Clocks that follow an old calendar")
    UNCOLLECTED = "uncollected", _("Messages that no courier came for")
    UNSENT = "unsent", _("Deliveries that nobody tried in time")
    STUCK = "stuck", _("Deliveries that did not arrive")


# The others are about clocks, and found by district.
OF_MESSAGES = (Question.UNCOLLECTED, Question.UNSENT, Question.STUCK)
OF_CLOCKS = tuple(question for question in Question if question not in OF_MESSAGES)


class Unit(TextChoices):
    """The units in which limits are written: around the clock, or by the working calendar."""

    # Of a clock whose due moment was named from outside: so many seconds from its start, to the second.
    SECONDS = "seconds", _("seconds")
    MINUTES = "minutes", _("minutes")
    HOURS = "hours", _("hours")
    WORKING_HOURS = "working_hours", _("working hours")
    WORKING_DAYS = "working_days", _("working days")


# In which rules can be written.
RULE_UNITS = [choice for choice in Unit.choices if choice[0] != Unit.SECONDS]


class ChannelState(TextChoices):
    IN_USE = "in_use", _("in use")
    OFF = "off", _("switched off")
    REMOVED = "removed", _("removed")


class DeliveryState(TextChoices):
    WAITING = "waiting", _("waits to be sent")
    UNDER_WAY = "under_way", _("is being sent")
    FAILING = "failing", _("not arrived yet, tried again by itself")
    STUCK = "stuck", _("not arrived, not tried any more")
    SENT = "sent", _("sent")
    GIVEN_UP = "given_up", _("given up")


# The kind of a channel that is a device: a browser that asked to be notified.
PUSH = "push"


class Trouble(TextChoices):
    """Why something did not arrive: all that is ever kept or said of it, because the details name secrets."""

    UNREACHABLE = "unreachable", _("The address cannot be reached from here, or must not be.")
    SILENT = "silent", _("The other side did not answer in time.")
    REJECTED = "rejected", _("The other side did not take it.")
    UNUSABLE = "unusable", _("The address cannot be used any more. Please give it again.")
    UNWRITTEN = "unwritten", _("The message cannot be written. The server's log says why.")
    LOST = "lost", _("Sending was interrupted. It may have arrived.")
    GONE = "gone", _("The device does not take notifications any more.")


class ChannelAct(TextChoices):
    """What people do to channels and deliveries, as their record says it."""

    ADDED = "added", _("channel added")
    CHANGED = "changed", _("channel changed")
    SWITCHED_ON = "switched_on", _("channel switched on")
    SWITCHED_OFF = "switched_off", _("channel switched off")
    REMOVED = "removed", _("channel removed")
    TESTED = "tested", _("test message asked for")
    PREFERRED = "preferred", _("quiet hours or language set")
    RETRIED = "retried", _("delivery tried again")
    GIVEN_UP = "given_up", _("delivery given up")
