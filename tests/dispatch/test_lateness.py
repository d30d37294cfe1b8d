"""How late the sweep told what had come, in figures anybody can count again."""

from datetime import timedelta

import pytest

from dispatch import lateness
from dispatch.charts import HEIGHT, bars
from dispatch.lateness import Lateness, Minute, by_minute
from dispatch.models import Deadline, Firing
from tests.factories import MONDAY

NOW = MONDAY + timedelta(hours=3, seconds=30)
SPANS = {"hour": timedelta(hours=1), "day": timedelta(days=1)}


@pytest.fixture
def told(wuhua):
    """`told(ago, late)`: one more step was told so long before NOW, so much after its moment."""
    wuhua.drafted()
    clock = Deadline.objects.filter(whistle=wuhua.filed()).first()
    Firing.objects.all().delete()

    def tell(ago, late):
        fired_at = NOW - ago
        Firing.objects.create(
            deadline=clock, rung=f"x{Firing.objects.count()}", planned_at=fired_at - late, fired_at=fired_at
        )

    return tell


def seconds(*given):
    return [timedelta(seconds=each) for each in given]


def test_the_median_the_99th_and_the_worst_are_those_of_real_steps(told):
    for late in seconds(*range(100)):
        told(timedelta(minutes=5), late)
    hour = lateness.lateness(now=NOW, spans=SPANS)["hour"]
    assert hour == Lateness(100, *seconds(49, 98, 99))


def test_each_span_counts_what_lies_in_it(told):
    told(timedelta(minutes=59), timedelta(seconds=1))
    told(timedelta(hours=2), timedelta(seconds=9))
    told(timedelta(hours=25), timedelta(seconds=100))
    found = lateness.lateness(now=NOW, spans=SPANS)
    assert (found["hour"].steps, found["hour"].worst) == (1, timedelta(seconds=1))
    assert (found["day"].steps, found["day"].worst) == (2, timedelta(seconds=9))


def test_without_a_step_there_is_no_lateness(wuhua):
    assert lateness.lateness(now=NOW, spans=SPANS)["hour"] == Lateness(0, None, None, None)


def test_a_step_that_a_person_told_early_was_not_late(told):
    told(timedelta(minutes=1), timedelta(seconds=-600))
    assert lateness.lateness(now=NOW, spans=SPANS)["hour"].steps == 0


def test_of_more_steps_than_are_counted_the_latest_are(told, monkeypatch):
    monkeypatch.setattr(lateness, "AT_MOST", 2)
    for minutes, late in ((1, 1), (2, 2), (3, 100)):
        told(timedelta(minutes=minutes), timedelta(seconds=late))
    assert lateness.lateness(now=NOW, spans=SPANS)["day"] == Lateness(2, *seconds(1, 2, 2))
    # Minutes that were not counted are left out, not told as empty.
    assert [minute.steps for minute in by_minute(now=NOW, minutes=10)] == [1, 1, 0]


def test_every_minute_of_the_hour_is_there_also_the_quiet_ones(told):
    told(timedelta(seconds=10), timedelta(seconds=1))
    told(timedelta(seconds=20), timedelta(seconds=3))
    told(timedelta(minutes=3), timedelta(seconds=2))
    told(timedelta(hours=2), timedelta(seconds=2))
    found = by_minute(now=NOW, minutes=60)
    assert len(found) == 60
    present = NOW - timedelta(seconds=30)
    assert found[-1] == Minute(present, 2, timedelta(seconds=3))
    assert found[-4] == Minute(present - timedelta(minutes=3), 1, timedelta(seconds=2))
    assert sum(minute.steps for minute in found) == 3


def test_the_figures_cost_the_same_whatever_there_is(told, django_assert_num_queries):
    for count in (0, 1, 30):
        for _ in range(count):
            told(timedelta(minutes=1), timedelta(seconds=1))
        with django_assert_num_queries(4):
            lateness.lateness(now=NOW, spans=SPANS)
            by_minute(now=NOW, minutes=60)


def test_the_tallest_bar_is_the_most_and_a_small_lateness_is_no_mountain():
    minutes = [Minute(NOW, 10, timedelta(seconds=0.5)), Minute(NOW, 0, timedelta()), Minute(NOW, 1, timedelta(0.001))]
    drawn = bars(minutes[:2])
    assert [bar.steps for bar in drawn.bars] == [HEIGHT, 0]
    assert [bar.late for bar in drawn.bars] == [HEIGHT // 2, 0]
    assert bars(minutes).bars[2].late == HEIGHT
