"""What the benchmarks fill a database with is still what the tables take."""

from bench.fill import fill
from dispatch.models import Deadline, Order
from tests.factories import people
from whistle.models import Event, Whistle


def test_a_database_can_be_filled_for_the_benchmarks(wuhua):
    fill(1, 100, officer=people["officer.fengning"])
    assert Whistle.objects.count() == 100
    assert Whistle.objects.open().count() == 2
    assert Order.objects.count() * 3 == Deadline.objects.count() > 0
    assert Event.objects.count() == 300
