"""Who is called, and by which channel they hear of it: what tests of messages that leave the house begin with."""

from datetime import timedelta

from dispatch import services
from dispatch.services.channels import add_channel
from tests.factories import MONDAY, orders_of, people

LIAISON = "liaison.water"
# When everything that was written at the usual moment of a call has gathered.
SOON = MONDAY + timedelta(minutes=55)


def channel_to(side, who=LIAISON, name="手机"):
    """A channel of this person to another side (see tests.outside), or to an address."""
    person = people[who]
    address = side if isinstance(side, str) else side.address
    return add_channel(person, by=person, at=MONDAY, name=name, address=address)


def call(wuhua, lead="water", **case):
    """The order of the one department that is called."""
    return orders_of(wuhua.dispatched(lead=lead, assisting=[], **case))[lead]


def press(order, *, at=MONDAY + timedelta(minutes=50), times=1):
    """So many supervision orders, each of which its liaison hears of."""
    for _ in range(times):
        services.supervise(order, by=people["dispatcher"], at=at, reason="x")
