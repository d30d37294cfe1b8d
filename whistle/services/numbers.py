"""Numbers of whistles: district, day, sequence. Without gaps on any day, however many file at once."""

from django.db import connection
from django.utils import timezone

# One statement, so that the first of a day needs no special case. The row stays locked until the whistle is
# committed; should that fail, the number goes back with everything else.
TAKE = """
    INSERT INTO whistle_numberseries (district_id, day, last) VALUES (%s, %s, 1)
    ON CONFLICT (district_id, day) DO UPDATE SET last = whistle_numberseries.last + 1
    RETURNING last
"""


def take_number(district_code, at):
    """The next number of the day (Asia/Shanghai) of `at`, such as 530102-20261123-0007. Needs a transaction."""
    day = timezone.localdate(at)
    with connection.cursor() as cursor:
        cursor.execute(TAKE, [district_code, day])
        (sequence,) = cursor.fetchone()
    return f"{district_code}-{day:%Y%m%d}-{sequence:04d}"
