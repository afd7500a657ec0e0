"""Run a function in a process beside this one, so that a first start uses two processors."""

import multiprocessing
import signal
from contextlib import contextmanager

from django.db import connections
from django.db.backends.postgresql.base import DatabaseWrapper

from tools.embedded import ServiceFailed

_FAILED = "A process of its own failed; the lines above say why."
_fork = multiprocessing.get_context("fork")  # a forked process does not import modules again


@contextmanager
def beside(function, *arguments):
    """Run `function(line, *arguments)` in another process during the block, and wait for it.

    `line` is a multiprocessing.Connection; the block gets its other end. Receiving from an ended
    process raises EOFError. All database connections are closed first. Raise ServiceFailed if the
    function fails; its traceback is printed to stderr. If the block fails, the process is
    terminated.
    """
    leave_the_database()  # two processes cannot share a connection
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
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # on Ctrl-C, the parent terminates this process
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    parents.close()
    try:
        function(line, *arguments)
    finally:
        leave_the_database()


def leave_the_database() -> None:
    """Close all connections and pools; a pool would keep trying after the server's end."""
    for connection in connections.all(initialized_only=True):
        connection.close()
        if isinstance(connection, DatabaseWrapper):
            connection.close_pool()
