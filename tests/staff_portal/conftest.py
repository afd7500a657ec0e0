"""Fixtures for tests of the crews' pages over HTTP, without JavaScript."""

import pytest

from requests_app.status import Status
from tests import make


@pytest.fixture
def wes(client, db):
    """Sign Wes, a member of a crew, in with `client`; return the user."""
    client.force_login(make.wes())
    return make.wes()


@pytest.fixture
def job():
    return make.service_request(Status.IN_PROGRESS)
