"""Numbers of whistles, leads and letters: district, day, sequence. No gaps on any day, however many file at once."""

import secrets

from django.db import connection
from django.utils import timezone

# One statement, so that the first of a day needs no special case. The day's row stays locked until the matter is
# committed; should that fail, the number goes back with everything else.
GIVE = """
    WITH taken AS (
        INSERT INTO whistle_numberseries (district_id, series, day, last) VALUES (%(district)s, %(series)s, %(day)s, 1)
        ON CONFLICT (district_id, series, day) DO UPDATE SET last = whistle_numberseries.last + 1
        RETURNING last)
    UPDATE {table} SET number = %(prefix)s || lpad(last::text, greatest(4, length(last::text)), '0')
    FROM taken WHERE id = %(subject)s RETURNING number
"""


def no_number_yet():
    """Stands in for the number while its matter is being written; nobody outside the transaction ever sees it."""
    return secrets.token_hex(12)


def give_number(subject, at):
    """Gives a saved whistle, lead or letter the next number of its series on the day (Asia/Shanghai) of `at`.

    Such as 530102-20261123-0007 or, for a lead, 530102-20261123-L0007. Needs a transaction, and should be its last
    act but the commit: others who file wait from here on.
    """
    day = timezone.localdate(at)
    prefix = f"{subject.district_id}-{day:%Y%m%d}-{subject.series}"
    given = {"district": subject.district_id, "series": subject.series, "day": day}
    with connection.cursor() as cursor:
        statement = GIVE.format(table=subject._meta.db_table)
        cursor.execute(statement, given | {"prefix": prefix, "subject": subject.pk})
        (subject.number,) = cursor.fetchone()
