"""Tests for the event log: append-only, without personal texts, delivered to every subscriber."""

from datetime import timedelta

import pytest
from django.db import ProgrammingError, connection, transaction
from django.test.utils import CaptureQueriesContext

from lib import clock
from requests_app import workflow
from requests_app.models import Event, PendingEvent
from requests_app.status import Status
from requests_app.workflow import outbox
from tests import make

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "change",
    ["UPDATE requests_app_event SET code = 'x'", "DELETE FROM requests_app_event",
     "TRUNCATE requests_app_event CASCADE"],
)  # fmt: skip
def test_the_database_refuses_to_change_the_log(change):
    make.filed()
    # pending constraint checks would block TRUNCATE
    connection.cursor().execute("SET CONSTRAINTS ALL IMMEDIATE")
    with pytest.raises(ProgrammingError, match="append-only"), transaction.atomic():
        connection.cursor().execute(change)


def test_an_event_holds_no_words():
    service_request = make.service_request(Status.DISPUTED)
    texts = [
        value
        for event in service_request.events.values()
        for value in event.values()
        if isinstance(value, str)
    ]
    assert not any(" " in text for text in texts)


def test_a_verb_writes_only_the_columns_that_it_changed():
    service_request = make.filed()
    with CaptureQueriesContext(connection) as asked:
        make.route(service_request)
    table = '"requests_app_servicerequest"'
    (written,) = [one["sql"] for one in asked if one["sql"].startswith(f"UPDATE {table}")]
    assert '"status"' in written
    assert '"description"' not in written


def test_every_event_is_owed_to_every_subscriber(settings):
    make.filed()
    owed = PendingEvent.objects.values_list("subscriber", flat=True)
    assert sorted(owed) == sorted(settings.EVENT_SUBSCRIBERS)


def test_events_that_a_command_collects_are_owed_to_nobody_else():
    with outbox.collect_events(events := []):
        service_request = make.filed()
    assert events == list(service_request.events.all())
    assert not PendingEvent.objects.exists()
    make.filed()
    assert PendingEvent.objects.exists()


def test_a_subscriber_that_fails_keeps_its_debt(settings):
    settings.EVENT_SUBSCRIBERS = ["tests.requests_app.workflow.test_log.fail"]
    make.filed()
    owed = PendingEvent.objects.get()
    with pytest.raises(RuntimeError):
        outbox.deliver_pending_event(owed.pk)
    assert PendingEvent.objects.filter(pk=owed.pk).exists()


def fail(event):
    raise RuntimeError


heard = []


def hear(event):
    heard.append(event.pk)


def test_a_debt_is_paid_once(settings):
    settings.EVENT_SUBSCRIBERS = ["tests.requests_app.workflow.test_log.hear"]
    heard.clear()
    make.filed()
    owed = PendingEvent.objects.get().pk
    outbox.deliver_pending_event(owed)
    outbox.deliver_pending_event(owed)
    assert heard == [Event.objects.get().pk]


def test_all_debts_can_be_paid_here_and_now(settings):
    settings.EVENT_SUBSCRIBERS = ["tests.requests_app.workflow.test_log.hear"]
    heard.clear()
    make.service_request(Status.COMPLETED)
    outbox.deliver_all_pending_events()
    assert heard == list(Event.objects.values_list("pk", flat=True))
    assert not PendingEvent.objects.exists()


def test_each_event_says_who_held_the_request_after_it():
    service_request = make.service_request(Status.ROUTED)
    make.handed_back(service_request)
    held = [event.department for event in service_request.events.all()]
    assert held == [None, make.streets(), None]


def test_the_version_rises_with_every_event():
    service_request = make.service_request(Status.IN_PROGRESS)
    assert service_request.version == service_request.events.count()
    make.act(workflow.comment, service_request, make.ana(), words="Thanks.")
    assert service_request.version == service_request.events.count()


def test_times_only_rise_although_one_machines_clock_is_an_hour_behind():
    service_request = make.filed()
    filed = service_request.events.get()
    with clock.freeze_time(filed.at - timedelta(hours=1)):
        make.route(service_request)
    routed = service_request.events.latest("pk")
    assert routed.at == filed.at == service_request.changed_at
    make.act(workflow.start, service_request, make.wes())
    assert service_request.events.latest("pk").at > routed.at
