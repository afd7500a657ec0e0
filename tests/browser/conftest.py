"""Crews in a real browser."""

import pytest

from requests_app.status import Status
from tests import make
from tests.visitors import sign_in


@pytest.fixture
def wes(phone, live_server):
    """wes's phone, signed in, by City Hall."""
    sign_in(phone, live_server, make.wes())
    return phone


@pytest.fixture
def job():
    return make.service_request(Status.IN_PROGRESS)
