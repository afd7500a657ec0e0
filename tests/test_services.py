"""Tests that the tests run with the required PostgreSQL and Valkey servers."""

import os

import pytest
from django.core.cache import cache
from django.db import connection


@pytest.mark.django_db
def test_the_tests_run_on_postgresql_18():
    assert connection.pg_version // 10000 == 18


def test_the_tests_have_a_valkey_of_their_own():
    cache.set("greeting", "hello", 5)
    assert cache.get("greeting") == "hello"
    assert "s311-test-" in os.environ["REDIS_URL"] or "TEST_REDIS_URL" in os.environ
