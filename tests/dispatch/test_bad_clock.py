from datetime import timedelta

import pytest

from dispatch import clocks
from dispatch.models import Deadline, Firing
from dispatch.sweep import SET_ASIDE
from whistle.models import Event


@pytest.mark.parametrize(
    "plan",
    [
        [{"rung": "50"}],
        [{"rung": "50", "at": "soon"}],
        [{"rung": "x", "at": "2020-01-01T00:00:00+08:00"}],
        # Nothing wrong with what it says, only that it never speaks of the breach: then it may not fall silent.
        [{"rung": "50", "share": 50, "at": "2020-01-01T00:00:00+08:00"}],
        {},
        [],
        [7],
    ],
)
def test_a_clock_that_cannot_be_read_is_set_aside_and_stops_no_other(wuhua, caplog, plan):
    whistle = wuhua.dispatched()
    bad, good = Deadline.objects.filter(whistle=whistle, kind="acknowledge").order_by("id")[:2]
    Deadline.objects.filter(pk=bad.pk).update(plan=plan)
    now = good.due_at + timedelta(seconds=1)
    while clocks.fire_due(limit=500, now=now):
        pass
    good.refresh_from_db()
    bad.refresh_from_db()
    assert good.breached_at == now
    assert not Firing.objects.filter(deadline=bad).exists()
    assert bad.next_at == now + SET_ASIDE
    assert f"Clock {bad.pk} cannot be told" in caplog.text
    told = Event.objects.filter(whistle=whistle, kind="clock.breached").values_list("order_number", flat=True)
    assert good.order.number in told
    assert bad.order.number not in told
