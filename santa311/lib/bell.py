"""Ringing a worker. What must be done is written in the database first: a bell may be lost."""

import logging
from contextlib import contextmanager
from contextvars import ContextVar

from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError

log = logging.getLogger(__name__)
_silent = ContextVar("bells are silent", default=False)


@contextmanager
def silent():
    """Ring nothing inside: for a command that does itself, at once, what its events ask for."""
    token = _silent.set(True)
    try:
        yield
    finally:
        _silent.reset(token)


def ring(task_name, *args) -> bool:
    """Ask a worker to run the task with these plain arguments; False if the broker is away.

    A broker that does not answer costs about a second; the periodic sweepers ring again.
    """
    if _silent.get():
        return True
    try:
        current_app.send_task(task_name, args)
    except OperationalError as error:
        log.warning("the broker did not take the bell for %s: %s", task_name, error)
        return False
    return True


def ring_on_commit(task_name, *args):
    transaction.on_commit(lambda: ring(task_name, *args), robust=True)
