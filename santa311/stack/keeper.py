"""What Patroni does in production with `synchronous_mode: on`: who must confirm a commit.

As long as a standby follows, a commit waits for one. When none has followed for a few seconds, the
primary goes on alone: a city that takes no report because its spare machines are away helps nobody,
and what is acknowledged meanwhile is on the primary's disk. It is lost only if that dies too before
a standby is back, and the log says from when to when that was so.
"""

import logging
import threading
import time

import psycopg

from santa311.stack import database

log = logging.getLogger(__name__)
PATIENCE = 2.0  # s without any standby; one that hangs is noticed 5 s later (wal_sender_timeout)


class Keeper:
    """Looks after the primary that `primary()` gives, until `close`."""

    def __init__(self, primary, notes):
        self._primary = primary
        self._notes = notes
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._keep, name="keeper", daemon=True)
        self._thread.start()

    def close(self):
        self._over.set()
        self._thread.join()

    def _keep(self):
        seen = time.monotonic()
        while not self._over.wait(0.5):
            try:
                server = self._primary()
                if server.followers():
                    seen = time.monotonic()
                    self._demand(server, database.SYNCHRONOUS)
                elif time.monotonic() - seen > PATIENCE:
                    self._demand(server, "")
            except psycopg.Error:  # the primary is down or hangs: there is nothing to settle
                seen = time.monotonic()

    def _demand(self, server, names):
        if server.demanded() == names:
            return
        server.settle(synchronous_standby_names=names)
        words = "waits for a standby again" if names else "has no standby and goes on alone"
        log.warning("%s %s", server.name, words)
        with self._notes.open("a") as notes:
            notes.write(f"{time.strftime('%Y-%m-%dT%H:%M:%S%z')} {server.name} {words}\n")
