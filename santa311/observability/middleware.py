"""Middleware for the request id, the access log and metrics."""

import logging
import time

from django.conf import settings
from django.http import HttpResponse

from lib import request_id
from lib.http import Middleware
from lib.logs import route_pattern
from santa311.observability import traffic, views

log = logging.getLogger("santa311.access")
METRICS_PATH = "/metrics"
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
        with request_id.bind_request_id(number):
            started = time.perf_counter()
            is_of_figures = request.path == METRICS_PATH
            response = views.metrics(request) if is_of_figures else self.get_response(request)
            _record_response(request, response.status_code, time.perf_counter() - started)
        response[request_id.HEADER] = number
        return response


def _record_response(request, status, seconds) -> None:
    """Count the response by view, method and status, and log it.

    Health checks, metrics and static files are logged at DEBUG, others at INFO. Breakers that
    opened are counted too.
    """
    view = get_view_name(request)
    method = request.method if request.method in _METHODS else "other"
    traffic.count_response(view, method, status, seconds)
    traffic.count_opened_breakers()
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
