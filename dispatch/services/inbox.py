"""What a person does with the messages they got."""

from dispatch.models import Message


def mark_read(person, *, at, until=None, only=None):
    """Marks a person's unread messages as read: all, those up to the key `until`, or only the one with the key `only`.

    Returns how many there were.
    """
    unread = Message.objects.filter(person=person).unread()
    if until is not None:
        unread = unread.filter(pk__lte=until)
    if only is not None:
        unread = unread.filter(pk=only)
    return unread.update(read_at=at)
