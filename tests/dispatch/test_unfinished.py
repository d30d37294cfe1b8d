"""What is typed into the form of a whistle is kept while it is typed, and nothing is written over or sent twice."""

from datetime import timedelta

import pytest
import time_machine
from django.core.files.storage import default_storage
from django.urls import reverse

from tests.dispatch.test_pages_blowing import FORM, NEW, said
from tests.factories import MONDAY, drafted, photo
from whistle.models import Photo, Unfinished, UnfinishedPhoto, Whistle

KEY, OTHER = "a" * 32, "b" * 32
OFFICER = "officer.fengning"


@pytest.fixture(autouse=True)
def monday(wuhua):
    with time_machine.travel(MONDAY, tick=False):
        yield


def keep(client, key=KEY, *, version=0, **typed):
    return client.post(reverse("unfinished-keep", args=[key]), {**typed, "version": version})


def send_ahead(client, key=KEY, upload=None):
    return client.post(reverse("unfinished-keep-photo", args=[key]), {"photos": upload or photo()})


def test_what_is_half_typed_is_there_again_on_any_device(as_):
    client = as_(OFFICER)
    assert keep(client, title="黑臭水", criteria=["hazard"], area=FORM["area"]).json()["version"] == 1
    assert keep(client, title="黑臭水外溢", criteria=["hazard", "joint"], version=1).json()["version"] == 2
    page = client.get(NEW, {"draft": KEY})
    assert page.context["form"]["title"].value() == "黑臭水外溢"
    assert page.context["form"]["criteria"].value() == ["hazard", "joint"]
    assert 'name="version" value="2"' in page.content.decode()
    desk = client.get("/").content.decode()
    assert "Goes on where you left it" in desk
    assert f"{NEW}?draft={KEY}" in desk
    fresh = client.get(NEW)
    assert fresh.context["form"]["title"].value() is None
    assert "黑臭水外溢" in fresh.content.decode()
    assert not Whistle.objects.exists()


def test_nobody_else_sees_it(as_):
    keep(as_(OFFICER), title="只给自己看")
    send_ahead(as_(OFFICER))
    other = as_("officer.heilinpu")
    assert "只给自己看" not in other.get(NEW, {"draft": KEY}).content.decode()
    assert keep(other, title="x", version=1).status_code == 403
    kept = UnfinishedPhoto.objects.get()
    assert other.get(reverse("unfinished-photo", args=[kept.pk])).status_code == 404
    assert other.post(reverse("unfinished-photo-remove", args=[kept.pk])).status_code == 404
    assert other.post(reverse("unfinished-throw-away", args=[KEY])).status_code == 404
    assert keep(as_("dispatcher"), OTHER, title="x").status_code == 403
    assert Unfinished.objects.get().typed["title"] == "只给自己看"


def test_the_later_of_two_tabs_writes_nothing_over(as_):
    client = as_(OFFICER)
    keep(client, title="第一个窗口")
    answer = keep(client, title="第二个窗口")
    assert answer.status_code == 409
    assert answer.json()["code"] == "changed_elsewhere"
    assert "another tab or on another device at 23 Nov 2026, 09:00:00" in answer.json()["detail"]
    assert answer.json()["other"] == f"{NEW}?draft={KEY}"
    assert Unfinished.objects.get().typed["title"] == "第一个窗口"
    # The tab goes on under a key of its own: both are kept.
    assert keep(client, OTHER, title="第二个窗口").status_code == 200
    assert Unfinished.objects.count() == 2


def test_with_the_whistle_it_becomes_it_is_gone_and_an_old_page_blows_nothing_twice(as_):
    client = as_(OFFICER)
    keep(client, title="x")
    client.post(NEW, {**FORM, "draft": KEY, "submit": "yes"})
    whistle = Whistle.objects.get()
    row = Unfinished.objects.get()
    assert (row.typed, row.became) == ({}, whistle)
    assert "Goes on where you left it" not in client.get("/").content.decode()
    page = reverse("whistle", args=[whistle.number])
    for again in (
        client.post(NEW, {**FORM, "draft": KEY, "title": "另一个说法", "submit": "yes"}),
        client.get(NEW, {"draft": KEY}),
    ):
        assert again.url == page
        assert "Nothing was sent twice" in said(again)[-1]
    answer = keep(client, title="还在写", version=1)
    assert (answer.status_code, answer.json()["other"]) == (409, page)
    assert Whistle.objects.count() == 1


def test_also_what_was_never_kept_is_known_to_have_been_sent(as_):
    client = as_(OFFICER)
    client.post(NEW, {**FORM, "draft": KEY})
    assert "Nothing was sent twice" in said(client.post(NEW, {**FORM, "draft": KEY, "title": "另一个说法"}))[-1]
    assert Whistle.objects.count() == 1


def test_a_repeated_request_says_that_it_was_not_sent_twice(as_):
    client = as_(OFFICER)
    sent = {**FORM, "idempotency_key": "once"}
    client.post(NEW, sent)
    assert "Nothing was sent twice" in said(client.post(NEW, sent))[-1]
    changed = client.post(NEW, {**sent, "title": "另一个说法"})
    assert (changed.status_code, Whistle.objects.count()) == (409, 1)
    assert "This page was sent already." in changed.content.decode()
    assert "另一个说法" in changed.content.decode()


def test_a_refused_form_keeps_what_was_kept(as_):
    client = as_(OFFICER)
    keep(client, title="x")
    send_ahead(client)
    page = client.post(NEW, {**FORM, "draft": KEY, "criteria": []})
    assert page.status_code == 400
    assert Unfinished.objects.get().became is None
    assert reverse("unfinished-photo", args=[UnfinishedPhoto.objects.get().pk]) in page.content.decode()


def test_photos_sent_ahead_come_with_the_whistle_once(as_):
    client = as_(OFFICER)
    upload = photo(color="steelblue")
    send_ahead(client, upload=upload)
    send_ahead(client, upload=photo(color="red"))
    upload.seek(0)
    name = UnfinishedPhoto.objects.first().file.name
    assert default_storage.exists(name)
    client.post(NEW, {**FORM, "draft": KEY, "photos": [upload]})
    assert Photo.objects.filter(whistle=Whistle.objects.get()).count() == 2
    assert not UnfinishedPhoto.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_files_go_with_what_is_thrown_away(as_):
    client = as_(OFFICER)
    send_ahead(client)
    kept = UnfinishedPhoto.objects.get()
    client.post(reverse("unfinished-photo-remove", args=[kept.pk]))
    assert not default_storage.exists(kept.file.name)
    send_ahead(client)
    name = UnfinishedPhoto.objects.get().file.name
    answer = client.post(reverse("unfinished-throw-away", args=[KEY]))
    assert answer.url == "/"
    assert not Unfinished.objects.exists()
    assert not default_storage.exists(name)


def test_a_photo_that_cannot_be_taken_is_refused_in_words_and_the_rest_stays(as_, monkeypatch):
    client = as_(OFFICER)
    keep(client, title="x")
    monkeypatch.setattr("common.fields.PHOTO_BYTES", 10)
    answer = send_ahead(client)
    assert (answer.status_code, answer.json()["detail"]) == (400, "“photo.png” is larger than 10 MB.")
    monkeypatch.undo()
    for _ in range(9):
        assert send_ahead(client).status_code == 200
    assert "At most 9 photos" in send_ahead(client).json()["detail"]
    page = client.post(NEW, {**FORM, "draft": KEY, "photos": [photo(color="red")]})
    assert page.status_code == 400
    assert "At most 9 photos" in page.content.decode()
    assert Unfinished.objects.get().typed["title"] == "x"


@pytest.mark.parametrize(
    ("key", "given", "status"),
    [
        ("short", {"version": "0"}, 400),
        (KEY, {"version": "x"}, 400),
        (KEY, {}, 400),
        (KEY, {"version": "0", "description": "长" * 50_000}, 400),
        (KEY, {"version": "0", "title": "a\0b"}, 200),
        (KEY, {"version": "0", "besides": "unheard"}, 404),
    ],
)
def test_whatever_is_sent_is_kept_or_refused_in_words(as_, key, given, status):
    answer = as_(OFFICER).post(reverse("unfinished-keep", args=[key]), given)
    assert answer.status_code == status
    assert Unfinished.objects.exists() == (status == 200)


def test_there_are_not_more_unfinished_ones_than_can_be_looked_through(as_):
    client = as_(OFFICER)
    for number in range(20):
        keep(client, f"{number:032x}", title="x")
    answer = keep(client, title="x")
    assert answer.status_code == 400
    assert "You have 20 unfinished whistles." in answer.json()["detail"]


# --- a draft that is put right ---


def test_changes_to_a_draft_are_kept_until_they_are_saved(as_):
    whistle, client = drafted(), as_(OFFICER)
    url = reverse("whistle-edit", args=[whistle.number])
    keep(client, title="改了一半", besides=whistle.number)
    assert client.get(url, {"draft": KEY}).context["form"]["title"].value() == "改了一半"
    assert client.get(NEW, {"draft": KEY}).context["form"]["title"].value() is None
    assert f"{url}?draft={KEY}" in client.get(url).content.decode() or "改了一半" in client.get(url).content.decode()
    assert f"Changes to {whistle.number}, not saved" in client.get("/").content.decode()
    client.post(url, {**FORM, "draft": KEY})
    assert not Unfinished.objects.exists()


def test_a_draft_that_was_changed_meanwhile_is_not_written_over(as_):
    whistle, client = drafted(), as_(OFFICER)
    url = reverse("whistle-edit", args=[whistle.number])
    written = client.get(url).context["written"]
    with time_machine.travel(MONDAY + timedelta(minutes=5), tick=False):
        client.post(url, {**FORM, "title": "先保存的", "written": written})
    answer = client.post(url, {**FORM, "title": "后保存的", "written": written})
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "changed it at 23 Nov 2026, 09:05:00, after you had opened it. Nothing was written over." in text
    assert "后保存的" in text
    whistle.refresh_from_db()
    assert whistle.title == "先保存的"
    client.post(url, {**FORM, "title": "后保存的", "written": answer.context["written"]})
    whistle.refresh_from_db()
    assert whistle.title == "后保存的"
