"""Functions that enqueue Celery tasks.

A message may be lost: what must be done is written to the database first, and periodic tasks
enqueue overdue work again.
"""

import logging
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar

import redis
from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError
from kombu.pools import producers

from lib.breaker import CircuitBreaker, Unavailable
from lib.context_variables import override_context_variable

log = logging.getLogger(__name__)
# kombu converts redis errors to its own only when it sends a message.
_BROKER_ERRORS = (OperationalError, OSError, redis.ConnectionError, redis.TimeoutError)
broker_breaker = CircuitBreaker(
    "broker", lambda error: isinstance(error, _BROKER_ERRORS), failures=2, seconds=10
)
# Shorter time-outs than those of workers, because a web request waits for this.
_TRANSPORT_OPTIONS = {"socket_timeout": 1, "socket_connect_timeout": 1, "max_retries": 0}
_is_suppressed = ContextVar("nothing is enqueued", default=False)


def suppress_enqueuing() -> AbstractContextManager:
    """Return a context manager in whose block enqueue_task() does nothing and returns True.

    It is for a command that does the work of its events itself.
    """
    return override_context_variable(_is_suppressed, True)


def enqueue_task(task_name, *args) -> bool:
    """Enqueue a task with JSON-serializable arguments. Return False if the broker is unavailable.

    A broker that does not answer costs one second; after two failures it is not asked for ten
    seconds. Inside suppress_enqueuing() do nothing and return True.
    """
    if _is_suppressed.get():
        return True
    try:
        with broker_breaker.guard(), _acquire_producer() as producer:
            current_app.send_task(task_name, args, producer=producer, retry=False)
    except Unavailable as unavailable:
        if error := unavailable.__cause__:
            log.warning("the broker did not take %s: %s", task_name, error)
        return False
    return True


def enqueue_each(task_name, keys) -> None:
    """Enqueue one task per key, and stop at the first that the broker does not accept."""
    for key in keys:
        if not enqueue_task(task_name, key):
            return


def enqueue_late_again(task_name, late) -> None:
    """Enqueue one task per key in `late`, whose tasks were enqueued before and are overdue.

    Do nothing if at least as many tasks wait in the queue: these may be the same tasks, and more of
    them would only lengthen a backlog.
    """
    if late and len(late) > count_waiting_tasks(task_name):
        enqueue_each(task_name, late)


def count_waiting_tasks(task_name) -> int:
    """Return the number of tasks, of any name, in this task's queue; 0 if the broker is down."""
    try:
        with broker_breaker.guard(), _acquire_producer() as producer:
            name = current_app.amqp.router.route({}, task_name)["queue"].name
            return producer.channel.queue_declare(queue=name).message_count
    except Unavailable:
        return 0


@contextmanager
def _acquire_producer() -> Iterator:
    """Yield a producer with a connection to the broker, whose time-outs are one second.

    Errors of the broker are raised.
    """
    line = current_app.connection_for_write(transport_options=_TRANSPORT_OPTIONS)
    with producers[line].acquire(block=True, timeout=1) as producer:
        yield producer


def enqueue_on_commit(task_name, *args) -> None:
    """Enqueue a task when the current transaction commits; now if there is none.

    A failure is ignored: periodic tasks enqueue the work again.
    """
    transaction.on_commit(lambda: enqueue_task(task_name, *args), robust=True)
