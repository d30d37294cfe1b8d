"""The form that blows a whistle: drafts, submissions, what comes back, and what is like it."""

import pytest
import time_machine
from django.contrib.messages import get_messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests import factories
from tests.factories import FENGNING, HEILINPU, HONGSHAN, MONDAY, people, photo
from whistle.models import Photo, Whistle

NEW = "/whistles/new/"
LIMIT = 60_000
FORM = {
    "type": "key",
    "level": "general",
    "title": "虹山东路黑臭水外溢",
    "description": "雨后工地旁冒出黑臭水。",
    "area": HONGSHAN,
    "address": "虹山东路60号",
    "lat": "25.0586",
    "lng": "102.6869",
    "criteria": ["hazard", "joint"],
    "departments": ["drainage", "water"],
    "source": "resident",
    "item": "sewage",
}


@pytest.fixture(autouse=True)
def monday(wuhua):
    with time_machine.travel(MONDAY, tick=False):
        yield


@pytest.fixture
def browse(client):
    def log_in(username="officer.fengning"):
        client.force_login(people[username])
        client.cookies["django_language"] = "en"
        return client

    return log_in


def said(response):
    return [str(message) for message in get_messages(response.wsgi_request)]


def test_only_street_officers_blow(browse):
    assert browse().get(NEW).status_code == 200
    for username in ("secretary.fengning", "community.hongshan", "dispatcher", "liaison.water", "admin"):
        assert browse(username).get(NEW).status_code == 403, username


def test_the_form_offers_the_officers_own_street_and_all_that_can_be_called(browse):
    response = browse().get(NEW)
    text = response.content.decode()
    assert f'value="{HONGSHAN}"' in text
    assert HEILINPU not in text
    for code in ("key", "co_creation", "emergency", "water", "gas", "sewage", "joint"):
        assert f'value="{code}"' in text, code
    assert len(response.content) <= LIMIT


def test_a_draft_is_kept_and_is_not_blown(browse):
    response = browse().post(NEW, FORM)
    whistle = Whistle.objects.get()
    assert (response.status_code, response.url) == (302, reverse("whistle", args=[whistle.number]))
    assert whistle.state == "draft"
    assert whistle.suggested == ["drainage", "water"]
    assert [criterion["code"] for criterion in whistle.criteria] == ["hazard", "joint"]
    assert said(response) == ["Saved as a draft. It is not blown yet: submit it."]


@pytest.mark.parametrize(("type", "state"), [("key", "signing"), ("emergency", "dispatched")])
def test_saving_and_submitting_is_one_press(browse, type, state):
    browse().post(NEW, {**FORM, "type": type, "submit": "yes"})
    assert Whistle.objects.get().state == state


def test_who_is_named_to_lead_goes_first_ticked_or_not(browse):
    browse().post(NEW, {**FORM, "leads": "water"})
    browse().post(NEW, {**FORM, "leads": "gas"})
    suggested = list(Whistle.objects.order_by("id").values_list("suggested", flat=True))
    assert suggested == [["water", "drainage"], ["gas", "drainage", "water"]]


def test_who_cannot_be_called_cannot_lead(browse):
    for code in ("guandu-water", "nobody", "\x00"):
        response = browse().post(NEW, {**FORM, "leads": code})
        assert response.status_code == 400, code
    assert not Whistle.objects.exists()


def test_a_double_click_blows_once(browse):
    client = browse()
    urls = [client.post(NEW, {**FORM, "submit": "yes", "idempotency_key": "once"}).url for _click in range(2)]
    assert urls[0] == urls[1]
    assert Whistle.objects.count() == 1


def test_a_refused_form_comes_back_with_everything_typed_and_nothing_written(browse):
    sent = {**FORM, "criteria": ["hazard"], "leads": "water", "submit": "yes"}
    response = browse().post(NEW, sent)
    text = response.content.decode()
    assert response.status_code == 400
    assert "A Key whistle needs at least 2 criteria that hold; you named 1." in text
    assert "This criterion must hold: Cannot be solved without joint effort." in text
    for typed in ("虹山东路黑臭水外溢", "雨后工地旁冒出黑臭水。", "虹山东路60号", "25.0586", "102.6869"):
        assert typed in text, typed
    for chosen in (HONGSHAN, "resident", "sewage", "water"):
        assert f'<option value="{chosen}" selected>' in text, chosen
    form = response.context["form"]
    assert form["departments"].value() == ["drainage", "water"]
    assert response.context["chosen_type"] == "key"
    assert not Whistle.objects.exists()


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("type", "unheard", "There is no such type of whistle in this district."),
        ("title", "", "This field is required."),
        ("area", "530102005999", "There is no area with this code. Choose one from the list."),
        ("area", "530102", "A whistle lies in a street, a community or a grid; choose one of those."),
        ("lat", "", "A point needs both its latitude and its longitude."),
        ("departments", ["guandu-water"], "is not a department of this district that can be called."),
        ("item", "unheard", "There is no such item in the responsibility list of this district."),
        ("criteria", ["joint", "unheard"], "is not a criterion of this type."),
        ("title", "\x00", "Null characters are not allowed."),
        ("area", "\x00", "Null characters are not allowed."),
        ("type", "\x00", "Null characters are not allowed."),
        ("description", "长" * (5 * 1024 * 1024 // 3), "Ensure this value has at most 5000 characters"),
    ],
)
def test_what_cannot_be_so_is_said_beside_its_field(browse, field, value, sentence):
    response = browse().post(NEW, {**FORM, field: value})
    assert response.status_code == 400
    assert sentence in response.content.decode()
    assert not Whistle.objects.exists()


def test_another_street_is_not_ones_own_and_the_typed_text_is_kept(browse):
    response = browse().post(NEW, {**FORM, "area": f"{HEILINPU}001"})
    assert response.status_code == 403
    assert "You can only blow whistles for your own street." in response.content.decode()
    assert FORM["description"] in response.content.decode()


def test_a_point_outside_the_district_is_warned_of_and_kept(browse):
    response = browse().post(NEW, {**FORM, "lat": "39.9", "lng": "116.4"})
    assert "The point lies outside the district. Please check it on the map." in said(response)
    assert Whistle.objects.get().lat == 39.9


def test_photos_are_kept_with_the_draft_and_what_is_none_is_refused(browse):
    response = browse().post(NEW, {**FORM, "photos": [SimpleUploadedFile("a.jpg", b"text", "image/jpeg")]})
    assert response.status_code == 400
    assert "is not a JPEG, PNG or WebP image" in response.content.decode()
    assert "please choose them again" in response.content.decode()
    browse().post(NEW, {**FORM, "photos": [photo(), photo()]})
    assert Photo.objects.filter(whistle=Whistle.objects.get()).count() == 2


def test_a_draft_is_put_right_and_submitted(browse):
    whistle = factories.drafted(lead="water", assisting=("drainage",))
    url = reverse("whistle-edit", args=[whistle.number])
    response = browse().get(url)
    form = response.context["form"]
    assert form["departments"].value() == ["water", "drainage"]
    assert form["leads"].value() == "water"
    assert f'<option value="{HONGSHAN}" selected>' in response.content.decode()
    browse().post(url, {**FORM, "title": "换一个说法", "leads": "gas", "submit": "yes"})
    whistle.refresh_from_db()
    assert (whistle.title, whistle.state) == ("换一个说法", "signing")
    assert whistle.suggested == ["gas", "drainage", "water"]


def test_a_whistle_that_has_left_the_desk_is_not_changed(browse):
    whistle = factories.filed()
    url = reverse("whistle-edit", args=[whistle.number])
    assert browse().get(url).status_code == 409
    response = browse().post(url, {**FORM, "title": "换一个说法"})
    assert response.status_code == 409
    assert "换一个说法" in response.content.decode()
    whistle.refresh_from_db()
    assert whistle.title != "换一个说法"


def test_nobody_else_changes_a_draft(browse):
    url = reverse("whistle-edit", args=[factories.drafted().number])
    assert browse("dispatcher").get(url).status_code == 403
    assert browse("secretary.fengning").post(url, FORM).status_code == 403
    assert browse("officer.heilinpu").get(url).status_code == 404


def test_what_is_like_it_is_shown_while_it_is_written_and_before_it_is_submitted(browse):
    there = factories.filed(title="已经吹过的哨")
    draft = factories.drafted(title="新写的哨")
    client = browse()
    fragment = client.get("/whistles/similar/", {"area": HONGSHAN, "lat": "25.0587", "lng": "102.6869"})
    text = fragment.content.decode()
    assert "已经吹过的哨" in text
    assert "11 m away" in text
    assert "<html" not in text
    for url in (reverse("whistle", args=[draft.number]), reverse("whistle-edit", args=[draft.number])):
        assert [found.pk for found in client.get(url).context["similar"]] == [there.pk], url


def test_what_is_half_typed_or_of_another_street_finds_nothing(browse):
    factories.filed(title="别街的哨", area=f"{HEILINPU}001")
    client = browse()
    for asked in (
        {},
        {"lat": "2x", "lng": "102.68"},
        {"area": f"{HEILINPU}001"},
        {"area": "\x00", "item": "\x00", "besides": "\x00"},
        {"item": "unheard"},
    ):
        response = client.get("/whistles/similar/", asked)
        assert response.status_code == 200, asked
        assert "别街的哨" not in response.content.decode(), asked
    assert browse("dispatcher").get("/whistles/similar/", {"area": HONGSHAN}).status_code == 200


def test_links_may_name_the_place(browse):
    form = browse().get(NEW, {"area": FENGNING, "type": "emergency"}).context["form"]
    assert (form["area"].value(), form["type"].value()) == (FENGNING, "emergency")


# --- where it is, and who should come ---


def asks(browse, **given):
    return browse().get("/whistles/where/", given).json()


def test_a_point_finds_the_community_of_the_nearest_known_place_and_an_area_its_middle(browse):
    assert asks(browse, lat="25.0587", lng="102.687")["area"] is None
    factories.drafted(area=f"{HONGSHAN}001")
    factories.reported(area=f"{HONGSHAN}001")
    found = asks(browse, lat="25.0587", lng="102.687")
    assert (found["area"]["code"], found["sure"], found["sentences"]) == (HONGSHAN, False, [])
    assert asks(browse, area=HONGSHAN)["point"] == pytest.approx([25.0586, 102.6869])
    assert asks(browse, area=f"{HEILINPU}001")["point"] is None


def test_a_point_lies_in_the_community_whose_outline_holds_it(browse):
    square = [[102.68, 25.05], [102.69, 25.05], [102.69, 25.06], [102.68, 25.06], [102.68, 25.05]]
    factories.Area.objects.filter(pk=HONGSHAN).update(outline={"type": "Polygon", "coordinates": [square]})
    factories.drafted(area=f"{FENGNING}007")
    found = asks(browse, lat="25.0587", lng="102.687")
    assert (found["area"]["code"], found["sure"]) == (HONGSHAN, True)


def test_a_point_far_off_is_told_in_kilometres_and_blocks_nothing(browse):
    found = asks(browse, lat="26", lng="102.687")
    assert found["area"] is None
    [sentence] = found["sentences"]
    assert sentence.startswith("The point lies outside the district, ")
    assert browse().post(NEW, {**FORM, "lat": "26"}).status_code == 302


def test_another_streets_places_are_not_told(browse):
    factories.drafted(area=f"{HEILINPU}001", lat=25.0586, lng=102.6869)
    assert asks(browse, lat="25.0587", lng="102.687")["area"] is None
    assert browse("dispatcher").get("/whistles/where/", {"lat": "25", "lng": "102"}).json()["area"] is None
    for junk in ({"lat": "x", "lng": "1"}, {"lat": "99", "lng": "1"}, {"area": "\x00"}, {}):
        assert asks(browse, **junk)["area"] is None


def test_departments_are_suggested_with_the_reasons(browse):
    factories.finished(lead="gas", assisting=["water"], area=f"{HONGSHAN}001", item=factories.item("sewage"))
    text = browse().get("/whistles/suggested/", {"item": "sewage", "area": HONGSHAN}).content.decode()
    assert "leads “Sewage overflow” by the responsibility list" in text
    assert "assists with “Sewage overflow” by the responsibility list" in text
    assert "handled 1 such case here in the last year" in text
    assert text.index("Wuhua Water Affairs") < text.index("PetroChina Kunlun Gas")
    emergency = browse().get("/whistles/suggested/", {"type": "emergency"}).content.decode()
    assert "called at once by the playbook of" in emergency
    for junk in ({}, {"item": "\x00", "type": "\x00", "area": "\x00"}, {"item": "unheard"}):
        assert "Suggested" not in browse().get("/whistles/suggested/", junk).content.decode()
    assert "Suggested" not in browse("dispatcher").get("/whistles/suggested/", {"item": "sewage"}).content.decode()
