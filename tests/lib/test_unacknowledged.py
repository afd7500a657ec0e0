"""Tests that a worker continues if the broker did not receive an acknowledgement."""

import signal

import pytest
import redis
from kombu import Connection, Queue

from lib import unacknowledged_messages
from tests.away import signal_all_processes
from tools.embedded import Valkey


@pytest.fixture
def broker(folder):
    with Valkey(folder / "broker", durable=False) as server:
        yield server


@pytest.mark.parametrize("verb", ["ack", "reject"])
def test_a_worker_that_may_hold_one_takes_the_next_though_its_word_was_lost(broker, verb):
    unacknowledged_messages.install_releasing_qos()
    url, taken = broker.keeper_url.replace("unix://", "redis+socket://"), []
    options = {"socket_timeout": 0.5, "visibility_timeout": 600}
    with Connection(url, transport_options=options) as line:
        jobs, hands = Queue("jobs"), line.channel()
        hands.basic_qos(0, 1, False)
        for number in range(2):
            line.Producer().publish(number, routing_key="jobs", declare=[jobs])
        with line.Consumer(jobs, channel=hands, callbacks=[lambda *each: taken.append(each)]):
            line.drain_events(timeout=5)
            signal_all_processes(broker, signal.SIGSTOP)
            with pytest.raises(redis.exceptions.TimeoutError):
                getattr(taken[0][1], verb)()
            signal_all_processes(broker, signal.SIGCONT)
            line.drain_events(timeout=5)
    assert [body for body, _message in taken] == [0, 1]
