"""Rankings, scores, what is behind them, and what is held against people, as the API says them: ready for JSON."""

from assessment.actions import accountability_actions
from assessment.explain import Explained, Figure
from assessment.standings import Standing, computed_at
from dispatch.present import actions_on


def head(area, of, month, ranking):
    """Which ranking it is; nothing but that where the month was never computed."""
    said = {
        "month": f"{month:%Y-%m}",
        "of": str(of),
        "district": area,
        "state": None,
        "starts_at": None,
        "ends_at": None,
        "computed_at": None,
        "formula": None,
    }
    if ranking is None:
        return said
    definition = ranking.formula.read
    return said | {
        "state": ranking.bulletin.state,
        "starts_at": ranking.period.starts_at,
        "ends_at": ranking.period.ends_at,
        "computed_at": computed_at(ranking),
        "formula": {
            "name": ranking.formula.name,
            "version": ranking.formula.version,
            "sample": definition.sample,
            "minimum": definition.minimum,
            "quota": definition.quota,
        },
    }


def standing(row: Standing):
    score = row.score
    return {
        "unit": score.unit,
        "name": row.name,
        "group": score.group,
        "group_name": row.group,
        "rank": score.rank,
        "total": score.total,
        "sample": score.sample,
        "parts": {code: None if value is None else float(value) for code, value in score.values.items()},
    }


def figure(found: Figure):
    return {"name": found.name, "label": str(found.label), "value": found.value, "opens": found.opens}


def part(each: Explained):
    return {
        "code": each.part.code,
        "name": str(each.part),
        "enters": str(each.part.enters),
        "weight": each.part.weight,
        "value": each.value,
        "share": each.share,
        "line": each.line,
        "figures": [figure(found) for found in each.figures],
    }


def year(area, of, found):
    """A year (`yearly.Year`) with every unit's months."""
    return {
        "year": found.year,
        "of": str(of),
        "district": area,
        "published": [f"{month:%Y-%m}" for month in found.published],
        "enough": found.enough,
        "ties": str(found.ties),
        "results": [year_standing(row) for row in found.rows],
    }


def year_standing(row):
    """A unit's year (`yearly.YearStanding`)."""
    return {
        "unit": row.year.unit,
        "name": row.name,
        "group": row.year.group,
        "group_name": row.group,
        "rank": row.year.rank,
        "mark": row.year.mark,
        "months_counted": row.year.months,
        "months": [
            {
                "month": f"{month:%Y-%m}",
                "total": there.total,
                "rank": there.score.rank,
                "counts": there.counts,
                "published_total": there.score.total,
                "corrected_at": there.correction.at if there.correction else None,
            }
            for month, there in row.months.items()
        ],
    }


# What every row of a tally has besides what counts.
APART = {"id", "period", "whistle", "weight", "order", "department", "district", "street", "community", "by_rule"}
APART |= {"event", "person", "lead"}


def counts_of(model):
    """The names of what a table counts."""
    return [field.name for field in model._meta.concrete_fields if field.name not in APART]


def row(kind, found):
    """A row behind a figure; `found` as `behind.behind` gives it."""
    tally, about = found.tally, found.about
    of_order, of_decision, of_lead = kind == "ordertally", kind == "calltally", kind == "leadtally"
    matter = about.whistle if of_order or of_decision else about
    return {
        "whistle": "" if of_lead else matter.number,
        "lead": matter.number if of_lead else "",
        "title": matter.title,
        "order": about.number if of_order else "",
        "department": about.department.code if of_order else "",
        "decision": about.kind if of_decision else "",
        "at": about.at if of_decision else None,
        "weight": 1 if of_lead else tally.weight,
        "brings": found.brings,
        "counts": {name: getattr(tally, name) for name in counts_of(type(tally))},
    }


def accountability(held, *, person):
    """A record of accountability, its whistle loaded with it."""
    return {
        "number": held.number,
        "whistle": held.whistle.number,
        "title": held.whistle.title,
        "person": held.person_name,
        "post": held.post_name,
        "ruling": held.ruling,
        "reason": held.reason,
        "ruled_at": held.ruled_at,
        "opened_at": held.opened_at,
        "appeal_until": held.appeal_until,
        "state": held.state,
        "state_label": str(held.get_state_display()),
        "appeal": held.appeal,
        "appealed_at": held.appealed_at,
        "decision": held.decision,
        "decided_by": str(held.decided_by) if held.decided_by else None,
        "decided_at": held.decided_at,
        "actions": actions_on(accountability_actions, held, person),
    }
