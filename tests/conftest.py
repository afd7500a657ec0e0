"""Fixtures for all tests, and the list of plugin modules with more fixtures."""

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
    "tests.city_memory",  # after tests.database, because it needs the database
    "tests.opened_pictures",
    "tests.live",
    "tests.stack_programs",
    "tests.sweeps",
    "tests.visitors",
    "tests.worker",
]


STACK = {"bucket", "own_postgres", "programs", "stack", "worker"}  # fixtures
# These tests cover every branch of the rules that define the city's promises; `run` measures the
# coverage. They run separately, because measuring takes a third of a test's time.
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
    # Run the longest files first, so that all xdist workers finish at about the same time.
    items.sort(key=lambda item: not item.path.is_relative_to(TESTS / "tools" / "stack"))


def pytest_collection_finish():
    """Freeze the loaded objects, so that the garbage collector does not visit them again."""
    gc.freeze()
    gc.enable()


@pytest.fixture(autouse=True)
def reset_language():
    """Reset the active language, which Django keeps per thread."""
    translation.deactivate()


@pytest.fixture(autouse=True)
def clear_caches():
    """Clear the cache and close all circuit breakers.

    A test must not see poll versions, sessions, rates or unavailable services of another test.
    """
    for each in breaker.breakers_by_name.values():
        each.close()
    cache.clear()


def pytest_configure():
    """Use a fast password hasher, because the tests create each user hundreds of times.

    Turn off the garbage collector until all tests are loaded.
    """
    gc.disable()
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
