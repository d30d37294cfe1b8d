"""When a message leaves the house: gathered with others, outside quiet hours. Pure."""

from datetime import datetime, time, timedelta

from django.utils import timezone

# The hours that are to be quiet: from, until; or none.
Quiet = tuple[time | None, time | None]


def departure(at: datetime, *, person: int, urgent: bool, gather: int, quiet: Quiet = (None, None)) -> datetime:
    """When a message written at `at` is due to leave. `gather`: seconds it may wait for others; `quiet`: from, until.

    Emergencies leave at once. Everything else leaves with all that came since the person's last round, and at the
    first round after the quiet hours.
    """
    if urgent:
        return at
    leaves = _round_after(at, person, gather)
    awake = after_quiet(leaves, *quiet)
    return leaves if awake == leaves else _round_after(awake, person, gather)


def _round_after(at: datetime, person: int, gather: int) -> datetime:
    """The next round: one every `gather` seconds, at a second of the person's own, to spread them."""
    if not gather:
        return at
    since = int(at.timestamp()) - person % gather
    return datetime.fromtimestamp(person % gather + (since // gather + 1) * gather, tz=at.tzinfo)


def after_quiet(at: datetime, since: time | None, until: time | None) -> datetime:
    """The end of the quiet hours in which `at` lies, in local time; `at` itself where it lies in none.

    The first moment is quiet, the last is not. `since` after `until` means over midnight.
    """
    if since is None or until is None:
        return at
    local = timezone.localtime(at)
    clock = local.time()
    if since < until:
        quiet, ends_on = since <= clock < until, local.date()
    else:
        quiet = clock >= since or clock < until
        ends_on = local.date() + timedelta(days=1 if clock >= since else 0)
    return timezone.make_aware(datetime.combine(ends_on, until), local.tzinfo) if quiet else at
