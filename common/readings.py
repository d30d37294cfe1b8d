"""What a clock shows at a moment. Told once, here; templates draw it and static/js/clock.js carries it on."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.moments import digits, moment, span, span_patterns

HALF, NEARLY = 50, 80
DAY = 86400

# tone → icon and word. Colour never stands alone.
LOOKS: dict[str, tuple[str, str | Promise]] = {
    "ok": ("clock", gettext_lazy("On time")),
    "half": ("hourglass-high", gettext_lazy("Over half used")),
    "soon": ("hourglass-low", gettext_lazy("Nearly due")),
    "late": ("alarm", gettext_lazy("Overdue")),
    "paused": ("clock-pause", gettext_lazy("Paused")),
    "met": ("check", gettext_lazy("Done in time")),
    "met_late": ("x", gettext_lazy("Done late")),
    "cancelled": ("ban", gettext_lazy("Cancelled")),
}


@dataclass(frozen=True)
class Reading:
    """A clock as a person reads it: `tone` is a key of LOOKS, `share` how much of the time is used (0..100)."""

    tone: str
    text: str
    detail: str
    share: float
    at: datetime
    # The same as digits, “11:52”, while it runs.
    digits: str = ""

    @property
    def icon(self) -> str:
        return LOOKS[self.tone][0]

    @property
    def word(self) -> str:
        return str(LOOKS[self.tone][1])

    @property
    def ticks(self) -> bool:
        return self.tone in {"ok", "half", "soon", "late"}


def tone_of(share: float) -> str:
    """The tone of a running clock by the share of its time that is used, before its due moment."""
    if share >= NEARLY:
        return "soon"
    return "half" if share >= HALF else "ok"


def read(deadline: Any, *, now: datetime) -> Reading:
    """What `deadline` (due_at, start_at, met_at, state, share_used) shows at `now`.

    A running clock whose due moment has passed is overdue, whether or not the sweep has come by yet.
    """
    state, due = str(deadline.state), deadline.due_at
    share = deadline.share_used
    if share is None:
        whole = (due - deadline.start_at).total_seconds()
        share = 100 * (now - deadline.start_at).total_seconds() / whole if whole > 0 else 100
    share = round(min(max(float(share), 0), 100), 2)
    if state == "cancelled":
        return Reading("cancelled", _("Cancelled"), "", 0, now)
    if state == "paused":
        return Reading("paused", _("Paused"), "", share, now)
    if deadline.met_at:
        met = moment(deadline.met_at, now=now, short=True)
        if deadline.met_at <= due:
            took = span((deadline.met_at - deadline.start_at).total_seconds())
            return Reading("met", met, _("Took %(span)s") % {"span": took}, share, now)
        late = span((deadline.met_at - due).total_seconds())
        return Reading("met_late", met, _("%(span)s late") % {"span": late}, 100, now)
    left = (due - now).total_seconds()
    due_words = _("Due %(moment)s") % {"moment": moment(due, now=now, short=True)}
    if left < 0:
        overdue = _("%(span)s overdue")
        return Reading("late", overdue % {"span": span(left)}, due_words, 100, now, overdue % {"span": digits(left)})
    text = _("%(span)s left") % {"span": span(left)}
    return Reading(tone_of(share), text, due_words, share, now, digits(left) if left < DAY else text)


def words_for_the_browser() -> dict[str, Any]:
    """All that clock.js needs to write what `read` writes."""
    return {
        "spans": span_patterns(),
        "left": _("%(span)s left"),
        "overdue": _("%(span)s overdue"),
        "looks": {tone: {"icon": icon, "word": str(word)} for tone, (icon, word) in LOOKS.items()},
        "half": HALF,
        "nearly": NEARLY,
    }
