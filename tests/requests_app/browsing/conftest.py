"""Fixture with thousands of requests, for tests of query plans and response sizes."""

import pytest
from django.db import connection

from requests_app.models import ServiceRequest
from requests_app.status import Status
from tests import make

CITY = (-118.52, 33.99, -118.44, 34.05)
_EACH_ITS_OWN = {
    "reference": "'SM-' || lpad(number::text, 4, '0')",
    "latitude": f"round(({CITY[1]} + {CITY[3] - CITY[1]} * random())::numeric, 6)",
    "longitude": f"round(({CITY[0]} + {CITY[2] - CITY[0]} * random())::numeric, 6)",
}


@pytest.fixture
def thousands():
    """Create 6,000 public requests all over the city, without events, as an import does."""
    ServiceRequest.objects.create(
        reference="SM-0000",
        category=make.pothole(),
        description="A hole as wide as a bucket.",
        latitude=CITY[1],
        longitude=CITY[0],
        status=Status.FILED,
    )
    columns = [field.column for field in ServiceRequest._meta.concrete_fields if field.name != "id"]
    given = ", ".join(_EACH_ITS_OWN.get(column, column) for column in columns)
    with connection.cursor() as cursor:
        cursor.execute("SELECT setseed(0.311)")
        cursor.execute(
            f"INSERT INTO requests_app_servicerequest ({', '.join(columns)})"
            f" SELECT {given} FROM requests_app_servicerequest, generate_series(1, 5999) number"
        )
