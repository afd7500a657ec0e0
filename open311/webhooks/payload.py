"""What a delivery says, and how the receiver knows that it is ours."""

import hashlib
import hmac
import time

from django.conf import settings
from django.utils import translation

from open311 import representation
from open311.formats.document import as_json
from open311.models import EventKind, WebhookDelivery
from open311.representation.values import moment
from requests_app.models import ServiceRequest

SIGNATURE = "Santa311-Signature"


class NotPublic(Exception):
    """Nobody outside may be shown the request of this delivery."""


def body_of(delivery: WebhookDelivery) -> bytes:
    """Return as JSON what happened, and the request as everybody may see it now, not as it was.

    Raise NotPublic.
    """
    event = delivery.event
    with translation.override(settings.LANGUAGE_CODE):
        return as_json(
            {
                "event": delivery.kind,
                "event_id": event and event.pk,
                "occurred_at": event and moment(event.at),
                "request": event and _request(delivery),
            }
        )


def headers_of(delivery: WebhookDelivery, body: bytes) -> dict[str, str]:
    """Return the headers, signed anew at each try, so that the receiver can refuse what is old."""
    stamp = str(int(time.time()))
    return {
        "Content-Type": "application/json; charset=utf-8",
        "Santa311-Delivery": str(delivery.key),
        "Santa311-Event": delivery.kind,
        SIGNATURE: f"t={stamp},v1={signature(delivery.webhook.secret, stamp, body)}",
    }


def signature(secret: str, stamp: str, body: bytes) -> str:
    """Return 64 hex digits; `stamp` is in seconds since 1970."""
    return hmac.digest(secret.encode(), stamp.encode() + b"." + body, hashlib.sha256).hex()


def _request(delivery: WebhookDelivery) -> dict:
    if delivery.kind == EventKind.REMOVED:
        return {"service_request_id": delivery.service_request.reference}
    public = ServiceRequest.objects.public().filter(pk=delivery.service_request_id)
    for row in representation.rows_of(representation.with_originals(public)):
        return representation.fields_of(row)
    raise NotPublic
