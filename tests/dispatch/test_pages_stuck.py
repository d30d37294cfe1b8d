"""What did not arrive: seen by the administrators of those who wait for it, tried again, or given up; on record."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.db.utils import IntegrityError
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from common.errors import Forbidden, WrongState
from dispatch import audit, couriers, services
from dispatch.couriers.claiming import claim
from dispatch.models import ChannelEvent, Delivery
from dispatch.services import deliveries
from dispatch.services.channels import add_channel
from grid.models import Person, Post, Role
from tests.factories import MONDAY, orders_of, people

SOON = MONDAY + timedelta(minutes=55)
WAITERS = ("liaison.water", "liaison.gas", "liaison.road")


@pytest.fixture(autouse=True)
def ordinary_administrator(wuhua):
    """Who may do what by their post alone."""
    Person.objects.update(is_superuser=False)


@pytest.fixture
def browse(wuhua):
    def log_in(username="admin", language="zh-hans"):
        client = Client(headers={"accept-language": language})
        client.force_login(people[username], backend="django.contrib.auth.backends.ModelBackend")
        return client

    return log_in


@pytest.fixture
def stuck(wuhua, outside, settings):
    """One message that did not arrive at its first and last try, and the other side, which would take it by now."""
    settings.SEND_TRIES = 1
    return failed(wuhua, outside(500, 200), "liaison.water")


def failed(wuhua, side, who):
    person = people[who]
    add_channel(person, by=person, at=MONDAY, name="值班手机", address=side.address)
    wuhua.dispatched(lead=who.removeprefix("liaison."), assisting=[])
    couriers.make_round(now=SOON)
    return Delivery.objects.latest("id")


def page(client):
    return client.get(reverse("stuck-messages")).text


def test_the_page_says_whom_why_how_often_and_no_secret(browse, stuck):
    shown = page(browse())
    for said in ("区水务局联络员", "值班手机", "对方没有接受。", "（答复代码 500）", "1 次", "不再自动尝试"):
        assert said in shown
    assert "the-secret-path" not in shown


def test_what_is_tried_again_by_itself_says_when(browse, wuhua, outside):
    failed(wuhua, outside(500), "liaison.water")
    shown = page(browse())
    assert "尚未送达，系统自动重试" in shown
    assert "不再自动尝试" not in shown


def test_an_administrator_has_it_tried_again_and_that_is_on_record(browse, stuck):
    client = browse()
    client.post(reverse("stuck-act", args=[stuck.pk, "retry"]))
    stuck.refresh_from_db()
    assert (stuck.state, stuck.tries, stuck.tries_left) == ("failing", 1, 1)
    line = ChannelEvent.objects.get(kind="retried")
    assert (line.by, line.person, line.delivery) == (people["admin"], people["liaison.water"], stuck)
    assert line.post_name == "五华区 系统管理员"
    assert "系统管理员: 重新发送" in page(client)
    assert couriers.make_round() == 1
    assert "全部已送达" in page(client)


def test_all_are_tried_again_at_once(browse, wuhua, outside, settings):
    settings.SEND_TRIES = 1
    for who in WAITERS:
        failed(wuhua, outside(500, 200), who)
    answer = browse().post(reverse("stuck-retry"), follow=True)
    assert "正在重新发送 3 条。" in answer.text
    assert ChannelEvent.objects.filter(kind="retried").count() == 3
    assert couriers.make_round() == 3
    assert not Delivery.objects.failing().exists()


def test_one_is_given_up_and_its_messages_stay_in_the_inbox(browse, stuck):
    client = browse()
    asked = client.get(reverse("stuck-act", args=[stuck.pk, "give-up"]))
    assert "消息仍保留在本人的消息列表中" in asked.text
    client.post(reverse("stuck-act", args=[stuck.pk, "give-up"]))
    stuck.refresh_from_db()
    assert stuck.state == "given_up"
    assert "全部已送达" in page(client)
    assert stuck.messages.get().read_at is None
    assert ChannelEvent.objects.get(kind="given_up").delivery == stuck
    refused = client.post(reverse("stuck-act", args=[stuck.pk, "retry"]))
    assert refused.status_code == 404


def test_what_is_under_way_is_left_to_its_courier(wuhua, stuck):
    deliveries.retry(stuck, by=people["admin"], at=SOON)
    [taken] = claim(SOON + timedelta(minutes=1), limit=1)
    for act in (deliveries.retry, deliveries.give_up):
        with pytest.raises(WrongState):
            act(taken, by=people["admin"], at=SOON)
    assert deliveries.retry_all(by=people["admin"], at=SOON) == 0


@pytest.fixture
def elsewhere(wuhua):
    person = Person.objects.create(username="admin.guandu", name="官渡管理员", is_staff=True)
    Post.objects.create(person=person, role=Role.ADMINISTRATOR, area_id="530111")
    return person


def test_only_the_administrators_of_the_area_see_and_do_it(browse, stuck, elsewhere):
    for who in ("liaison.water", "dispatcher", "city"):
        assert browse(who).get(reverse("stuck-messages")).status_code == 403
        assert browse(who).post(reverse("stuck-retry")).status_code == 403
        assert browse(who).post(reverse("stuck-act", args=[stuck.pk, "retry"])).status_code == 403
        with pytest.raises(Forbidden):
            deliveries.retry(stuck, by=people[who], at=SOON)
        with pytest.raises(Forbidden):
            deliveries.give_up(stuck, by=people[who], at=SOON)
    stranger = browse("admin.guandu")
    assert "全部已送达" in page(stranger)
    assert stranger.post(reverse("stuck-act", args=[stuck.pk, "retry"])).status_code == 404
    assert deliveries.retry_all(by=elsewhere, at=SOON) == 0
    with pytest.raises(Forbidden):
        deliveries.retry(stuck, by=elsewhere, at=SOON)
    stuck.refresh_from_db()
    assert stuck.state == "stuck"


def test_the_way_around_says_how_much_is_stuck(browse, stuck):
    page = browse().get(reverse("workbench")).text
    entry = page.split(f'href="{reverse("operations")}"')[1].split("</a>")[0]
    assert ">1</span>" in entry
    assert reverse("stuck-messages") in browse().get(reverse("operations")).text
    assert reverse("operations") not in browse("dispatcher").get(reverse("workbench")).text


def test_the_page_costs_the_same_for_one_and_for_many(browse, wuhua, outside):
    client = browse()
    found = []
    for some in (WAITERS[:1], WAITERS[1:]):
        for who in some:
            failed(wuhua, outside(500), who)
        deliveries.retry_all(by=people["admin"], at=SOON)
        with CaptureQueriesContext(connection) as queries:
            page(client)
        found.append(len(queries))
    # Session, person, posts, what waits behind the navigation; rows, their acts on record, two counts of couriers.
    assert found[0] == found[1] <= 10


def test_an_administrator_is_told_that_no_courier_runs(browse, wuhua):
    person = people["liaison.water"]
    add_channel(person, by=person, at=MONDAY, name="值班手机", address="dingtalk://a1b2c3")
    services.supervise(
        orders_of(wuhua.dispatched(lead="water", assisting=[]))["water"],
        by=people["dispatcher"],
        at=MONDAY,
        reason="x",
    )
    # Written on a Monday that has passed; nobody came for them.
    shown = page(browse())
    assert "有 2 条消息早该发出却无人发送" in shown


# --- the auditor ---


def test_the_auditor_finds_what_is_stuck_until_somebody_sees_to_it(stuck):
    now = SOON + timedelta(days=300)
    assert audit.findings(now)["stuck"] == 1
    deliveries.give_up(stuck, by=people["admin"], at=now)
    assert audit.findings(now)["stuck"] == 0


def test_the_auditor_finds_what_no_courier_came_for_however_long_ago(wuhua, outside):
    person = people["liaison.water"]
    add_channel(person, by=person, at=MONDAY, name="值班手机", address=outside(200).address)
    wuhua.dispatched(lead="water", assisting=[])
    for later in (timedelta(minutes=5), timedelta(days=300)):
        assert audit.findings(SOON + later)["uncollected"] == 1
    couriers.pack(SOON, limit=10)
    for later in (timedelta(minutes=5), timedelta(days=300)):
        found = audit.findings(SOON + later)
        assert (found["uncollected"], found["unsent"]) == (0, 1)
    couriers.make_round(now=SOON)
    assert audit.findings(SOON + timedelta(days=300))["unsent"] == 0


def test_a_channel_that_rests_after_a_failure_is_no_finding(wuhua, outside):
    delivery = failed(wuhua, outside(500), "liaison.water")
    wuhua.dispatched(lead="water", assisting=[], at=SOON)
    couriers.pack(SOON + timedelta(minutes=2), limit=10)
    Delivery.objects.filter(pk=delivery.pk).update(next_at=SOON + timedelta(minutes=30))
    delivery.channel.retry_at = SOON + timedelta(minutes=30)
    delivery.channel.save(update_fields=["retry_at"])
    found = audit.findings(SOON + timedelta(minutes=20))
    assert (found["uncollected"], found["unsent"], found["stuck"]) == (0, 0, 0)


@pytest.mark.parametrize("change", ["update", "delete"])
def test_the_database_refuses_to_change_the_record(wuhua, stuck, change):
    with pytest.raises(IntegrityError), transaction.atomic():
        if change == "update":
            ChannelEvent.objects.update(by_name="x")
        else:
            ChannelEvent.objects.all()._raw_delete(using="default")
