"""Crews in a real browser, and which tests of a browser are usual."""

from pathlib import Path

import pytest

from requests_app.status import Status
from tests import make
from tests.browser.usual import is_usual
from tests.visitors import sign_in


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        is_here = item.path.parent == Path(__file__).parent
        if is_here and not is_usual(item.path.name, item.originalname):
            item.add_marker("detail")


@pytest.fixture
def wes(phone, live_server):
    """Return the phone of wes, who is signed in and stands by City Hall."""
    sign_in(phone, live_server, make.wes())
    return phone


@pytest.fixture
def job():
    return make.service_request(Status.IN_PROGRESS)
