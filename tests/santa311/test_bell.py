"""Ringing a worker whose broker hangs, is gone, or forgets."""

import signal

import pytest

from requests_app import tasks
from requests_app.models import PendingEvent
from santa311.celery import app
from santa311.lib import bell, clock
from tests import make
from tests.away import tell_all

DELIVER = "requests_app.deliver"


def test_a_broker_that_hangs_is_left_alone_after_two_bells(broker):
    assert bell.ring(DELIVER, 1)
    tell_all(broker, signal.SIGSTOP)
    try:
        assert [bell.ring(DELIVER, n) for n in range(4)] == [False] * 4
        assert bell.broker.is_open
    finally:
        tell_all(broker, signal.SIGCONT)
    bell.broker.close()  # as after ten seconds
    assert bell.ring(DELIVER, 1)


def test_a_broker_that_is_gone_and_comes_back_is_rung_again(broker):
    assert bell.ring(DELIVER, 1)
    broker.stop()
    assert not bell.ring(DELIVER, 1)
    broker.start()
    assert bell.ring(DELIVER, 1)


@pytest.mark.django_db(transaction=True)
def test_what_a_broker_forgot_is_rung_again_by_the_sweeper(broker):
    """FLUSHALL takes every bell; the rows stay, and the sweeper rings for what is overdue."""
    make.filed()
    owed = PendingEvent.objects.count()
    with app.connection_for_write() as line:
        forgetful = line.default_channel.client
        _forget_and_sweep(forgetful, owed)


def _forget_and_sweep(server, owed):
    queue = app.conf.task_default_queue
    assert server.llen(queue) == owed > 0
    server.flushall()
    tasks.sweep()
    assert server.llen(queue) == 0  # not overdue yet
    with clock.at(clock.now() + tasks.OVERDUE * 2):
        tasks.sweep()
        assert server.llen(queue) == owed
        tasks.sweep()
    assert server.llen(queue) == owed  # they wait already
