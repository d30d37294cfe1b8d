"""More time: extensions and suspensions are asked for in time, answered by the centre, and move the due moment."""

from datetime import date, datetime, timedelta

import pytest

from common.errors import Forbidden, Invalid, WrongState
from dispatch import clocks, services
from dispatch.models import ClockRule, Firing, Message, Supervision, Suspension
from grid.worktime import SHANGHAI
from tests.acting import clocks_of, events_of, last_event
from tests.factories import MONDAY, orders_of, people

HOUR, DAY, MICROSECOND = timedelta(hours=1), timedelta(days=1), timedelta(microseconds=1)


def local(year, month, day, hour=0, minute=0):
    return datetime(year, month, day, hour, minute, tzinfo=SHANGHAI)


def resolve(order):
    return clocks_of(order)["resolve"]


def sweep(now):
    while clocks.fire_due(limit=100, now=now):
        pass


@pytest.fixture
def order(wuhua):
    """On site since Monday 11:00, to be resolved by 17:00 on December 14, fifteen working days later."""
    return orders_of(wuhua.on_site(lead="water", assisting=["road"]))["water"]


NOW = MONDAY + timedelta(hours=3)


def ask(order, at=NOW, amount=5, by="liaison.water"):
    return services.ask_extension(order, by=people[by], at=at, amount=amount, reason="管线要改线")


def ask_to_suspend(order, at=NOW, review_on=date(2026, 12, 1)):
    return services.ask_suspension(order, by=people["liaison.water"], at=at, review_on=review_on, reason="待汛期结束")


def grant(order, at=NOW + HOUR, **given):
    return services.grant(order, by=people["dispatcher"], at=at, **given)


# --- extensions ---


def test_a_granted_extension_moves_the_due_moment_by_so_many_working_days(order):
    assert resolve(order).due_at == local(2026, 12, 14, 17)
    ask(order)
    assert resolve(order).due_at == local(2026, 12, 14, 17), "it runs on until the centre answers"
    grant(order)
    clock = resolve(order)
    assert (clock.due_at, clock.extra, clock.limit) == (local(2026, 12, 21, 17), 5, 15)
    said = last_event(order, "order.extension_granted")
    assert said.person == people["dispatcher"]
    assert [datetime.fromisoformat(said.data[end]) for end in ("from", "to")] == [
        local(2026, 12, 14, 17),
        local(2026, 12, 21, 17),
    ]
    extension = order.extensions.get()
    assert (extension.answer, extension.granted, extension.due_before, extension.due_after) == (
        "granted",
        5,
        local(2026, 12, 14, 17),
        local(2026, 12, 21, 17),
    )


def test_the_centre_may_grant_less_than_was_asked_for_and_not_more(order):
    ask(order)
    with pytest.raises(Invalid):
        grant(order, amount=6)
    grant(order, amount=2)
    assert resolve(order).due_at == local(2026, 12, 16, 17)


def test_the_centres_answer_has_a_clock_of_its_own(order):
    ask(order)
    answer = clocks_of(order)["answer"]
    # Eight working hours from Monday noon: four after lunch, three and one on Tuesday.
    assert answer.due_at == local(2026, 11, 24, 14)
    grant(order, at=answer.due_at)
    assert clocks_of(order)["answer"].state_at(answer.due_at + DAY) == "met"


def test_a_refused_extension_moves_nothing_and_another_may_be_asked_for(order):
    ask(order)
    services.refuse_request(order, by=people["dispatcher"], at=NOW + HOUR, reason="可按期完成")
    assert resolve(order).due_at == local(2026, 12, 14, 17)
    assert "order.request_refused" in events_of(order.whistle)
    ask(order, at=NOW + 2 * HOUR)
    assert order.extensions.count() == 2


def test_only_so_many_extensions_are_granted_as_the_rule_said_when_the_clock_started(order):
    ClockRule.objects.update(extensions=9)
    for count in range(2):
        ask(order, at=NOW + count * DAY)
        grant(order, at=NOW + count * DAY + HOUR)
    with pytest.raises(WrongState, match="次数|often|规则"):
        ask(order, at=NOW + 3 * DAY)


def test_an_extension_is_asked_for_before_the_due_moment_or_at_it_and_not_after(order):
    due_at = resolve(order).due_at
    with pytest.raises(WrongState):
        ask(order, at=due_at + MICROSECOND)
    assert not order.extensions.exists()
    ask(order, at=due_at)


def test_what_was_asked_in_time_is_in_time_though_the_answer_came_after_the_breach_was_told(order):
    due_at = resolve(order).due_at
    ask(order, at=due_at - HOUR)
    sweep(due_at + timedelta(minutes=5))
    assert resolve(order).breached_at
    grant(order, at=due_at + HOUR)
    clock = resolve(order)
    assert (clock.breached_at, clock.state_at(due_at + HOUR)) == (None, "running")
    assert events_of(order.whistle).count("clock.breach_lifted") == 1
    sweep(clock.due_at + MICROSECOND)
    assert resolve(order).breached_at == clock.due_at + MICROSECOND


@pytest.mark.parametrize("amount", [0, -1, 16, 10_000])
def test_an_absurd_extension_is_refused(order, amount):
    with pytest.raises(Invalid):
        ask(order, amount=amount)
    assert resolve(order).extra == 0


def test_one_request_waits_at_a_time(order):
    ask(order)
    with pytest.raises(WrongState):
        ask_to_suspend(order)
    with pytest.raises(WrongState):
        ask(order)


def test_the_result_ends_what_still_waits(order):
    ask(order)
    services.submit_result(order, by=people["liaison.water"], at=NOW + HOUR, note="已修复")
    assert order.extensions.get().answer == "lapsed"
    assert clocks_of(order)["answer"].met_at == NOW + HOUR
    with pytest.raises(WrongState):
        grant(order, at=NOW + 2 * HOUR)


def test_nobody_answers_or_asks_outside_their_role(order):
    with pytest.raises(Forbidden):
        ask(order, by="liaison.road")
    ask(order)
    for stranger in ("liaison.water", "officer.fengning"):
        with pytest.raises(Forbidden):
            services.grant(order, by=people[stranger], at=NOW + HOUR)
    with pytest.raises(Forbidden):
        services.suspend(order, by=people["officer.fengning"], at=NOW, review_on=date(2026, 12, 1), reason="x")


# --- suspensions ---


def test_a_suspension_counts_from_when_it_was_asked_for_until_its_day_of_review(order):
    ask_to_suspend(order)
    assert resolve(order).state_at(NOW + MICROSECOND) == "running"
    grant(order)
    clock = resolve(order)
    assert clock.pause_spans == [(NOW, local(2026, 12, 1))]
    assert clock.state_at(NOW + HOUR) == "paused"
    assert clock.state_at(local(2026, 12, 1)) == "running"
    # The closings of Nov 23–30, six working days of which Monday's was never counted.
    assert clock.due_at == local(2026, 12, 21, 17)


def test_the_centre_may_end_a_suspension_early_and_the_clock_runs_on_from_then(order):
    ask_to_suspend(order)
    grant(order)
    services.resume(order, by=people["dispatcher"], at=local(2026, 11, 25, 10))
    clock = resolve(order)
    assert clock.pause_spans == [(NOW, local(2026, 11, 25, 10))]
    # The closings of Monday (never counted) and Tuesday fell into the pause.
    assert clock.due_at == local(2026, 12, 15, 17)
    sweep(local(2026, 12, 2))
    assert events_of(order.whistle).count("order.resumed") == 1
    with pytest.raises(WrongState):
        services.resume(order, by=people["dispatcher"], at=local(2026, 11, 26, 10))


def test_the_centre_may_suspend_unasked(order):
    services.suspend(order, by=people["dispatcher"], at=NOW, review_on=date(2026, 11, 30), reason="等待拆迁")
    assert resolve(order).state_at(NOW) == "paused"


@pytest.mark.parametrize("review_on", [date(2026, 11, 23), date(2020, 1, 1), date(2028, 1, 1)])
def test_a_suspension_needs_a_day_of_review_that_is_to_come_and_near(order, review_on):
    with pytest.raises(Invalid):
        ask_to_suspend(order, review_on=review_on)


def test_what_is_suspended_is_not_overdue_and_reminds_nobody(order):
    ask_to_suspend(order, review_on=date(2027, 3, 1))
    grant(order)
    sweep(local(2027, 2, 1))
    assert "clock.breached" not in [
        line.kind for line in order.whistle.events.filter(order_number=order.number, data__clock="resolve")
    ]
    assert order.deadlines.overdue(local(2027, 2, 1)).filter(kind="resolve").count() == 0


def test_a_result_during_a_suspension_ends_it_and_is_in_time(order):
    ask_to_suspend(order)
    grant(order)
    at = local(2026, 11, 27, 10)
    services.submit_result(order, by=people["liaison.water"], at=at, note="提前完成")
    clock = resolve(order)
    assert (clock.state_at(at), clock.pause_spans) == ("met", [(NOW, at)])
    assert Suspension.objects.get().ended_at == at


# --- pressure ---


def test_the_centre_and_the_streets_leader_send_supervision_orders_which_the_department_hears_of(order):
    services.supervise(order, by=people["dispatcher"], at=NOW, reason="居民反复投诉")
    assert Supervision.objects.filter(order=order).count() == 1
    told = Message.objects.filter(event__kind="order.supervised").values_list("person__username", flat=True)
    assert "liaison.water" in told
    with pytest.raises(Forbidden):
        services.supervise(order, by=people["officer.fengning"], at=NOW, reason="x")


@pytest.fixture
def laddered(wuhua):
    rule = ClockRule.objects.get(type=wuhua.types["key"], kind="acknowledge", level="")
    rule.ladder.all().delete()
    rule.ladder.create(position=1, after=30, unit="minutes", audience="centre", supervises=True)
    rule.ladder.create(position=2, after=60, unit="minutes", audience="leader")
    return orders_of(wuhua.dispatched(lead="water", assisting=[], at=MONDAY + 50 * MINUTE))["water"]


MINUTE = timedelta(minutes=1)
DUE = MONDAY + 110 * MINUTE


def told_of(order):
    lines = order.whistle.events.filter(order_number=order.number, data__clock="acknowledge").order_by("id")
    return [(line.kind.split(".")[1], line.data.get("to")) for line in lines]


def test_a_rung_on_which_nobody_stands_is_passed_over_and_the_ladder_moves_up(laddered):
    people["dispatcher"].posts.update(ends_on=date(2020, 1, 1), starts_on=date(2019, 1, 1))
    sweep(DUE + 30 * MINUTE + MICROSECOND)
    assert ("passed_up", "leader") in told_of(laddered)
    assert ("passed_up", "centre") not in told_of(laddered)
    assert Firing.objects.get(deadline__order=laddered, rung="ladder-1").reached == 0


def test_a_dispatcher_passes_it_up_by_hand_and_the_rest_keeps_its_moments(laddered):
    with pytest.raises(WrongState):
        services.pass_up(laddered, by=people["dispatcher"], at=DUE - MINUTE)
    sweep(DUE + MINUTE)
    services.pass_up(laddered, by=people["dispatcher"], at=DUE + 2 * MINUTE)
    by_hand = last_event(laddered, "clock.passed_up")
    assert (by_hand.person, by_hand.data["to"]) == (people["dispatcher"], "centre")
    sweep(DUE + 40 * MINUTE)
    assert told_of(laddered)[-1] == ("supervised", None)
    sweep(DUE + 91 * MINUTE)
    assert told_of(laddered)[-1] == ("passed_up", "leader")
    with pytest.raises(WrongState):
        services.pass_up(laddered, by=people["dispatcher"], at=DUE + 92 * MINUTE)


def test_an_act_in_time_that_was_committed_late_takes_back_the_ladder_and_its_supervision_order(laddered):
    sweep(DUE + 31 * MINUTE)
    services.acknowledge(laddered, by=people["liaison.water"], at=DUE)
    assert clocks_of(laddered)["acknowledge"].state_at(DUE + DAY) == "met"
    assert Supervision.objects.get().lifted_at == DUE


def test_the_breach_is_heard_by_the_liaison_and_the_head(laddered):
    sweep(DUE + MINUTE)
    heard = Message.objects.filter(event__kind="clock.breached", event__order_number=laddered.number)
    roles = set(heard.values_list("person__posts__role", flat=True))
    assert "liaison" in roles
    assert heard.count() == heard.values("person").distinct().count()
