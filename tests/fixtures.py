"""Fixtures for every folder of tests."""

import pytest

from tests import factories
from tests.outside import outside

__all__ = ["as_", "outside", "wuhua"]


@pytest.fixture
def wuhua(db):
    """The demonstration district without a case, laid within the test; hands over the factories that build on it."""
    factories.district()
    return factories


@pytest.fixture
def as_(client):
    """`as_("dispatcher")`: a browser in which this person reads English."""

    def log_in(username):
        client.force_login(factories.people[username])
        client.cookies["django_language"] = "en"
        return client

    return log_in
