"""Gauges of waiting, failing and late work for Prometheus.

They are read from the database and the broker instead of counted in processes: a restart loses
none, and every web process shows the same values. A scrape costs a few indexed queries at most, and
its result is cached for five seconds.
"""

import threading
import time

from django.db import DatabaseError, connection, transaction
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from santa311.observability import backlog, broker, database, machine, staff, sweeps
from santa311.observability.gauge import build_gauge

CACHE_SECONDS = 5
MAX_STATEMENT_MS = 2000  # of each query, so that a scrape does not burden a slow database

_lock = threading.Lock()
_read = {"at": -CACHE_SECONDS, "figures": []}


class GaugeCollector(Collector):
    """A Prometheus collector with a cache that all threads share."""

    def collect(self) -> list:
        with _lock:
            if time.monotonic() - _read["at"] >= CACHE_SECONDS:
                _read.update(figures=list(_collect_all_gauges()), at=time.monotonic())
            return list(_read["figures"])

    def describe(self) -> list:
        return []  # so that registering reads nothing


def clear_cached_gauges() -> None:
    """Clear the cache, so that the next scrape reads new values."""
    _read["at"] = -CACHE_SECONDS


def _collect_all_gauges():
    yield from machine.collect_gauges()
    yield from broker.collect_gauges()
    yield from sweeps.collect_gauges()
    yield from _collect_database_gauges()
    yield from machine.collect_clock_gauges()


def _collect_database_gauges() -> list[GaugeMetricFamily]:
    """Return the gauges, read in one transaction: a hanging database costs one time-out."""
    words = "1 while PostgreSQL answers."
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL statement_timeout = {MAX_STATEMENT_MS}")
            found = [
                *backlog.collect_gauges(),
                *staff.collect_gauges(),
                *database.collect_gauges(cursor),
            ]
    except DatabaseError:
        return [build_gauge("database_up", words, 0)]
    return [build_gauge("database_up", words, 1), *found]
