"""Counts what the web processes of one machine answer: how much, how fast, how often in vain.

With PROMETHEUS_MULTIPROC_DIR set, each process keeps its figures in files of that folder and
whichever is asked adds them up; without it a scrape shows the process that answered. The folder
must be empty when the web server starts, and belongs to one web server: each has its own.
"""

from django.conf import settings
from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.multiprocess import MultiProcessCollector

from santa311.lib.breaker import everyone

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
_was_open = {}


def count(view, method, status, seconds):
    _answered.labels(view, method, status).inc()
    _seconds.labels(view).observe(seconds)


def note_breakers():
    """Counts each time that one opened in this process; one that stays open does so again."""
    for name, breaker in list(everyone.items()):
        is_open = breaker.is_open
        opened = _opened.labels(name)  # there from the first look, so that a rise can be seen
        if is_open and not _was_open.get(name):
            opened.inc()
        _was_open[name] = is_open


def counted():
    """Prometheus' collectors of what was counted."""
    return MultiProcessCollector(None, settings.METRICS_DIR) if settings.METRICS_DIR else _HERE
