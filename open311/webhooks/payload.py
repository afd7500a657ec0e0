"""The content and signature of a delivery."""

import hashlib
import hmac
import time

from django.conf import settings
from django.utils import translation

from open311 import representation
from open311.formats.document import render_json
from open311.models import EventKind, WebhookDelivery
from open311.representation.values import format_moment
from requests_app.models import ServiceRequest

SIGNATURE_HEADER = "Santa311-Signature"


class RequestNotPublic(Exception):
    """The request of the delivery is not public any more."""


def build_body(delivery: WebhookDelivery) -> bytes:
    """Return as JSON in UTF-8 the event, and the public request in its present state.

    The keys are event (the kind), event_id, occurred_at and request; all but the kind are null for
    a test. For a removal the request has only its id. Raise RequestNotPublic if the request is not
    public.
    """
    event = delivery.event
    with translation.override(settings.LANGUAGE_CODE):
        return render_json(
            {
                "event": delivery.kind,
                "event_id": event and event.pk,
                "occurred_at": event and format_moment(event.at),
                "request": event and _build_request(delivery),
            }
        )


def build_headers(delivery: WebhookDelivery, body: bytes) -> dict[str, str]:
    """Return the headers: content type, delivery key, event kind, new signature with its time."""
    stamp = str(int(time.time()))
    return {
        "Content-Type": "application/json; charset=utf-8",
        "Santa311-Delivery": str(delivery.key),
        "Santa311-Event": delivery.kind,
        SIGNATURE_HEADER: f"t={stamp},v1={sign_body(delivery.webhook.secret, stamp, body)}",
    }


def sign_body(secret: str, stamp: str, body: bytes) -> str:
    """Return the HMAC-SHA-256 of `stamp`, "." and `body` as 64 hex digits.

    `stamp` is in seconds since 1970.
    """
    return hmac.digest(secret.encode(), stamp.encode() + b"." + body, hashlib.sha256).hex()


def _build_request(delivery: WebhookDelivery) -> dict:
    """Return the fields of the request; for a removal its id. Raise RequestNotPublic."""
    if delivery.kind == EventKind.REMOVED:
        return {"service_request_id": delivery.service_request.reference}
    public = ServiceRequest.objects.public().filter(pk=delivery.service_request_id or 0)
    for row in representation.load_requests(representation.annotate_originals(public)):
        return representation.build_fields(row)
    raise RequestNotPublic
