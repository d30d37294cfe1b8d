"""What every test stands on: plain static files, quick passwords, a folder for photos, and honest skips."""

import gc
import os
import shutil
from collections import Counter

import pytest
from django.conf import settings
from django.test import TransactionTestCase, override_settings
from django.utils import translation

from grid import ground
from tests import database

pytest_plugins = ["tests.fixtures"]

REQUIRE_ALL = os.environ.get("REQUIRE_ALL") == "1"
CHROMIUM = os.environ.get("CHROMIUM") or next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome", "chrome"))), None
)
NO_CHROMIUM = "no Chromium found; install it (apt-get install chromium) or set CHROMIUM=/path/to/chrome"


def pytest_configure(config):
    # Pages name their files as they stand; that they can be collected is for tests/ground/ to show.
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    # Also where a conftest has asked for the storages already.
    override_settings(
        STORAGES={**settings.STORAGES, "staticfiles": plain},
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
    ).enable()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    for item in items:
        if item.get_closest_marker("browser") and not CHROMIUM:
            item.add_marker(pytest.mark.skip(reason=NO_CHROMIUM))
    # Workers take whole files. The longest come first, so that none begins when the others are done.
    items.sort(key=lambda item: not any(map(item.get_closest_marker, ("startup", "browser", "lengthy"))))


def pytest_collection_finish():
    """What is loaded by now stays to the end: a twentieth of the time went into looking through it for garbage."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """Each of the tests that take minutes goes by itself to whichever worker is free."""
    if config.option.markexpr == "long":
        from xdist.scheduler import LoadScopeScheduling

        class OneByOne(LoadScopeScheduling):
            def _split_scope(self, nodeid):
                return nodeid

        return OneByOne(config, log)
    return None


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport():
    return _honest((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report():
    return _honest((yield))


def _honest(report):
    """With REQUIRE_ALL=1 what was skipped has failed."""
    if REQUIRE_ALL and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"Skipped, which REQUIRE_ALL=1 forbids: {_reason(report)}"
    return report


def _reason(report):
    _path, _line, reason = report.longrepr
    return reason.removeprefix("Skipped: ")


def pytest_terminal_summary(terminalreporter):
    """One line for each reason to skip, however many tests it hit."""
    skipped = terminalreporter.stats.get("skipped", [])
    for reason, count in Counter(map(_reason, skipped)).items():
        terminalreporter.write_line(f"Skipped {count}: {reason}")


@pytest.fixture(scope="session")
def chromium():
    """The path of the browser that tests marked `browser` drive."""
    return CHROMIUM


@pytest.fixture(autouse=True)
def own_language():
    """Every test begins in the system's language, whatever the one before asked a page for."""
    translation.activate(settings.LANGUAGE_CODE)


@pytest.fixture(scope="session", autouse=True)
def kept_names():
    """Names of areas are read once, so that no page is found to cost a query more when their five minutes are over."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ground, "KEEPS", float("inf"))
        yield


@pytest.fixture(scope="session", autouse=True)
def own_folders(tmp_path_factory):
    """Photos of tests go where nobody keeps them."""
    settings.MEDIA_ROOT = tmp_path_factory.mktemp("media")
    settings.STATIC_ROOT = tmp_path_factory.mktemp("static")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """The test database, and how it is emptied after tests that really commit."""
    with django_db_blocker.unblock():
        emptier = database.Emptier()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda test: emptier.empty())
        yield
