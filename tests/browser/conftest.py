"""Fixtures for signed-in people in a real browser, and the marker `detail`."""

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
    """Return the phone page of ana, with a geolocation at City Hall."""
    return carry_device(phone, live_server)


@pytest.fixture
def wes(phone, live_server):
    """Return the phone page of wes, signed in, with a geolocation at City Hall."""
    return sign_in(phone, live_server, make.wes())


@pytest.fixture
def omar(desk, live_server):
    """Return the desktop page of omar, signed in."""
    return sign_in(desk, live_server, make.omar())


@pytest.fixture
def three():
    """Create three new requests at different places, and return them, oldest first."""
    rows = []
    for number, place in enumerate(["First St", "Second St", "Third St"]):
        with clock.freeze_time(clock.now() - timedelta(hours=3 - number)):
            rows.append(make.filed(location_text=place, by=make.device(place)))
    outbox.deliver_all_pending_events()
    return rows


@pytest.fixture
def job():
    return make.service_request(Status.IN_PROGRESS)
