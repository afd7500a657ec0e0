"""Tests that a real worker delivers events by itself."""

import pytest

from tests import make
from tests.worker import PATIENCE


@pytest.fixture
def known_to_workers(receiver, monkeypatch):
    monkeypatch.setenv("WEBHOOK_ALLOWED_HOSTS", receiver.server.name)
    return receiver


@pytest.mark.django_db(transaction=True)
def test_an_event_arrives_by_way_of_outbox_broker_and_worker(known_to_workers, worker):
    known_to_workers.webhook()
    row = make.filed()
    worker.wait_until(lambda: known_to_workers.events == ["filed"], PATIENCE)
    (received,) = known_to_workers.received
    assert received["request"]["service_request_id"] == row.reference
