"""Private links: who opens one becomes the reporter on that device."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q, QuerySet

from lib import clock
from lib.email_addresses import normalize_email
from requests_app.models import ServiceRequest
from requests_app.status import Status


def oldest_closing() -> datetime:
    """What was closed before this moment is opened by no reporter's or follower's link any more."""
    return clock.now() - timedelta(days=settings.DAYS_A_LINK_LIVES_AFTER_CLOSING)


def is_over(service_request: ServiceRequest) -> bool:
    closed_at = service_request.closed_at
    return closed_at is not None and closed_at < oldest_closing()


def still_opened(address: str) -> QuerySet:
    """Requests reported with this e-mail address that a private link still opens, newest first."""
    normalized = normalize_email(address)
    if not normalized:
        return ServiceRequest.objects.none()
    over = Q(status=Status.CLOSED, closed_at__lt=oldest_closing())
    rows = ServiceRequest.objects.filter(contact__email_normalized=normalized).exclude(over)
    return rows.order_by("-filed_at", "-pk")
