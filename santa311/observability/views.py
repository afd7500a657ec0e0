"""The figures, for a Prometheus that may have them."""

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
    """Show the figures to who may look; others find nothing."""
    if not _may_read_metrics(request):
        return HttpResponseNotFound()
    registry = CollectorRegistry()
    registry.register(traffic.get_collector())
    registry.register(GaugeCollector())
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def _may_read_metrics(request: HttpRequest) -> bool:
    """Return whether METRICS_TOKEN came along; without one, whether this machine asks.

    A proxy on this machine is as near as a process of ours, whoever stands behind it.
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
