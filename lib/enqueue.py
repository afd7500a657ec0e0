"""Enqueuing tasks. What must be done is written in the database first: a message may be lost."""

import logging
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar

import redis
from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError
from kombu.pools import producers

from lib.breaker import Breaker, Unavailable
from lib.context_variables import assigned

log = logging.getLogger(__name__)
# kombu turns the errors of redis into its own where it sends, and nowhere else.
_FAILS = (OperationalError, OSError, redis.ConnectionError, redis.TimeoutError)
broker = Breaker("broker", lambda error: isinstance(error, _FAILS), failures=2, seconds=10)
# A worker listens for longer than somebody who enqueues may wait.
_PATIENCE = {"socket_timeout": 1, "socket_connect_timeout": 1, "max_retries": 0}
_suppressed = ContextVar("nothing is enqueued", default=False)


def suppressed() -> AbstractContextManager:
    """Enqueue nothing inside: for a command that does at once, itself, what its events ask for."""
    return assigned(_suppressed, True)


def now(task_name, *args) -> bool:
    """Ask a worker to run the task with these plain arguments; False if the broker is away.

    A broker that does not answer costs a second, and after two such nothing for ten seconds; the
    periodic tasks enqueue what is overdue again.
    """
    if _suppressed.get():
        return True
    try:
        with broker.guard(), _producer() as producer:
            current_app.send_task(task_name, args, producer=producer, retry=False)
    except Unavailable as unavailable:
        if error := unavailable.__cause__:
            log.warning("the broker did not take %s: %s", task_name, error)
        return False
    return True


def each(task_name, keys) -> None:
    """One task for each of the keys; the first that the broker does not take ends it."""
    for key in keys:
        if not now(task_name, key):
            return


def again(task_name, late) -> None:
    """One task for each of the keys in this list, which were enqueued before and are late.

    Where as many tasks wait in their queue, those may be theirs: in a backlog, more of them would
    keep the worker from the work itself.
    """
    if late and len(late) > waiting(task_name):
        each(task_name, late)


def waiting(task_name) -> int:
    """How many tasks wait in the queue of this one, for whatever; 0 if the broker is away."""
    try:
        with broker.guard(), _producer() as producer:
            name = current_app.amqp.router.route({}, task_name)["queue"].name
            return producer.channel.queue_declare(queue=name).message_count
    except Unavailable:
        return 0


@contextmanager
def _producer() -> Iterator:
    line = current_app.connection_for_write(transport_options=_PATIENCE)
    with producers[line].acquire(block=True, timeout=1) as producer:
        yield producer


def on_commit(task_name, *args) -> None:
    transaction.on_commit(lambda: now(task_name, *args), robust=True)
