"""What the auditor found is kept from the audit that found it to the first that no longer did."""

from collections.abc import Sequence
from typing import NamedTuple

from django.db import connection, transaction

from dispatch.messages import raise_alarm
from dispatch.models import Finding


class Found(NamedTuple):
    """How many rows answer a question in a district, and the keys of the first of them where they are needed."""

    many: int
    sample: Sequence[int] = ()


@transaction.atomic
def note_findings(found, *, at):
    """Keeps what an audit found: `{(code of a district, question): Found}`; what it no longer found is over.

    Of what is new the administrators there hear, once. What stands already says nothing again.

    Returns the findings that are new and those that are over.
    """
    with connection.cursor() as cursor:
        # Two audits at once take turns, so that nothing begins or ends twice. Readers don't wait.
        cursor.execute("LOCK TABLE dispatch_finding IN SHARE ROW EXCLUSIVE MODE")
    standing = {(finding.district_id, finding.question): finding for finding in Finding.objects.standing()}
    new = [
        Finding(district_id=code, question=question, count=one.many, sample=list(one.sample), since=at)
        for (code, question), one in found.items()
        if (code, question) not in standing
    ]
    Finding.objects.bulk_create(new)
    raise_alarm(new)
    over = []
    for key, finding in standing.items():
        if key in found:
            finding.count, finding.sample = found[key].many, list(found[key].sample)
            finding.save(update_fields=["count", "sample"])
        else:
            finding.over_at = at
            finding.save(update_fields=["over_at"])
            over.append(finding)
    return new, over
