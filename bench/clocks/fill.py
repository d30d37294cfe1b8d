"""Open clocks by the hundred thousand. One case is made through the services; its rows are the pattern of all others,
shifted in time, so that a plan always has the form the product writes.
"""

from datetime import datetime, timedelta

from django.db import connection, transaction

from bench.fill import UNCHECKED

# Copies the pattern's whistle, order and clock `count` times; copy n is due at `first` + n * `step`.
COPY = """
WITH numbers AS (SELECT n FROM generate_series(%(from)s, %(from)s + %(count)s - 1) AS n),
    whistles AS (
    INSERT INTO whistle_whistle ({whistle}, number)
    SELECT {whistle_w}, 'B' || n FROM whistle_whistle w, numbers WHERE w.id = %(whistle)s
    RETURNING id, number),
    orders AS (
    INSERT INTO dispatch_order ({order}, whistle_id, number)
    SELECT {order_o}, whistles.id, whistles.number || '-01' FROM dispatch_order o, whistles WHERE o.id = %(order)s
    RETURNING id, whistle_id, number)
INSERT INTO dispatch_deadline ({clock}, whistle_id, order_id, start_at, due_at, next_at, plan)
SELECT {clock_d}, orders.whistle_id, orders.id, d.start_at + shift, d.due_at + shift, %(first)s + n * %(step)s,
    (SELECT jsonb_agg(jsonb_set(s, '{{at}}', to_jsonb(to_char(
        ((s ->> 'at')::timestamptz + shift) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"+00:00"'))) ORDER BY place)
     FROM jsonb_array_elements(d.plan) WITH ORDINALITY AS steps (s, place))
FROM dispatch_deadline d, orders
    JOIN LATERAL (SELECT substr(orders.number, 2, length(orders.number) - 4)::bigint AS n) AS numbered ON TRUE
    JOIN LATERAL (SELECT %(first)s + (n - %(from)s) * %(step)s - %(pattern)s AS shift) AS moved ON TRUE
WHERE d.id = %(clock)s
"""
# What lies behind a copy was told in time.
TOLD = """
INSERT INTO dispatch_firing (deadline_id, rung, planned_at, fired_at, reached)
SELECT d.id, step ->> 'rung', (step ->> 'at')::timestamptz, (step ->> 'at')::timestamptz, 1
FROM dispatch_deadline d, jsonb_array_elements(d.plan) AS step
WHERE d.id > %(after)s AND (step ->> 'at')::timestamptz < d.next_at
"""
BATCH = 50_000


def columns(table, *, without):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT quote_ident(column_name) FROM information_schema.columns WHERE table_name = %s", [table]
        )
        return [name for (name,) in cursor.fetchall() if name.strip('"') not in ("id", *without)]


class Pattern:
    """One started clock to acknowledge, whose case is copied.

    `instead`: values of columns by name in which copies differ from the pattern, written as SQL.
    """

    def __init__(self, deadline, instead):
        self.deadline = deadline
        self.instead = instead
        self.last = 0

    def copy(self, count, *, first, step=timedelta(0), rung="50", report=lambda done: None):
        """`count` open clocks; the next thing copy n tells is its `rung`, at `first` + n * `step`."""
        planned = next(datetime.fromisoformat(s["at"]) for s in self.deadline.plan if s["rung"] == rung)
        keys = {
            "whistle": columns("whistle_whistle", without=("number",)),
            "order": columns("dispatch_order", without=("number", "whistle_id")),
            "clock": columns(
                "dispatch_deadline",
                without=("whistle_id", "order_id", "start_at", "due_at", "next_at", "plan"),
            ),
        }
        lists = {name: ", ".join(found) for name, found in keys.items()}
        lists |= {
            f"{name}_{letter}": ", ".join(self.instead.get(column, f"{letter}.{column}") for column in keys[name])
            for name, letter in (("whistle", "w"), ("order", "o"), ("clock", "d"))
        }
        statement = COPY.format(**lists).replace("%(first)s + n * %(step)s,", "%(first)s + (n - %(from)s) * %(step)s,")
        done = 0
        while done < count:
            part = min(BATCH, count - done)
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(UNCHECKED)
                given = {
                    "from": self.last + 1,
                    "count": part,
                    "first": first + done * step,
                    "step": step,
                    "pattern": planned,
                    "whistle": self.deadline.whistle_id,
                    "order": self.deadline.order_id,
                    "clock": self.deadline.pk,
                }
                cursor.execute("SELECT max(id) FROM dispatch_deadline")
                (after,) = cursor.fetchone()
                cursor.execute(statement, given)
                if cursor.rowcount != part:
                    raise RuntimeError(f"{cursor.rowcount} clocks instead of {part}")
                cursor.execute(TOLD, {"after": after})
            self.last += part
            done += part
            report(done)
