"""What notices of correction say of the scores of a published month. The scores themselves stay as published."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from assessment.formulas import evaluate
from assessment.models import Accountability, Bulletin, BulletinAct, Ranking, Score, WhistleTally
from assessment.services.months import decimals
from assessment.states import BulletinActKind, Ranked


@dataclass(frozen=True)
class Correction:
    """A score that ought to have been `total`, by the notice of `at`. `was`: as published; None without a score."""

    ranked: str
    unit: str
    name: str
    was: Decimal | None
    total: Decimal
    at: datetime


def lines_of(act: BulletinAct) -> list[Correction]:
    """The scores that a notice corrects; none where it only says something in words."""
    return [
        Correction(
            each["ranked"],
            each["unit"],
            each["name"],
            None if each["was"] is None else Decimal(each["was"]),
            Decimal(each["total"]),
            act.at,
        )
        for each in act.data.get("rows", ())
    ]


def notices_among(acts: Iterable[BulletinAct]) -> list[tuple[BulletinAct, list[Correction]]]:
    """The notices of correction, each with the scores it corrects."""
    return [(act, lines_of(act)) for act in acts if act.kind == BulletinActKind.CORRECTED]


def corrections_of(bulletins: Iterable[Bulletin], ranked: str) -> dict[tuple[int, str], Correction]:
    """By the key of the month and of the unit what counts instead of the published score; the last notice about a
    score is the one that counts. One query.
    """
    acts = BulletinAct.objects.filter(bulletin__in=list(bulletins), kind=BulletinActKind.CORRECTED).order_by("id")
    return {(act.bulletin_id, each.unit): each for act in acts for each in lines_of(act) if each.ranked == str(ranked)}


# By what is ranked, the column of the tally that names the unit.
COLUMN = {Ranked.STREETS: "street", Ranked.COMMUNITIES: "community", Ranked.DISTRICTS: "district_id"}


def without_what_was_reversed(rankings: Iterable[Ranking], held: Accountability) -> list[tuple[Score, Decimal]]:
    """What the scores of published rankings ought to be once `held` is reversed: each with its new total, where that
    differs. The published figures are taken, less every ruling that no longer stands, and the formula of that month.
    """
    found = []
    for ranking in rankings:
        column = COLUMN[Ranked(ranking.ranked)]
        tallies = WhistleTally.objects.filter(period=ranking.period_id)
        mine = tallies.filter(whistle=held.whistle_id).values_list(column, flat=True).first()
        score = ranking.scores.filter(unit=mine).first() if mine else None
        if score is None:
            continue
        figures = decimals(score.figures)
        for tally in tallies.filter(accountability__gt=0, **{column: mine}):
            for name, less in _less(tally, ranking).items():
                figures[name] = figures.get(name, Decimal(0)) - tally.weight * less
        total = evaluate(ranking.formula.read, figures).total
        if total is not None and total != score.total:
            score.ranking = ranking
            found.append((score, total))
    return found


def _less(tally: WhistleTally, ranking: Ranking) -> dict[str, int]:
    """How much less of each count stands now than was counted."""
    ruled = Accountability.objects.filter(whistle=tally.whistle_id)
    standing = ruled.in_month(ranking.period.starts_at, ranking.period.ends_at).standing().count()
    less = {"accountability": tally.accountability - standing}
    if not standing:
        # A ruling that was reversed for everybody who signed was none.
        less |= {"frivolous": tally.frivolous, "empty": tally.empty}
    return less
