"""Fixtures for every folder of tests."""

import pytest
from django.db import transaction

from tests import database, factories
from tests.outside import outside, push

__all__ = ["as_", "outside", "push", "written_district", "wuhua", "wuhua_of_file"]


@pytest.fixture(scope="session")
def written_district(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        return database.District()


@pytest.fixture
def wuhua(written_district, db):
    """The demonstration district without a case, laid within the test; hands over the factories that build on it."""
    written_district.lay()
    return factories


@pytest.fixture(scope="module")
def wuhua_of_file(written_district, django_db_blocker):
    """The same, laid once for a file, with all that fixtures of the file's scope play on it, and then taken back.

    A test that asks for `db` too takes back what it adds. No test of such a file finds the database empty.
    """
    with django_db_blocker.unblock(), transaction.atomic():
        written_district.lay()
        yield factories
        transaction.set_rollback(True)


@pytest.fixture
def as_(client):
    """`as_("dispatcher")`: a browser in which this person reads English."""

    def log_in(username):
        client.force_login(factories.people[username])
        client.cookies["django_language"] = "en"
        return client

    return log_in
