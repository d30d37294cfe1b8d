"""Set-based SQL that derives what a period counts: a row per order, whistle, lead and decision of a dispatcher.

The rules, each stated once, here and for people in docs/scores.md:

- A clock counts in the period in which its due moment lies, once it is decided: met, or past its due moment. In time
  is `met_at <= due_at`. Cancelled clocks count nowhere.
- Marks, callbacks, grants of more time, supervision orders, rulings and results count in the period of their moment.
- Overdue and without a result is an order whose clock to resolve has run out by the end of the period (or by now),
  without a result by then, whenever it was due.
- Where an appeal was granted, what it says takes the place of what was counted.
- Leads count in the period in which they were reported, solved, passed up or turned into a whistle; their answer, as
  every clock, in that of its due moment. Marking one as hard passes it up.
- Drills count nowhere. A case weighs what its type weighs, a lead always the same.
"""

from datetime import datetime
from typing import Any

from django.db import connection

from assessment.models import CallTally, LeadTally, OrderTally, Period, WhistleTally
from grid.models import Area, AreaLevel


def _within(moment: str, *, district: str, whistle: str) -> str:
    """The condition "of this area, in this period", narrowed to some whistles where only these are looked at."""
    return f"""{district} = ANY(%(districts)s) AND {moment} >= %(start)s AND {moment} < %(end)s
        AND {_narrowed(whistle)}"""


def _narrowed(matter: str, among: str = "whistles") -> str:
    return f"(%({among})s::bigint[] IS NULL OR {matter} = ANY(%({among})s))"


def _narrowed_by_order(order: str) -> str:
    """The same for rows that know their order only; where all are looked at, it costs nothing."""
    ours = "SELECT id FROM dispatch_order WHERE whistle_id = ANY(%(whistles)s)"
    return f"(%(whistles)s::bigint[] IS NULL OR {order} IN ({ours}))"


DECIDED = "cancelled_at IS NULL AND (met_at IS NOT NULL OR due_at < %(now)s)"
IN_TIME = "(met_at IS NOT NULL AND met_at <= due_at)::int"
# The first call of a whistle, not a later change of its departments.
CALLED = "(kind = 'whistle.dispatched' AND NOT data ? 'changed')"
DECISION = f"({CALLED} OR kind IN ('whistle.returned', 'whistle.declined', 'whistle.escalated'))"

HEARD = f"""
    SELECT whistle_id, closing, coalesce(responded, FALSE)::int AS contacted, solved::int AS solved,
        (satisfaction = 'satisfied')::int AS satisfied, (satisfaction = 'fairly')::int AS fairly
    FROM assessment_callback
    WHERE contacted AND {_within("at", district="district_id", whistle="whistle_id")}
"""


def _appealed(about: str, counted: str) -> str:
    """What counts: the ruling of a granted appeal in place of what was counted."""
    return f"CASE WHEN appeal.{about} AND {counted} IS NOT NULL THEN appeal.{about}_new ELSE {counted} END"


DISPUTED = ("acknowledge", "report", "resolve", "cooperation", "resolution")
APPEALS = ", ".join(
    f"bool_or(about = '{name}') AS {name}, max(new) FILTER (WHERE about = '{name}') AS {name}_new" for name in DISPUTED
)

ORDERS = f"""
WITH clock AS (
    SELECT order_id,
        max({IN_TIME}) FILTER (WHERE kind = 'acknowledge') AS acknowledge,
        max({IN_TIME}) FILTER (WHERE kind = 'report') AS report,
        max({IN_TIME}) FILTER (WHERE kind = 'resolve') AS resolve,
        max((met_at IS NOT NULL AND met_at < %(end)s)::int) FILTER (WHERE kind = 'resolve') AS handled
    FROM dispatch_deadline
    WHERE order_id IS NOT NULL AND kind IN ('acknowledge', 'report', 'resolve') AND {DECIDED}
        AND {_within("due_at", district="district_id", whistle="whistle_id")}
    GROUP BY order_id
), late AS (
    SELECT order_id FROM dispatch_deadline
    WHERE order_id IS NOT NULL AND kind = 'resolve' AND cancelled_at IS NULL AND met_at IS NULL
        AND due_at < least(%(end)s, %(now)s) AND district_id = ANY(%(districts)s) AND {_narrowed("whistle_id")}
    UNION ALL
    SELECT order_id FROM dispatch_deadline
    WHERE order_id IS NOT NULL AND kind = 'resolve' AND cancelled_at IS NULL AND met_at >= %(end)s
        AND due_at < %(end)s AND district_id = ANY(%(districts)s) AND {_narrowed("whistle_id")}
), mark AS (
    SELECT order_id, cooperation, resolution, by_rule FROM assessment_evaluation
    WHERE district_id = ANY(%(districts)s) AND at >= %(start)s AND at < %(end)s AND {_narrowed_by_order("order_id")}
), act AS (
    SELECT o.id AS order_id,
        count(*) FILTER (WHERE e.kind = 'order.extension_granted') AS extended,
        count(*) FILTER (WHERE e.kind = 'order.sent_back') AS reworked,
        count(*) FILTER (WHERE e.kind = 'order.result') AS results,
        count(*) FILTER (WHERE e.kind = 'order.return_overruled') AS returns_overruled
    FROM whistle_event e JOIN dispatch_order o ON o.number = e.order_number
    WHERE e.kind IN ('order.extension_granted', 'order.sent_back', 'order.result', 'order.return_overruled')
        AND {_within("e.at", district="e.district_id", whistle="e.whistle_id")}
    GROUP BY o.id
), pressed AS (
    SELECT s.order_id, count(*) AS supervisions
    FROM dispatch_supervision s JOIN dispatch_order o ON o.id = s.order_id
    WHERE s.lifted_at IS NULL AND {_within("s.at", district="o.district_id", whistle="o.whistle_id")}
    GROUP BY s.order_id
), heard AS (
    SELECT o.id AS order_id, c.contacted, c.solved, c.satisfied, c.fairly
    FROM ({HEARD}) AS c JOIN dispatch_order o ON o.whistle_id = c.whistle_id
    WHERE o.finished_at <= c.closing AND o.finished_at > coalesce((
        SELECT max(e.at) FROM whistle_event e
        WHERE e.whistle_id = c.whistle_id AND e.kind = 'whistle.closed' AND e.at < c.closing), '-infinity')
), appeal AS (
    SELECT order_id, {APPEALS} FROM assessment_appeal WHERE granted GROUP BY order_id
), concerned AS (
    SELECT order_id FROM clock UNION SELECT order_id FROM late UNION SELECT order_id FROM mark
    UNION SELECT order_id FROM act UNION SELECT order_id FROM pressed UNION SELECT order_id FROM heard
)
INSERT INTO assessment_ordertally (
    period_id, whistle_id, weight, order_id, department_id, district_id, acknowledge, report, resolve, handled,
    overdue_open, cooperation, resolution, by_rule, extended, reworked, results, supervisions, returns_overruled,
    contacted, solved, satisfied, fairly)
SELECT
    %(period)s, o.whistle_id, coalesce(rule.weight, 1), o.id, o.department_id, o.district_id,
    {_appealed("acknowledge", "clock.acknowledge")}, {_appealed("report", "clock.report")},
    {_appealed("resolve", "clock.resolve")}, clock.handled, (late.order_id IS NOT NULL)::int,
    {_appealed("cooperation", "mark.cooperation")}, {_appealed("resolution", "mark.resolution")},
    coalesce(mark.by_rule, FALSE), coalesce(act.extended, 0), coalesce(act.reworked, 0), coalesce(act.results, 0),
    coalesce(pressed.supervisions, 0), coalesce(act.returns_overruled, 0),
    heard.contacted, heard.solved, heard.satisfied, heard.fairly
FROM concerned
JOIN dispatch_order o ON o.id = concerned.order_id
JOIN whistle_whistle w ON w.id = o.whistle_id AND NOT w.drill
LEFT JOIN assessment_assessmentrule rule ON rule.type_id = w.type_id
LEFT JOIN clock ON clock.order_id = o.id
LEFT JOIN late ON late.order_id = o.id
LEFT JOIN mark ON mark.order_id = o.id
LEFT JOIN act ON act.order_id = o.id
LEFT JOIN pressed ON pressed.order_id = o.id
LEFT JOIN heard ON heard.order_id = o.id
LEFT JOIN appeal ON appeal.order_id = o.id
"""

WHISTLES = f"""
WITH act AS (
    SELECT whistle_id,
        max((kind = 'whistle.filed')::int) AS filed,
        max({DECISION}::int) AS triaged,
        max({CALLED}::int) AS upheld,
        max((kind = 'whistle.declined' AND data ->> 'ruling' = 'frivolous')::int) AS frivolous,
        max((kind = 'whistle.declined' AND data ->> 'ruling' = 'empty')::int) AS empty
    FROM whistle_event
    WHERE kind IN ('whistle.filed', 'whistle.dispatched', 'whistle.returned', 'whistle.declined', 'whistle.escalated')
        AND {_within("at", district="district_id", whistle="whistle_id")}
    GROUP BY whistle_id
), clock AS (
    SELECT whistle_id,
        count(*) FILTER (WHERE kind = 'verify') AS verify_due,
        coalesce(sum({IN_TIME}) FILTER (WHERE kind = 'verify'), 0) AS verify_met,
        count(*) FILTER (WHERE kind = 'score') AS score_due,
        coalesce(sum({IN_TIME}) FILTER (WHERE kind = 'score'), 0) AS score_met
    FROM dispatch_deadline
    WHERE order_id IS NULL AND kind IN ('verify', 'score') AND {DECIDED}
        AND {_within("due_at", district="district_id", whistle="whistle_id")}
    GROUP BY whistle_id
), heard AS (
    -- Closed, reopened, closed and asked about again within one period: the last answer is what counts of the whistle.
    SELECT DISTINCT ON (whistle_id) * FROM ({HEARD}) AS c ORDER BY whistle_id, closing DESC
), held AS (
    SELECT whistle_id, count(*) FILTER (WHERE state <> 'reversed') AS standing
    FROM assessment_accountability
    WHERE {_within("ruled_at", district="district_id", whistle="whistle_id")}
    GROUP BY whistle_id
), concerned AS (
    SELECT whistle_id FROM act UNION SELECT whistle_id FROM clock UNION SELECT whistle_id FROM heard
    UNION SELECT whistle_id FROM held
)
INSERT INTO assessment_whistletally (
    period_id, whistle_id, weight, district_id, street, community, filed, triaged, upheld, frivolous, empty,
    verify_due, verify_met, score_due, score_met, accountability, contacted, solved, satisfied, fairly)
SELECT
    %(period)s, w.id, coalesce(rule.weight, 1), w.district_id, left(w.area_id, 9),
    CASE WHEN length(w.area_id) >= 12 THEN left(w.area_id, 12) ELSE '' END,
    coalesce(act.filed, 0), coalesce(act.triaged, 0), coalesce(act.upheld, 0),
    -- A ruling that was reversed for everybody who signed was none.
    CASE WHEN held.standing = 0 THEN 0 ELSE coalesce(act.frivolous, 0) END,
    CASE WHEN held.standing = 0 THEN 0 ELSE coalesce(act.empty, 0) END,
    coalesce(clock.verify_due, 0), coalesce(clock.verify_met, 0), coalesce(clock.score_due, 0),
    coalesce(clock.score_met, 0), coalesce(held.standing, 0),
    heard.contacted, heard.solved, heard.satisfied, heard.fairly
FROM concerned
JOIN whistle_whistle w ON w.id = concerned.whistle_id AND NOT w.drill
LEFT JOIN assessment_assessmentrule rule ON rule.type_id = w.type_id
LEFT JOIN act ON act.whistle_id = w.id
LEFT JOIN clock ON clock.whistle_id = w.id
LEFT JOIN heard ON heard.whistle_id = w.id
LEFT JOIN held ON held.whistle_id = w.id
"""

CALLS = f"""
WITH decision AS (
    SELECT id, whistle_id, district_id, person_id, at, {CALLED} AS called
    FROM whistle_event
    WHERE person_id IS NOT NULL AND {DECISION}
        AND kind IN ('whistle.dispatched', 'whistle.returned', 'whistle.declined', 'whistle.escalated')
        AND {_within("at", district="district_id", whistle="whistle_id")}
), later AS (
    -- What shows that a call was wrong, and what begins another call: few lines, whenever they came.
    SELECT whistle_id, at, kind = 'whistle.reopened' AS afresh FROM whistle_event
    WHERE (kind IN ('order.return_upheld', 'whistle.reopened') OR (kind = 'whistle.dispatched' AND data ? 'changed'))
        AND kind IN ('order.return_upheld', 'whistle.reopened', 'whistle.dispatched')
        AND district_id = ANY(%(districts)s) AND at >= %(start)s AND {_narrowed("whistle_id")}
), wrong AS (
    SELECT DISTINCT decision.id
    FROM decision JOIN later ON later.whistle_id = decision.whistle_id AND NOT later.afresh AND later.at >= decision.at
    WHERE called AND NOT EXISTS (
        SELECT 1 FROM later again
        WHERE again.whistle_id = decision.whistle_id AND again.afresh AND again.at > decision.at
            AND again.at <= later.at)
), triage AS (
    SELECT whistle_id, met_at, max({IN_TIME}) AS in_time FROM dispatch_deadline
    WHERE order_id IS NULL AND kind = 'triage' AND cancelled_at IS NULL
        AND {_within("met_at", district="district_id", whistle="whistle_id")}
    GROUP BY whistle_id, met_at
)
INSERT INTO assessment_calltally (period_id, whistle_id, weight, event_id, district_id, person_id, triage, "right")
SELECT
    %(period)s, w.id, coalesce(rule.weight, 1), decision.id, decision.district_id, decision.person_id, triage.in_time,
    CASE WHEN called THEN (wrong.id IS NULL)::int END
FROM decision
JOIN whistle_whistle w ON w.id = decision.whistle_id AND NOT w.drill
LEFT JOIN triage ON triage.whistle_id = w.id AND triage.met_at = decision.at
LEFT JOIN wrong ON wrong.id = decision.id
LEFT JOIN assessment_assessmentrule rule ON rule.type_id = w.type_id
"""

OF_LEADS = "('lead.reported', 'lead.hard', 'lead.passed_up', 'lead.solved', 'lead.whistled')"
LEADS = f"""
WITH act AS (
    SELECT lead_id,
        max((kind = 'lead.reported')::int) AS reported,
        max((kind = 'lead.solved')::int) AS solved,
        max((kind IN ('lead.passed_up', 'lead.hard'))::int) AS passed_up,
        max((kind = 'lead.whistled')::int) AS whistled
    FROM whistle_event
    WHERE kind IN {OF_LEADS} AND district_id = ANY(%(districts)s) AND at >= %(start)s AND at < %(end)s
        AND {_narrowed("lead_id", "leads")}
    GROUP BY lead_id
), clock AS (
    SELECT lead_id, max({IN_TIME}) AS answer FROM dispatch_deadline
    WHERE kind = 'lead' AND {DECIDED} AND district_id = ANY(%(districts)s) AND due_at >= %(start)s AND due_at < %(end)s
        AND {_narrowed("lead_id", "leads")}
    GROUP BY lead_id
)
INSERT INTO assessment_leadtally (
    period_id, lead_id, district_id, street, community, reported, answer, solved, passed_up, whistled)
SELECT
    %(period)s, l.id, l.district_id, left(l.area_id, 9),
    CASE WHEN length(l.area_id) >= 12 THEN left(l.area_id, 12) ELSE '' END,
    coalesce(act.reported, 0), clock.answer, coalesce(act.solved, 0), coalesce(act.passed_up, 0),
    coalesce(act.whistled, 0)
FROM act FULL JOIN clock ON clock.lead_id = act.lead_id
JOIN whistle_lead l ON l.id = coalesce(act.lead_id, clock.lead_id)
"""

# Which whistles and leads may count otherwise than when they were last looked at: something was written of them, or
# one of their clocks has run out since.
CHANGED = """
SELECT whistle_id, lead_id FROM whistle_event
WHERE id > %(seen)s AND letter_id IS NULL AND district_id = ANY(%(districts)s)
UNION
SELECT whistle_id, lead_id FROM dispatch_deadline
WHERE cancelled_at IS NULL AND letter_id IS NULL AND district_id = ANY(%(districts)s)
    AND due_at >= %(tallied)s AND due_at < %(now)s
"""
# Up to which line all are there: whoever began to write before this moment has ended or been cut off.
SEEN = """
SELECT coalesce(max(id), %(seen)s) FROM whistle_event
WHERE id > %(seen)s AND recorded_at < clock_timestamp() - interval '10 minutes'
"""

# A month is a tenth of what is there or less, and its rows lie together: indexes are cheaper than the planner thinks.
PLANNED = "SET LOCAL random_page_cost = 1.1; SET LOCAL work_mem = '64MB'"

STATEMENTS: dict[Any, str] = {OrderTally: ORDERS, WhistleTally: WHISTLES, CallTally: CALLS, LeadTally: LEADS}


def districts_under(code: str) -> list[str]:
    """The codes of the districts of an area: itself, or all of a city."""
    if len(code) == AreaLevel.DISTRICT:
        return [code]
    return list(Area.objects.under(code).at(AreaLevel.DISTRICT).order_by("code").values_list("code", flat=True))


def tally(period: Period, *, now: datetime, afresh: bool) -> int | None:
    """Brings a period's tallies up to `now`; `period` must be locked. Saves how far it has come.

    `afresh`: from nothing; else only what something was written of since, and whose clocks ran out.
    Returns how many whistles it looked at, None for all.
    """
    given: dict[str, Any] = {
        "period": period.pk,
        "districts": districts_under(period.area_id),
        "start": period.starts_at,
        "end": period.ends_at,
        "now": now,
        "tallied": period.tallied_at,
        "seen": period.seen_event,
        "whistles": None,
        "leads": None,
    }
    with connection.cursor() as cursor:
        cursor.execute(PLANNED)
        cursor.execute(SEEN, given)
        (period.seen_event,) = cursor.fetchone()
        if not afresh and period.tallied_at is not None:
            cursor.execute(CHANGED, given)
            changed = cursor.fetchall()
            given["whistles"] = [whistle for whistle, _lead in changed if whistle]
            given["leads"] = [lead for _whistle, lead in changed if lead]
        for model, statement in STATEMENTS.items():
            matter, among = ("lead", "leads") if model is LeadTally else ("whistle", "whistles")
            stale = model.objects.filter(period=period)
            if given[among] is not None:
                stale = stale.filter(**{f"{matter}__in": given[among]})
            stale._raw_delete(stale.db)
            if given[among] != []:
                cursor.execute(statement, given)
    period.tallied_at = now
    period.save(update_fields=["tallied_at", "seen_event"])
    return None if given["whistles"] is None else len(given["whistles"])
