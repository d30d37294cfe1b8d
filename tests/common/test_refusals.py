"""What cannot be answered is told on a page, in the reader's language, with what to do."""

import pytest
from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation, TooManyFieldsSent
from django.test import Client

from tests.factories import people


@pytest.fixture
def browse(wuhua):
    """A browser that shows what the server answers even when it broke."""
    client = Client(raise_request_exception=False)
    client.force_login(people["dispatcher"])
    client.cookies["django_language"] = "en"
    return client


@pytest.fixture
def breaking(monkeypatch):
    """`breaking(error)`: the list of whistles raises this error."""

    def broken(error):
        def raise_it(person):
            raise error

        monkeypatch.setattr("dispatch.views.lists.whistles_of", raise_it)

    return broken


@pytest.mark.parametrize(
    ("error", "status", "sentence"),
    [
        (SuspiciousOperation("?"), 400, "The server could not understand what was sent."),
        (RequestDataTooBig(), 400, "This is far too much text to be read."),
        (TooManyFieldsSent(), 400, "This form has far too many fields to be read."),
        (PermissionDenied(), 403, "Your posts do not allow this."),
        (RuntimeError("a mistake of ours"), 500, "Something went wrong on the server."),
    ],
)
def test_what_goes_wrong_is_told_in_a_sentence(browse, breaking, error, status, sentence):
    breaking(error)
    response = browse.get("/whistles/")
    text = response.content.decode()
    assert response.status_code == status
    assert sentence in text
    assert "To the workbench" in text
    assert "a mistake of ours" not in text


def test_an_address_that_leads_nowhere_says_so(browse):
    response = browse.get("/nowhere/")
    assert response.status_code == 404
    assert "There is nothing here for you." in response.content.decode()


def test_a_program_is_told_in_json(browse):
    response = browse.post("/api/v1/token/", "x" * 13 * 1024 * 1024, content_type="application/json")
    assert 400 <= response.status_code < 500
    assert response.json()["detail"]
