"""Crews in a real browser, and which tests of a browser are usual."""

from datetime import timedelta
from pathlib import Path

import pytest

from lib import clock
from requests_app.status import Status
from requests_app.workflow import outbox
from tests import make
from tests.browser.usual import is_usual
from tests.visitors import carry_device, sign_in


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        is_here = item.path.parent == Path(__file__).parent
        if is_here and not is_usual(item.path.name, item.originalname):
            item.add_marker("detail")


@pytest.fixture
def ana(phone, live_server):
    """Return the phone of ana, who stands by City Hall."""
    return carry_device(phone, live_server)


@pytest.fixture
def wes(phone, live_server):
    """Return the phone of wes, who is signed in and stands by City Hall."""
    return sign_in(phone, live_server, make.wes())


@pytest.fixture
def omar(desk, live_server):
    """Return the page of omar, who is signed in."""
    return sign_in(desk, live_server, make.omar())


@pytest.fixture
def three():
    """Three new requests, the oldest first, each at a place of its own."""
    rows = []
    for number, place in enumerate(["First St", "Second St", "Third St"]):
        with clock.freeze_time(clock.now() - timedelta(hours=3 - number)):
            rows.append(make.filed(location_text=place, by=make.device(place)))
    outbox.deliver_all_pending_events()
    return rows


@pytest.fixture
def job():
    return make.service_request(Status.IN_PROGRESS)
