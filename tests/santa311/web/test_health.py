"""Tests for the health checks while services hang."""

import re
import shutil
import signal
import time
from collections import namedtuple
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import botocore.auth
import pytest
from django.core.cache import cache
from django.core.files.storage import default_storage
from django.test import Client

from city import maintenance
from lib import clock_offsets, s3
from lib.version import VERSION
from santa311.observability import metrics, periodic_tasks
from santa311.web import health
from tests.away import signal_all_processes
from tests.santa311.observability.log_lines import capture_log_lines

READY = "/healthz/ready"
TASK = "notifications.send_due"


def get_health(**given):
    return Client().get(READY, **given)


@pytest.fixture
def patient(monkeypatch):
    """Set long time limits, because other tests may use the CPU at the same time."""
    monkeypatch.setattr(health, "MAX_SECONDS", 60)


def test_a_process_that_is_up_says_which_release_it_is_and_asks_nobody():
    response = Client().get("/healthz/live")
    assert response.json() == {"status": "up", "version": VERSION}


@pytest.mark.django_db
def test_a_process_that_can_work_says_so(patient):
    response = get_health()
    assert response.status_code == 200
    said = {"status": "up", "down": [], "left_alone": [], "read_only": False}
    assert response.json() == said
    assert "no-store" in response["Cache-Control"]


@pytest.fixture
def idle_for(monkeypatch):
    """Return a function that sets the seconds since a periodic task and since the process start."""

    def set_to(idle, up):
        now = time.time()
        cache.clear()
        cache.set(f"done:{TASK}", now - idle, timeout=None)
        for other in set(periodic_tasks.PERIODS) - {TASK}:
            cache.set(f"done:{other}", now - 10_000, timeout=None)
        monkeypatch.setattr(health, "_STARTED_AT", time.monotonic() - up)

    return set_to


@pytest.mark.django_db
def test_a_process_is_not_ready_once_no_periodic_task_was_done_for_two_minutes(patient, idle_for):
    idle_for(110, up=5_000)
    assert get_health().status_code == 200
    idle_for(130, up=5_000)
    response = get_health()
    assert response.status_code == 503
    assert (response.json()["status"], response.json()["down"]) == ("down", ["periodic_tasks"])
    idle_for(1, up=5_000)
    assert get_health().status_code == 200


@pytest.mark.django_db
def test_a_process_that_has_just_started_does_not_fail_for_an_old_record(patient, idle_for):
    idle_for(40_000, up=1)
    assert get_health().status_code == 200
    idle_for(40_000, up=130)
    assert get_health().status_code == 503


@pytest.mark.django_db
def test_visitors_are_not_sent_away_because_periodic_tasks_stopped(patient, idle_for):
    idle_for(130, up=5_000)
    response = Client().get("/healthz/serving")
    assert response.status_code == 200
    assert (response.json()["status"], response.json()["down"]) == ("degraded", ["periodic_tasks"])


@pytest.mark.django_db
def test_read_only_is_said_and_is_no_fault(patient):
    maintenance.start_read_only_mode()
    response = get_health()
    assert (response.status_code, response.json()["read_only"]) == (200, True)
    maintenance.end_read_only_mode()


@pytest.fixture(autouse=True)
def nothing_looked_yet(monkeypatch):
    """Reset the running checks and the measured clock offsets."""
    pool = ThreadPoolExecutor(len(health._CHECKS))
    monkeypatch.setattr(health, "_pool", pool)
    monkeypatch.setattr(health, "_running_checks", {})
    clock_offsets.clear_offsets()
    yield
    pool.shutdown()
    clock_offsets.clear_offsets()


@pytest.mark.parametrize("what", [signal.SIGSTOP, signal.SIGKILL])
def test_a_database_that_hangs_or_is_gone_is_named(server, what):
    assert "database" not in get_health().json()["down"]
    signal_all_processes(server, what)
    response = get_health()
    if what == signal.SIGSTOP:
        signal_all_processes(server, signal.SIGCONT)
    else:
        server.child.stop()
    assert response.status_code == 503
    assert response.json()["down"] == ["database"]


@pytest.mark.django_db
def test_a_broker_that_hangs_is_named(broker):
    assert get_health().status_code == 200
    signal_all_processes(broker, signal.SIGSTOP)
    try:
        response = get_health()
    finally:
        signal_all_processes(broker, signal.SIGCONT)
    assert response.status_code == 503
    assert response.json()["down"] == ["broker"]


@pytest.mark.django_db
def test_a_bucket_that_is_not_there_is_named_with_its_code_and_reports_are_taken(bucket, patient):
    assert get_health().json()["down"] == []
    keeper = default_storage.client
    keeper.delete_bucket(Bucket="photos")
    try:
        with capture_log_lines() as lines:
            response = get_health()
    finally:
        keeper.create_bucket(Bucket="photos")
    assert response.status_code == 200
    assert (response.json()["status"], response.json()["down"]) == ("degraded", ["photos"])
    (line,) = [line for line in lines.all if line["message"].startswith("photos does not answer")]
    assert line["message"].endswith(" NoSuchBucket")


@pytest.mark.django_db
def test_a_clock_that_is_off_is_named_as_that_and_not_as_a_dead_storage(
    bucket, patient, monkeypatch
):
    """Our clock is two hours ahead: the storage refuses signatures, and the database differs."""
    ahead = datetime.now(UTC) + timedelta(hours=2)
    monkeypatch.setattr(
        botocore.auth, "get_current_datetime", lambda **_: ahead.replace(tzinfo=None)
    )
    monkeypatch.setattr(clock_offsets, "time", SimpleNamespace(time=ahead.timestamp))
    with capture_log_lines() as lines:
        for _ in range(7):  # more failures than a circuit breaker allows
            response = get_health()
    assert response.status_code == 200
    assert (response.json()["down"], response.json()["left_alone"]) == (["clock"], [])
    assert s3.s3_breaker.is_closed
    assert "RequestTimeTooSkewed" in lines.text
    metrics.clear_cached_gauges()
    figures = Client().get("/metrics").content.decode()
    found = re.findall(r'santa311_clock_offset_seconds{against="(\w+)"} (\S+)', figures)
    assert {name: 7190 < float(seconds) < 7300 for name, seconds in found} == {
        "database": True,
        "storage": True,
    }


@pytest.mark.django_db
def test_a_disk_that_is_nearly_full_is_named(monkeypatch, patient):
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: usage(10**12, 10**12, 10**7))
    assert get_health().json()["down"] == ["disk"]


@pytest.mark.django_db
def test_an_answer_tells_no_address_and_no_secret(monkeypatch, settings):
    monkeypatch.setattr(shutil, "disk_usage", _fail)
    text = get_health().content.decode()
    for secret in (settings.SECRET_KEY, settings.REDIS_URL, str(settings.DATA_DIR), "password"):
        assert secret not in text


def _fail(folder):
    raise OSError(f"{folder} with a password")
