"""What may be given as an address, where it may lead, and that nobody ever sees it again."""

import logging
from datetime import timedelta
from ipaddress import ip_network

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from common.errors import Invalid
from dispatch import addresses, couriers
from dispatch.couriers.outside import may_be_reached
from dispatch.models import Channel, Delivery
from dispatch.services.channels import add_channel, remove_channel, send_test
from tests.factories import MONDAY, people

SECRET = "a1b2c3d4e5f6"


@pytest.fixture
def allowed(settings):
    settings.CHANNEL_SCHEMAS = ["wecombot", "wechat", "dingtalk", "feishu", "lark", "mailtos", "json"]
    return settings


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (f"  dingtalk://{SECRET} ", f"dingtalk://{SECRET}"),
        (f"https://oapi.dingtalk.com/robot/send?access_token={SECRET}", f"dingtalk://{SECRET}/"),
        (f"https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={SECRET}-9-x", f"wecombot://{SECRET}-9-x"),
        (f"https://open.feishu.cn/open-apis/bot/v2/hook/{SECRET}", f"feishu://{SECRET}"),
        (f"https://open.larksuite.com/open-apis/bot/v2/hook/{SECRET}/", f"lark://{SECRET}"),
        ("mailtos://user:word@exmail.qq.com?to=a@example.org", "mailtos://user:word@exmail.qq.com?to=a@example.org"),
        ("wechat://corp:secret@100/user", "wechat://corp:secret@100/user"),
        ("JSON://example.org/x?+Token=1", "JSON://example.org/x?+Token=1"),
    ],
)
def test_addresses_are_taken_as_apprise_writes_them_and_as_the_services_show_them(allowed, typed, kept):
    assert addresses.normal(typed) == kept
    assert addresses.service(kept).redirects is False


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "no address"),
        ("nonsense", "no address"),
        ("dingtalk://", "no address"),
        ("dingtalk:// x", "no address"),
        ("dingtalk://no-such-token!", "not complete"),
        ("json://", "no address"),
        ("json://:80", "not complete"),
        ("https://example.org/hook", "“https”"),
        ("file:///etc/passwd", "“file”"),
        ("exec://rm", "“exec”"),
        ("syslog://x", "“syslog”"),
        ("tgram://123:abc", "“tgram”"),
        (f"dingtalk://{SECRET}?rto=100000", "“rto”"),
        (f"dingtalk://{SECRET}?CTO=100000", "“cto”"),
        (f"dingtalk://{SECRET}?retry=9&wait=99", "“retry”"),
        (f"dingtalk://{SECRET}?redirect=yes", "“redirect”"),
        (f"dingtalk://{SECRET}?verify=no", "“verify”"),
        ("mailtos://u:p@example.org?pgppub=/etc/passwd&pgp=encrypt", "“pgp"),
        (f"dingtalk://{SECRET}?{SECRET}=1", "behind the question mark"),
        (f"dingtalk://{'x' * 1000}", "longer than 1000"),
    ],
)
def test_what_cannot_be_an_address_is_refused_in_a_sentence_that_holds_no_secret(allowed, typed, said, en):
    with pytest.raises(Invalid) as refused:
        addresses.service(addresses.normal(typed))
    assert said in str(refused.value)
    assert SECRET not in str(refused.value)


@pytest.fixture
def en():
    from django.utils import translation

    with translation.override("en"):
        yield


def test_without_a_setting_no_kind_reaches_whatever_a_person_types_or_this_machine():
    from config import settings as house

    assert set(house.CHANNEL_SCHEMAS) == {"wecombot", "wechat", "dingtalk", "feishu", "lark", "mailtos"}
    assert house.CHANNEL_INTRANET == []


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(schema=st.sampled_from(["dingtalk", "json", "mailtos", "wechat", "feishu"]), rest=st.text(max_size=40))
def test_whatever_stands_behind_a_kind_is_taken_or_refused_in_words(allowed, schema, rest):
    try:
        addresses.service(addresses.normal(f"{schema}://{rest}"))
    except Invalid as refused:
        assert str(refused.detail)


# --- where it may lead ---


@pytest.mark.parametrize(
    ("address", "may"),
    [
        (("93.184.216.34", 443), True),
        (("2606:2800:220:1:248:1893:25c8:1946", 443, 0, 0), True),
        (("127.0.0.1", 80), False),
        (("10.20.0.5", 26), False),
        (("10.20.0.5", 25), True),
        (("10.30.0.77", 8080), True),
        (("10.31.0.77", 8080), False),
        (("192.168.1.1", 80), False),
        (("172.16.0.1", 80), False),
        (("100.64.0.1", 80), False),
        (("169.254.169.254", 80), False),
        (("0.0.0.0", 80), False),  # noqa: S104
        (("224.0.0.1", 80), False),
        (("::1", 80, 0, 0), False),
        (("fd00::1", 80, 0, 0), False),
        (("fe80::1%eth0", 80, 0, 2), False),
        # An address of the intranet in the clothes of one of the internet.
        (("::ffff:10.0.0.1", 80, 0, 0), False),
        (("::ffff:10.20.0.5", 25, 0, 0), True),
        (("64:ff9b::10.0.0.1", 80, 0, 0), False),
        (("2002:0a00:0001::1", 80, 0, 0), False),
        (("localhost", 80), False),
        ("/var/run/postgresql/.s.PGSQL.5432", False),
        (b"\0abstract", False),
        (None, False),
    ],
)
def test_a_channel_leads_to_the_public_internet_and_to_what_is_allowed_by_name(settings, address, may):
    settings.CHANNEL_INTRANET = [(ip_network("10.20.0.5"), 25), (ip_network("10.30.0.0/24"), 8080)]
    assert may_be_reached(address) == may


@pytest.fixture
def tested(wuhua, outside):
    """Sends a test message to an address; returns what came of it."""

    def test(address):
        person = people["liaison.water"]
        channel = add_channel(person, by=person, at=MONDAY, name="手机", address=address)
        delivery = send_test(channel, by=person, at=MONDAY)
        couriers.make_round(now=MONDAY)
        delivery.refresh_from_db()
        return delivery

    return test


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "0.0.0.0", "2130706433"])  # noqa: S104
def test_no_name_and_no_way_of_writing_it_leads_into_the_house(tested, outside, settings, host):
    side = outside(200)
    settings.CHANNEL_INTRANET = []
    delivery = tested(side.address.replace("127.0.0.1", host))
    assert (delivery.trouble, side.got) == ("unreachable", [])


def test_another_port_of_an_allowed_machine_stays_closed(tested, outside, settings):
    side = outside(200)
    settings.CHANNEL_INTRANET = [(ip_network("127.0.0.1"), side.port + 1)]
    assert tested(side.address).trouble == "unreachable"
    assert side.got == []


def test_a_redirection_leads_nowhere(tested, outside):
    side = outside(307)
    delivery = tested(side.address)
    assert (delivery.trouble, delivery.answered, len(side.got)) == ("rejected", 307, 1)


def test_mail_goes_by_the_same_rules(tested, outside, settings):
    refused = tested(f"mailto://user:word@127.0.0.1:{outside(200).port + 1}?to=a@example.org&from=b@example.org")
    assert refused.trouble == "unreachable"


# --- a secret ---


def test_an_address_appears_nowhere_once_it_is_given(wuhua, outside, caplog):
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.DEBUG, logger="apprise")
    person = people["liaison.water"]
    refusing = outside.nobody().replace("json://", f"json://user:{SECRET}@")
    for address in (refusing, outside(500).address + SECRET, f"dingtalk://{SECRET}"):
        channel = add_channel(person, by=person, at=MONDAY, name="手机", address=address)
        send_test(channel, by=person, at=MONDAY)
        assert SECRET not in f"{channel} {channel!r} {channel.masked}"
    with pytest.raises(Invalid):
        add_channel(person, by=person, at=MONDAY, name="手机", address=f"dingtalk://{SECRET}-!")
    couriers.make_round(now=MONDAY + timedelta(seconds=1))
    assert "did not arrive" in caplog.text
    for secret in (SECRET, "the-secret-path"):
        assert secret not in caplog.text
        assert not Delivery.objects.filter(trouble__contains=secret).exists()


def test_what_is_removed_holds_no_secret_any_more(wuhua, outside):
    person = people["liaison.water"]
    channel = add_channel(person, by=person, at=MONDAY, name="手机", address=f"dingtalk://{SECRET}")
    remove_channel(channel, by=person, at=MONDAY)
    assert Channel.objects.get().address == ""
    assert Channel.objects.get().state == "removed"
