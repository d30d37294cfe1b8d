"""The one place where marks become figures. Pure: numbers in, `Decimal` out, no database."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import gettext_lazy as _

HUNDREDTH = Decimal("0.01")

# Parts of a department's month and their weights in percent; together 100.
WEIGHTS = {
    "acknowledgement": 15,
    "report": 20,
    "resolution_in_time": 15,
    "cooperation": 20,
    "resolution": 30,
}
# Below this many scored orders a department is listed, but has no rank: one lucky case is no record.
LEAST_CASES = 3


# What the formula does, in words; the pages say it in one place, with the weights above.
PARTS = {
    "acknowledgement": _("acknowledged in time"),
    "report": _("reported on site in time"),
    "resolution_in_time": _("resolved in time"),
    "cooperation": _("cooperation"),
    "resolution": _("solved"),
}


def rounded(value):
    return value.quantize(HUNDREDTH, rounding=ROUND_HALF_UP)


def percentage(part, whole):
    """`part` of `whole` in percent; None where there is nothing to be a part of."""
    return rounded(Decimal(100) * part / whole) if whole else None


@dataclass(frozen=True)
class Counts:
    """What stands behind a department's month: clocks met of those that ran, and the sums of its marks."""

    cases: int
    acknowledge_met: int
    acknowledge_all: int
    report_met: int
    report_all: int
    resolve_met: int
    resolve_all: int
    cooperation_sum: int
    resolution_sum: int


def parts_of(counts):
    """Each part in percent of what could be reached, or None where nothing counts towards it."""
    return {
        "acknowledgement": percentage(counts.acknowledge_met, counts.acknowledge_all),
        "report": percentage(counts.report_met, counts.report_all),
        "resolution_in_time": percentage(counts.resolve_met, counts.resolve_all),
        "cooperation": rounded(Decimal(counts.cooperation_sum) / counts.cases) if counts.cases else None,
        "resolution": rounded(Decimal(counts.resolution_sum) / counts.cases) if counts.cases else None,
    }


def composite(parts):
    """The weighted mean of the parts that are defined, on a scale of 100; None without any."""
    defined = {name: value for name, value in parts.items() if value is not None}
    weight = sum(WEIGHTS[name] for name in defined)
    if not weight:
        return None
    return rounded(sum(WEIGHTS[name] * value for name, value in defined.items()) / weight)


def punctuality(met):
    """How many of an order's clocks were met, in percent; `met` holds a truth per clock that ran."""
    return percentage(sum(met), len(met))


def ranked(rows, score_of, cases_of):
    """Pairs of rank and row, best first: equal scores share a rank, too few cases have none and stand last."""
    counted = sorted((row for row in rows if cases_of(row) >= LEAST_CASES), key=lambda row: -score_of(row))
    result, rank = [], 0
    for position, row in enumerate(counted, start=1):
        if position == 1 or score_of(row) != score_of(counted[position - 2]):
            rank = position
        result.append((rank, row))
    return result + [(None, row) for row in rows if cases_of(row) < LEAST_CASES]
