"""Private links: who opens one becomes the reporter on that device."""

from requests_app.models import AccessLink, ServiceRequest


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
