"""GeoReport service discovery: the endpoints, their formats, and where to get an API key."""

from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.utils.translation import gettext as _

from city.models import City
from open311.formats import PREFIX, Listing, Single, render_document

SPECIFICATION = "http://wiki.open311.org/GeoReport_v2"
CHANGESET = "2026-11-30T00:00:00Z"  # when the offered endpoints last changed
PRODUCTION, TEST = f"{PREFIX}v2", f"{PREFIX}test/v2"
MAX_AGE_SECONDS = 300  # seconds


def discovery(request) -> HttpResponse:
    """Return the document of the two endpoints; the test endpoint stores nothing.

    The type is without a charset: validators compare it letter by letter.
    """
    city = City.current()
    endpoints = [_describe_endpoint(PRODUCTION, "production"), _describe_endpoint(TEST, "test")]
    fields = {
        "changeset": CHANGESET,
        "contact": _("%(name)s: call %(phone)s or write to %(email)s.")
        % {"name": city.service_name, "phone": city.phone, "email": city.email},
        "key_service": _("Reading needs no key. To send requests, ask %(email)s for one.")
        % {"email": city.email},
        "endpoints": Listing("endpoints", "endpoint", endpoints),
    }
    headers = {"Link": f'<{settings.BASE_URL}{PREFIX}openapi.json>; rel="service-desc"'}
    document = Single("discovery", fields)
    return render_document(
        request, document, headers=headers, max_age=MAX_AGE_SECONDS, charset=False
    )


def _describe_endpoint(path, kind) -> dict[str, Any]:
    """Return the entry of an endpoint; `kind` is production or test."""
    return {
        "specification": SPECIFICATION,
        "url": f"{settings.BASE_URL}{path}",
        "changeset": CHANGESET,
        "type": kind,
        "formats": Listing("formats", "format", ["text/xml", "application/json"]),
    }
