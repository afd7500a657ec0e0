"""Counts what the web processes of one machine answer: how much, how fast, how often in vain.

With PROMETHEUS_MULTIPROC_DIR set, each process keeps its figures in files of that folder and
whichever is asked adds them up; without it a scrape shows the process that answered. The folder
must be empty when the web server starts, and belongs to one web server: each has its own.
"""

from functools import cache

from django.conf import settings
from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.multiprocess import MultiProcessCollector

from lib.breaker import breakers_by_name
from lib.security_log import Kind

_HERE = CollectorRegistry()
_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 3, 5, 10)  # 1 and 3 s are promises

_answered = Counter(
    "santa311_http_requests",
    "Requests answered, by the name of the page, method and status.",
    ["view", "method", "status"],
    registry=_HERE,
)
_seconds = Histogram(
    "santa311_http_request_seconds",
    "How long an answer took to begin, by the name of the page.",
    ["view"],
    buckets=_BUCKETS,
    registry=_HERE,
)
_opened = Counter(
    "santa311_breaker_opened",
    "Times that a service was left alone because it did not answer.",
    ["service"],
    registry=_HERE,
)
_recorded = Counter(
    "santa311_security_events",
    "Lines of the security log that web processes wrote, by kind and result.",
    ["kind", "result"],
    registry=_HERE,
)
_FAILED = [
    (Kind.SIGN_IN, "wrong password"),
    (Kind.SIGN_IN, "wrong code"),
    (Kind.FACTOR_USED, "wrong code"),
]
_was_open = {}


def count(view, method, status, seconds) -> None:
    expect_failures()
    _answered.labels(view, method, status).inc()
    _seconds.labels(view).observe(seconds)


def count_record(entry) -> None:
    """Count a line of the security log (SECURITY_LOG_READERS)."""
    _recorded.labels(entry.kind.value, entry.result).inc()


@cache
def expect_failures() -> None:
    """Show failures at 0 before the first one, so that its rise can be seen."""
    for kind, result in _FAILED:
        _recorded.labels(kind.value, result)


def note_breakers() -> None:
    """Count each time that a breaker opened in this process; one that stays open counts again."""
    for name, breaker in list(breakers_by_name.items()):
        is_open = breaker.is_open
        opened = _opened.labels(name)  # there from the first look, so that a rise can be seen
        if is_open and not _was_open.get(name):
            opened.inc()
        _was_open[name] = is_open


def counted() -> MultiProcessCollector | CollectorRegistry:
    """Return Prometheus' collector of what was counted."""
    return MultiProcessCollector(None, settings.METRICS_DIR) if settings.METRICS_DIR else _HERE
