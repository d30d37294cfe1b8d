"""When a message leaves: gathered with what else comes, and never in quiet hours unless it is an emergency."""

from datetime import datetime, time, timedelta

import hypothesis.strategies as st
import pytest
from hypothesis import given

from dispatch.quiet import after_quiet, departure
from grid.worktime import SHANGHAI

MICROSECOND = timedelta(microseconds=1)
NIGHT = (time(22, 0), time(7, 30))
NOON = (time(12, 0), time(14, 0))


def at(day, hour, minute=0, second=0):
    return datetime(2026, 11, day, hour, minute, second, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("quiet", "moment", "leaves"),
    [
        (NIGHT, at(23, 21, 59, 59), at(23, 21, 59, 59)),
        (NIGHT, at(23, 22), at(24, 7, 30)),
        (NIGHT, at(23, 23, 59, 59), at(24, 7, 30)),
        (NIGHT, at(24, 0), at(24, 7, 30)),
        (NIGHT, at(24, 7, 29, 59), at(24, 7, 30)),
        (NIGHT, at(24, 7, 30), at(24, 7, 30)),
        (NIGHT, at(24, 12), at(24, 12)),
        # The last night of a month.
        (NIGHT, at(30, 23), datetime(2026, 12, 1, 7, 30, tzinfo=SHANGHAI)),
        (NOON, at(23, 11, 59), at(23, 11, 59)),
        (NOON, at(23, 12), at(23, 14)),
        (NOON, at(23, 13, 59, 59), at(23, 14)),
        (NOON, at(23, 14), at(23, 14)),
        ((None, None), at(23, 3), at(23, 3)),
    ],
)
def test_quiet_hours_begin_with_their_first_moment_and_end_with_their_last(quiet, moment, leaves):
    assert after_quiet(moment, *quiet) == leaves


def test_the_hours_are_those_of_the_place_whatever_zone_a_moment_is_written_in():
    written_elsewhere = at(23, 23).astimezone(tz=None)
    assert after_quiet(written_elsewhere, *NIGHT) == at(24, 7, 30)


def test_an_emergency_leaves_at_once_in_the_middle_of_the_night():
    assert departure(at(24, 3), person=7, urgent=True, gather=60, quiet=NIGHT) == at(24, 3)


def test_without_gathering_everything_leaves_as_it_comes():
    assert departure(at(24, 9), person=7, urgent=False, gather=0) == at(24, 9)


def test_what_comes_between_two_rounds_leaves_together():
    rounds = {departure(at(24, 9, 0, second), person=7, urgent=False, gather=60) for second in range(60)}
    assert rounds == {at(24, 9, 0, 7), at(24, 9, 1, 7)}


def test_not_everybody_leaves_in_the_same_second():
    moments = {departure(at(24, 9), person=person, urgent=False, gather=60) for person in range(60)}
    assert len(moments) == 60


hours = st.times().map(lambda clock: clock.replace(microsecond=0))
moments = st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)).map(lambda moment: moment.replace(tzinfo=SHANGHAI))


@given(
    moment=moments, since=hours, until=hours, person=st.integers(1, 10_000), gather=st.sampled_from([0, 1, 60, 600])
)
def test_nothing_leaves_before_it_came_nor_in_quiet_hours_nor_later_than_it_must(moment, since, until, person, gather):
    if since == until:
        return
    leaves = departure(moment, person=person, urgent=False, gather=gather, quiet=(since, until))
    assert leaves >= moment
    local = leaves.astimezone(SHANGHAI).time()
    quiet = since <= local < until if since < until else local >= since or local < until
    # Only where one is awake for less than a round can the round after the quiet fall into the next one.
    awake = (datetime.combine(moment, since) - datetime.combine(moment, until)).seconds
    assert not quiet or awake <= gather
    assert leaves <= after_quiet(moment + timedelta(seconds=gather), since, until) + timedelta(seconds=gather)
