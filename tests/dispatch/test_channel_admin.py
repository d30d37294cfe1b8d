"""The settings: an administrator manages channels and hours for the people of their areas, as these do themselves."""

import pytest
from django.urls import reverse

from dispatch.models import Channel, ChannelEvent, Delivery, Preferences
from dispatch.services.channels import add_channel
from grid.models import Person, Post, Role
from tests.factories import MONDAY, people

TOKEN = "a1b2c3d4e5f6"


@pytest.fixture
def admin(wuhua, client):
    """What the administrator of Wuhua may do by their post alone."""
    Person.objects.update(is_superuser=False)
    client.force_login(people["admin"], backend="django.contrib.auth.backends.ModelBackend")
    return client


def page(model, name, *args):
    return reverse(f"admin:dispatch_{model}_{name}", args=args)


def save(client, where, **given):
    return client.post(where, {"name": "值班手机", "address": "", "active": "on", **given})


def test_an_administrator_adds_a_channel_for_somebody_and_the_address_is_not_shown_again(admin):
    person = people["liaison.water"]
    answer = save(admin, page("channel", "add"), person=person.pk, address=f"dingtalk://{TOKEN}")
    assert answer.status_code == 302
    channel = Channel.objects.get()
    assert (channel.person, channel.address) == (person, f"dingtalk://{TOKEN}")
    assert (ChannelEvent.objects.get().by, ChannelEvent.objects.get().person) == (people["admin"], person)
    for where in (page("channel", "changelist"), page("channel", "change", channel.pk)):
        assert TOKEN not in admin.get(where).text
    assert TOKEN not in admin.get(page("channel", "history", channel.pk)).text


@pytest.mark.parametrize("address", ["", "exec://rm", "nonsense"])
def test_a_bad_address_is_refused_and_kept_as_typed(admin, address):
    answer = save(admin, page("channel", "add"), person=people["liaison.water"].pk, address=address)
    assert answer.status_code == 200
    assert answer.context["adminform"].form.errors["address"]
    assert not address or address in answer.text
    assert not Channel.objects.exists()


def test_what_is_changed_goes_through_the_same_services(admin):
    person = people["liaison.water"]
    channel = add_channel(person, by=person, at=MONDAY, name="x", address=f"dingtalk://{TOKEN}")
    where = page("channel", "change", channel.pk)
    assert save(admin, where, active="").status_code == 302
    channel.refresh_from_db()
    assert (channel.name, channel.active, channel.address) == ("值班手机", False, f"dingtalk://{TOKEN}")
    save(admin, where, address="feishu://abcdef")
    channel.refresh_from_db()
    assert (channel.active, channel.schema) == (True, "feishu")
    kinds = list(ChannelEvent.objects.order_by("id").values_list("kind", flat=True))
    assert kinds == ["added", "changed", "switched_off", "changed", "switched_on"]


def test_a_test_is_sent_from_the_list(admin):
    person = people["liaison.water"]
    channel = add_channel(person, by=person, at=MONDAY, name="x", address=f"dingtalk://{TOKEN}")
    for _ in range(2):
        answer = admin.post(
            page("channel", "changelist"), {"action": "send_test", "_selected_action": [channel.pk]}, follow=True
        )
    assert "刚刚已发送过测试消息" in answer.text
    assert Delivery.objects.get().test
    assert admin.get(page("delivery", "changelist")).status_code == 200


def test_quiet_hours_are_set_for_somebody(admin):
    person = people["liaison.water"]
    given = {"person": person.pk, "language": "en", "quiet_from": "22:00", "quiet_until": "07:00"}
    assert admin.post(page("preferences", "add"), given).status_code == 302
    kept = Preferences.objects.get(person=person)
    assert (kept.language, kept.quiet_from.hour) == ("en", 22)
    wrong = admin.post(page("preferences", "change", person.pk), given | {"quiet_until": ""})
    assert "免打扰时段须有开始和不同的结束时间" in wrong.text
    assert ChannelEvent.objects.get().kind == "preferred"


def test_people_of_other_areas_and_their_channels_do_not_exist_there(admin, wuhua):
    stranger = Person.objects.create(username="guandu", name="官渡联络员")
    Post.objects.create(person=stranger, role=Role.STREET_OFFICER, area_id="530111")
    theirs = add_channel(stranger, by=stranger, at=MONDAY, name="x", address=f"dingtalk://{TOKEN}")
    assert admin.get(page("channel", "change", theirs.pk)).status_code == 302
    answer = save(admin, page("channel", "add"), person=stranger.pk, address=f"dingtalk://{TOKEN}")
    assert answer.context["adminform"].form.errors["person"]
    assert list(admin.get(page("channel", "changelist")).context["cl"].queryset) == []
    assert Channel.objects.count() == 1


def test_nothing_is_deleted_there(admin):
    person = people["liaison.water"]
    channel = add_channel(person, by=person, at=MONDAY, name="x", address=f"dingtalk://{TOKEN}")
    assert admin.post(page("channel", "delete", channel.pk), {"post": "yes"}).status_code == 403
    admin.post(page("channel", "changelist"), {"action": "delete_selected", "_selected_action": [channel.pk]})
    assert Channel.objects.exists()
