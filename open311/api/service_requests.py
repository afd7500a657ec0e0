"""Requests that everybody may read: a list of them, and one by its id."""

from urllib.parse import urlencode

from django.conf import settings
from django.utils.translation import gettext as _

from open311.api.listing import page_of
from open311.api.parameters import MOST_PAGES, Asked, clamped, is_extended
from open311.formats import Listing, Refused, answer
from open311.representation import listing, rows_of
from requests_app.models import ServiceRequest
from requests_app.reference import tidy


def service_requests(request):
    asked = Asked.by(request.GET)
    page = page_of(asked)
    document = listing(page.rows, is_extended=asked.is_extended)
    return answer(request, document, headers=_headers(request, asked, page), max_age=0)


def service_request(request, service_request_id):
    rows = rows_of(_public(service_request_id))
    if not rows:
        raise _unknown(service_request_id)
    document = listing(rows, is_extended=is_extended(request.GET))
    return answer(request, document, max_age=0)


def token(request, token):
    """Whatever is sent has its id at once, so a token is the id."""
    found = _public(token).values_list("reference", flat=True).first()
    if found is None:
        raise _unknown(token)
    entry = {"service_request_id": found, "token": found}
    return answer(request, Listing("service_requests", "request", [entry]), max_age=0)


def _public(service_request_id):
    return ServiceRequest.objects.public().filter(reference=tidy(service_request_id) or "")


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
    """By relation. Where the total is a guess, nobody knows which is the last page."""
    last = min(MOST_PAGES, max(1, -(-page.total // asked.page_size)))
    pages = {
        "first": 1,
        "prev": min(asked.page - 1, last),
        "next": asked.page + 1 if asked.page < last else 0,
        "last": 0 if page.is_estimate else last,
    }
    return {name: _address(request, number) for name, number in pages.items() if number}


def _address(request, number):
    pairs = [(name, value) for name, values in request.GET.lists() for value in values
             if name != "page" and value]  # fmt: skip
    return f"{settings.BASE_URL}{request.path}?{urlencode([*pairs, ('page', number)])}"
