"""Around every request: its number, one line when it is answered, and its figures."""

import logging
import time

from django.conf import settings
from django.http import HttpResponse

from lib import request_id
from lib.http import Middleware
from lib.logs import route_pattern
from santa311.observability import traffic, views

log = logging.getLogger("santa311.access")
METRICS = "/metrics"
_METHODS = {"GET", "HEAD", "POST", "OPTIONS"}
# These are logged at DEBUG only.
_OF_MACHINES = {"health_live", "health_ready", "health_serving", "metrics", "static"}


class Observe(Middleware):
    """Number each request, note its answer in the log and in the figures, and show these.

    Prometheus is answered before it matters under which name or scheme this server was asked: it
    asks each process's machine by address, without TLS, and cannot give another Host.
    """

    def __call__(self, request) -> HttpResponse:
        given = request.headers.get(request_id.HEADER, "")
        number = request_id.accept_or_create_id(given, is_trusted=settings.BEHIND_PROXY)
        request.number = number
        with request_id.bind_request_id(number):
            started = time.perf_counter()
            is_of_figures = request.path == METRICS
            response = views.metrics(request) if is_of_figures else self.get_response(request)
            _note(request, response.status_code, time.perf_counter() - started)
        response[request_id.HEADER] = number
        return response


def _note(request, status, seconds) -> None:
    view = view_of(request)
    method = request.method if request.method in _METHODS else "other"
    traffic.count(view, method, status, seconds)
    traffic.note_breakers()
    level = logging.DEBUG if view in _OF_MACHINES else logging.INFO
    extra = {
        "view": view,
        "route": route_pattern(request),
        "method": method,
        "status": status,
        "ms": round(seconds * 1000, 1),
    }
    log.log(level, "answered", extra=extra)


def view_of(request) -> str:
    """Return the name of its address, one of a few hundred at most, whatever was asked for."""
    if match := getattr(request, "resolver_match", None):
        return match.view_name
    if request.path == METRICS:
        return "metrics"
    return "static" if request.path.startswith(settings.STATIC_URL) else "unknown"
