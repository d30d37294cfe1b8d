"""Fills a database with whistles as years of use would leave them: one in fifty is open, unless told otherwise.
Set-based, so that a million takes minutes. Only the benchmark does this; the product writes through services.
"""

from django.db import connection, transaction

# Rows are consistent by construction; checking every foreign key again would take longer than writing them.
UNCHECKED = "SET LOCAL session_replication_role = replica"

WHISTLES = """
INSERT INTO whistle_whistle (
    number, district_id, area_id, type_id, level, state, source, title, description, address, lat, lng, criteria,
    suggested, sign_off, sign_round, ruling, created_by_id, created_at, filed_at, dispatched_at, closed_at,
    demonstration)
SELECT
    '530102-' || to_char(day, 'YYYYMMDD') || '-' || lpad((n %% 900)::text, 4, '0'), '530102',
    areas[1 + n %% array_length(areas, 1)], types[1 + n %% array_length(types, 1)],
    CASE WHEN n %% 40 = 0 THEN 'larger' ELSE 'general' END, state, 'street', '路面积水 ' || n,
    '雨后路面积水，车辆难以通行，多方到场后仍未解决。', '学府路' || n %% 300 || '号', 25.04 + (n %% 997) / 10000.0,
    102.68 + (n %% 991) / 10000.0, '[{"code": "joint", "name": "须多方合力", "name_en": ""}]', '["water"]', 'before',
    1, '', %(officer)s, day + interval '9 hours', day + interval '10 hours',
    CASE WHEN state IN ('dispatched', 'handled', 'verified', 'closed') THEN day + interval '11 hours' END,
    CASE WHEN state = 'closed' THEN day + interval '9 days' END, FALSE
FROM (
    SELECT n, timestamptz '2026-10-01 00:00+08' - (n / 900) * interval '1 day' AS day,
        CASE WHEN n %% %(one_in)s <> 0 THEN 'closed'
             ELSE (ARRAY['filed', 'dispatched', 'dispatched', 'dispatched', 'dispatched', 'handled', 'verified'])
                  [1 + (n / %(one_in)s) %% 7] END AS state
    FROM generate_series(%(first)s::int, %(last)s::int) AS n) AS numbered,
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
    CASE k WHEN 1 THEN 'lead' ELSE 'assisting' END, CASE w.state WHEN 'dispatched' THEN 'sent' ELSE 'finished' END,
    w.dispatched_at, CASE WHEN w.state <> 'dispatched' THEN w.dispatched_at + interval '20 minutes' END,
    CASE WHEN w.state <> 'dispatched' THEN w.dispatched_at + interval '2 hours' END,
    CASE WHEN w.state <> 'dispatched' THEN w.dispatched_at + interval '7 days' END, '', '', '', ''
FROM whistle_whistle w, generate_series(1, 2) AS k,
    (SELECT array_agg(id ORDER BY id) AS departments FROM grid_department WHERE district_id = '530102') AS d
WHERE w.id > %(after)s AND w.dispatched_at IS NOT NULL
"""

CLOCKS = """
INSERT INTO dispatch_deadline (
    district_id, whistle_id, order_id, kind, "limit", unit, hours, calendar_version, extensions_left,
    suspensions_left, extra, pauses, start_at, due_at, provisional, plan, met_at, breached_at, next_at, trouble)
SELECT '530102', o.whistle_id, o.id, kind, 1, 'hours', '', '', 0, 0, 0, '[]', o.sent_at, o.sent_at + allowed, FALSE,
    '[]', CASE WHEN o.state = 'finished' THEN o.sent_at + allowed * 0.9 END,
    CASE WHEN o.state <> 'finished' THEN o.sent_at + allowed END, NULL, ''
FROM dispatch_order o, (VALUES
    ('acknowledge', interval '1 hour'), ('report', interval '4 hours'), ('resolve', interval '21 days')
) AS clock (kind, allowed)
WHERE o.whistle_id > %(after)s
"""

EVENTS = """
INSERT INTO whistle_event (
    at, kind, district_id, whistle_id, order_number, person_id, person_name, post_name, note, data)
SELECT w.filed_at, kind, '530102', w.id, '', %(officer)s, '街道工作人员', '丰宁街道 街道工作人员', '', said
FROM whistle_whistle w, (VALUES
    ('whistle.drafted', '{}'::jsonb), ('whistle.filed', '{}'),
    ('whistle.dispatched', '{"lead": "水务局", "assisting": []}')
) AS event (kind, said)
WHERE w.id > %(after)s
"""

BATCH = 50_000


def fill_to(total, *, officer, report):
    """Adds whistles until there are `total`; `report(count)` hears how far it is. Ends with fresh statistics."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM whistle_whistle")
        (there,) = cursor.fetchone()
        for first in range(there + 1, total + 1, BATCH):
            last = min(first + BATCH - 1, total)
            fill(first, last, officer=officer)
            report(last)
        cursor.execute("VACUUM ANALYZE")


@transaction.atomic
def fill(first, last, *, officer, one_in=50):
    """Adds the whistles with these numbers, one in so many of them open, and all that belongs to them."""
    with connection.cursor() as cursor:
        cursor.execute(UNCHECKED)
        cursor.execute("SELECT coalesce(max(id), 0) FROM whistle_whistle")
        given = {"first": first, "last": last, "officer": officer.pk, "one_in": one_in}
        given["after"] = cursor.fetchone()[0]
        for statement in (WHISTLES, ORDERS, CLOCKS, EVENTS):
            cursor.execute(statement, given)
