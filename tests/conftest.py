"""Fixtures for every test; each kind has a module of its own."""

import gc
from pathlib import Path

import pytest
from django.conf import settings
from django.core.cache import cache
from django.utils import translation

from lib import breaker

TESTS = Path(__file__).parent

pytest_plugins = [
    "tests.away",
    "tests.bucket",
    "tests.chromium",
    "tests.http_servers",
    "tests.database",
    "tests.city_memory",  # when there is a database
    "tests.opened_pictures",
    "tests.live",
    "tests.stack_programs",
    "tests.sweeps",
    "tests.visitors",
    "tests.worker",
]


STACK = {"bucket", "own_postgres", "programs", "stack", "worker"}  # fixtures
# These tests run every branch of the rules that set what the city promises; `run` measures it. They
# are a run of their own, since measuring costs a third of a test's time.
TESTS_OF_RULES = {
    "tests/requests_app/content_reports",
    "tests/requests_app/deadlines",
    "tests/requests_app/following",
    "tests/requests_app/personal_data",
    "tests/requests_app/privacy",
    "tests/requests_app/replies",
    "tests/requests_app/test_permissions.py",
    "tests/requests_app/test_visibility.py",
    "tests/requests_app/test_moved_dates.py",
    "tests/requests_app/timeline",
    "tests/requests_app/workflow",
    "tests/routing/desk/redaction",
    "tests/routing/rules/test_coverage.py",
    "tests/routing/test_matching.py",
    "tests/lib/test_enqueue.py",
    "tests/staff_portal/completion",
    "tests/staff_portal/handover",
    "tests/staff_portal/job/test_job.py",
}


def pytest_collection_modifyitems(items):
    for item in items:
        if STACK & set(getattr(item, "fixturenames", ())):
            item.add_marker("stack")
        path = item.path.relative_to(TESTS.parent)
        if TESTS_OF_RULES & {str(path), *map(str, path.parents)}:
            item.add_marker("rules")
    # The longest files first: at the end no process waits for another.
    items.sort(key=lambda item: not item.path.is_relative_to(TESTS / "tools" / "stack"))


def pytest_collection_finish():
    """Freeze the loaded objects, so that the garbage collector does not visit them again."""
    gc.freeze()
    gc.enable()


@pytest.fixture(autouse=True)
def nobody_spoke_before():
    """Reset the language, which stays with the thread of the last page."""
    translation.deactivate()


@pytest.fixture(autouse=True)
def nothing_is_cached():
    """Each test begins with an empty cache: no poll version, session or rate of another.

    And with no memory of services that were away in another.
    """
    for each in breaker.breakers_by_name.values():
        each.close()
    cache.clear()


def pytest_configure():
    """Passwords are hashed to be slow; here each person is made hundreds of times."""
    gc.disable()  # until all tests are loaded
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
