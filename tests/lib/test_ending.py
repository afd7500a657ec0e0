"""Tests that a Celery worker finishes its task before it stops."""

import os
import signal
import time

import pytest
from django.db import connection, transaction

from lib import enqueue
from requests_app.models import PendingEvent
from tests import make

pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE = 60  # seconds, on a busy machine


def test_what_a_worker_has_begun_is_done_before_it_ends(worker):
    with enqueue.suppress_enqueuing():
        make.filed()
    owed = PendingEvent.objects.order_by("pk").first()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("LOCK TABLE requests_app_pendingevent IN EXCLUSIVE MODE")
        enqueue.enqueue_task("requests_app.deliver", owed.pk)
        _wait_until(_somebody_waits_for_the_table)
        os.kill(worker.pid, signal.SIGTERM)
        _wait_until(lambda: b"Warm shutdown" in worker.log.read_bytes())
        assert worker.exit_code is None
    _wait_until(lambda: worker.exit_code is not None)
    assert worker.exit_code == 0
    assert not PendingEvent.objects.filter(pk=owed.pk).exists()


def _somebody_waits_for_the_table():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks WHERE NOT granted AND locktype = 'relation'"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        )
        return cursor.fetchone()[0]


def _wait_until(is_so):
    until = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < until
        time.sleep(0.1)
