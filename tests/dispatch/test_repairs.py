"""What an administrator does for clocks that are not well: try again, and start what is missing; on record."""

from datetime import date, timedelta

import pytest

from common.errors import Forbidden, WrongState
from dispatch import audit, clocks, services
from dispatch.models import ClockRule, Deadline, Firing, Message
from dispatch.repairs import clock_repairs, order_repairs
from grid.models import Person, Post, Role
from tests.acting import again, last_event
from tests.factories import MONDAY, orders_of, people
from tests.threads import overlapping
from whistle.models import Event

NOW = MONDAY + timedelta(hours=3)
SOON = NOW + timedelta(seconds=1)


def sweep(now):
    while clocks.fire_due(limit=100, now=now):
        pass


@pytest.fixture
def admin(wuhua):
    """By post alone, as administrators of districts are."""
    Person.objects.filter(username="admin").update(is_superuser=False)
    return people["admin"]


@pytest.fixture
def order(wuhua):
    ClockRule.objects.update(since=MONDAY - timedelta(days=1))
    return orders_of(wuhua.on_site(lead="water", assisting=[]))["water"]


@pytest.fixture
def aside(order):
    """A clock that the sweep could not tell, with its plan mended since."""
    sweep(NOW - timedelta(seconds=1))
    clock = Deadline.objects.get(order=order, kind="resolve")
    Deadline.objects.filter(pk=clock.pk).update(plan=[{"rung": "50", "at": "soon"}], next_at=NOW)
    sweep(SOON)
    Deadline.objects.filter(pk=clock.pk).update(plan=clock.plan)
    return again(clock)


# --- set aside ---


def test_it_says_since_when_a_clock_is_set_aside_and_why(aside):
    assert aside.set_aside_at == SOON
    assert aside.trouble.startswith("ValueError")
    sweep(later := SOON + timedelta(minutes=6))
    assert (again(aside).trouble, again(aside).set_aside_at) == ("", None)
    assert again(aside).next_at > later


def test_a_clock_that_fails_again_is_still_set_aside_since_the_first_time(aside):
    Deadline.objects.filter(pk=aside.pk).update(plan=[7])
    sweep(SOON + timedelta(minutes=6))
    assert again(aside).set_aside_at == SOON
    assert again(aside).next_at > SOON + timedelta(minutes=6)


def test_tried_again_the_next_tick_takes_it(aside, admin):
    at = SOON + timedelta(seconds=30)
    sweep(at)
    assert again(aside).trouble
    services.try_again(aside, by=admin, at=at)
    sweep(at + timedelta(seconds=1))
    assert (again(aside).trouble, again(aside).set_aside_at) == ("", None)


def test_trying_again_is_on_record_with_who_did_it(aside, admin, order):
    services.try_again(aside, by=admin, at=SOON)
    event = last_event(order)
    assert (event.kind, event.person, event.at) == ("clock.retried", admin, SOON)
    assert event.data["clock"] == "resolve"
    assert event.data["trouble"].startswith("ValueError")
    assert event.post_name


def test_a_clock_that_is_not_set_aside_is_not_tried_again(order, admin):
    clock = Deadline.objects.get(order=order, kind="resolve")
    before = Event.objects.count()
    with pytest.raises(WrongState):
        services.try_again(clock, by=admin, at=NOW)
    assert again(clock).next_at == clock.next_at
    assert Event.objects.count() == before


def test_pressing_twice_tries_once(aside, admin):
    services.try_again(aside, by=admin, at=SOON)
    with pytest.raises(WrongState):
        services.try_again(aside, by=admin, at=SOON + timedelta(milliseconds=10))
    assert Event.objects.filter(kind="clock.retried").count() == 1


def test_an_act_ends_what_could_not_be_told(aside, order):
    services.submit_result(order, by=people["liaison.water"], at=SOON, note="办妥")
    assert (again(aside).met_at, again(aside).trouble, again(aside).set_aside_at) == (SOON, "", None)
    assert audit.findings(SOON)["set_aside"] == 0


# --- missing ---


def lose(order, *kinds):
    """Takes clocks away, as no service ever would."""
    lost = Deadline.objects.filter(order=order, kind__in=kinds)
    Firing.objects.filter(deadline__in=lost).delete()
    lost.delete()


def test_what_is_missing_starts_from_when_the_order_was_sent_by_the_rule_it_was_sent_under(order, admin):
    was = Deadline.objects.get(order=order, kind="resolve")
    lose(order, "resolve")
    assert audit.findings(NOW)["clockless"] == 1
    services.start_missing(order, by=admin, at=NOW)
    clock = Deadline.objects.get(order=order, kind="resolve")
    assert (clock.start_at, clock.due_at, clock.plan) == (order.sent_at, was.due_at, was.plan)
    assert (clock.limit, clock.unit, clock.extensions_left) == (was.limit, was.unit, was.extensions_left)
    assert audit.findings(NOW)["clockless"] == 0


def test_it_is_on_record_and_told_to_whoever_must_act(order, admin):
    lose(order, "resolve")
    services.start_missing(order, by=admin, at=NOW)
    event = last_event(order)
    clock = Deadline.objects.get(order=order, kind="resolve")
    assert (event.kind, event.person, event.at) == ("clock.started_late", admin, NOW)
    assert event.data == {
        "clock": "resolve",
        "start_at": order.sent_at.isoformat(),
        "due_at": clock.due_at.isoformat(),
    }
    heard = Message.objects.filter(event=event).values_list("person__username", flat=True)
    assert list(heard) == ["liaison.water"]


def test_what_the_department_has_done_already_stops_its_clock_when_it_was_done(order, admin):
    lose(order, "acknowledge", "report", "resolve")
    services.start_missing(order, by=admin, at=NOW)
    found = {clock.kind: clock for clock in Deadline.objects.filter(order=order)}
    assert found["acknowledge"].met_at == order.acknowledged_at
    assert found["report"].met_at == order.on_site_at
    assert found["resolve"].met_at is None
    assert [clock.next_at is None for clock in (found["acknowledge"], found["report"])] == [True, True]
    sweep(NOW)
    assert not Firing.objects.filter(deadline__in=[found["acknowledge"], found["report"]]).exists()


def test_a_clock_that_has_run_out_already_is_told_by_the_sweep(wuhua, admin):
    ClockRule.objects.update(since=MONDAY - timedelta(days=1))
    order = orders_of(wuhua.dispatched(lead="water", assisting=[], at=MONDAY))["water"]
    lose(order, "acknowledge")
    services.start_missing(order, by=admin, at=MONDAY + timedelta(hours=2))
    sweep(MONDAY + timedelta(hours=2, seconds=1))
    clock = Deadline.objects.get(order=order, kind="acknowledge")
    assert clock.due_at == MONDAY + timedelta(hours=1)
    assert clock.breached_at == MONDAY + timedelta(hours=2, seconds=1)


def test_a_rule_for_the_level_goes_before_one_for_any_level_and_a_later_one_counts_for_nothing(order, admin):
    type = order.whistle.type
    ClockRule.objects.create(
        type=type, kind="resolve", level="general", limit=7, unit="hours", since=MONDAY - timedelta(days=1)
    )
    lose(order, "resolve")
    services.start_missing(order, by=admin, at=NOW)
    assert Deadline.objects.get(order=order, kind="resolve").limit == 7
    lose(order, "resolve")
    ClockRule.objects.filter(type=type, kind="resolve", level="general").update(since=NOW)
    services.start_missing(order, by=admin, at=NOW)
    assert Deadline.objects.get(order=order, kind="resolve").limit != 7


def test_an_order_that_lacks_nothing_is_told_so(order, admin):
    before = Event.objects.count()
    with pytest.raises(WrongState):
        services.start_missing(order, by=admin, at=NOW)
    lose(order, "acknowledge", "report", "resolve")
    ClockRule.objects.update(since=NOW)
    with pytest.raises(WrongState):
        services.start_missing(order, by=admin, at=NOW)
    assert Event.objects.count() == before
    assert not Deadline.objects.filter(order=order).exists()


def test_an_order_that_is_over_gets_no_clock(order, admin):
    services.submit_result(order, by=people["liaison.water"], at=NOW, note="办妥")
    lose(order, "resolve")
    with pytest.raises(WrongState):
        services.start_missing(order, by=admin, at=SOON)


@pytest.mark.django_db(transaction=True)
def test_two_administrators_at_once_start_it_once(order, admin):
    lose(order, "resolve")

    def start():
        return services.start_missing(order, by=people["admin"], at=NOW)

    first, second, overlapped = overlapping(start, start)
    assert overlapped
    assert (first, type(second)) == (order, WrongState)
    assert Deadline.objects.filter(order=order, kind="resolve").count() == 1


# --- who ---


def test_only_an_administrator_of_the_district_may(aside, order, admin):
    elsewhere = Person.objects.create(username="admin.guandu", name="官渡管理员", is_staff=True)
    Post.objects.create(person=elsewhere, role=Role.ADMINISTRATOR, area_id="530111", starts_on=date(2026, 1, 1))
    plain = Person.objects.create(username="admin.plain", name="无权限者")
    Post.objects.create(person=plain, role=Role.ADMINISTRATOR, area_id="530102", starts_on=date(2026, 1, 1))
    root = Person.objects.create_superuser("root", name="root")
    lose(order, "report")
    may = {"try-again": set(), "start-missing": set()}
    for person in Person.objects.all():
        for table, row in ((clock_repairs, aside), (order_repairs, order)):
            for action in table:
                if action.may(person, row):
                    may[action.name].add(person.username)
                else:
                    with pytest.raises(Forbidden):
                        action.run(row, by=person, at=SOON)
    assert may == {"try-again": {admin.username, root.username}, "start-missing": {admin.username, root.username}}
    assert {elsewhere.username, plain.username, "dispatcher"} <= set(Person.objects.values_list("username", flat=True))
