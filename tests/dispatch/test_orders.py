"""What a department does with its order: acknowledge, report on site, note progress, submit the result."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import translation

from common.errors import Invalid, WrongState
from dispatch import services
from dispatch.headlines import headline
from dispatch.models import Report
from dispatch.states import ClockState, OrderState
from tests.acting import act, again, clocks_of, events_of, last_event, offered
from tests.factories import MONDAY, orders_of, people

AT = MONDAY + timedelta(minutes=50)  # when the factories dispatch
SOON = AT + timedelta(minutes=10)
LIAISON = "liaison.housing"


@pytest.fixture
def order(wuhua):
    """The lead's order, not yet acknowledged."""
    return orders_of(wuhua.dispatched())["housing"]


@pytest.fixture
def acknowledged(order):
    return act(order, "acknowledge", LIAISON, SOON)


@pytest.fixture
def there(acknowledged):
    return act(acknowledged, "report", LIAISON, SOON, rank="deputy")


def test_acknowledging_stops_its_clock_and_no_other(order):
    order = act(order, "acknowledge", LIAISON, SOON)
    assert (order.state, order.acknowledged_at) == ("acknowledged", SOON)
    clocks = clocks_of(order)
    assert {kind: clock.met_at for kind, clock in clocks.items()} == {
        "acknowledge": SOON,
        "report": None,
        "resolve": None,
    }
    said = last_event(order)
    assert (said.kind, said.at, said.person_name) == ("order.acknowledged", SOON, "区住建局联络员")
    assert said.post_name.startswith("五华区住房和城乡建设局 ")


def test_the_head_acts_for_the_department_too(wuhua):
    order = orders_of(wuhua.dispatched())["water"]
    assert act(order, "acknowledge", "head.water", SOON).state == "acknowledged"


def test_acknowledging_twice_is_refused(acknowledged):
    with pytest.raises(WrongState):
        act(acknowledged, "acknowledge", LIAISON, SOON)
    with pytest.raises(WrongState):
        services.acknowledge(acknowledged, by=people[LIAISON], at=SOON)
    assert events_of(acknowledged) == ["order.sent", "order.acknowledged"]


def test_nobody_reports_before_acknowledging_or_submits_before_coming(order):
    for name, given in [("report", {"rank": "head"}), ("submit-result", {"note": "好了"})]:
        with pytest.raises(WrongState):
            act(order, name, LIAISON, SOON, **given)
    order = act(order, "acknowledge", LIAISON, SOON)
    with pytest.raises(WrongState):
        act(order, "submit-result", LIAISON, SOON, note="好了")
    with pytest.raises(WrongState):
        services.submit_result(order, by=people[LIAISON], at=SOON, note="好了")
    assert not Report.objects.exists()


def test_a_report_by_a_rank_high_enough_stops_the_clock(acknowledged):
    order = act(acknowledged, "report", LIAISON, SOON, rank="deputy", lat="25.0586", lng="102.6969", note="已到")
    assert (order.state, order.on_site_at) == ("on_site", SOON)
    assert clocks_of(order)["report"].met_at == SOON
    report = order.reports.get()
    assert (report.valid, report.note, str(report.post.department)) == (True, "已到", "五华区住房和城乡建设局")
    # A hundredth of a degree of longitude at 25° north: 111,320 m × cos 25.0586° / 100.
    assert report.distance_m == pytest.approx(1008, abs=3)


def test_a_report_by_too_low_a_rank_is_on_record_but_stops_nothing(wuhua):
    order = orders_of(wuhua.acknowledged(level="larger"))["housing"]
    order = act(order, "report", LIAISON, SOON, rank="deputy")
    assert (order.state, order.on_site_at, order.reports.get().valid) == ("acknowledged", None, False)
    assert clocks_of(order)["report"].met_at is None
    said = {"rank": "deputy", "valid": False, "must_come": "head"}
    assert last_event(order).data == said | {"accuracy_m": None, "distance_m": None, "positioned": False}
    late = clocks_of(order)["report"].due_at + timedelta(seconds=1)
    order = act(order, "report", LIAISON, late, rank="head")
    assert (order.state, order.on_site_at) == ("on_site", late)
    assert clocks_of(order)["report"].state_at(late) == ClockState.MET_LATE


def test_a_department_can_report_several_times_and_the_first_valid_one_counts(there):
    again_at = SOON + timedelta(days=1)
    order = act(there, "report", LIAISON, again_at, rank="leader")
    assert (order.state, order.on_site_at, order.reports.count()) == ("on_site", SOON, 2)
    assert clocks_of(order)["report"].met_at == SOON
    assert events_of(order).count("order.reported") == 2


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({}, "rank"),
        ({"rank": "mayor"}, "rank"),
        ({"rank": "head", "lat": "25"}, "lat"),
        ({"rank": "head", "lat": "91", "lng": "0"}, "lat"),
        ({"rank": "head", "lat": "nan", "lng": "0"}, "lat"),
        ({"rank": "head", "lat": "25", "lng": "181"}, "lng"),
        ({"rank": "head", "accuracy": "30"}, "accuracy"),
        ({"rank": "head", "lat": "25", "lng": "102", "accuracy": "-1"}, "accuracy"),
        ({"rank": "head", "lat": "25", "lng": "102", "accuracy": "1e9"}, "accuracy"),
        ({"rank": "head", "lat": "25", "lng": "102", "accuracy": "inf"}, "accuracy"),
        ({"rank": "head", "note": "长" * 2001}, "note"),
    ],
)
def test_a_report_that_cannot_be_is_refused(acknowledged, given, field):
    with pytest.raises(Invalid) as refused:
        act(acknowledged, "report", LIAISON, SOON, **given)
    assert list(refused.value.fields) == [field]
    assert not Report.objects.exists()


def test_without_a_position_the_distance_is_unknown(acknowledged):
    assert act(acknowledged, "report", LIAISON, SOON, rank="head").reports.get().distance_m is None


@pytest.mark.parametrize(
    ("lat", "accuracy", "words"),
    [
        ("25.0586", "29.4", "±30 m · 10 m from the case"),
        ("25.0586", None, "10 m from the case"),
        ("25.4186", "30", "±30 m · 40.0 km from the case · far away from the case"),
        # Within its own error it may well stand at the case.
        ("25.0766", "3000", "±3.0 km · 2.0 km from the case · the position is inaccurate"),
        (None, None, "without a position"),
    ],
)
def test_however_odd_a_position_it_is_kept_and_said_in_words(acknowledged, lat, accuracy, words):
    given = {"lat": lat, "lng": "102.6870", "accuracy": accuracy} if lat else {}
    order = act(acknowledged, "report", LIAISON, SOON, rank="deputy", **given)
    assert (order.state, clocks_of(order)["report"].met_at) == ("on_site", SOON)
    with translation.override("en"):
        assert order.reports.get().whereabouts == words
        assert words in headline(last_event(order), "")


def test_the_record_from_before_accuracy_was_kept_reads_as_it_did(acknowledged):
    event = last_event(act(acknowledged, "report", LIAISON, SOON, rank="deputy"))
    event.data = {"rank": "deputy", "distance_m": 15, "valid": True, "must_come": "deputy"}
    with translation.override("en"):
        assert headline(event, "").endswith("15 m from the case")


def test_the_database_holds_no_accuracy_of_nothing(acknowledged):
    act(acknowledged, "report", LIAISON, SOON, rank="deputy")
    with pytest.raises(IntegrityError, match="dispatch_report_accuracy_of_a_point"), transaction.atomic():
        Report.objects.update(accuracy_m=5)


def test_the_street_confirms_who_is_there_once(there):
    assert "confirm-report" in offered(there, "officer.fengning")
    order = act(there, "confirm-report", "officer.fengning", SOON)
    assert order.reports.get().confirmed_by == people["officer.fengning"]
    assert "confirm-report" not in offered(order, "officer.fengning")
    with pytest.raises(WrongState):
        services.confirm_report(order, by=people["officer.fengning"], at=SOON)


def test_progress_can_be_noted_from_the_first_moment_to_the_result(order):
    for step in (None, "acknowledge", "report"):
        if step:
            act(order, step, LIAISON, SOON, **({"rank": "head"} if step == "report" else {}))
        act(order, "progress", LIAISON, SOON, note="正在组织抽排")
    assert events_of(order).count("order.progress") == 3
    order = act(order, "submit-result", LIAISON, SOON, note="已修复")
    with pytest.raises(WrongState):
        services.add_progress(order, by=people[LIAISON], at=SOON, note="补充")


def test_a_result_stops_the_last_clock(there):
    done_at = SOON + timedelta(hours=3)
    order = act(there, "submit-result", LIAISON, done_at, note="更换破损管道12米")
    assert (order.state, order.finished_at, order.result) == ("finished", done_at, "更换破损管道12米")
    assert clocks_of(order)["resolve"].met_at == done_at
    assert offered(order, LIAISON) == []


def test_a_result_needs_words(there):
    with pytest.raises(Invalid):
        act(there, "submit-result", LIAISON, SOON, note="  ")
    assert again(there).state == "on_site"


@pytest.mark.parametrize("first", ["housing", "water"])
def test_it_is_handled_when_the_leads_result_is_in_and_nobody_else_is_at_work(wuhua, first):
    whistle = wuhua.on_site()
    orders = orders_of(whistle)
    second = "water" if first == "housing" else "housing"
    act(orders[first], "submit-result", f"liaison.{first}", SOON, note="好了")
    assert (again(whistle).state, again(whistle).handled_at) == ("dispatched", None)
    later = SOON + timedelta(hours=1)
    act(orders[second], "submit-result", f"liaison.{second}", later, note="好了")
    whistle = again(whistle)
    assert (whistle.state, whistle.handled_at) == ("handled", later)
    assert events_of(whistle)[-1] == "whistle.handled"
    assert clocks_of(whistle)["verify"].start_at == later


def test_a_department_can_be_called_alone(wuhua):
    whistle = wuhua.finished(lead="gas", assisting=[])
    assert whistle.state == "handled"


def test_an_order_once_finished_takes_no_more_from_its_department(wuhua):
    order = orders_of(wuhua.finished())["housing"]
    assert offered(order, LIAISON) == []
    for name, given in [("report", {"rank": "head"}), ("progress", {"note": "x"}), ("submit-result", {"note": "x"})]:
        with pytest.raises(WrongState):
            act(order, name, LIAISON, SOON, **given)
    for refused in (
        lambda: services.report(order, by=people[LIAISON], at=SOON, rank="head"),
        lambda: services.submit_result(order, by=people[LIAISON], at=SOON, note="x"),
        lambda: services.return_order(order, by=people[LIAISON], at=SOON, reason="x"),
    ):
        with pytest.raises(WrongState):
            refused()
    assert again(order).state == OrderState.FINISHED
