"""Figures of what is waiting, failing and late, as Prometheus reads them.

They come from the database and the broker, not from counters in processes: a restart loses none,
and every web process shows the same. A scrape costs at most a few queries on indexes, and what was
read is shown for five seconds, however many ask.
"""

import threading
import time

from django.db import DatabaseError, connection, transaction
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from santa311.observability import backlog, broker, database, machine, staff, sweeps
from santa311.observability.gauge import gauge

KEPT_FOR = 5  # seconds
MOST_MS = 2000  # for a query: a scrape never weighs on a database that is in trouble already

_lock = threading.Lock()
_read = {"at": -KEPT_FOR, "figures": []}


class Figures(Collector):
    def collect(self) -> list:
        with _lock:
            if time.monotonic() - _read["at"] >= KEPT_FOR:
                _read.update(figures=list(_gathered()), at=time.monotonic())
            return list(_read["figures"])

    def describe(self) -> list:
        return []  # so that registering reads nothing


def forget() -> None:
    """Read anew at the next scrape."""
    _read["at"] = -KEPT_FOR


def _gathered():
    yield from machine.figures()
    yield from broker.figures()
    yield from sweeps.figures()
    yield from _of_the_database()
    yield from machine.clock_figures()


def _of_the_database() -> list[GaugeMetricFamily]:
    """Return the figures, read in one transaction: a database that hangs is waited for once."""
    words = "1 while PostgreSQL answers."
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL statement_timeout = {MOST_MS}")
            found = [*backlog.figures(), *staff.figures(), *database.figures(cursor)]
    except DatabaseError:
        return [gauge("database_up", words, 0)]
    return [gauge("database_up", words, 1), *found]
