"""What the auditor newly finds reaches those who can mend it, by inbox and channel, once."""

from datetime import time, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from common.health import Pulse
from dispatch import audit, clocks, messages
from dispatch.models import Deadline, Finding, Message, Preferences
from dispatch.services.channels import add_channel
from dispatch.services.findings import Found, note_findings
from grid.models import Person, Post, Role
from tests.api.calling import Caller
from tests.factories import DISTRICT, MONDAY, people

NOW = MONDAY + timedelta(hours=3)


@pytest.fixture(autouse=True)
def no_broker(monkeypatch):
    monkeypatch.setattr(audit, "record_audit", lambda audit: None)
    monkeypatch.setattr(audit, "take_pulse", lambda: Pulse(None, None, {}))


@pytest.fixture
def administrators(wuhua):
    """Of the district itself, of another one, of the city, and one without the flag that opens the settings."""
    Person.objects.filter(username="admin").update(is_superuser=False)
    made = {"here": people["admin"]}
    for name, code, staff in (("elsewhere", "530111", True), ("city", "5301", True), ("former", DISTRICT, False)):
        made[name] = Person.objects.create_user(f"administrator.{name}", name=name, is_staff=staff)
        Post.objects.create(person=made[name], role=Role.ADMINISTRATOR, area_id=code)
    return made


def heard(**about):
    return {message.person.username for message in Message.objects.filter(finding__isnull=False, **about)}


def test_a_clock_that_is_set_aside_reaches_the_administrators_there_once(wuhua, administrators, caplog):
    whistle = wuhua.dispatched(lead="water", assisting=[])
    while clocks.fire_due(limit=100, now=NOW):
        pass
    clock = whistle.deadlines.get(kind="resolve")
    Deadline.objects.filter(pk=clock.pk).update(plan=[7], next_at=NOW)
    clocks.fire_due(limit=100, now=NOW + timedelta(seconds=1))
    for minute in (1, 2, 3):
        audit.report(NOW + timedelta(minutes=minute))
    assert heard(finding__question="set_aside") == {"admin", "administrator.city"}
    assert Message.objects.filter(finding__question="set_aside").count() == 2
    # Mended, and broken once more: that is another finding.
    Deadline.objects.filter(pk=clock.pk).update(trouble="", set_aside_at=None)
    note_findings({}, at=NOW + timedelta(minutes=5))
    note_findings({(DISTRICT, "set_aside"): Found(1)}, at=NOW + timedelta(minutes=6))
    assert Message.objects.filter(finding__question="set_aside").count() == 4


def test_what_is_wrong_with_messages_is_everybodys_and_less_urgent(administrators):
    note_findings({(None, "stuck"): Found(3), ("530111", "unwatched"): Found(1)}, at=NOW)
    assert heard(finding__question="stuck") == {"admin", "administrator.city", "administrator.elsewhere"}
    assert heard(finding__question="unwatched") == {"administrator.city", "administrator.elsewhere"}
    assert set(Message.objects.values_list("finding__question", "urgent")) == {("stuck", False), ("unwatched", True)}


def test_finding_and_alarm_are_written_together_or_not_at_all(administrators, monkeypatch):
    def fail(findings):
        raise RuntimeError

    monkeypatch.setattr("dispatch.services.findings.raise_alarm", fail)
    with pytest.raises(RuntimeError), transaction.atomic():
        note_findings({(DISTRICT, "unwatched"): Found(1)}, at=NOW)
    assert not Finding.objects.exists()


def test_a_message_is_about_an_event_or_a_finding(wuhua):
    with pytest.raises(IntegrityError), transaction.atomic():
        Message.objects.create(person=people["admin"], at=NOW)


def test_the_alarm_stands_in_the_inbox_leads_to_the_operations_and_goes_out_at_night(administrators, outside):
    admin = administrators["here"]
    side = outside(200)
    add_channel(admin, by=admin, at=MONDAY, name="手机", address=side.address)
    Preferences.objects.create(person=admin, quiet_from=time(22), quiet_until=time(7))
    night = MONDAY + timedelta(hours=14)
    note_findings({(DISTRICT, "unwatched"): Found(2)}, at=night)
    message = Message.objects.get(person=admin)
    assert message.leaves_at - night < timedelta(minutes=5)
    browser = Client(headers={"accept-language": "en"})
    browser.force_login(admin, backend="django.contrib.auth.backends.ModelBackend")
    page = browser.get(reverse("messages")).content.decode()
    assert "The auditor found something: Steps that nobody told in time" in page
    assert "五华区" in page
    assert browser.get(reverse("message", args=[message.pk])).url == reverse("operations")
    [row] = Caller("admin", language="en").get("messages/").json()["results"]
    assert (row["kind"], row["about"], row["number"], row["page"]) == ("finding", "finding", None, "/operations/")


def test_an_alarm_costs_the_same_for_one_administrator_and_for_many(administrators, django_assert_num_queries):
    finding = Finding.objects.create(district_id=DISTRICT, question="unwatched", count=1, since=NOW)
    for number in range(5):
        person = Person.objects.create_user(f"more.{number}", is_staff=True)
        Post.objects.create(person=person, role=Role.ADMINISTRATOR, area_id=DISTRICT)
    with django_assert_num_queries(3):
        assert len(messages.raise_alarm([finding])) == 7
