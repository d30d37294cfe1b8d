"""Whatever is sent to an act, it is taken or refused in words; it never upsets the program."""

import contextlib
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils.datastructures import MultiValueDict
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from rest_framework.test import APIClient

import assessment.actions  # noqa: F401 (adds the scores to the table)
from assessment.bulletin_actions import appeal_actions, bulletin_actions, points_actions
from assessment.formula_actions import formula_actions
from assessment.services.formulas import draft_from_preset
from common.errors import Refusal
from dispatch.actions import order_actions, whistle_actions
from dispatch.lead_actions import lead_actions
from dispatch.letter_actions import letter_actions
from dispatch.session_actions import session_actions, task_actions
from tests import months
from tests.acting import again
from tests.factories import MONDAY, orders_of, people
from whistle.forms import WhistleForm
from whistle.services import create_draft

AT = MONDAY + timedelta(days=3)
# What JSON can hold, with the texts that databases and forms dislike.
TEXTS = st.text(max_size=20) | st.sampled_from(
    [
        "",
        " ",
        "\0",
        "a\0b",
        "housing",
        "water",
        "true",
        "0",
        "-1",
        "nan",
        "inf",
        "1e999",
        "9" * 30,
        "长" * 6000,
    ]
)
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | TEXTS
    | st.sampled_from(["head", "empty", "key", "general"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=2),
    max_leaves=4,
)
TABLES = {"whistle": whistle_actions, "order": order_actions, "lead": lead_actions, "letter": letter_actions}
TABLES |= {"month": bulletin_actions, "appeal": appeal_actions, "points": points_actions, "formula": formula_actions}
TABLES |= {"session": session_actions, "task": task_actions}
ALL = [(kind, action.name) for kind, table in TABLES.items() for action in table]
quick = settings(
    max_examples=40, deadline=None, database=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@contextlib.contextmanager
def undone():
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def sensible(form):
    """Something right for most fields, so that junk in one of them gets as far as it can."""
    right = {"lead": "water", "rank": "head", "solved": True, "inspected_at": MONDAY.isoformat(), "ruling": ""}
    right |= {"cooperation": 90, "resolution": 90}
    return {name: right.get(name, "x" if field.required else None) for name, field in form.fields.items()}


ROWS = {
    "lead": lambda wuhua: wuhua.reported(),
    "letter": lambda wuhua: wuhua.sent(),
    "session": lambda wuhua: wuhua.convened(),
    "task": lambda wuhua: wuhua.agreed(),
    "month": lambda wuhua: months.in_review(),
    "appeal": lambda wuhua: months.disputed(),
    "points": lambda wuhua: months.entered(),
    "formula": lambda wuhua: draft_from_preset("dispatchers", by=people["assessor"], at=AT, area=wuhua.DISTRICT),
}


@pytest.mark.django_db
@pytest.mark.parametrize(("kind", "name"), ALL)
def test_junk_is_taken_or_refused_in_words(wuhua, kind, name):
    if kind in ROWS:
        row = ROWS[kind](wuhua)
    else:
        whistle = wuhua.dispatched(lead="housing", assisting=["water"], level="major")
        row = whistle if kind == "whistle" else orders_of(whistle)["water"]
    action = TABLES[kind].get(name)
    form = action.form(row=row, person=people["dispatcher"])

    @quick
    @given(st.dictionaries(st.sampled_from([*form.fields, "else"]), VALUES, max_size=3))
    def send(junk):
        with undone():
            sent = action.form({**sensible(form), **junk}, MultiValueDict(), row=row, person=people["dispatcher"])
            # Whether or not it fits, it can be shown again with what was typed and what is wrong with it.
            fits = sent.is_valid()
            assert fits == (not sent.errors)
            assert len([str(field) for field in sent]) == len(form.fields)
            if fits:
                assert not any("\0" in value for value in sent.cleaned_data.values() if isinstance(value, str))

    send()


FIELDS = list(WhistleForm.base_fields)


@pytest.mark.django_db
def test_junk_blows_no_whistle(wuhua):
    officer = people["officer.fengning"]
    right = {
        "type": "key",
        "level": "general",
        "title": "x",
        "description": "x",
        "area": wuhua.HONGSHAN,
        "criteria": ["hazard", "joint"],
    }

    @settings(quick, max_examples=200)
    @given(st.dictionaries(st.sampled_from(FIELDS), VALUES, max_size=3))
    @example({"departments": ["\0"]})
    @example({"criteria": [[]]})
    @example({"area": {"code": "530102005"}})
    @example({"lat": "nan", "lng": "nan"})
    @example({"area": "530102008001"})
    def send(junk):
        with undone():
            form = WhistleForm({**right, **junk}, MultiValueDict(), person=officer)
            if form.is_valid():
                with contextlib.suppress(Refusal), transaction.atomic():
                    whistle = create_draft(by=officer, at=AT, **form.cleaned_data)
                    assert again(whistle).state == "draft"

    send()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "body",
    [
        pytest.param("{", id="cut off"),
        pytest.param('{"title": "\\ud800"}', id="half a character"),
        pytest.param('{"\\udfff": 1}', id="half a character in a name"),
        pytest.param('{"lat": NaN}', id="no number"),
        pytest.param('{"lat": ' + "9" * 5000 + "}", id="a number without end"),
        pytest.param("[" * 100_000, id="opened without end"),
        pytest.param("[" * 100_000 + "]" * 100_000, id="nested without end"),
        pytest.param(b"\xff\xfe{}", id="not UTF-8"),
    ],
)
def test_broken_json_is_refused_in_words(wuhua, body):
    client = APIClient()
    client.force_authenticate(people["officer.fengning"])
    response = client.post("/api/v1/whistles/", data=body, content_type="application/json")
    assert (response.status_code, response.json()["code"]) == (400, "broken_json")


@pytest.mark.django_db
@pytest.mark.parametrize("body", ["[]", "1", '"x"', "null", "true"])
def test_a_body_that_is_no_object_is_refused_in_words(wuhua, body):
    client = APIClient()
    client.force_authenticate(people["officer.fengning"])
    response = client.post("/api/v1/whistles/", data=body, content_type="application/json")
    assert response.status_code == 400
    assert response.json()["detail"]
