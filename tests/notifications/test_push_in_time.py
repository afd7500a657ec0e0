"""Test for the time until a crew's notification reaches the push service, through the worker."""

import time

import pytest

from tests import make
from tests.notifications.push_service import push_service
from tests.routing.desk.browser import omar, post_action
from tests.visitors import signed_in
from tests.worker import PATIENCE

pytestmark = pytest.mark.django_db(transaction=True)
assert omar
assert push_service

MAX_SECONDS = 5


@pytest.fixture
def known_to_workers(push_service, monkeypatch):
    """Allow workers to call the push service, and return it."""
    monkeypatch.setenv("PUSH_SERVICES", push_service.name)
    return push_service


def test_it_is_there_five_seconds_after_the_click_that_routes(
    known_to_workers, worker, omar, record_property
):
    own = known_to_workers.subscribe(signed_in(make.wes()))
    rows = [make.filed() for _each in range(3)]
    for count, row in enumerate(rows, start=1):
        clicked = time.monotonic()
        post_action(omar, row, "routing", department="street-services")
        worker.wait_until(lambda count=count: len(known_to_workers.calls) == count, PATIENCE)
        seconds = time.monotonic() - clicked
        record_property("seconds", seconds)
        print(f"{seconds:.2f} s from the click to the push service")
        assert seconds < MAX_SECONDS
    assert known_to_workers.read(own)["notice"]["reference"] == rows[-1].reference
