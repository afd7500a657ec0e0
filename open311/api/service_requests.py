"""Requests that everybody may read: a list of them, and one by its id."""

from django.conf import settings
from django.utils.translation import gettext as _

from open311.api.listing import page_of
from open311.api.parameters import MOST_PAGES, Asked, clamped, is_extended
from open311.formats import Listing, Refused, answer
from open311.representation import listing, row_of
from requests_app.models import ServiceRequest
from requests_app.reference import tidy
from santa311.lib import rate_limiter
from santa311.lib.http import client_address

LONGEST_QUERY = 1_000  # letters; the header repeats them four times


def service_requests(request):
    asked = Asked.by(request.GET)
    if asked.weight > 1:  # one was counted at the door
        rate_limiter.take("open311.address", client_address(request), asked.weight - 1)
    page = page_of(asked)
    document = listing(page.rows, is_extended=asked.is_extended)
    return answer(request, document, headers=_headers(request, asked, page), max_age=0)


def service_request(request, service_request_id):
    row = row_of(tidy(service_request_id) or "")
    if row is None:
        raise _unknown(service_request_id)
    document = listing([row], is_extended=is_extended(request.GET))
    return answer(request, document, max_age=0)


def token(request, token):
    """Whatever is sent has its id at once, so a token is the id."""
    found = tidy(token)
    if not ServiceRequest.objects.public().filter(reference=found or "").exists():
        raise _unknown(token)
    entry = {"service_request_id": found, "token": found}
    return answer(request, Listing("service_requests", "request", [entry]), max_age=0)


def _unknown(service_request_id):
    words = _("There's no request with the id “%(id)s”, or it isn't public.")
    return Refused(404, words % {"id": service_request_id[:60]})


def _headers(request, asked, page):
    headers = {"X-Total-Count": str(page.total)}
    if page.is_estimate:
        headers["X-Total-Count-Is-Estimate"] = "true"
    headers |= clamped(asked)
    if links := _links(request, asked, page):
        headers["Link"] = ", ".join(f'<{url}>; rel="{name}"' for name, url in links.items())
    return headers


def _links(request, asked, page):
    """By relation. Where the total is a guess, nobody knows which is the last page. What names so
    many ids that no proxy takes the header has none.
    """
    if page.total <= asked.page_size and asked.page == 1:
        return {}
    if len(request.META["QUERY_STRING"]) > LONGEST_QUERY:
        return {}
    last = min(MOST_PAGES, max(1, -(-page.total // asked.page_size)))
    pages = {
        "first": 1,
        "prev": min(asked.page - 1, last),
        "next": asked.page + 1 if asked.page < last else 0,
        "last": 0 if page.is_estimate else last,
    }
    return {name: _address(request, number) for name, number in pages.items() if number}


def _address(request, number):
    query = request.GET.copy()
    query["page"] = number
    return f"{settings.BASE_URL}{request.path}?{query.urlencode()}"
