"""Small things about HTTP that belong to no app."""

import ipaddress

from django.conf import settings
from django.http import HttpResponseNotAllowed


def typed_in(request) -> list[tuple[str, str]]:
    """What a form brought along, as (name, value) pairs, so that it can be sent again."""
    return [
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if name != "csrfmiddlewaretoken"
    ]


def client_address(request) -> str:
    """The network that asks: an IPv4 address, or of an IPv6 one the /64 that one household has.

    `X-Forwarded-For` is believed behind a proxy only, and of it the last hop, which the proxy
    itself wrote: what stands before it anybody can send. "unknown" where nothing tells.
    """
    given = request.META.get("REMOTE_ADDR", "")
    if settings.BEHIND_PROXY:
        given = request.META.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2] or given
    try:
        address = ipaddress.ip_address(given.strip())
    except ValueError:
        return "unknown"
    if address.version == 4:
        return str(address)
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(ipaddress.ip_network((address, 64), strict=False).network_address)


def wants_json(request) -> bool:
    """Whether a script asks, which reads JSON rather than a page."""
    preferred = request.get_preferred_type(["text/html", "application/json"])
    return preferred == "application/json"


class RefuseTrace:
    """TRACE would echo a visitor's cookies; plain function views answer it with 200."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.method == "TRACE":
            return HttpResponseNotAllowed(["GET", "HEAD", "POST", "OPTIONS"])
        return self.get_response(request)
