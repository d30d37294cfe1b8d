"""Browsers that notify people: registered, sealed for, forgotten; by real connections to a push service of ours."""

import base64
import io
import json
from datetime import time, timedelta

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.urls import reverse

from common import env
from common.errors import Invalid, WrongState
from dispatch import couriers, services, subscriptions
from dispatch.models import Channel, ChannelEvent, Delivery, Device, Message, Order
from dispatch.services.channels import change_channel, set_preferences, switch_off
from dispatch.services.devices import add_device, forget_device
from dispatch.user_agents import browser_of
from tests.calls import LIAISON, SOON, call
from tests.factories import MONDAY, people
from tests.outside import HANGS


def device_at(side, who=LIAISON, name="Chrome · Android"):
    person = people[who]
    return add_device(person, by=person, at=MONDAY, name=name, subscription=subscriptions.read(side.subscription))


@pytest.fixture
def side(wuhua, push):
    return push(201)


# --- what arrives -------------------------------------------------------------------------------------------------


def test_a_device_gets_what_its_person_should_hear_of_sealed_for_it_alone(wuhua, side):
    device_at(side)
    order = call(wuhua)
    assert couriers.make_round(now=SOON) == 1
    [got] = side.got
    message = Message.objects.get(person=people[LIAISON])
    assert got["address"] == reverse("message", args=[message.pk])
    assert got["tag"] == f"messages-{message.pk}"
    assert got["title"].startswith("哨响：")
    assert order.number in got["body"]
    assert "PUBLIC_URL" not in got["body"]
    assert got["size"] < 4096
    assert Delivery.objects.get().state == "sent"


def test_the_push_service_learns_who_we_are_and_how_urgent_it_is_and_no_more(wuhua, side):
    device_at(side)
    call(wuhua)
    couriers.make_round(now=SOON)
    headers = side.got[0]["headers"]
    assert headers["Authorization"].startswith("vapid t=")
    claims = headers["Authorization"].split("t=")[1].split(",")[0].split(".")[1]
    said = json.loads(base64.urlsafe_b64decode(claims + "=="))
    assert (said["aud"], said["sub"]) == (f"http://127.0.0.1:{side.port}", "mailto:it@example.org")
    assert headers["Urgency"].lower() == "normal"
    assert headers["Topic"] == Delivery.objects.get().key.hex
    assert "Cookie" not in headers


def test_an_emergency_goes_at_once_and_says_so(wuhua, side):
    device_at(side, who="liaison.gas")
    wuhua.dispatched(type="emergency", lead="gas", assisting=(), at=MONDAY)
    assert couriers.make_round(now=MONDAY + timedelta(seconds=1)) >= 1
    assert side.got[0]["urgent"] is True
    assert side.got[0]["headers"]["Urgency"].lower() == "high"


def test_many_messages_are_one_notification_that_leads_to_the_inbox(wuhua, side):
    device_at(side)
    order = call(wuhua)
    for _ in range(30):
        services.supervise(order, by=people["dispatcher"], at=MONDAY + timedelta(minutes=50), reason="长" * 500)
    couriers.make_round(now=SOON)
    [got] = side.got
    assert (got["address"], got["tag"]) == (reverse("messages"), "messages")
    assert "31" in got["title"]
    assert got["size"] < 4096


def test_quiet_hours_and_language_are_the_persons_as_for_every_channel(wuhua, side):
    person = people[LIAISON]
    device_at(side)
    given = {"language": "en", "quiet_from": time(9), "quiet_until": time(12)}
    set_preferences(person, by=person, at=MONDAY, **given)
    call(wuhua)
    assert couriers.make_round(now=SOON) == 0
    assert couriers.make_round(now=MONDAY + timedelta(hours=4)) == 1
    assert side.got[0]["title"].startswith("Shaoxiang")


# --- what does not ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("answer", [404, 410])
def test_a_browser_that_is_no_more_is_forgotten_and_nothing_waits_for_it(wuhua, push, answer):
    channel = device_at(push(answer))
    call(wuhua)
    assert couriers.make_round(now=SOON) == 0
    channel.refresh_from_db()
    assert (channel.state, Device.objects.count()) == ("removed", 0)
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.trouble, delivery.answered) == ("given_up", "gone", answer)
    # What comes later waits for nobody.
    services.supervise(Order.objects.get(), by=people["dispatcher"], at=SOON, reason="x")
    assert not Message.objects.filter(leaves_at__isnull=False).exists()


def test_a_push_service_in_trouble_is_tried_again_and_what_it_has_is_replaced(wuhua, push):
    side = push(500, 201)
    device_at(side)
    call(wuhua)
    assert couriers.make_round(now=SOON) == 0
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.trouble, delivery.answered) == ("failing", "rejected", 500)
    assert couriers.make_round(now=SOON + timedelta(minutes=1)) == 1
    first, second = side.got
    assert first["headers"]["Topic"] == second["headers"]["Topic"]
    assert first["tag"] == second["tag"]


def test_one_that_hangs_holds_up_nobody_else(wuhua, push):
    hanging, well = push(HANGS), push(201)
    device_at(hanging)
    device_at(well)
    call(wuhua)
    assert couriers.make_round(now=SOON) == 1
    assert len(well.got) == 1
    assert set(Delivery.objects.values_list("trouble", flat=True)) == {"", "silent"}


def test_a_push_service_sends_nobody_elsewhere(wuhua, push):
    side = push(307)
    device_at(side)
    call(wuhua)
    assert couriers.make_round(now=SOON) == 0
    assert [each["path"] for each in side.got] == ["/the-secret-path"]


def test_what_leads_into_the_intranet_by_now_is_not_connected_to(wuhua, side, settings):
    device_at(side)
    settings.CHANNEL_INTRANET.clear()
    call(wuhua)
    assert couriers.make_round(now=SOON) == 0
    assert (side.got, Delivery.objects.get().trouble) == ([], "unreachable")


def test_without_keys_nothing_is_sent_shown_or_registered(wuhua, side, settings, as_):
    channel = device_at(side)
    settings.WEB_PUSH_PRIVATE_KEY = settings.WEB_PUSH_PUBLIC_KEY = ""
    call(wuhua)
    assert not Message.objects.filter(leaves_at__isnull=False).exists()
    assert couriers.make_round(now=SOON) == 0
    assert side.got == []
    browser = as_(LIAISON)
    for page in ("workbench", "channels", "messages", "messages-latest"):
        text = browser.get(reverse(page)).text
        assert 'name="push"' not in text
        assert "data-push" not in text
    assert channel.name not in browser.get(reverse("channels")).text
    answer = browser.post(reverse("device-add"), {"subscription": side.subscription})
    assert answer.status_code == 409
    assert "not set up" in answer.text


# --- registering --------------------------------------------------------------------------------------------------


def test_a_browser_is_registered_once_and_stands_among_my_channels(wuhua, side, as_, settings):
    browser = as_(LIAISON)
    agent = "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Mobile Safari/537.36"
    for _ in range(2):
        given = {"subscription": side.subscription}
        assert browser.post(reverse("device-add"), given, headers={"User-Agent": agent}).status_code == 204
    channel = Channel.objects.get()
    assert (channel.person, channel.name, channel.schema) == (people[LIAISON], "Chrome · Android", "push")
    page = browser.get(reverse("channels")).text
    assert "Chrome · Android" in page
    assert "notifications of a browser" in page
    assert side.endpoint not in page
    assert f'content="{settings.WEB_PUSH_PUBLIC_KEY}"' in page
    assert ChannelEvent.objects.filter(kind="added").count() == 1


def test_it_can_be_tested_switched_off_renamed_and_removed_like_any_channel(wuhua, side, as_):
    channel = device_at(side)
    browser = as_(LIAISON)
    assert browser.post(reverse("channel-act", args=[channel.pk, "test"])).status_code == 302
    assert couriers.make_round() == 1
    assert side.got[0]["address"] == reverse("channels")
    form = browser.get(reverse("channel-act", args=[channel.pk, "change"])).text
    assert 'name="address"' not in form
    assert browser.post(reverse("channel-act", args=[channel.pk, "change"]), {"name": "我的手机"}).status_code == 302
    with pytest.raises(Invalid):
        change_channel(channel, by=people[LIAISON], at=MONDAY, name="x", address="json://example.org/")
    assert browser.post(reverse("channel-act", args=[channel.pk, "remove"])).status_code == 302
    assert Device.objects.count() == 0
    assert not Channel.objects.kept().exists()


def test_registering_again_switches_on_what_was_off_and_takes_the_new_keys(wuhua, push):
    side = push(201)
    channel = switch_off(device_at(side), by=people[LIAISON], at=MONDAY)
    side.secret = bytes(16)
    assert device_at(side) == channel
    channel.refresh_from_db()
    assert channel.active
    call(wuhua)
    assert couriers.make_round(now=SOON) == 1


def test_a_browser_belongs_to_whoever_registered_it_last(wuhua, side):
    first = device_at(side)
    second = device_at(side, who="liaison.housing")
    first.refresh_from_db()
    assert (first.state, second.state) == ("removed", "in_use")
    assert Device.objects.get().channel == second
    gone = ChannelEvent.objects.get(kind="removed")
    assert (gone.person, gone.by) == (people[LIAISON], people["liaison.housing"])
    call(wuhua)
    assert couriers.make_round(now=SOON) == 0
    assert side.got == []


def test_logging_out_forgets_the_browser_and_no_other_persons(wuhua, push, as_):
    mine, other = push(201), push(201)
    device_at(mine)
    device_at(other, who="liaison.housing")
    browser = as_(LIAISON)
    browser.post(reverse("logout"), {"device": other.endpoint})
    assert Device.objects.count() == 2
    browser = as_(LIAISON)
    assert browser.post(reverse("logout"), {"device": mine.endpoint}).status_code == 302
    assert [each.channel.person for each in Device.objects.all()] == [people["liaison.housing"]]
    assert browser.get(reverse("workbench")).status_code == 302


def test_a_browser_is_forgotten_on_asking_and_only_by_its_person(wuhua, side, as_):
    device_at(side)
    other = people["liaison.housing"]
    assert not forget_device(other, by=other, at=MONDAY, endpoint=side.endpoint)
    answer = as_(LIAISON).post(reverse("device-forget"), {"endpoint": side.endpoint})
    assert (answer.status_code, Device.objects.count()) == (204, 0)
    assert as_(LIAISON).post(reverse("device-forget"), {"endpoint": "\0"}).status_code == 204


def changed(side, **changes):
    return json.dumps(json.loads(side.subscription) | changes)


POINT = base64.urlsafe_b64encode(b"\x04" + b"\x01" * 64).decode()


@pytest.mark.parametrize(
    "keys",
    [None, [], {}, {"p256dh": POINT, "auth": "AAAAAAAAAAAAAAAAAAAAAA"}, {"p256dh": 5, "auth": None}, {"p256dh": "键"}],
)
def test_a_forged_subscription_is_refused_in_words(side, as_, keys):
    answer = as_(LIAISON).post(reverse("device-add"), {"subscription": changed(side, keys=keys)})
    assert (answer.status_code, Channel.objects.count()) == (400, 0)
    assert "no subscription" in answer.text


@pytest.mark.parametrize(
    "given", ["", "x", "[]", "5", "null", "[" * 3000, "{}", '{"endpoint": 5, "keys": 5}', "x" * 5000]
)
def test_what_is_no_subscription_at_all_is_refused_in_words(wuhua, push, as_, given):
    push()
    answer = as_(LIAISON).post(reverse("device-add"), {"subscription": given})
    assert (answer.status_code, Channel.objects.count()) == (400, 0)
    assert "no subscription" in answer.text


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://push.example.org/x",
        "https://127.0.0.1/x",
        "https://127.0.0.1:6379/",
        "https://[::1]/x",
        "https://[::ffff:10.0.0.1]/x",
        "https://10.20.0.5/x",
        "https://169.254.169.254/latest",
        "https://localhost/x",
        "https://redis/x",
        "https://db.internal/x",
        "https://me:secret@push.example.org/x",
        "https://push.example.org:99999/x",
        "https://[/x",
        "ftp://push.example.org/x",
        "push.example.org",
        "https://push.example.org/" + "x" * 1000,
    ],
)
def test_an_endpoint_that_is_no_push_services_is_refused_in_words(side, as_, endpoint):
    answer = as_(LIAISON).post(reverse("device-add"), {"subscription": changed(side, endpoint=endpoint)})
    assert (answer.status_code, Channel.objects.count()) == (400, 0)
    assert "public internet" in answer.text or "longer than" in answer.text


def test_endpoints_of_the_great_push_services_are_taken(side):
    for endpoint in (
        "https://fcm.googleapis.com/fcm/send/abc:def",
        "https://updates.push.services.mozilla.com/wpush/v2/abc",
        "https://web.push.apple.com/abc",
        "https://wns2-par02p.notify.windows.com/w/?token=abc%2f",
    ):
        assert subscriptions.read(changed(side, endpoint=endpoint)).endpoint == endpoint


@pytest.mark.parametrize(
    ("said", "name"),
    [
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/139 Safari/537.36 Edg/139.0",
            "Edge · Windows",
        ),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox · Linux"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile Safari/604.1", "Safari · iPhone"),
        ("curl/8", "?"),
    ],
)
def test_a_device_is_called_by_its_browser_and_its_system(said, name):
    assert browser_of(said) == name


# --- keys ---------------------------------------------------------------------------------------------------------

NAMES = ("WEB_PUSH_PRIVATE_KEY", "WEB_PUSH_PUBLIC_KEY", "WEB_PUSH_CONTACT")


def printed():
    said = io.StringIO()
    call_command("make_push_keys", stdout=said)
    return dict(line.split("=", 1) for line in said.getvalue().splitlines())


def test_the_command_makes_a_pair_that_the_settings_take(monkeypatch):
    made = printed()
    assert made != printed()
    for name, value in (made | {"WEB_PUSH_CONTACT": "mailto:it@example.org"}).items():
        monkeypatch.setenv(name, value)
    assert env.push_keys(*NAMES) == (made[NAMES[0]], made[NAMES[1]], "mailto:it@example.org")


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"WEB_PUSH_PUBLIC_KEY": ""}, "belong together"),
        ({"WEB_PUSH_CONTACT": ""}, "belong together"),
        ({"WEB_PUSH_PRIVATE_KEY": "hunter2hunter2"}, "WEB_PUSH_PRIVATE_KEY is no such key"),
        ({"WEB_PUSH_PUBLIC_KEY": "{private}"}, "WEB_PUSH_PUBLIC_KEY is no such key"),
        ({"WEB_PUSH_CONTACT": "it@example.org"}, "WEB_PUSH_CONTACT must be"),
    ],
)
def test_keys_that_cannot_be_stop_the_start_and_are_not_said(monkeypatch, changes, word):
    made = printed() | {"WEB_PUSH_CONTACT": "mailto:it@example.org"}
    for name, value in (made | changes).items():
        monkeypatch.setenv(name, value.format(private=made["WEB_PUSH_PRIVATE_KEY"]))
    with pytest.raises(ImproperlyConfigured, match=word) as refused:
        env.push_keys(*NAMES)
    assert made["WEB_PUSH_PRIVATE_KEY"] not in str(refused.value)
    assert "hunter2" not in str(refused.value)


def test_without_keys_there_is_nothing_to_register_with(wuhua, outside, push, settings):
    side = push()
    settings.WEB_PUSH_PRIVATE_KEY = ""
    with pytest.raises(WrongState):
        device_at(side)
