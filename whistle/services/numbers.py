"""Numbers of whistles: district, day, sequence. Without gaps on any day, however many file at once."""

import secrets

from django.db import connection
from django.utils import timezone

# One statement, so that the first of a day needs no special case. The day's row stays locked until the whistle is
# committed; should that fail, the number goes back with everything else.
GIVE = """
    WITH taken AS (
        INSERT INTO whistle_numberseries (district_id, day, last) VALUES (%(district)s, %(day)s, 1)
        ON CONFLICT (district_id, day) DO UPDATE SET last = whistle_numberseries.last + 1
        RETURNING last)
    UPDATE whistle_whistle SET number = %(prefix)s || lpad(last::text, greatest(4, length(last::text)), '0')
    FROM taken WHERE id = %(whistle)s RETURNING number
"""


def no_number_yet():
    """Stands in for the number while its whistle is being written; nobody outside the transaction ever sees it."""
    return secrets.token_hex(12)


def give_number(whistle, at):
    """Gives a saved whistle the next number of the day (Asia/Shanghai) of `at`, such as 530102-20261123-0007.

    Needs a transaction, and should be its last act but the commit: others who file wait from here on.
    """
    day = timezone.localdate(at)
    prefix = f"{whistle.district_id}-{day:%Y%m%d}-"
    given = {"district": whistle.district_id, "day": day, "prefix": prefix, "whistle": whistle.pk}
    with connection.cursor() as cursor:
        cursor.execute(GIVE, given)
        (whistle.number,) = cursor.fetchone()
