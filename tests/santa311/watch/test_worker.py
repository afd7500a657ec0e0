"""A worker writes under the number of the request that rang for it."""

import json

import pytest
from django.db import connection

from requests_app.models import PendingEvent
from santa311.lib import bell
from tests import make
from tests.worker import PATIENCE


@pytest.fixture
def in_production(monkeypatch, sink):
    monkeypatch.setenv("LOG_FORMAT", "json")
    monkeypatch.setenv("SENTRY_DSN", sink.dsn)


def lines_of(worker):
    """Those that are written to their end."""
    whole = worker.log.read_text().rpartition("\n")[0]
    return [json.loads(line) for line in whole.splitlines() if line[:1] == "{"]


def done(worker, **fields):
    return [
        line for line in lines_of(worker) if {"message": "done", **fields}.items() <= line.items()
    ]


def put_off(worker):
    return [line for line in lines_of(worker) if line["message"].startswith("to be tried again")]


def test_the_number_goes_from_the_page_into_every_task(client, in_production, worker):
    client.cookies["device"] = "ana"
    row = make.filed()
    worker.wait_until(lambda: not PendingEvent.objects.exists(), PATIENCE)
    answer = client.post(
        f"/requests/{row.reference}/comments/",
        {"words": "Quirina saw a zebra", "seen": make.seen(row)},
    )
    number = answer["X-Request-ID"]
    assert answer.status_code == 302
    worker.wait_until(lambda: len(done(worker, request_id=number)) >= 2, PATIENCE)
    line = done(worker, request_id=number)[0]
    assert (line["task"], line["state"]) == ("requests_app.deliver", "success")
    assert line["ms"] > 0
    assert "zebra" not in worker.log.read_text()


def test_a_task_that_fails_is_reported_and_says_where_but_not_with_what(
    in_production, worker, sink
):
    event = make.filed().events.get()
    worker.wait_until(lambda: not PendingEvent.objects.exists(), PATIENCE)
    owed = PendingEvent.objects.create(event=event, subscriber="requests_app.tasks.nothing")
    bell.ring("requests_app.deliver", owed.pk)
    worker.wait_until(lambda: done(worker, state="retry"), PATIENCE)
    worker.wait_until(lambda: put_off(worker), PATIENCE)
    assert put_off(worker)[0]["message"].startswith("to be tried again: ImportError")

    bell.ring("notifications.send", "Quirina Zabala")
    worker.wait_until(lambda: sink.bodies and done(worker, state="failure"), PATIENCE)
    (event,) = sink.events
    (line,) = done(worker, state="failure")
    assert event["transaction"] == "notifications.send"
    assert event["tags"] == {"request_id": line["request_id"]}
    assert event["exception"]["values"][-1]["value"] == "ValueError"
    assert "Zabala" not in sink.bodies[0]
    assert "Zabala" not in worker.log.read_text()


def sessions():
    """How many the database has seen since it was made."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT sessions FROM pg_stat_database WHERE datname = current_database()")
        return cursor.fetchone()[0]


@pytest.mark.parametrize("worker", ["prefork"], indirect=True)
def test_a_worker_does_not_sign_in_to_the_database_for_every_task(in_production, worker):
    before = sessions()
    bell.ring_each("requests_app.deliver", range(20))
    worker.wait_until(lambda: len(done(worker, task="requests_app.deliver")) == 20, PATIENCE)
    assert sessions() - before < 5
