"""What can be counted of a unit in a month, by name. What each counts exactly is said in docs/scores.md."""

from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from assessment.states import Ranked

R = Ranked


class Measure(NamedTuple):
    label: Promise
    of: frozenset[str]


def _of(*ranked: str) -> frozenset[str]:
    return frozenset(ranked)


WORK = _of(R.DEPARTMENTS, R.DISTRICTS)
GROUND = _of(R.STREETS, R.COMMUNITIES, R.DISTRICTS)
STREET = _of(R.STREETS, R.DISTRICTS)
DESK = _of(R.DISPATCHERS, R.DISTRICTS)
ALL = _of(*Ranked.values)

# What orders say. All but the plain numbers of orders and of whistles are weighted by the type of the whistle.
OF_ORDERS = {
    "orders": Measure(_("orders that count"), WORK),
    "acknowledge_due": Measure(_("acknowledgements due"), WORK),
    "acknowledge_met": Measure(_("acknowledged in time"), WORK),
    "report_due": Measure(_("reports on site due"), WORK),
    "report_met": Measure(_("reported on site in time"), WORK),
    "resolve_due": Measure(_("results due"), WORK),
    "resolve_met": Measure(_("results in time"), WORK),
    "handled": Measure(_("results submitted, of those due"), WORK),
    "overdue_open": Measure(_("overdue and without a result"), WORK),
    "scored": Measure(_("orders scored"), WORK),
    "cooperation": Measure(_("sum of the marks for cooperation"), WORK),
    "resolution": Measure(_("sum of the marks for the solution"), WORK),
    "extended": Measure(_("orders given more time"), WORK),
    "reworked": Measure(_("results sent back"), WORK),
    "results": Measure(_("results submitted"), WORK),
    "supervisions": Measure(_("supervision orders"), WORK),
    "returns_overruled": Measure(_("returns overruled"), WORK),
}
# What residents say when they are called back; a department's are those of the whistles it worked on.
OF_CALLBACKS = {
    "callbacks": Measure(_("callbacks"), WORK | GROUND),
    "contacted": Measure(_("had been contacted, say the residents"), WORK | GROUND),
    "solved": Measure(_("solved, say the residents"), WORK | GROUND),
    "satisfied": Measure(_("satisfied"), WORK | GROUND),
    "fairly": Measure(_("fairly satisfied"), WORK | GROUND),
}
# What whistles say of the ground they come from.
OF_WHISTLES = {
    "whistles": Measure(_("number of whistles blown"), GROUND),
    "filed": Measure(_("whistles blown"), GROUND),
    "triaged": Measure(_("whistles decided on by the centre"), GROUND),
    "upheld": Measure(_("whistles upheld"), GROUND),
    "frivolous": Measure(_("frivolous whistles"), GROUND),
    "empty": Measure(_("empty whistles"), GROUND),
    "verify_due": Measure(_("verifications due"), STREET),
    "verify_met": Measure(_("verified in time"), STREET),
    "score_due": Measure(_("scorings due"), STREET),
    "score_met": Measure(_("scored in time"), STREET),
    "accountability": Measure(_("rulings of accountability that stand"), GROUND),
}
OF_LEADS = {
    "leads": Measure(_("leads reported"), GROUND),
    "leads_due": Measure(_("answers to leads due"), GROUND),
    "leads_met": Measure(_("leads answered in time"), GROUND),
    "leads_solved": Measure(_("leads solved"), GROUND),
    "leads_passed_up": Measure(_("leads passed up"), GROUND),
    "leads_whistled": Measure(_("leads turned into whistles"), GROUND),
}
# What calls say of whoever sent them.
OF_CALLS = {
    "dispatches": Measure(_("calls of departments"), DESK),
    "right_dispatches": Measure(_("calls that named the right departments"), DESK),
    "triage_due": Measure(_("decisions of triage due"), DESK),
    "triage_met": Measure(_("decided in time"), DESK),
}
# What an area is, whatever happens in it.
OF_AREAS = {
    "difficulty": Measure(_("difficulty coefficient"), GROUND),
    "population": Measure(_("population"), GROUND),
    "area_km2": Measure(_("area in km²"), GROUND),
}
MEASURES = OF_ORDERS | OF_CALLBACKS | OF_WHISTLES | OF_LEADS | OF_CALLS | OF_AREAS


def measures_of(ranked: str) -> dict[str, Measure]:
    """Those that a formula for these units may use."""
    return {name: measure for name, measure in MEASURES.items() if ranked in measure.of}
