"""What makes the pages an application on a phone."""

import re

from django.conf import settings
from django.contrib.staticfiles import finders
from django.urls import reverse
from PIL import Image

from tests.factories import people


def test_the_manifest_speaks_both_languages_and_its_icons_are_there(client, db):
    for language, name in (("zh-hans", "哨响"), ("en", "Shaoxiang")):
        client.cookies["django_language"] = language
        answer = client.get("/manifest.webmanifest")
        assert (answer.headers["Content-Type"], answer.json()["name"]) == ("application/manifest+json", name)
        for icon in answer.json()["icons"]:
            found = finders.find(re.sub(r"\.[0-9a-f]{12}\.", ".", icon["src"]).removeprefix(settings.STATIC_URL))
            with Image.open(found) as image:
                assert "{}x{}".format(*image.size) == icon["sizes"]


def test_the_worker_and_its_page_know_no_person(client, wuhua):
    strange = [client.get(address).content for address in ("/sw.js", "/outbox/")]
    client.force_login(people["liaison.housing"])
    client.cookies["django_language"] = "zh-hans"
    assert [client.get(address).content for address in ("/sw.js", "/outbox/")] == strange
    assert client.get("/sw.js").headers["Content-Type"].startswith("text/javascript")


def test_a_phone_asks_whom_it_acts_for_before_it_sends(client, wuhua):
    assert "/login/" in client.get(reverse("phone")).headers["Location"]
    client.force_login(people["liaison.housing"])
    said = client.get(reverse("phone")).json()
    assert (said["person"], bool(said["token"])) == (str(people["liaison.housing"].pk), True)
