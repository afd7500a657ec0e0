"""A city with so many requests that how they are read matters."""

import random

import pytest

from requests_app.models import ServiceRequest
from requests_app.status import Status
from santa311.lib import clock
from tests import make

CITY = (-118.52, 33.99, -118.44, 34.05)


@pytest.fixture
def thousands():
    """Rows as an import leaves them, without their stories: several thousand, all over the city."""
    dice, category = random.Random(311), make.pothole()
    rows = (
        ServiceRequest(
            reference=f"SM-{number:04}",
            category=category,
            zone_id=None,
            description="A hole as wide as a bucket.",
            latitude=f"{dice.uniform(CITY[1], CITY[3]):.6f}",
            longitude=f"{dice.uniform(CITY[0], CITY[2]):.6f}",
            status=Status.FILED,
            changed_at=clock.now(),
        )
        for number in range(6000)
    )
    ServiceRequest.objects.bulk_create(rows, batch_size=100)
