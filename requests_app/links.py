"""Private links: who opens one becomes the reporter on that device."""

from datetime import timedelta

from django.conf import settings
from django.db.models import Q

from requests_app.models import AccessLink, ServiceRequest
from requests_app.status import Status
from santa311.lib import clock


def link_for(service_request: ServiceRequest, nonce) -> AccessLink:
    """The link of this occasion. `nonce` (a UUID) names the occasion: a mail, a sent report.

    Asked again with the same nonce it is the same link, so a task may repeat.
    """
    token = AccessLink.token_for(service_request.pk, nonce)
    link, __ = AccessLink.objects.get_or_create(
        nonce=nonce,
        defaults={"service_request": service_request, "token_hash": AccessLink.hash_of(token)},
    )
    return link


def still_opened(address: str):
    """Requests reported with this e-mail address that a private link still opens, newest first."""
    closed_before = clock.now() - timedelta(days=settings.DAYS_A_LINK_LIVES_AFTER_CLOSING)
    over = Q(status=Status.CLOSED, closed_at__lt=closed_before)
    rows = ServiceRequest.objects.filter(contact__email__iexact=address).exclude(over)
    return rows.select_related(
        "category", "department", "hold_reason", "decline_reason", "agency"
    ).order_by("-filed_at", "-pk")
