"""Which formulas an area has had, has and prepares, and what was done to them; each list is one query."""

from collections.abc import Sequence
from datetime import date

from assessment.models import Formula, FormulaAct

# Lines of the record on one page.
ACTS = 20


def versions_of(area: str, ranked: str) -> list[Formula]:
    """Those that were adopted, the newest first."""
    rows = Formula.objects.adopted().filter(area=area, ranked=ranked).select_related("adopted_by")
    return list(rows.order_by("-version"))


def drafts_of(area: str, ranked: str) -> list[Formula]:
    """Those that are being written, the newest first."""
    rows = Formula.objects.drafts().filter(area=area, ranked=ranked).select_related("created_by")
    return list(rows.order_by("-id"))


def acts_on(area: str, ranked: str) -> list[FormulaAct]:
    """What was done last to the formulas of a ranking, the latest first."""
    rows = FormulaAct.objects.filter(formula__area=area, formula__ranked=ranked).select_related("formula")
    return list(rows.order_by("-id")[:ACTS])


def in_force(versions: Sequence[Formula], month: date) -> Formula | None:
    """Of the versions of a ranking the one that counts in a month (its first day)."""
    there = [each for each in versions if _since(each) <= month]
    return max(there, key=lambda each: (_since(each), each.version or 0), default=None)


def taking_over(versions: Sequence[Formula], month: date) -> Formula | None:
    """The next version that is adopted for a month after this one already; None without one."""
    return min((each for each in versions if _since(each) > month), key=_since, default=None)


def _since(version: Formula) -> date:
    """Every adopted version has a month; for drafts it never comes."""
    return version.applies_from or date.max
