"""Middleware for the request id, the access log and metrics."""

import logging
import time
from contextlib import nullcontext

from django.conf import settings
from django.http import HttpResponse

from lib import request_id, tracing
from lib.http import Middleware
from lib.logs import route_pattern
from santa311.observability import traffic, views

log = logging.getLogger("santa311.access")
METRICS_PATH = "/metrics"
_HEALTH_PATH = "/healthz/"
_METHODS = {"GET", "HEAD", "POST", "OPTIONS"}
# These are logged at DEBUG only.
_MACHINE_VIEWS = {"health_live", "health_ready", "health_serving", "metrics", "static"}


class ObservabilityMiddleware(Middleware):
    """Set the request id, log and count each response, and serve the metrics.

    Metrics are served before the Host and the scheme are checked: Prometheus asks each process by
    the address of its machine, without TLS, and cannot send another Host.
    """

    def __call__(self, request) -> HttpResponse:
        """Return the response, or the metrics, with the request id as a header.

        `request.number` is the id. The response is logged and counted.
        """
        given = request.headers.get(request_id.HEADER, "")
        number = request_id.accept_or_create_id(given, is_trusted=settings.BEHIND_PROXY)
        request.number = number
        is_of_figures = request.path == METRICS_PATH
        is_of_machine = is_of_figures or request.path.startswith(_HEALTH_PATH)
        trace = nullcontext() if is_of_machine else tracing.trace_request()
        with request_id.bind_request_id(number), trace as describe:
            started = time.perf_counter()
            response = views.metrics(request) if is_of_figures else self.get_response(request)
            _record_response(request, response, time.perf_counter() - started)
            if describe:
                _describe_trace(describe, request, response.status_code)
        response[request_id.HEADER] = number
        return response


def _describe_trace(describe: tracing.Description, request, status: int) -> None:
    """Name the trace of a request by its view; the route has no values of its parameters."""
    method = request.method if request.method in _METHODS else "other"
    attributes: tracing.Attributes = {
        "http.request.method": method,
        "http.route": route_pattern(request),
        "http.response.status_code": status,
        "request.id": request.number,
    }
    describe(f"{method} {get_view_name(request)}", attributes, None)


def _record_response(request, response: HttpResponse, seconds: float) -> None:
    """Count the response by view, method and status, and log it.

    An update that a live page received is counted by its `seconds_until_seen`. Health checks,
    metrics and static files are logged at DEBUG, others at INFO. Breakers that opened are counted
    too.
    """
    view, status = get_view_name(request), response.status_code
    method = request.method if request.method in _METHODS else "other"
    traffic.count_response(view, method, status, seconds)
    traffic.count_opened_breakers()
    if (waited := getattr(response, "seconds_until_seen", None)) is not None:
        traffic.count_update(waited)
    level = logging.DEBUG if view in _MACHINE_VIEWS else logging.INFO
    extra = {
        "view": view,
        "route": route_pattern(request),
        "method": method,
        "status": status,
        "ms": round(seconds * 1000, 1),
    }
    log.log(level, "answered", extra=extra)


def get_view_name(request) -> str:
    """Return the URL pattern name of the request, as a metrics label.

    Return "metrics", "static" or "unknown" if no pattern matched. The set of labels is bounded.
    """
    if match := getattr(request, "resolver_match", None):
        return match.view_name
    if request.path == METRICS_PATH:
        return "metrics"
    return "static" if request.path.startswith(settings.STATIC_URL) else "unknown"
