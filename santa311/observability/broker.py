"""Gauges of the workers' queues, read from Valkey without removing messages."""

import json
import time
from collections.abc import Iterator
from functools import cache

import redis
from django.conf import settings
from prometheus_client.core import GaugeMetricFamily
from redis import Redis

from santa311.observability.gauge import build_gauge

_TIMEOUT_SECONDS = 0.5  # seconds


def collect_gauges() -> Iterator[GaugeMetricFamily]:
    """Yield broker_up and, if Valkey answers, length and age of each of the queues."""
    names = [queue.name for queue in settings.CELERY_TASK_QUEUES]
    try:
        counts, oldest = _read_queues(names)
    except redis.RedisError:
        yield build_gauge("broker_up", "1 while Valkey answers.", 0)
        return
    yield build_gauge("broker_up", "1 while Valkey answers.", 1)
    yield build_gauge("queue_tasks", "Tasks that wait in a queue.", counts, label="queue")
    yield build_gauge(
        "queue_oldest_seconds", "How long the next one has waited.", oldest, label="queue"
    )


def _read_queues(names) -> tuple[dict, dict]:
    """Return the number of messages and the age of the oldest one in seconds, by queue.

    Celery pushes messages on the left and pops them on the right.
    """
    pipe = _client().pipeline(transaction=False)
    for name in names:
        pipe.llen(name)
        pipe.lindex(name, -1)
    answers = pipe.execute()
    counts = dict(zip(names, answers[::2], strict=True))
    return counts, {n: _message_age(m) for n, m in zip(names, answers[1::2], strict=True)}


def _message_age(message) -> float | None:
    """Return the seconds since the message was sent; 0 for None, None if it has no time."""
    if message is None:
        return 0
    rung_at = json.loads(message)["headers"].get("rung_at")  # messages of older code lack it
    return max(0, time.time() - rung_at) if rung_at else None


@cache
def _client() -> Redis:
    """Return the one client of the broker in this process, with short time-outs."""
    return redis.Redis.from_url(
        settings.QUEUE_URL, socket_timeout=_TIMEOUT_SECONDS, socket_connect_timeout=_TIMEOUT_SECONDS
    )
