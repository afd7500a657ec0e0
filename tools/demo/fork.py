"""A function in a process of its own, beside this one: a first start uses two processors."""

import multiprocessing
import signal
from contextlib import contextmanager

from django.db import connections
from django.db.backends.postgresql.base import DatabaseWrapper

from tools.embedded import ServiceFailed

_FAILED = "A process of its own failed; the lines above say why."
_fork = multiprocessing.get_context("fork")  # nothing is imported anew


@contextmanager
def beside(function, *arguments):
    """Run `function(line, *arguments)` in a process of its own during the block; then wait for it.

    `line` is a multiprocessing.Connection, whose other end the block gets: whoever receives
    from one that ended gets EOFError. All database connections are closed first. Raise
    ServiceFailed if the function failed; its traceback is on stderr by then. If the block
    fails, the function is ended.
    """
    leave_the_database()  # a connection belongs to one process
    ours, theirs = _fork.Pipe()
    child = _fork.Process(target=_run, args=(function, ours, theirs, arguments), daemon=True)
    child.start()
    theirs.close()
    try:
        yield ours
        child.join()
    except EOFError as error:
        raise ServiceFailed(_FAILED) from error
    finally:
        ours.close()
        child.terminate()
        child.join()
    if child.exitcode:
        raise ServiceFailed(_FAILED)


def _run(function, parents, line, arguments) -> None:
    """Run the function in the new process, and close its database connections."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a Ctrl-C is for the parent, which ends us
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    parents.close()
    try:
        function(line, *arguments)
    finally:
        leave_the_database()


def leave_the_database() -> None:
    """Close all connections and pools; a pool would go on trying when the server ends."""
    for connection in connections.all(initialized_only=True):
        connection.close()
        if isinstance(connection, DatabaseWrapper):
            connection.close_pool()
