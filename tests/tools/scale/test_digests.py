"""Test that the alerts for the measurement of digests match requests and are deleted afterwards."""

import pytest
from django.db import connection

from lib import clock
from requests_app.alerts.matching import find_digest_requests
from requests_app.models import Alert
from tests import make
from tools.bench import digests


@pytest.mark.django_db
def test_each_alert_has_requests_and_is_deleted_again():
    for latitude in (34.0195, 34.0196):
        make.filed(at=(latitude, -118.4912))
    with connection.cursor() as cursor:
        cursor.execute(digests.ALERTS)
        assert Alert.objects.standing().count() == digests.DIGESTS
        for alert in Alert.objects.order_by("pk")[:12]:  # contains each kind of alert
            assert find_digest_requests(alert, alert.digest_since, clock.now(), 5).new
        for statement in digests.CLEAN_UP:
            cursor.execute(statement)
    assert not Alert.objects.exists()
