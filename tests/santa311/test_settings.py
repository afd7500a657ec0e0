"""Tests for the settings with default values."""

import runpy
from pathlib import Path

import pytest
from celery import current_app
from django.contrib.auth.hashers import PBKDF2PasswordHasher

import santa311

SETTINGS = Path(santa311.__file__).with_name("settings.py")


@pytest.fixture
def usual(monkeypatch):
    """Return the settings by name, loaded with these environment variables unset."""
    for name in ("DEBUG", "DEMO_MODE", "LOG_FORMAT", "SENTRY_DSN", "TILE_URL"):
        monkeypatch.delenv(name, raising=False)
    return runpy.run_path(str(SETTINGS))


def test_no_message_waits_for_mails_that_arrive():
    names = ("notifications.send", "notifications.apply_incoming", "notifications.fetch_mails")
    queues = [current_app.amqp.router.route({}, name)["queue"].name for name in names]
    assert [name.partition(".")[2] for name in queues] == ["messages", "photos", "photos"]


def test_nothing_is_shown_that_only_developers_need(usual):
    assert usual["DEBUG"] is False
    assert usual["DEMO_MODE"] is False
    assert "tools.demo" not in usual["INSTALLED_APPS"]


def test_passwords_are_hashed_by_pbkdf2_with_as_many_rounds_as_django_counts(usual):
    assert "PASSWORD_HASHERS" not in usual  # Django's default applies, and this is its first hasher
    assert PBKDF2PasswordHasher.algorithm == "pbkdf2_sha256"
    assert PBKDF2PasswordHasher.iterations >= 600_000


def test_no_page_loads_anything_from_another_site(usual):
    sources = {each for named in usual["SECURE_CSP"].values() for each in map(str, named)}
    assert [each for each in sources if "." in each or "*" in each] == []
