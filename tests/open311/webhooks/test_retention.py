"""Tests that deliveries are deleted after a month."""

from datetime import timedelta

import pytest

from lib import clock
from open311.models import WebhookDelivery
from open311.tasks import delete_old_deliveries
from requests_app.workflow import outbox
from tests import make
from tests.open311.webhooks.receiver import list_deliveries, send_all_deliveries

pytestmark = pytest.mark.django_db


def test_what_is_older_than_a_month_is_deleted_but_for_what_is_still_to_be_sent(receiver):
    receiver.webhook()
    make.filed()
    send_all_deliveries()
    make.filed()
    outbox.deliver_all_pending_events()
    with clock.freeze_time(clock.now() + timedelta(days=29)):
        delete_old_deliveries()
    assert len(list_deliveries()) == 2
    with clock.freeze_time(clock.now() + timedelta(days=31)):
        delete_old_deliveries()
    assert [delivery.state for delivery in list_deliveries()] == [WebhookDelivery.State.DUE]


def test_for_how_long_is_a_setting(receiver, settings):
    receiver.webhook()
    make.filed()
    send_all_deliveries()
    settings.WEBHOOK_DELIVERIES_DAYS = 3
    with clock.freeze_time(clock.now() + timedelta(days=4)):
        delete_old_deliveries()
    assert list_deliveries() == []
