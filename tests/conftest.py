"""Fixtures for every test; each kind has a module of its own."""

import pytest
from django.conf import settings
from django.core.cache import cache

pytest_plugins = ["tests.bucket", "tests.chromium", "tests.city_data", "tests.worker"]


@pytest.fixture(autouse=True)
def nothing_is_cached():
    """Each test begins with an empty cache: no poll version, session or rate of another."""
    cache.clear()


def pytest_configure():
    """Passwords are hashed to be slow; here each person is made hundreds of times."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
