"""Tests that deliveries are signed, ordered, sent at least once, and independent per receiver."""

import json
import threading
import time
from datetime import timedelta

import pytest
from django.db import connection, connections
from django.db.utils import OperationalError

from lib import clock
from open311.models import Webhook, WebhookDelivery
from open311.webhooks import circuit, deliveries, sending
from requests_app import workflow
from requests_app.models import PendingEvent
from requests_app.status import Status
from requests_app.workflow import outbox
from tests import make
from tests.open311.webhooks.receiver import (
    list_deliveries,
    load_documented_check,
    send_all_deliveries,
    send_all_deliveries_at,
)

pytestmark = pytest.mark.django_db

DAY = timedelta(hours=24)
MINUTE = timedelta(minutes=1)


def states():
    return [delivery.state for delivery in list_deliveries()]


def commented(row, words="Still there."):
    make.act(workflow.comment, row, make.ana(), words=words)


def test_a_delivery_is_signed_as_the_documentation_checks_it(receiver):
    webhook = receiver.webhook()
    row = make.filed()
    send_all_deliveries()
    ((method, path, headers, body),) = receiver.server.calls
    assert (method, path) == ("POST", "/hook")
    assert headers["Content-Type"] == "application/json; charset=utf-8"
    assert headers["Santa311-Event"] == "filed"
    check = load_documented_check()
    signature = headers["Santa311-Signature"]
    assert check(webhook.secret, signature, body)
    assert not check(webhook.secret, signature, body + b" ")
    assert not check("another", signature, body)
    old = signature.replace("t=", "t=1", 1)
    assert not check(webhook.secret, old, body)
    content = json.loads(body)
    assert content["event_id"] == row.events.get().pk
    assert content["request"]["service_request_id"] == row.reference


def test_an_old_signature_is_refused_by_the_example(receiver, monkeypatch):
    webhook = receiver.webhook()
    make.filed()
    send_all_deliveries()
    ((_method, _path, headers, body),) = receiver.server.calls
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 301)
    assert not load_documented_check()(webhook.secret, headers["Santa311-Signature"], body)


@pytest.mark.parametrize(
    ("status", "state"),
    [(200, "sent"), (202, "sent"), (204, "sent"), (302, "due"), (404, "due"), (500, "due")],
)
def test_any_2xx_is_a_success_and_nothing_else(receiver, status, state):
    receiver.webhook()
    receiver.answers = [status]
    make.filed()
    send_all_deliveries()
    (delivery,) = list_deliveries()
    assert (delivery.state, delivery.answered) == (state, status)
    assert (delivery.error == "bad_status") == (state == "due")


def test_events_of_a_request_come_in_their_order_and_one_waits_for_the_one_before(receiver):
    receiver.webhook()
    row, other = make.filed(), make.filed()
    receiver.answers = [500]
    commented(row)
    send_all_deliveries()
    first = [each["request"]["service_request_id"] for each in receiver.received]
    assert first == [row.reference]
    send_all_deliveries()
    assert receiver.events == ["filed", "filed"]
    assert receiver.received[1]["request"]["service_request_id"] == other.reference
    send_all_deliveries_at(clock.now() + 2 * MINUTE)
    of_the_row = [
        each["event"]
        for each in receiver.received
        if each["request"]["service_request_id"] == row.reference
    ]
    assert of_the_row == ["filed", "filed", "commented"]


def test_an_event_waits_for_an_earlier_one_that_is_not_written_down_yet(receiver):
    receiver.webhook()
    row = make.filed()
    commented(row)
    mine = PendingEvent.objects.filter(subscriber="open311.webhooks.subscriber.on_event")
    earlier, later = mine.order_by("event")
    outbox.deliver_pending_event(later.pk)
    send_now()
    assert receiver.events == []
    outbox.deliver_pending_event(earlier.pk)
    send_now()
    assert receiver.events == ["filed", "commented"]


def send_now():
    for webhook_id in Webhook.objects.values_list("pk", flat=True):
        sending.send_due_deliveries(webhook_id)


def test_a_failed_try_is_repeated_ever_later_with_the_same_delivery_id(receiver):
    receiver.webhook()
    make.filed()
    receiver.answers = [500, 500, 500]
    moment = clock.now()
    waits = []
    while (not list_deliveries() or list_deliveries()[0].state == "due") and len(waits) < 10:
        send_all_deliveries_at(moment)
        (delivery,) = list_deliveries()
        waits.append((delivery.due_at - moment).total_seconds())
        moment = max(delivery.due_at, delivery.webhook.paused_until or moment) + MINUTE / 60
    assert states() == ["sent"]
    assert len(set(receiver.keys)) == 1
    assert len(receiver.keys) == list_deliveries()[0].attempts == 4
    for wait, expected in zip(waits, [30, 60, 120], strict=False):
        assert 0.79 * expected <= wait <= 1.21 * expected


def test_waits_double_up_to_an_hour_and_no_two_are_alike():
    assert all(circuit.retry_delay(n) <= 1.2 * circuit.MAX_WAIT for n in range(1, 100))
    assert len({circuit.retry_delay(5) for _n in range(20)}) > 10


def test_after_a_day_a_delivery_is_given_up_and_the_next_one_of_its_request_goes(receiver):
    """The receiver accepts other deliveries, so its webhook is not deactivated."""
    webhook = receiver.webhook()
    row = make.filed()
    commented(row)
    receiver.answers = [422]
    send_all_deliveries()
    make.filed()
    send_all_deliveries()
    receiver.answers = [422]
    send_all_deliveries_at(clock.now() + DAY + MINUTE)
    assert (list_deliveries()[0].state, list_deliveries()[0].attempts) == ("failed", 2)
    send_all_deliveries_at(clock.now() + DAY + 2 * MINUTE)
    assert states() == ["failed", "sent", "sent"]
    webhook.refresh_from_db()
    assert webhook.is_active
    assert webhook.failures == 0


def test_after_three_failures_the_receiver_is_left_alone_and_then_asked_with_one(receiver):
    webhook = receiver.webhook()
    for _n in range(6):
        make.filed()
    receiver.answers = [503] * 4
    for _n in range(5):
        send_all_deliveries()
    assert len(receiver.received) == 3
    webhook.refresh_from_db()
    assert webhook.paused_until > clock.now()
    send_all_deliveries_at(clock.now() + MINUTE)
    assert len(receiver.received) == 4
    webhook.refresh_from_db()
    assert webhook.failures == 4
    send_all_deliveries_at(clock.now() + 5 * MINUTE)
    send_all_deliveries_at(clock.now() + 5 * MINUTE)
    assert set(states()) == {"sent"}


def dead_for_a_day(webhook):
    moment = clock.now()
    for hour in range(26):
        send_all_deliveries_at(moment + timedelta(hours=hour))
        webhook.refresh_from_db()
        if not webhook.is_active:
            break
    return moment + timedelta(hours=hour)


def test_a_receiver_that_is_dead_for_a_day_is_turned_off_loudly(receiver, caplog, mailoutbox):
    make.ada()
    webhook = receiver.webhook()
    receiver.answers = [500] * 200
    make.filed()
    moment = dead_for_a_day(webhook)
    assert (webhook.is_active, webhook.off_because) == (False, "failed")
    assert states() == ["failed"]
    assert f"webhook {webhook.pk} is turned off" in caplog.text
    assert list_deliveries()[0].attempts >= 10
    count = len(receiver.received)
    make.filed()
    send_all_deliveries_at(moment + MINUTE)
    assert len(receiver.received) == count
    circuit.activate_webhook(webhook)
    receiver.answers = []
    with clock.freeze_time(moment + 2 * MINUTE):
        assert deliveries.resend_deliveries(WebhookDelivery.objects.filter(state="failed")) == 1
    send_all_deliveries_at(moment + 3 * MINUTE)
    assert states() == ["sent"]


def test_one_that_was_sent_is_sent_again_with_the_same_id_and_what_is_true_now(receiver):
    receiver.webhook()
    row = make.filed()
    send_all_deliveries()
    make.act(workflow.withdraw, row, make.ana())
    assert deliveries.resend_deliveries(WebhookDelivery.objects.all()) == 1
    send_all_deliveries()
    assert receiver.events == ["filed", "filed", "closed"]
    assert len(set(receiver.keys)) == 2
    assert receiver.received[1]["request"]["status"] == "closed"


def test_what_waits_anyway_or_belongs_to_a_webhook_that_is_off_is_not_sent_again(receiver):
    webhook = receiver.webhook()
    make.filed()
    outbox.deliver_all_pending_events()
    assert deliveries.resend_deliveries(WebhookDelivery.objects.all()) == 0
    circuit.deactivate_webhook(webhook, Webhook.OffBecause.BY_HAND)
    assert states() == ["failed"]
    assert deliveries.resend_deliveries(WebhookDelivery.objects.all()) == 0


def test_a_test_is_sent_whatever_the_webhook_selected(receiver):
    webhook = receiver.webhook(kinds=["closed"])
    deliveries.send_test(webhook)
    send_all_deliveries()
    assert receiver.received == [
        {"event": "test", "event_id": None, "occurred_at": None, "request": None}
    ]


def test_an_address_that_leads_inside_by_now_is_not_called(receiver, settings):
    receiver.webhook()
    make.filed()
    settings.WEBHOOK_ALLOWED_HOSTS = []
    send_all_deliveries()
    assert receiver.received == []
    assert list_deliveries()[0].error == "not_https"
    Webhook.objects.update(url="https://localhost/hook")
    send_all_deliveries_at(clock.now() + MINUTE)
    assert list_deliveries()[0].error == "not_public"


def test_a_slow_receiver_costs_the_others_nothing(receiver, serve, settings, monkeypatch):
    monkeypatch.setattr(sending, "MAX_SECONDS", 0.3)
    slow = serve(lambda handler: handler.server.ended.wait(20))
    settings.WEBHOOK_ALLOWED_HOSTS.append(slow.name)
    quick = receiver.webhook()
    dead = receiver.webhook()
    Webhook.objects.filter(pk=dead.pk).update(url=slow.url)
    for _n in range(3):
        make.filed()
    send_all_deliveries()
    assert dead.deliveries.filter(error="too_slow").count() == 1
    assert quick.deliveries.filter(state="sent").count() == 3


def test_a_turn_ends_so_that_others_have_theirs(receiver, monkeypatch):
    webhook = receiver.webhook()
    for _n in range(3):
        make.filed()
    outbox.deliver_all_pending_events()
    monkeypatch.setattr(sending, "TURN_SECONDS", 0.000001)
    sending.send_due_deliveries(webhook.pk)
    assert len(receiver.received) <= 1
    assert sending._find_ready_webhooks().filter(pk=webhook.pk).exists()


@pytest.mark.django_db(transaction=True)
def test_two_workers_never_send_to_the_same_webhook_at_once(receiver):
    webhook = receiver.webhook()
    for _n in range(3):
        make.filed()
    outbox.deliver_all_pending_events()
    inside, most, gate = set(), [0], threading.Lock()

    def answer(handler):
        with gate:
            inside.add(threading.get_ident())
            most[0] = max(most[0], len(inside))
        time.sleep(0.05)
        with gate:
            inside.discard(threading.get_ident())
        handler.send()

    receiver.server.answer = answer

    def work():
        sending.send_due_deliveries(webhook.pk)
        connections.close_all()

    threads = [threading.Thread(target=work) for _n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == [1]
    assert len(receiver.received) == 3
    assert len(set(receiver.keys)) == 3


@pytest.mark.django_db(transaction=True)
def test_what_ends_a_worker_after_it_sent_has_the_same_sent_once_more(receiver):
    """The database connection of the worker breaks before the worker can store the response."""
    webhook = receiver.webhook()
    make.filed()
    outbox.deliver_all_pending_events()
    victim = connection.cursor().execute("SELECT pg_backend_pid()").fetchone()[0]

    def answer(handler):
        if len(receiver.server.calls) == 1:
            with connections["default"].copy().cursor() as cursor:
                cursor.execute("SELECT pg_terminate_backend(%s)", [victim])
        handler.send()

    receiver.server.answer = answer
    with pytest.raises(OperationalError):
        sending.send_due_deliveries(webhook.pk)
    connection.close()
    assert states() == ["due"]
    send_all_deliveries()
    assert len(receiver.received) == 1  # not sent again immediately
    send_all_deliveries_at(clock.now() + 2 * MINUTE)
    assert states() == ["sent"]
    assert len(receiver.keys) == 2
    assert len(set(receiver.keys)) == 1


def test_a_webhook_that_a_worker_died_with_is_free_again_after_a_minute(receiver):
    webhook = receiver.webhook()
    make.filed()
    outbox.deliver_all_pending_events()
    assert sending._claim_webhook(webhook.pk)
    sending.send_due_deliveries(webhook.pk)
    assert receiver.received == []
    send_all_deliveries_at(clock.now() + 2 * MINUTE)
    assert states() == ["sent"]


def test_every_status_is_told_with_the_request_as_it_is(receiver):
    receiver.webhook()
    make.service_request(Status.IN_PROGRESS)
    send_all_deliveries_at(clock.now() + MINUTE)
    assert receiver.events == ["filed", "routed", "started"]
    assert {each["request"]["status"] for each in receiver.received} == {"open"}
