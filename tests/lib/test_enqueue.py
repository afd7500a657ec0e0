"""Tests for enqueuing tasks while the broker hangs, is down, or has lost messages."""

import signal

import pytest
import redis

from lib import clock, enqueue
from notifications import delivery
from notifications import tasks as notification_tasks
from open311 import tasks as open311_tasks
from open311.media import addresses
from requests_app import tasks as request_tasks
from requests_app.photos import processing
from requests_app.workflow import outbox
from santa311.celery import app
from tests import make
from tests.away import signal_all_processes

DELIVER = outbox.DELIVER_TASK


def test_a_broker_that_hangs_is_left_alone_after_two_tasks(broker):
    assert enqueue.enqueue_task(DELIVER, 1)
    signal_all_processes(broker, signal.SIGSTOP)
    try:
        assert [enqueue.enqueue_task(DELIVER, n) for n in range(4)] == [False] * 4
        assert enqueue.broker_breaker.is_open
    finally:
        signal_all_processes(broker, signal.SIGCONT)
    enqueue.broker_breaker.close()  # as after ten seconds
    assert enqueue.enqueue_task(DELIVER, 1)


def test_a_broker_that_is_gone_and_comes_back_is_rung_again(broker):
    assert enqueue.enqueue_task(DELIVER, 1)
    broker.stop()
    assert not enqueue.enqueue_task(DELIVER, 1)
    broker.start()
    assert enqueue.enqueue_task(DELIVER, 1)


def test_who_counts_the_tasks_of_a_broker_that_is_gone_or_hangs_counts_none(broker):
    enqueue.enqueue_task(DELIVER, 1)
    assert enqueue.count_waiting_tasks(DELIVER) == 1
    signal_all_processes(broker, signal.SIGSTOP)
    try:
        assert [enqueue.count_waiting_tasks(DELIVER) for _time in range(3)] == [0] * 3
        assert enqueue.broker_breaker.is_open
    finally:
        signal_all_processes(broker, signal.SIGCONT)
    enqueue.broker_breaker.close()  # as after ten seconds
    assert enqueue.count_waiting_tasks(DELIVER) == 1
    broker.stop()
    assert [enqueue.count_waiting_tasks(DELIVER) for _time in range(3)] == [0] * 3
    assert enqueue.broker_breaker.is_open


def an_event():
    make.filed()


def a_mail():
    make.filed(contact={"name": "Ana", "email": "ana@example.org", "phone": ""})
    outbox.deliver_all_pending_events()


def a_photo():
    make.photo(device=make.ana())


def a_photo_of_another_system():
    row = make.filed(by=make.front_end())
    addresses.schedule_fetches(row.events.get(), ["https://example.org/a.jpg"])


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("owe", "sweep", "task"),
    [
        (an_event, request_tasks.retry_events, DELIVER),
        (a_mail, notification_tasks.send_due, delivery.SEND_TASK),
        (a_photo, request_tasks.retry_photos, processing.MAKE_SIZES),
        (a_photo_of_another_system, open311_tasks.fetch_due_photos, addresses.FETCH_TASK),
    ],
)
def test_what_a_broker_forgot_is_enqueued_again(broker, owe, sweep, task):
    """FLUSHALL deletes all messages. The rows remain, and overdue ones are enqueued again."""
    owe()
    owed = enqueue.count_waiting_tasks(task)
    forget_all(broker)
    assert enqueue.count_waiting_tasks(task) == 0 < owed
    with clock.freeze_time(clock.now() + request_tasks.OVERDUE_AFTER * 2):
        sweep()
        assert enqueue.count_waiting_tasks(task) == owed
        sweep()
    assert enqueue.count_waiting_tasks(task) == owed  # not enqueued twice


def forget_all(broker):
    with redis.Redis.from_url(broker.keeper_url) as keeper:
        keeper.flushall()


@pytest.mark.django_db(transaction=True)
def test_what_is_not_overdue_yet_is_not_rung_again(broker):
    an_event()
    a_photo()
    forget_all(broker)
    request_tasks.retry_events()
    request_tasks.retry_photos()
    assert [
        enqueue.count_waiting_tasks(DELIVER),
        enqueue.count_waiting_tasks(processing.MAKE_SIZES),
    ] == [0, 0]


def test_of_many_tasks_the_first_that_is_not_taken_is_the_last(broker):
    broker.stop()
    keys = iter(range(1000))
    enqueue.enqueue_each(DELIVER, keys)
    assert next(keys) == 1


def test_no_task_is_tried_again_by_celery():
    """A worker that holds tasks for a retry accepts no more tasks after the broker restarts."""
    ours = [task for name, task in app.tasks.items() if not name.startswith("celery.")]
    assert ours
    assert [task.name for task in ours if getattr(task, "autoretry_for", ())] == []
