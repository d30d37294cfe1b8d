"""Months, appeals, callbacks and records of accountability as lines of a table file; see `common.sheets`."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessment.bulletins import as_it_counts, leaders_by_month
from assessment.models import Accountability, Appeal, Bulletin, Callback
from dispatch.sheets import yes_no

BULLETIN_TITLES = (
    *(gettext_lazy("Month"), gettext_lazy("District"), gettext_lazy("State"), gettext_lazy("First")),
    *(gettext_lazy("Published"), gettext_lazy("Checksum")),
)


def bulletin_lines(bulletins: Iterable[Bulletin]) -> Iterator[list[Any]]:
    """The months as lines of a file."""
    bulletins = list(bulletins)
    leaders = leaders_by_month(bulletins)
    for each in bulletins:
        first = "; ".join(
            " ".join([group.group, *(row.name for row in group.rows)]).strip() for group in leaders.get(each.pk, [])
        )
        state = each.get_state_display()
        yield [f"{each.month:%Y-%m}", each.area.name, state, first, each.published_at, each.checksum]


APPEAL_TITLES = (
    *(
        gettext_lazy("Order"),
        gettext_lazy("Department"),
        gettext_lazy("What is appealed"),
        gettext_lazy("It counted as"),
    ),
    *(gettext_lazy("Reason"), gettext_lazy("Appealed by"), gettext_lazy("At"), gettext_lazy("To be ruled on by")),
    *(gettext_lazy("Ruling"), gettext_lazy("It counts as"), gettext_lazy("Opinion"), gettext_lazy("Ruled by")),
)


def appeal_line(appeal: Appeal) -> list[Any]:
    """An appeal as a line of a file."""
    ruling = {None: "", True: _("Granted"), False: _("Refused: it counts as it did")}[appeal.granted]
    now = appeal.new if appeal.granted else appeal.old
    return [
        *(appeal.order.number, appeal.order.department, appeal.get_about_display()),
        *(as_it_counts(appeal.about, appeal.old), appeal.reason, appeal.by, appeal.at, appeal.answer_by),
        *(ruling, as_it_counts(appeal.about, now), appeal.opinion, appeal.ruled_by),
    ]


TO_CALL_TITLES = (
    *(gettext_lazy("Number"), gettext_lazy("Title"), gettext_lazy("Type"), gettext_lazy("Place")),
    *(gettext_lazy("Closed"), gettext_lazy("Whom to call back"), gettext_lazy("Last called in vain")),
)


def to_call_line(whistle: Any) -> list[Any]:
    """A case whose residents nobody has reached yet, as a line of a file; see `worklists.longest_waiting_first`."""
    contact = whistle.lead.contact if whistle.lead else ""
    return [
        *(whistle.number, whistle.title, whistle.type, whistle.place),
        *(whistle.closed_at, contact, whistle.called_at),
    ]


CALLBACK_TITLES = (
    *(gettext_lazy("Number"), gettext_lazy("Title"), gettext_lazy("Called"), gettext_lazy("Called by")),
    *(gettext_lazy("Somebody was reached"), gettext_lazy("Had been in touch"), gettext_lazy("Solved")),
    *(gettext_lazy("Satisfaction"), gettext_lazy("What they said")),
)


def callback_line(call: Callback) -> list[Any]:
    """A call that was made, as a line of a file; with its whistle."""
    heard = ["" if answer is None else yes_no(answer) for answer in (call.responded, call.solved)]
    return [
        *(call.whistle.number, call.whistle.title, call.at, call.by, yes_no(call.contacted)),
        *(*heard, call.get_satisfaction_display(), call.note),
    ]


ACCOUNTABILITY_TITLES = (
    *(gettext_lazy("Number"), gettext_lazy("Held to account"), gettext_lazy("Post"), gettext_lazy("Whistle")),
    *(gettext_lazy("Title"), gettext_lazy("Ruling"), gettext_lazy("Reason"), gettext_lazy("Ruled at")),
    *(gettext_lazy("State"), gettext_lazy("May be appealed until"), gettext_lazy("Appeal"), gettext_lazy("Decision")),
    *(gettext_lazy("Decided by"), gettext_lazy("Decided at")),
)


def accountability_line(held: Accountability) -> list[Any]:
    """A record of accountability as a line of a file; with its whistle and who decided."""
    return [
        *(held.number, held.person_name, held.post_name, held.whistle.number, held.whistle.title),
        *(held.get_ruling_display(), held.reason, held.ruled_at, held.get_state_display(), held.appeal_until),
        *(held.appeal, held.decision, held.decided_by, held.decided_at),
    ]
