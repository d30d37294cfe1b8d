import pytest

from tests.api.calling import Caller


@pytest.fixture
def callers(wuhua):
    """`callers("dispatcher")`: logged in once per test."""
    made = {}

    def call(username):
        if username not in made:
            made[username] = Caller(username)
        return made[username]

    return call
