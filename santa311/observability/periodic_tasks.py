"""The times of the periodic tasks' last runs, which show whether beat and the workers run.

The worker that ran a task records the time in the cache. After the cache was emptied, the age of
each task counts from the first look, so that a stopped beat is still noticed.
"""

import time
from collections.abc import Iterator

from celery.signals import task_postrun
from celery.states import SUCCESS
from django.core.cache import cache
from prometheus_client.core import GaugeMetricFamily

from santa311.observability.gauge import build_gauge
from santa311.schedule import PERIODS

MAX_IDLE_SECONDS = 120  # some task is due every ten seconds


def load_completion_times() -> dict[str, float]:
    """Return the time of each task's last run, in seconds since 1970, by the task's name.

    Tasks without a record are missing; {} if the cache is unavailable.
    """
    names = {_cache_key(name): name for name in PERIODS}
    return {names[key]: moment for key, moment in cache.get_many(names).items()}


def idle_seconds() -> float | None:
    """Return the seconds since the latest periodic task; None if the cache is unavailable.

    After the cache was emptied, they count from the first call.
    """
    return min((age for age in load_completion_ages().values() if age is not None), default=None)


def load_completion_ages() -> dict[str, float | None]:
    """Return the seconds since each task's last run, by its name.

    A task without a record is 0 and counts from now; None if the cache is unavailable.
    """
    keys = {name: _cache_key(name) for name in PERIODS}
    found, now = cache.get_many(keys.values()), time.time()
    return {name: _completion_age(key, found.get(key), now) for name, key in keys.items()}


def collect_gauges() -> Iterator[GaugeMetricFamily]:
    """Yield the seconds since each task's last run, and the period of each."""
    words = "Since when a periodic task was not done."
    yield build_gauge("sweep_age_seconds", words, load_completion_ages(), label="sweep")
    yield build_gauge("sweep_period_seconds", "How often it is asked for.", PERIODS, label="sweep")


@task_postrun.connect
def _record_completion(task, state=None, **_) -> None:
    """Record the time at which a periodic task succeeded in the cache, without expiry."""
    if state == SUCCESS and task.name in PERIODS:
        cache.set(_cache_key(task.name), time.time(), timeout=None)


def _completion_age(key, done_at, now) -> float | None:
    """Return the seconds since `done_at`; for None record `now` and return 0.

    Return None if the cache does not keep it.
    """
    if done_at is not None:
        return max(0.0, now - done_at)
    return 0.0 if cache.add(key, now, timeout=None) else None


def _cache_key(name) -> str:
    return f"done:{name}"
