"""Tests for `check_installation`: it names the part that fails, and no other."""

import re
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from celery import current_app
from django.core.management import CommandError, call_command
from django.db import connection

from city.models import City
from lib import clock_offsets, env
from santa311.observability import installation, periodic_tasks
from tests.santa311.observability.test_periodic_tasks import task
from tests.test_docs import ROOT, anchors_of
from tools.embedded import Valkey
from tools.stack import ports

pytestmark = [pytest.mark.django_db, pytest.mark.stack]


@pytest.fixture(autouse=True)
def no_clock_was_seen():
    """Clear the measured clock offsets before and after the test."""
    clock_offsets.clear_offsets()
    yield
    clock_offsets.clear_offsets()


def list_failed_checks(*parts) -> dict:
    """Return the messages of failed checks by part.

    Check that each message links to an existing heading in the documentation.
    """
    found = [each for each in installation.check_installation() if each.part in parts]
    assert {each.part for each in found} == set(parts)
    for page, heading in (page_of(each.words) for each in found if not each.fine):
        assert heading in anchors_of(ROOT / page)
    return {each.part: each.words for each in found if not each.fine}


def page_of(words):
    """Return (page, anchor) of the link to the documentation at the end of a message."""
    return re.fullmatch(r".+ \((docs/[\w/]+\.md)#([\w-]+)\)", words).groups()


def test_every_page_that_is_named_is_there():
    named = re.findall(r'"([\w/]+\.md)#([\w-]+)"', Path(installation.__file__).read_text())
    assert len(named) > 10
    for page, heading in named:
        assert heading in anchors_of(ROOT / "docs" / page)


def test_a_disk_is_named_once_with_its_limit(settings, monkeypatch, tmp_path):
    """A disk is listed once, even if several of our folders are on it."""
    settings.DATA_DIR = tmp_path
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    (disk,) = [each for each in installation.check_installation() if each.part == "disk"]
    assert re.match(rf"\d+% of the disk of {tmp_path} is free, and 15% must be", disk.words)
    monkeypatch.setattr(installation, "_MIN_FREE_RATIO", 1.1)
    assert list_failed_checks("disk")["disk"].endswith("must be (docs/howto/alerts.md#diskfull)")


def test_a_city_whose_worker_and_beat_are_away_hears_of_both_and_of_the_rest_how_it_is(
    capsys, settings, monkeypatch
):
    monkeypatch.setattr(installation, "_WORKER_SECONDS", 0.5)
    with pytest.raises(CommandError):
        call_command("check_installation", no_color=True)
    said = capsys.readouterr().out
    assert "ok    database  PostgreSQL 18" in said
    assert "ok    database  the tables and the city are there" in said
    assert "ok    photos    the folder DATA_DIR keeps photos" in said
    assert "ok    cache" in said
    assert "ok    clock" in said
    assert "WRONG mail      EMAIL_URL leads to no mail server (locmem)" in said
    assert "WRONG workers   no worker serves santa311.photos." in said
    assert "of 77 connections to PostgreSQL (web 2 × 8, workers 6, tools 5, directly 10)" in said
    assert "WRONG database  archive_mode is off" in said


def test_a_worker_that_serves_every_queue_is_enough_and_valkey_refuses_it_nothing(worker):
    assert list_failed_checks("workers") == {}
    assert "NoPermission" not in worker.log.read_text()


def test_beat_is_dead_when_nothing_it_asks_for_was_done_for_two_minutes(monkeypatch):
    monkeypatch.setattr(periodic_tasks, "time", SimpleNamespace(time=lambda: 1_000))
    task("requests_app.delete_expired").apply()
    assert list_failed_checks("beat") == {}
    monkeypatch.setattr(periodic_tasks, "time", SimpleNamespace(time=lambda: 1_200))
    assert list_failed_checks("beat")["beat"].startswith(
        "what it asks for was last done 200 s ago: start beat"
    )


def test_a_bucket_that_refuses_our_key_is_named_with_its_code(bucket, settings):
    assert list_failed_checks("photos") == {}
    options = {**settings.STORAGES["default"]["OPTIONS"], "secret_key": "another"}
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {**settings.STORAGES["default"], "OPTIONS": options},
    }
    assert "SignatureDoesNotMatch" in list_failed_checks("photos")["photos"]


def test_a_mail_server_that_is_away_is_named(settings):
    port = ports.free(["smtp"])["smtp"]
    settings.MAILERS = env.build_mailers(f"smtp://127.0.0.1:{port}")
    assert "ECONNREFUSED" in list_failed_checks("mail")["mail"]


def test_it_says_whether_browsers_get_notifications_and_what_turns_them_off(settings):
    def find_push_line():
        found = installation.check_installation()
        return next((each.words, each.fine) for each in found if each.part == "push")

    assert find_push_line() == ("notifications in browsers are on", True)
    settings.OFFLINE = False
    assert "OFFLINE=0" in list_failed_checks("push")["push"]
    settings.VAPID_PRIVATE_KEY = ""
    assert find_push_line() == (
        "notifications in browsers are off: there is no VAPID_PRIVATE_KEY",
        True,
    )


def test_a_clock_that_is_off_is_named(monkeypatch):
    ahead = datetime.now(UTC) + timedelta(hours=2)
    monkeypatch.setattr(clock_offsets, "time", SimpleNamespace(time=ahead.timestamp))
    said = list_failed_checks("database", "clock")
    assert re.match(r"\+7(199|2\d\d)\.\d s", said["clock"])
    assert "against the database's: start a time service" in said["clock"]


def test_tables_that_are_missing_and_a_city_that_was_not_loaded_are_named():
    City.objects.all().delete()
    assert "no city is loaded" in _words("database")
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'open311'")
    assert "migrations are missing: manage.py migrate" in _words("database")


def _words(part):
    """Return the messages of the checks of this part, joined by spaces."""
    return " ".join(each.words for each in installation.check_installation() if each.part == part)


def test_a_name_that_nobody_may_ask_for_is_named(settings):
    assert "without https" in list_failed_checks("addresses")["addresses"]
    settings.BASE_URL, settings.HTTPS = "https://311.example.org", True
    assert (
        "ALLOWED_HOSTS doesn't name 311.example.org" in list_failed_checks("addresses")["addresses"]
    )
    settings.ALLOWED_HOSTS = [".example.org"]
    assert list_failed_checks("addresses") == {}


def test_without_valkey_it_says_where_to_look(own_folder, monkeypatch, settings):
    with Valkey(own_folder / "gone", durable=False) as gone:
        address = gone.url
    where = {**settings.CACHES["default"], "LOCATION": address}
    settings.CACHES = {"default": where}
    monkeypatch.setattr(current_app.conf, "broker_url", address.replace("unix:", "redis+socket:"))
    said = list_failed_checks("cache", "workers", "beat")
    assert set(said) == {"cache", "workers", "beat"}
    assert all("REDIS_URL" in words for words in said.values())
