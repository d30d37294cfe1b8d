"""Submitting twice makes one: the first answer to a key is kept with what it did, and given again."""

import hashlib
import json

from django.db import connection, transaction
from django.utils.translation import gettext as _

from common.errors import Invalid, KeyReused
from whistle.models import Receipt

MOST = 100
KEEP = "UPDATE whistle_receipt SET status = %s, answer = %s WHERE id = %s"
CLAIM = """
    INSERT INTO whistle_receipt (person_id, key, fingerprint, at) VALUES (%s, %s, %s, %s)
    ON CONFLICT (person_id, key) DO NOTHING RETURNING id
"""


def once(person, key, *, at, asked, act):
    """Runs `act()` at most once for this person and key, and returns its answer: `(status, JSON-able body)`.

    `asked`: bytes that say what is asked for; the same key with another question is refused with KeyReused.
    Without a key `act` simply runs. A refusal leaves nothing behind, so that a corrected request may reuse the
    key. Of two requests at the same moment the second waits for the first and gets its answer.
    """
    if not key:
        with transaction.atomic():
            return act()
    if len(key) > MOST:
        raise Invalid(_("The idempotency key is longer than %(most)d characters.") % {"most": MOST})
    fingerprint = hashlib.sha256(asked).hexdigest()
    with transaction.atomic():
        receipt_id = _claim(person, key, fingerprint, at)
        if receipt_id is None:
            first = Receipt.objects.get(person=person, key=key)
            if first.fingerprint != fingerprint:
                raise KeyReused()
            return first.status, first.answer
        status, answer = act()
        with connection.cursor() as cursor:
            cursor.execute(KEEP, [status, json.dumps(answer), receipt_id])
        return status, answer


def _claim(person, key, fingerprint, at):
    """The id of a new receipt, or None if there is one. Waits while another transaction holds the same key."""
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, [person.pk, key, fingerprint, at])
        row = cursor.fetchone()
    return row and row[0]
