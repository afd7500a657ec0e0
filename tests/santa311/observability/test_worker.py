"""Tests for workers: log lines with the id of the request that enqueued the task, health checks."""

import json
import os
import subprocess
import sys
import time

import pytest
from django.conf import settings
from django.db import connection

from lib import enqueue
from requests_app.models import PendingEvent
from tests import make
from tests.worker import PATIENCE, environment
from tools.embedded import Child

pytestmark = pytest.mark.stack


@pytest.fixture
def in_production(monkeypatch, sink):
    """Set the environment for JSON logs, and for error reports to `sink`."""
    monkeypatch.setenv("LOG_FORMAT", "json")
    monkeypatch.setenv("SENTRY_DSN", sink.dsn)


def lines_of(worker):
    """Return the complete JSON lines of the worker's log."""
    whole = worker.log.read_text().rpartition("\n")[0]
    return [json.loads(line) for line in whole.splitlines() if line[:1] == "{"]


def find_done_lines(worker, **fields):
    return [
        line for line in lines_of(worker) if {"message": "done", **fields}.items() <= line.items()
    ]


def test_the_number_goes_from_the_page_into_every_task(client, in_production, worker):
    client.cookies["device"] = "ana"
    row = make.filed()
    worker.wait_until(lambda: not PendingEvent.objects.exists(), PATIENCE)
    answer = client.post(
        f"/requests/{row.reference}/comments/",
        {"words": "Quirina saw a zebra", "seen": make.last_event_id(row)},
    )
    number = answer["X-Request-ID"]
    assert answer.status_code == 302
    worker.wait_until(lambda: len(find_done_lines(worker, request_id=number)) >= 2, PATIENCE)
    line = find_done_lines(worker, request_id=number)[0]
    assert (line["task"], line["state"]) == ("requests_app.deliver", "success")
    assert line["ms"] > 0
    assert "zebra" not in worker.log.read_text()


def test_a_task_that_fails_is_reported_and_says_where_but_not_with_what(
    in_production, worker, sink
):
    enqueue.enqueue_task("notifications.send", "Quirina Zabala")
    worker.wait_until(lambda: sink.bodies and find_done_lines(worker, state="failure"), PATIENCE)
    (event,) = sink.events
    (line,) = find_done_lines(worker, state="failure")
    assert event["transaction"] == "notifications.send"
    assert event["tags"] == {"request_id": line["request_id"]}
    assert event["exception"]["values"][-1]["value"] == "ValueError"
    assert "Zabala" not in sink.bodies[0]
    assert "Zabala" not in worker.log.read_text()


def sessions():
    """Return the total number of connections to the database so far."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT sessions FROM pg_stat_database WHERE datname = current_database()")
        return cursor.fetchone()[0]


@pytest.mark.parametrize("worker", ["prefork"], indirect=True)
def test_a_worker_does_not_sign_in_to_the_database_for_every_task(in_production, worker):
    before = sessions()
    enqueue.enqueue_each("requests_app.deliver", range(20))
    worker.wait_until(
        lambda: len(find_done_lines(worker, task="requests_app.deliver")) == 20, PATIENCE
    )
    assert sessions() - before < 5


@pytest.fixture
def pulse(monkeypatch, tmp_path):
    """Set the path of the heartbeat file of a worker or beat, and return it."""
    monkeypatch.setenv("PULSE_FILE", str(tmp_path / "pulse"))
    return tmp_path / "pulse"


def is_healthy():
    """Return True if the container's health check succeeds."""
    check = [sys.executable, settings.BASE_DIR / "deploy" / "healthy.py"]
    return subprocess.run(check, capture_output=True, check=False).returncode == 0


def grow_old(pulse):
    """Set the modification time of the heartbeat file to 10 minutes ago."""
    then = time.time() - 600
    os.utime(pulse, (then, then))


@pytest.mark.parametrize("worker", ["prefork"], indirect=True)
def test_a_worker_that_is_at_work_is_healthy(pulse, worker):
    worker.wait_until(is_healthy, PATIENCE)
    grow_old(pulse)
    assert not is_healthy()
    worker.wait_until(is_healthy, PATIENCE)


def test_beat_that_asks_for_something_is_healthy(pulse, tmp_path, transactional_db):
    assert not is_healthy()
    command = [sys.executable, "-m", "celery", "--app", "santa311", "beat"]
    data = tmp_path / "data"
    data.mkdir()
    given = {**environment(), "DATA_DIR": str(data)}
    beat = Child("beat", command, log=tmp_path / "beat.log", env=given, cwd=settings.BASE_DIR)
    try:
        beat.wait_until(is_healthy, PATIENCE)
        grow_old(pulse)
        beat.wait_until(is_healthy, PATIENCE)
    finally:
        beat.stop()
    assert list(data.iterdir()) == []  # A schedule file would need a lock, and locking can fail.
