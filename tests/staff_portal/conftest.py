"""Crews over HTTP, without JavaScript."""

import pytest

from requests_app.status import Status
from tests import make


@pytest.fixture
def wes(client, db):
    """Sign Wes in with `client`."""
    client.force_login(make.wes())
    return make.wes()


@pytest.fixture
def job():
    return make.service_request(Status.IN_PROGRESS)
