"""Requests that everybody may read: a list of them, and one by its id."""

from django.http import HttpResponse
from django.utils.translation import gettext as _

from lib import rate_limiter
from lib.http import client_address
from open311.api.links import find_page_links, format_link_header
from open311.api.listing import find_page
from open311.api.parameters import RequestQuery, parse_extensions
from open311.formats import Listing, RequestRefused, render_document
from open311.keys import find_optional_key
from open311.representation import build_listing, find_request
from requests_app.models import ServiceRequest
from requests_app.reference import normalize_reference


def service_requests(request) -> HttpResponse:
    """Return the list of requests asked for, with links to other pages and the total.

    The optional key must be valid; it may show exact locations. A query of several hundred rows
    counts several times for the rate limit. Raise RequestRefused, InvalidKey or RateLimitExceeded.
    """
    key, asked = find_optional_key(request), RequestQuery(request.GET)
    if asked.weight > 1:  # the middleware has counted one
        rate_limiter.count_attempt("open311.address", client_address(request), asked.weight - 1)
    page = find_page(asked, key)
    document = build_listing(page.rows, is_extended=asked.is_extended, key=key)
    headers = _build_headers(request, asked, page)
    return render_document(
        request, document, headers=headers, max_age=0, is_private=key is not None
    )


def service_request(request, service_request_id) -> HttpResponse:
    """Return one request in a list. Raise RequestRefused (404) if it is unknown or not public.

    A request that was filed with the key is found too.
    """
    key = find_optional_key(request)
    row = find_request(normalize_reference(service_request_id) or "", key)
    if row is None:
        raise _unknown_request(service_request_id)
    document = build_listing([row], is_extended=parse_extensions(request.GET), key=key)
    return render_document(request, document, max_age=0, is_private=key is not None)


def token(request, token) -> HttpResponse:
    """Return the token, which is the id of the request: each request has its id at once.

    Raise RequestRefused (404) if the request is unknown or not public.
    """
    key, found = find_optional_key(request), normalize_reference(token)
    readable = ServiceRequest.objects.readable_by_key(key)
    if not readable.filter(reference=found or "").exists():
        raise _unknown_request(token)
    entry = {"service_request_id": found, "token": found}
    document = Listing("service_requests", "request", [entry])
    return render_document(request, document, max_age=0, is_private=key is not None)


def _unknown_request(service_request_id) -> RequestRefused:
    """Return the RequestRefused (404) for an id that is unknown or not public."""
    words = _("There's no request with the id “%(id)s”, or it isn't public.")
    return RequestRefused(404, words % {"id": service_request_id[:60]})


def _build_headers(request, asked, page) -> dict[str, str]:
    """Return X-Total-Count and, if needed, X-Total-Count-Is-Estimate and Link."""
    headers = {"X-Total-Count": str(page.total)}
    if page.is_estimate:
        headers["X-Total-Count-Is-Estimate"] = "true"
    pages = find_page_links(asked.page, asked.page_size, page.total, is_estimate=page.is_estimate)
    return headers | format_link_header(request, pages)
