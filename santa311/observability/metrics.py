"""Gauges of waiting, failing and late work for Prometheus.

They are read from the database and the broker instead of counted in processes: a restart loses
none, and every web process shows the same values. A scrape costs a few indexed queries at most, and
its result is cached for five seconds.
"""

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.db import DatabaseError, connection, transaction
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from santa311.observability import backlog, broker, database, machine, periodic_tasks, photos, staff
from santa311.observability.gauge import build_gauge

CACHE_SECONDS = 5
MAX_STATEMENT_MS = 2000  # of each query, so that a scrape does not burden a slow database

_lock = threading.Lock()


@dataclass
class _Cache:
    """The gauges, and when they were read on the clock of time.monotonic()."""

    read_at: float = -CACHE_SECONDS
    gauges: list[Metric] = field(default_factory=list)


_cache = _Cache()


class GaugeCollector(Collector):
    """A Prometheus collector with a cache that all threads share."""

    def collect(self) -> list[Metric]:
        """Return the gauges, read again if they are older than CACHE_SECONDS."""
        with _lock:
            if time.monotonic() - _cache.read_at >= CACHE_SECONDS:
                _cache.gauges = list(_collect_all_gauges())
                _cache.read_at = time.monotonic()
            return list(_cache.gauges)

    def describe(self) -> list[Metric]:
        """Return [], so that registering the collector reads nothing."""
        return []


def clear_cached_gauges() -> None:
    """Clear the cache, so that the next scrape reads new values."""
    _cache.read_at = -CACHE_SECONDS


def _collect_all_gauges() -> Iterator[Metric]:
    """Yield all gauges; clock offsets come last, after the servers were asked."""
    yield from machine.collect_gauges()
    yield from broker.collect_gauges()
    yield from periodic_tasks.collect_gauges()
    yield from photos.collect_counters()
    yield from _collect_database_gauges()
    yield from machine.collect_clock_gauges()


def _collect_database_gauges() -> list[GaugeMetricFamily]:
    """Return database_up and, if PostgreSQL answers, the gauges read from it.

    They are read in one transaction: a hanging database costs one time-out.
    """
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
