"""Every page and every answer of the API keeps to the reader's language; only what people wrote stays as it is."""

import re
from datetime import timedelta
from html.parser import HTMLParser

import pytest
import time_machine
from django.apps import apps
from django.contrib import admin
from django.db.models import CharField, TextField
from django.test import Client
from django.urls import reverse

from assessment.models import Formula
from assessment.services.formulas import draft_from_preset
from config.manual import PAGES
from dispatch import couriers, services
from dispatch.models import Order
from dispatch.services.channels import add_channel, send_test
from grid.demo import ACCOUNTS
from grid.models import Area, Department
from tests.api.calling import Caller, draft
from tests.factories import (
    DISTRICT,
    FENGNING,
    HEILINPU,
    MONDAY,
    acknowledged,
    closed,
    departments,
    dispatched,
    drafted,
    filed,
    finished,
    orders_of,
    people,
    reported,
    sent,
    signing,
    verified,
)
from whistle.models import AdviceLetter, Lead, Whistle

NOW = MONDAY + timedelta(hours=30)
HAN = re.compile(r"[一-鿿]+")
LATIN = re.compile(r"[A-Za-z]{2,}")
OURS = ("grid", "whistle", "dispatch", "assessment")


@pytest.fixture
def busy(wuhua, outside):
    """A district in which a whistle stands in most places, some departments are late, and one returned its order."""
    with time_machine.travel(NOW, tick=False):
        drafted(at=NOW)
        signing(at=NOW)
        filed(at=NOW)
        acknowledged(at=NOW - timedelta(hours=3), level="major")
        dispatched(at=NOW - timedelta(hours=1), type="emergency", lead="fire", assisting=("gas",))
        returned = orders_of(dispatched(at=NOW - timedelta(minutes=5)))["water"]
        services.return_order(
            returned,
            by=people["liaison.water"],
            at=NOW,
            reason="管线不归我单位。",
            suggested_department=departments["drainage"],
        )
        finished(at=NOW)
        verified(at=NOW)
        closed(at=NOW)
        reported(at=NOW, hard=True, hotline_number="昆12345", answer_by=NOW + timedelta(hours=4))
        sent(at=NOW)
        services.reply(sent(at=NOW), by=people["liaison.water"], at=NOW, reply="已列入计划。")
        unreachable(outside)
        draft_from_preset("qinhuai-departments", by=people["assessor"], at=NOW, area=DISTRICT)
        yield


def unreachable(outside):
    """Somebody whose channel does not take what they should hear of."""
    person = people["liaison.water"]
    channel = add_channel(person, by=person, at=NOW, name="值班手机", address=outside(500).address)
    send_test(channel, by=person, at=NOW)
    couriers.make_round(now=NOW)
    dispatched(at=NOW, lead="water", assisting=())
    couriers.make_round(now=NOW + timedelta(minutes=2))


class Words(HTMLParser):
    """What a person reads, or hears, on a page: texts and the attributes that stand for one."""

    SPOKEN = ("title", "alt", "placeholder", "aria-label", "data-label")

    def __init__(self, page):
        super().__init__()
        self.found, self.silent = [], False
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        # Code is written as it stands, in every language.
        self.silent = tag in ("script", "style", "code")
        self.found += [value for name, value in attrs if name in self.SPOKEN and value]

    def handle_endtag(self, tag):
        self.silent = False

    def handle_data(self, data):
        if not self.silent:
            self.found.append(data)


def joined(text):
    return " ".join(text.split())


def written_by_people(models):
    """Every text in the database as a page may show it, names and codes included, the longest first."""
    texts = {area.short_name for area in Area.objects.all()}
    for model in models:
        for field in model._meta.concrete_fields:
            if isinstance(field, (CharField, TextField)):
                texts.update(joined(text) for text in model.objects.values_list(field.name, flat=True).distinct())
    return sorted(filter(None, texts), key=len, reverse=True)


def strangers(page, pattern, data, allowed):
    """The texts of a page in which `pattern` is left when what people wrote is taken out."""
    found = set()
    for text in map(joined, Words(page).found):
        rest = text
        for known in data if pattern.search(text) else ():
            rest = rest.replace(known, " ")
        if not set(pattern.findall(rest)) <= allowed:
            found.add(text)
    return found


DESKS = ("workbench", "triage", "my-orders", "sign", "blow", "score", "callbacks", "whistles", "ranking")
DESKS += ("accountabilities", "analysis", "bulletins", "messages", "channels", "stuck-messages", "operations", "help")


# One for each role: what the others read differs in names alone.
READERS = list({account.role: account.username for account in reversed(ACCOUNTS)}.values())


def pages():
    """`(account, address)`: each role's desks and, as the street and the centre see them, cases and their acts."""
    for reader in READERS:
        yield from ((reader, reverse(desk)) for desk in DESKS)
    yield from (("officer.fengning", reverse("help-page", args=[slug])) for slug in PAGES)
    housing = Department.objects.get(code="housing", district=DISTRICT).pk
    for of, unit, figures in (
        ("departments", housing, ("acknowledge_met", "cooperation")),
        ("streets", FENGNING, ("whistles", "upheld")),
    ):
        yield "assessor", f"{reverse('ranking')}?of={of}"
        yield "assessor", reverse("ranking-unit", args=[of, unit])
        yield from (("assessor", reverse("ranking-figure", args=[of, unit, figure])) for figure in figures)
    yield "assessor", reverse("bulletin", args=[f"{DISTRICT}-2026-11"])
    yield from (("assessor", f"{reverse('formulas')}?of={of}") for of in ("departments", "communities"))
    for formula in Formula.objects.drafts():
        yield "assessor", reverse("formula", args=[formula.pk])
        yield "assessor", reverse("formula-act", args=[formula.pk, "adopt"])
        yield "assessor", reverse("formula-what-if", args=[formula.pk])
    yield "liaison.water", f"{reverse('my-orders')}?show=finished"
    for whistle in Whistle.objects.all():
        yield "officer.fengning", reverse("whistle", args=[whistle.number])
        yield "dispatcher", reverse("whistle", args=[whistle.number])
        for act in ("request-signatures", "dispatch", "return", "decline", "escalate", "withdraw", "verify", "reopen"):
            yield "officer.fengning", reverse("whistle-act", args=[whistle.number, act])
            yield "dispatcher", reverse("whistle-act", args=[whistle.number, act])
    for desk in ("leads", "lead-new", "letters", "letter-new"):
        yield from ((reader, reverse(desk)) for reader in READERS)
    for letter in AdviceLetter.objects.all():
        yield "officer.fengning", reverse("letter", args=[letter.number])
        yield "liaison.water", reverse("letter-act", args=[letter.number, "reply"])
        yield "officer.fengning", reverse("letter-act", args=[letter.number, "outcome"])
    for lead in Lead.objects.all():
        yield "officer.fengning", reverse("lead", args=[lead.number])
        for act in ("solve", "whistle", "pass-back", "note"):
            yield "officer.fengning", reverse("lead-act", args=[lead.number, act])
    for order in Order.objects.filter(department__code="water"):
        yield "liaison.water", reverse("order", args=[order.number])
        for act in ("acknowledge", "return", "report", "progress", "submit-result"):
            yield "liaison.water", reverse("order-act", args=[order.number, act])


def visit(language, addresses):
    """The pages as these people get them, refusals among them; one browser for each person."""
    browsers = {}
    for username, address in addresses:
        if username not in browsers:
            browsers[username] = Client(headers={"accept-language": language})
            browsers[username].force_login(people[username])
        answer = browsers[username].get(address)
        assert answer.status_code in (200, 302, 403, 404, 409), (username, address, answer.status_code)
        if answer.status_code != 302:
            yield username, address, answer


# A word of its own language on each page: the switch to the other one.
LANGUAGES = [("zh-hans", LATIN, {"English"}), ("en", HAN, {"中文"})]


@pytest.mark.parametrize(("language", "foreign", "allowed"), LANGUAGES)
def test_pages_keep_to_one_language(busy, language, foreign, allowed):
    # Chinese pages hold nothing in Latin letters, whoever wrote it.
    data = []
    if language == "en":
        data = written_by_people(model for label in OURS for model in apps.get_app_config(label).get_models())
    wrong, seen = {}, 0
    for username, address, answer in visit(language, pages()):
        assert f'<html lang="{"zh-Hans" if language == "zh-hans" else "en"}"' in answer.text
        seen += answer.status_code == 200
        for text in strangers(answer.text, foreign, data, allowed):
            wrong[text] = f"{username} {address}"
    assert wrong == {}
    assert seen > 100


@pytest.mark.parametrize(("language", "foreign", "allowed"), LANGUAGES)
def test_pages_for_nobody_in_particular_keep_to_one_language(db, language, foreign, allowed):
    client = Client(headers={"accept-language": language})
    answers = [client.get(reverse("login")), client.post(reverse("login"), {"username": "", "password": ""})]
    for _attempt in range(9):
        answers.append(client.post(reverse("login"), {"username": "nobody", "password": "guessed"}))
    assert answers[-1].status_code == 429, "locked out"
    for answer in answers:
        assert strangers(answer.text, foreign, ["nobody"], allowed) == set()


# Django has no translation for the first ones; the others are written so in Chinese too.
OF_DJANGO = {"True", "False", "None", "Search"} | {"English", "Control", "Mac", "Command", "GB", "LDAP"}


def test_the_settings_are_in_chinese(busy):
    data = written_by_people(apps.get_models())
    shown = [model for model in admin.site._registry if model._meta.app_label in OURS]
    addresses = [reverse("admin:index")]
    for model in shown:
        for page in ("changelist", "add"):
            addresses.append(reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}"))
    wrong = {}
    for _username, address, answer in visit("zh-hans", [("admin", address) for address in addresses]):
        for text in strangers(answer.text, LATIN, data, OF_DJANGO):
            wrong[text] = address
    assert wrong == {}


# --- the API -------------------------------------------------------------------------------------------------------

MISTAKES = {
    "no such area": ("whistles/", draft(area="999999999999")),
    "nothing given": ("whistles/", {}),
    "no such type": ("whistles/", draft(type="none", level="none", source="none")),
    "too few criteria": ("whistles/", draft(criteria=[])),
    "no such department": ("whistles/", draft(departments=["none"])),
    "too long": ("whistles/", draft(title="长" * 500)),
    "half a point": ("whistles/", draft(lng=None)),
    "no number": ("whistles/", draft(lat="far", lng="away")),
    "no list": ("whistles/", draft(criteria="hazard")),
    "another street": ("whistles/", draft(area=HEILINPU)),
    "broken JSON": ("whistles/", "{"),
    "no object": ("whistles/", "[]"),
    "no such whistle": ("whistles/530102-20261123-9999/sign/", {}),
    "no such act": ("whistles/{number}/none/", {}),
    "not my part": ("whistles/{number}/dispatch/", {"lead": "water"}),
    "nothing typed": ("whistles/{number}/withdraw/", {}),
}


@pytest.mark.parametrize("mistake", MISTAKES)
@pytest.mark.parametrize(("language", "foreign"), [("zh-hans", LATIN), ("en", HAN)])
def test_the_api_refuses_in_the_language_of_whoever_asks(wuhua, mistake, language, foreign):
    number = filed().number
    path, body = MISTAKES[mistake]
    answer = Caller("officer.fengning", language).post(path.format(number=number), body)
    assert 400 <= answer.status_code < 500, answer.content
    said = [answer.json()["detail"], *(text for texts in answer.json().get("fields", {}).values() for text in texts)]
    given = ["none", "JSON", "虹", *written_by_people([Area])]
    assert all(said)
    for sentence in said:
        for known in given:
            sentence = sentence.replace(known, " ")
        assert not foreign.search(sentence), sentence


@pytest.mark.parametrize(("language", "foreign"), [("zh-hans", LATIN), ("en", HAN)])
def test_the_api_refuses_strangers_in_their_language(wuhua, language, foreign):
    client = Client(headers={"accept-language": language})
    answers = [
        client.get("/api/v1/whistles/"),
        client.get("/api/v1/whistles/", headers={"Authorization": "Token wrong"}),
        client.post("/api/v1/token/", {"username": "dispatcher", "password": "wrong"}, "application/json"),
        client.post("/api/v1/token/", {}, "application/json"),
        client.post("/api/v1/token/", "{", "application/json"),
        client.post("/api/v1/token/", "x", "text/csv"),
        client.delete("/api/v1/token/"),
        Caller("dispatcher", language).get("whistles/", state="none", filed_after="none"),
        Caller("dispatcher", language).get("rankings/", month="none", of="departments"),
        Caller("dispatcher", language).get("whistles/", page="none"),
    ]
    for answer in answers:
        assert 400 <= answer.status_code < 500
        said = answer.json()
        for sentence in [said["detail"], *(text for texts in said.get("fields", {}).values() for text in texts)]:
            assert not foreign.search(sentence.replace("JSON", "").replace("none", "")), sentence


@pytest.mark.parametrize(("language", "foreign"), [("zh-hans", LATIN), ("en", HAN)])
def test_the_api_names_states_and_acts_in_the_language_of_whoever_asks(wuhua, language, foreign):
    number = filed().number
    said = Caller("dispatcher", language).get(f"whistles/{number}/").json()
    labels = [action["label"] for action in said["actions"]]
    labels += [field["label"] for action in said["actions"] for field in action["fields"]]
    assert len(labels) > 5
    assert [label for label in labels if foreign.search(label)] == []
