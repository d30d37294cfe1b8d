"""How many due moments by working days a second. `python -m bench.arithmetic`; its last line is one JSON object."""

import json
import statistics
import time
from datetime import UTC, date, datetime, timedelta
from random import Random

from grid import worktime
from grid.worktime import Calendar, Segments

MOMENTS, RUNS = 20_000, 5


def arithmetic_per_s():
    """The median of some runs over starts in 2024 to 2028 and limits of 1 to 60 working days."""
    random = Random(7)  # noqa: S311 (for figures, not for secrets)
    calendar = Calendar({date(2026, 12, 1): (False, "临时放假"), date(2027, 1, 1): (False, "元旦")})
    hours = Segments.parse("08:30-12:00 14:00-18:00")
    first = datetime(2024, 1, 1, tzinfo=UTC)
    asked = [
        (first + timedelta(seconds=random.randrange(5 * 365 * 86400)), random.randint(1, 60)) for _ in range(MOMENTS)
    ]
    rates = []
    for _ in range(RUNS):
        begun = time.perf_counter()
        for start, limit in asked:
            worktime.due(start, limit, "working_days", calendar, hours)
        rates.append(MOMENTS / (time.perf_counter() - begun))
    return round(statistics.median(rates))


if __name__ == "__main__":
    print(json.dumps({"arithmetic_per_s": arithmetic_per_s()}))
