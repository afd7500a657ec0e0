"""Counters of the web processes of one machine: responses, durations and failures.

With PROMETHEUS_MULTIPROC_DIR set, each process keeps its counters in files of that folder, and a
scrape of any process adds them up; without it a scrape shows one process. The folder must be empty
when the web server starts, and each web server needs its own.
"""

from functools import cache

from django.conf import settings
from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.multiprocess import MultiProcessCollector

from lib.breaker import breakers_by_name
from lib.security_log import Kind

_registry = CollectorRegistry()
_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 3, 5, 10)  # 1 and 3 s are objectives

_responses = Counter(
    "santa311_http_requests",
    "Requests answered, by the name of the page, method and status.",
    ["view", "method", "status"],
    registry=_registry,
)
_response_seconds = Histogram(
    "santa311_http_request_seconds",
    "How long an answer took to begin, by the name of the page.",
    ["view"],
    buckets=_BUCKETS,
    registry=_registry,
)
_update_seconds = Histogram(
    "santa311_live_update_seconds",
    "How long after an event an open live page asked and was told of it.",
    buckets=(1, 2, 3, 5, 10, 30, 60),
    registry=_registry,
)
_opened_breakers = Counter(
    "santa311_breaker_opened",
    "Times that a service was left alone because it did not answer.",
    ["service"],
    registry=_registry,
)
_security_events = Counter(
    "santa311_security_events",
    "Lines of the security log that web processes wrote, by kind and result.",
    ["kind", "result"],
    registry=_registry,
)
_FAILED_SIGN_INS = [
    (Kind.SIGN_IN, "wrong password"),
    (Kind.SIGN_IN, "wrong code"),
    (Kind.FACTOR_USED, "wrong code"),
]
_was_open: dict[str, bool] = {}


def count_response(view, method, status, seconds) -> None:
    """Count a response and its seconds by view; the first call sets failure counters to 0."""
    initialize_failure_counters()
    _responses.labels(view, method, status).inc()
    _response_seconds.labels(view).observe(seconds)


def count_update(seconds) -> None:
    """Count an update that an open live page received `seconds` after the event."""
    _update_seconds.observe(seconds)


def count_security_entry(entry) -> None:
    """Count an entry of the security log by kind and result (SECURITY_LOG_READERS)."""
    _security_events.labels(entry.kind.value, entry.result).inc()


@cache
def initialize_failure_counters() -> None:
    """Set the counters of failed sign-ins to 0, so that the first failure is an increase."""
    for kind, result in _FAILED_SIGN_INS:
        _security_events.labels(kind.value, result)


def count_opened_breakers() -> None:
    """Count each circuit breaker that opened in this process since the last call."""
    for name, breaker in list(breakers_by_name.items()):
        is_open = breaker.is_open
        opened = _opened_breakers.labels(
            name
        )  # created at the first call, so that an increase is visible
        if is_open and not _was_open.get(name):
            opened.inc()
        _was_open[name] = is_open


def get_collector() -> MultiProcessCollector | CollectorRegistry:
    """Return the collector of the counters: of all processes with METRICS_DIR, else of this one."""
    return MultiProcessCollector(None, settings.METRICS_DIR) if settings.METRICS_DIR else _registry
