"""My channels: add, test, switch off, say when it is to be quiet; and nobody ever sees an address again."""

from datetime import time, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from common.errors import Forbidden, Invalid, WrongState
from dispatch import couriers
from dispatch.channel_actions import channel_actions
from dispatch.models import Channel, ChannelEvent, Delivery, Preferences
from dispatch.services import channels
from grid.models import Person, Post, Role
from tests.factories import MONDAY, people

LIAISON = "liaison.water"
TOKEN = "a1b2c3d4e5f6"


@pytest.fixture(autouse=True)
def ordinary_administrator(wuhua):
    """Who may do what by their post alone."""
    Person.objects.update(is_superuser=False)


@pytest.fixture
def browse(wuhua):
    def log_in(username=LIAISON, language="zh-hans", **headers):
        client = Client(headers={"accept-language": language, **headers})
        client.force_login(people[username], backend="django.contrib.auth.backends.ModelBackend")
        return client

    return log_in


def add(client, name="值班手机", address=f"dingtalk://{TOKEN}", **more):
    return client.post(reverse("channel-add"), {"name": name, "address": address, **more})


def act(client, action, **given):
    return client.post(reverse("channel-act", args=[Channel.objects.get().pk, action]), given)


def page(client):
    return client.get(reverse("channels")).text


def test_a_person_adds_a_channel_and_its_address_is_not_shown_again(browse):
    client = browse()
    assert add(client).url == reverse("channels")
    channel = Channel.objects.get()
    assert (channel.person, channel.schema, channel.state) == (people[LIAISON], "dingtalk", "in_use")
    for shown in (page(client), client.get(reverse("channel-act", args=[channel.pk, "change"])).text):
        assert "值班手机" in shown
        assert "钉钉群机器人" in shown
        assert TOKEN not in shown


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("file:///etc/passwd", "不允许使用以“file”开头的地址"),
        ("nonsense", "这不是可以发送消息的地址"),
        (f"dingtalk://{TOKEN}!", "地址不完整"),
        (f"dingtalk://{TOKEN}?rto=9999", "请去掉“rto”"),
        ("", "该字段是必填项。"),
    ],
)
def test_a_bad_address_is_refused_in_a_sentence_and_what_was_typed_is_kept(browse, address, said):
    answer = add(browse(), name="我的手机", address=address)
    assert answer.status_code == 400
    assert said in answer.text
    assert 'value="我的手机"' in answer.text
    assert not address or f'value="{address}"' in answer.text
    assert not Channel.objects.exists()


def test_a_page_with_an_address_on_it_is_kept_by_nobody(browse):
    for answer in (add(browse(), address="nonsense"), browse().get(reverse("channels"))):
        assert "no-store" in answer.headers["Cache-Control"]
        assert 'autocomplete="off"' in answer.text


def test_adding_twice_by_a_double_click_makes_one(browse):
    client = browse()
    for _ in range(2):
        add(client, idempotency_key="one")
    assert Channel.objects.count() == 1


def test_another_name_or_address_is_given_and_without_an_address_it_stays(browse):
    client = browse()
    add(client)
    act(client, "change", name="新手机", address="")
    assert (Channel.objects.get().name, Channel.objects.get().address) == ("新手机", f"dingtalk://{TOKEN}")
    Channel.objects.update(failures=5, retry_at=timezone.now())
    act(client, "change", name="新手机", address="feishu://abcdef")
    channel = Channel.objects.get()
    assert (channel.address, channel.schema, channel.failures, channel.retry_at) == (
        "feishu://abcdef",
        "feishu",
        0,
        None,
    )
    refused = act(client, "change", name="新手机", address="exec://rm")
    assert refused.status_code == 400
    assert "不允许使用" in refused.text
    assert "exec://rm" in refused.text


def test_a_channel_is_switched_off_and_on_and_removed_for_good(browse):
    client = browse()
    add(client)
    act(client, "switch-off")
    assert "已停用" in page(client)
    assert act(client, "test").status_code == 409
    act(client, "switch-on")
    assert Channel.objects.get().state == "in_use"
    asked = client.get(reverse("channel-act", args=[Channel.objects.get().pk, "remove"]))
    assert "其地址将被清除" in asked.text
    act(client, "remove")
    assert "暂无渠道" in page(client)
    assert act(client, "switch-on").status_code == 404
    kinds = list(ChannelEvent.objects.order_by("id").values_list("kind", flat=True))
    assert kinds == ["added", "switched_off", "switched_on", "removed"]
    assert {(event.by_name, event.post_name) for event in ChannelEvent.objects.all()} == {
        ("区水务局联络员", "五华区水务局 部门联络员")
    }


@pytest.mark.parametrize(
    ("answer", "said"),
    [(200, "测试消息已送达"), (500, "对方没有接受。"), (None, "无法从本系统访问该地址，或不允许访问。")],
)
def test_a_test_says_in_words_what_came_of_it(browse, outside, answer, said):
    client = browse()
    side = outside(answer) if answer else None
    add(client, address=side.address if side else outside.nobody())
    assert act(client, "test").status_code == 302
    waiting = page(client)
    assert "测试消息正在发送" in waiting
    assert f'hx-get="{reverse("channel", args=[Channel.objects.get().pk])}"' in waiting
    couriers.make_round()
    shown = browse(**{"hx-request": "true"}).get(reverse("channel", args=[Channel.objects.get().pk]))
    assert said in shown.text
    assert "hx-get" not in shown.text
    assert said in page(client)
    if side:
        assert side.titles == ["哨响：测试消息"]
    if answer == 500:
        assert "（答复代码 500）" in shown.text
    # A test is no message that anybody misses.
    assert not Delivery.objects.failing().exists()


def test_a_second_test_waits_for_the_first(browse, outside):
    client = browse()
    add(client, address=outside(200).address)
    act(client, "test")
    refused = act(client, "test")
    assert refused.status_code == 409
    assert "刚刚已发送过测试消息" in refused.text
    assert Delivery.objects.count() == 1


def test_quiet_hours_and_a_language_are_set(browse):
    client = browse()
    given = {"quiet_from": "22:00", "quiet_until": "07:30", "language": "en"}
    assert client.post(reverse("channel-hours"), given).status_code == 302
    kept = Preferences.objects.get(person=people[LIAISON])
    assert (kept.quiet_from, kept.quiet_until, kept.language) == (time(22), time(7, 30), "en")
    shown = page(client)
    assert 'value="22:00' in shown
    assert 'value="en" selected' in shown
    client.post(reverse("channel-hours"), {"quiet_from": "", "quiet_until": "", "language": ""})
    kept.refresh_from_db()
    assert (kept.quiet_from, kept.quiet_until, kept.language) == (None, None, "")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"quiet_from": "22:00"}, "请同时填写开始和结束时间"),
        ({"quiet_until": "07:00"}, "请同时填写开始和结束时间"),
        ({"quiet_from": "07:00", "quiet_until": "07:00"}, "这样全天都是免打扰"),
        ({"quiet_from": "25:00", "quiet_until": "07:00"}, "输入一个有效的时间"),
        ({"language": "fr"}, "选择一个有效的选项"),
    ],
)
def test_hours_that_make_no_sense_are_refused_and_kept_as_typed(browse, given, said):
    answer = browse().post(reverse("channel-hours"), given)
    assert answer.status_code == 400
    assert said in answer.text
    assert all(f'value="{value}"' in answer.text for value in given.values() if value != "fr")
    assert not Preferences.objects.exists()


def test_a_channel_of_somebody_else_does_not_exist(browse):
    add(browse())
    stranger = browse("liaison.gas")
    channel = Channel.objects.get()
    assert "值班手机" not in page(stranger)
    for name in ("test", "switch-off", "change", "remove", "none"):
        assert act(stranger, name).status_code == 404
    assert stranger.get(reverse("channel", args=[channel.pk])).status_code == 404
    assert Channel.objects.get().state == "in_use"


def test_the_page_costs_the_same_for_one_channel_and_for_twelve(browse, outside):
    client, side = browse(), outside(200)
    found = []
    for count in (1, 11):
        for _ in range(count):
            add(client, address=side.address)
        for channel in Channel.objects.all():
            if not channel.deliveries.exists():
                channels.send_test(channel, by=people[LIAISON], at=MONDAY)
        couriers.make_round(now=MONDAY + timedelta(days=1))
        with CaptureQueriesContext(connection) as queries:
            page(client)
        found.append(len(queries))
    # Session, person, posts, what waits behind the navigation; channels, what went by them, preferences.
    assert found[0] == found[1] <= 8


def test_the_page_says_what_an_address_looks_like_for_the_kinds_that_are_allowed(browse, settings):
    settings.CHANNEL_SCHEMAS = ["feishu", "jsons", "something"]
    shown = page(browse())
    assert "feishu://TOKEN" in shown
    assert "jsons://HOST/PATH" in shown
    assert "dingtalk://" not in shown


def test_the_inbox_leads_to_it(browse):
    assert reverse("channels") in browse().get(reverse("messages")).text


# --- who may ---


@pytest.fixture
def elsewhere(wuhua):
    """An administrator of Guandu."""
    person = Person.objects.create(username="admin.guandu", name="官渡管理员", is_staff=True)
    Post.objects.create(person=person, role=Role.ADMINISTRATOR, area_id="530111")
    return person


ACTS = {
    "add": lambda channel, **who: channels.add_channel(channel.person, name="x", address=f"dingtalk://{TOKEN}", **who),
    "prefer": lambda channel, **who: channels.set_preferences(channel.person, language="en", **who),
    "test": channels.send_test,
    "change": lambda channel, **who: channels.change_channel(channel, name="x", **who),
    "switch-off": channels.switch_off,
    "remove": channels.remove_channel,
}


@pytest.mark.parametrize("name", ACTS)
def test_a_channel_is_managed_by_its_person_and_their_administrator_and_nobody_else(wuhua, elsewhere, name):
    person = people[LIAISON]
    for who, may in [
        (person, True),
        (people["admin"], True),
        (people["head.water"], False),
        (people["dispatcher"], False),
        (elsewhere, False),
    ]:
        channel = channels.add_channel(person, by=person, at=MONDAY, name="x", address=f"dingtalk://{TOKEN}")
        before = ChannelEvent.objects.count()
        if may:
            ACTS[name](channel, by=who, at=MONDAY)
            last = ChannelEvent.objects.latest("id")
            assert (last.by, last.person) == (who, person)
        else:
            with pytest.raises(Forbidden):
                ACTS[name](channel, by=who, at=MONDAY)
        assert ChannelEvent.objects.count() == before + may


def test_the_table_of_actions_offers_what_the_services_allow(wuhua, elsewhere):
    person = people[LIAISON]
    channel = channels.add_channel(person, by=person, at=MONDAY, name="x", address=f"dingtalk://{TOKEN}")
    offered = {action.name for action in channel_actions.open_to(people["admin"], channel)}
    assert offered == {"test", "change", "switch-off", "remove"}
    assert channel_actions.open_to(elsewhere, channel) == []


def test_the_services_refuse_what_does_not_fit(wuhua):
    person = people[LIAISON]
    channel = channels.add_channel(person, by=person, at=MONDAY, name="x", address=f"dingtalk://{TOKEN}")
    with pytest.raises(WrongState):
        channels.switch_on(channel, by=person, at=MONDAY)
    with pytest.raises(Invalid):
        channels.set_preferences(person, by=person, at=MONDAY, quiet_from=time(8))
    channels.remove_channel(channel, by=person, at=MONDAY)
    for name in ("test", "change", "switch-off", "remove"):
        with pytest.raises(WrongState):
            ACTS[name](channel, by=person, at=MONDAY)
