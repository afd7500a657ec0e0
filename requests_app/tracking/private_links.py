"""Expiry of private links, with which a device becomes the request's reporter."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q, QuerySet

from lib import clock
from lib.email_addresses import normalize_email
from requests_app.models import ServiceRequest
from requests_app.status import Status


def earliest_linked_closing() -> datetime:
    """Return the moment before which a request was closed whose links have expired."""
    return clock.now() - timedelta(days=settings.DAYS_A_LINK_LIVES_AFTER_CLOSING)


def is_link_expired(service_request: ServiceRequest) -> bool:
    """Return True if the request was closed so long ago that its links are not valid any more."""
    closed_at = service_request.closed_at
    return closed_at is not None and closed_at < earliest_linked_closing()


def find_requests_with_link(address: str) -> QuerySet[ServiceRequest]:
    """Return the requests reported with this email address whose link is valid, newest first.

    Addresses are compared in their normalized form; none is found for "".
    """
    normalized = normalize_email(address)
    if not normalized:
        return ServiceRequest.objects.none()
    over = Q(status=Status.CLOSED, closed_at__lt=earliest_linked_closing())
    rows = ServiceRequest.objects.filter(contact__email_normalized=normalized).exclude(over)
    return rows.order_by("-filed_at", "-pk")
