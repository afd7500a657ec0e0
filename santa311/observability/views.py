"""The view of the metrics."""

import ipaddress
import secrets

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest

from santa311.observability import traffic
from santa311.observability.metrics import GaugeCollector

_PROXY_HEADERS = ("X-Forwarded-For", "X-Forwarded-Proto", "Forwarded", "Via")


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Return the metrics as text to authorized clients, and 404 to others."""
    if not _may_read_metrics(request):
        return HttpResponseNotFound()
    registry = CollectorRegistry()
    registry.register(traffic.get_collector())
    registry.register(GaugeCollector())
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def _may_read_metrics(request: HttpRequest) -> bool:
    """Return True for METRICS_TOKEN; without a token in the settings, for requests of this machine.

    Requests through a proxy on this machine are not local.
    """
    if settings.METRICS_TOKEN:
        given = request.headers.get("Authorization", "").encode()
        return secrets.compare_digest(given, f"Bearer {settings.METRICS_TOKEN}".encode())
    if any(name in request.headers for name in _PROXY_HEADERS):
        return False
    try:
        return ipaddress.ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:  # a socket's path, or nothing
        return False
