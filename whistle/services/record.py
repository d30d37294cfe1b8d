"""The one record of all that happens."""

from django.conf import settings
from django.utils import translation

from whistle.models import Event


def line(kind, subject, *, at, by=None, post=None, order_number="", note="", **data):
    """An unsaved line of the record, for writing many at once. `subject`: the whistle, lead or letter it is about.

    `by` is None where nobody acted but the clock.
    """
    return Event(
        kind=kind,
        **{subject.about: subject},
        district_id=subject.district_id,
        order_number=order_number,
        at=at,
        person=by,
        # An account may be longer than a name.
        person_name=str(by)[:60] if by else "",
        post_name=named(post),
        note=note,
        data=data,
    )


def named(post):
    """A post as the record keeps it: in the system's language, whatever language its holder reads."""
    if post is None:
        return ""
    with translation.override(settings.LANGUAGE_CODE):
        return str(post)


def record(kind, subject, *, at, by=None, post=None, order_number="", note="", **data):
    """Writes one line of the record; in the same transaction as the change it tells of."""
    event = line(kind, subject, at=at, by=by, post=post, order_number=order_number, note=note, **data)
    event.save(force_insert=True)
    return event
