"""Fixtures for every folder of tests."""

import pytest

from tests import factories
from tests.outside import outside

__all__ = ["outside", "wuhua"]


@pytest.fixture
def wuhua(db):
    """The demonstration district without a case, laid within the test; hands over the factories that build on it."""
    factories.district()
    return factories
