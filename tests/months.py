"""November 2026 of the demonstration district on its way to publication, as tests of its pages and its API need it."""

from datetime import date, datetime, timedelta

from assessment.models import Bulletin, ManualItem
from assessment.services import appeals, bulletins
from assessment.services.months import compute
from assessment.states import Appealed, Ranked
from dispatch import services
from grid.worktime import SHANGHAI
from tests import factories
from tests.factories import DISTRICT, MONDAY, departments, people

NOVEMBER = date(2026, 11, 1)
NUMBER = f"{DISTRICT}-2026-11"
# The morning after the month, the last day of the term to appeal, and the moment after it.
OVER = datetime(2026, 12, 1, 0, 0, tzinfo=SHANGHAI)
TERM = date(2026, 12, 8)
AFTER_TERM = datetime(2026, 12, 9, 0, 0, tzinfo=SHANGHAI)


def late(**case):
    """An order that was acknowledged four minutes too late, before the month was over."""
    whistle = factories.dispatched(at=MONDAY, **case)
    for each in factories.orders_of(whistle).values():
        services.acknowledge(each, by=factories.liaison_of(each), at=MONDAY + timedelta(minutes=64))
    return next(iter(factories.orders_of(whistle).values()))


def november():
    return compute(DISTRICT, NOVEMBER, now=OVER)


def in_review():
    return bulletins.begin_review(november(), by=people["assessor"], at=OVER)


def open_to_appeals():
    return bulletins.open_appeals(in_review(), by=people["assessor"], at=OVER, until=TERM)


def appealed(order, about=Appealed.ACKNOWLEDGE, bulletin=None):
    month = bulletin or Bulletin.objects.get()
    return appeals.appeal(order, by=people["liaison.water"], at=OVER, bulletin=month, about=about, reason="通信中断。")


def disputed():
    """An appeal that waits for its ruling."""
    order = late(lead="water", assisting=())
    open_to_appeals()
    return appealed(order)


def entered():
    """Points by hand in a month in review."""
    late(lead="water", assisting=())
    return points(in_review())


def points(bulletin, by="assessor", ranked=Ranked.DEPARTMENTS, unit=None):
    """Two points by hand, for water affairs unless said otherwise."""
    given = {"ranked": ranked, "unit": unit or str(departments["water"].pk), "part": "manual", "reason": "支援。"}
    bulletins.enter_points(bulletin, by=people[by], at=OVER, points=2, **given)
    return ManualItem.objects.latest("id")
