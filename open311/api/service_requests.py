"""Requests that everybody may read: a list of them, and one by its id."""

from django.http import HttpResponse
from django.utils.translation import gettext as _

from lib import rate_limiter
from lib.http import client_address
from open311.api.links import find_page_links, format_link_header
from open311.api.listing import find_page
from open311.api.parameters import RequestQuery, is_extended
from open311.formats import Listing, Refused, answer
from open311.keys import find_key
from open311.representation import listing, row_of
from requests_app.models import ServiceRequest
from requests_app.reference import normalize_reference


def service_requests(request) -> HttpResponse:
    """List requests; the holder of a key that may locate them reads exact locations."""
    key, asked = find_key(request), RequestQuery(request.GET)
    if asked.weight > 1:  # one was counted at the door
        rate_limiter.count_attempt("open311.address", client_address(request), asked.weight - 1)
    page = find_page(asked, key)
    document = listing(page.rows, is_extended=asked.is_extended, key=key)
    headers = _headers(request, asked, page)
    return answer(request, document, headers=headers, max_age=0, is_private=key is not None)


def service_request(request, service_request_id) -> HttpResponse:
    key = find_key(request)
    row = row_of(normalize_reference(service_request_id) or "", key)
    if row is None:
        raise _unknown(service_request_id)
    document = listing([row], is_extended=is_extended(request.GET), key=key)
    return answer(request, document, max_age=0, is_private=key is not None)


def token(request, token) -> HttpResponse:
    """Answer the token, which is the id: whatever is sent has its id at once."""
    key, found = find_key(request), normalize_reference(token)
    readable = ServiceRequest.objects.readable_by_key(key)
    if not readable.filter(reference=found or "").exists():
        raise _unknown(token)
    entry = {"service_request_id": found, "token": found}
    document = Listing("service_requests", "request", [entry])
    return answer(request, document, max_age=0, is_private=key is not None)


def _unknown(service_request_id) -> Refused:
    words = _("There's no request with the id “%(id)s”, or it isn't public.")
    return Refused(404, words % {"id": service_request_id[:60]})


def _headers(request, asked, page) -> dict[str, str]:
    headers = {"X-Total-Count": str(page.total)}
    if page.is_estimate:
        headers["X-Total-Count-Is-Estimate"] = "true"
    pages = find_page_links(asked.page, asked.page_size, page.total, is_estimate=page.is_estimate)
    return headers | format_link_header(request, pages)
