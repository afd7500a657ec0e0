import pytest

from tests.open311.webhooks.receiver import Receiver


@pytest.fixture
def receiver(serve, settings):
    return Receiver(serve, settings)
