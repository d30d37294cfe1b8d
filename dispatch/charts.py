"""Small charts that are drawn on the server, so that they stand on a page without any script."""

from typing import NamedTuple

from django.utils.translation import gettext as _

from common.moments import finely, moment

WIDTH, HEIGHT, GAP = 10, 100, 2
# A chart whose tallest bar is less than this many seconds would make a mountain of a molehill.
LEAST_SECONDS = 1.0


class Bar(NamedTuple):
    """One minute: where it stands, how high its two bars are of HEIGHT, and what it says."""

    x: int
    steps: int
    late: int
    says: str


class Bars(NamedTuple):
    bars: list[Bar]
    width: int
    most_steps: int
    worst: str


def bars(minutes):
    """`lateness.Minute`s as two rows of bars: how many steps were told in each, and by how much the worst was late."""
    most = max((minute.steps for minute in minutes), default=0)
    worst = max((minute.worst.total_seconds() for minute in minutes), default=0.0)
    drawn = [
        Bar(
            place * WIDTH,
            _height(minute.steps, most),
            _height(minute.worst.total_seconds(), max(worst, LEAST_SECONDS)),
            _("%(time)s: %(steps)d steps, the latest %(late)s late")
            % {
                "time": moment(minute.at, now=minute.at, short=True),
                "steps": minute.steps,
                "late": finely(minute.worst),
            },
        )
        for place, minute in enumerate(minutes)
    ]
    return Bars(drawn, len(minutes) * WIDTH - GAP, most, finely(worst))


def _height(value, most):
    # What is not nothing can be seen.
    return max(2, round(HEIGHT * value / most)) if value else 0
