"""Fills a database with months of closed cases, as they would stand after they had gone through the services.

Set-based, so that a million orders take minutes. Only the benchmark does this; the product writes through services.
"""

from datetime import datetime

from django.db import connection, transaction

from bench.fill import UNCHECKED

# Two orders a whistle; one order in eight is late somewhere; four residents in ten are called back.
WHISTLES = """
INSERT INTO whistle_whistle (
    number, district_id, area_id, type_id, level, state, source, title, description, address, lat, lng, criteria,
    suggested, sign_off, sign_round, ruling, created_by_id, created_at, filed_at, dispatched_at, handled_at,
    verified_at, confirmed_at, closed_at, demonstration)
SELECT
    '530102-' || to_char(day AT TIME ZONE 'Asia/Shanghai', 'YYYYMMDD') || '-' || lpad(n::text, 7, '0'), '530102',
    areas[1 + n %% array_length(areas, 1)], types[1 + n %% array_length(types, 1)], 'general', 'closed', 'street',
    '路面积水 ' || n, '雨后路面积水，车辆难以通行。', '学府路' || n %% 300 || '号', 25.04, 102.68, '[]', '["water"]',
    'before', 1, '', %(officer)s, day, day + interval '1 hour', day + interval '2 hours', day + interval '3 days',
    day + interval '4 days', day + interval '4 days', day + interval '5 days', FALSE
FROM (
    SELECT n, %(start)s + (n - %(first)s) * (%(end)s - %(start)s) * 0.8 / %(count)s AS day
    FROM generate_series(%(first)s::int, %(first)s::int + %(count)s::int - 1) AS n) AS numbered,
    (SELECT array_agg(code::text ORDER BY code) AS areas FROM grid_area
     WHERE level = 12 AND code LIKE '530102%%') AS a,
    (SELECT array_agg(id ORDER BY id) AS types FROM whistle_whistletype WHERE district_id = '530102') AS t
"""

ORDERS = """
INSERT INTO dispatch_order (
    number, district_id, whistle_id, department_id, role, state, sent_at, acknowledged_at, on_site_at, finished_at,
    result, return_reason, return_ruling, asks_for)
SELECT
    w.number || '-0' || k, '530102', w.id, departments[1 + (w.id + k) %% array_length(departments, 1)],
    CASE k WHEN 1 THEN 'lead' ELSE 'assisting' END, 'finished', w.dispatched_at,
    w.dispatched_at + CASE (w.id + k) %% 8 WHEN 0 THEN interval '2 hours' ELSE interval '20 minutes' END,
    w.dispatched_at + interval '3 hours', w.dispatched_at + interval '2 days', '', '', '', ''
FROM whistle_whistle w, generate_series(1, 2) AS k,
    (SELECT array_agg(id ORDER BY id) AS departments FROM grid_department WHERE district_id = '530102') AS d
WHERE w.id > %(after)s
"""

CLOCKS = """
INSERT INTO dispatch_deadline (
    district_id, whistle_id, order_id, kind, "limit", unit, hours, calendar_version, extensions_left,
    suspensions_left, extra, pauses, start_at, due_at, provisional, plan, met_at, next_at, trouble)
SELECT '530102', o.whistle_id, o.id, kind, 1, 'hours', '', '', 0, 0, 0, '[]'::jsonb, o.sent_at, o.sent_at + allowed,
    FALSE, '[]'::jsonb,
    CASE kind WHEN 'acknowledge' THEN o.acknowledged_at WHEN 'report' THEN o.on_site_at ELSE o.finished_at END,
    NULL::timestamptz, ''
FROM dispatch_order o, (VALUES
    ('acknowledge', interval '1 hour'), ('report', interval '4 hours'), ('resolve', interval '4 days')
) AS clock (kind, allowed)
WHERE o.whistle_id > %(after)s
UNION ALL
SELECT '530102', w.id, NULL::bigint, kind, 1, 'hours', '', '', 0, 0, 0, '[]'::jsonb, since, since + allowed, FALSE,
    '[]'::jsonb, met, NULL::timestamptz, ''
FROM whistle_whistle w, LATERAL (VALUES
    ('triage', w.filed_at, interval '2 hours', w.dispatched_at),
    ('verify', w.handled_at, interval '2 days', w.verified_at),
    ('score', w.verified_at, interval '2 days', w.closed_at)
) AS clock (kind, since, allowed, met)
WHERE w.id > %(after)s
"""

EVENTS = """
INSERT INTO whistle_event (
    at, kind, district_id, whistle_id, order_number, person_id, person_name, post_name, note, data)
SELECT at, kind, '530102', w.id, '', person::bigint, '', '', '', '{}'::jsonb
FROM whistle_whistle w, LATERAL (VALUES
    ('whistle.filed', w.filed_at, %(officer)s), ('whistle.dispatched', w.dispatched_at, %(dispatcher)s),
    ('whistle.handled', w.handled_at, NULL), ('whistle.verified', w.verified_at, %(officer)s),
    ('whistle.confirmed', w.confirmed_at, %(dispatcher)s), ('whistle.closed', w.closed_at, NULL)
) AS line (kind, at, person)
WHERE w.id > %(after)s
UNION ALL
SELECT at, kind, '530102', o.whistle_id, o.number, person::bigint, '', '', '', '{}'::jsonb
FROM dispatch_order o, LATERAL (VALUES
    ('order.sent', o.sent_at, NULL), ('order.acknowledged', o.acknowledged_at, %(officer)s),
    ('order.reported', o.on_site_at, %(officer)s), ('order.result', o.finished_at, %(officer)s),
    ('order.scored', o.finished_at + interval '2 days', %(officer)s)
) AS line (kind, at, person)
WHERE o.whistle_id > %(after)s
"""

MARKS = """
INSERT INTO assessment_evaluation (order_id, district_id, cooperation, resolution, comment, by_id, at, by_rule)
SELECT o.id, '530102', 60 + (o.id * 7) %% 41, 60 + (o.id * 11) %% 41, '', %(officer)s,
    o.finished_at + interval '2 days', FALSE
FROM dispatch_order o WHERE o.whistle_id > %(after)s
"""

CALLBACKS = """
INSERT INTO assessment_callback (
    whistle_id, district_id, closing, at, by_id, contacted, responded, solved, satisfaction, note)
SELECT w.id, '530102', w.closed_at, w.closed_at + interval '1 hour', %(dispatcher)s, TRUE, w.id %% 9 > 0,
    w.id %% 7 > 0, (ARRAY['satisfied', 'satisfied', 'fairly', 'not'])[1 + w.id %% 4], ''
FROM whistle_whistle w WHERE w.id > %(after)s AND w.id %% 10 < 4
"""


def fill(start: datetime, end: datetime, *, whistles: int, first: int, officer, dispatcher) -> None:
    """Adds `whistles` closed cases, numbered from `first`, blown in the first four fifths of [start, end)."""
    given = {
        "start": start,
        "end": end,
        "count": whistles,
        "first": first,
        "officer": officer.pk,
        "dispatcher": dispatcher.pk,
    }
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(UNCHECKED)
        cursor.execute("SELECT coalesce(max(id), 0) FROM whistle_whistle")
        given["after"] = cursor.fetchone()[0]
        for statement in (WHISTLES, ORDERS, CLOCKS, EVENTS, MARKS, CALLBACKS):
            cursor.execute(statement, given)


def settle() -> None:
    """Fresh statistics, as a running system has them."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
