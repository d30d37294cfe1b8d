"""Months and appeals as lines of a table file; see `common.sheets`."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessment.bulletins import as_it_counts, leaders_by_month
from assessment.models import Appeal, Bulletin

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
