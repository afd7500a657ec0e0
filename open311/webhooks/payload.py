"""What a delivery says, and how the receiver knows that it is ours."""

import hashlib
import hmac
import json
import time

from open311.models import EventKind

SIGNATURE = "Santa311-Signature"


def body_of(delivery) -> bytes:
    """JSON: what happened, and the request as everybody may see it now, not as it was then."""
    event = delivery.event
    content = {
        "event": delivery.kind,
        "event_id": event and event.pk,
        "occurred_at": event and event.at.isoformat(timespec="seconds"),
        "request": _request(delivery),
    }
    return json.dumps(content, ensure_ascii=False).encode()


def headers_of(delivery, body: bytes) -> dict:
    """Signed anew at each try, so that the receiver can refuse what is old."""
    stamp = str(int(time.time()))
    return {
        "Content-Type": "application/json; charset=utf-8",
        "Santa311-Delivery": str(delivery.key),
        "Santa311-Event": delivery.kind,
        SIGNATURE: f"t={stamp},v1={signature(delivery.webhook.secret, stamp, body)}",
    }


def signature(secret: str, stamp: str, body: bytes) -> str:
    """64 hex digits; `stamp` is in seconds since 1970."""
    return hmac.digest(secret.encode(), stamp.encode() + b"." + body, hashlib.sha256).hex()


def _request(delivery):
    row = delivery.service_request
    if row is None:
        return None
    if delivery.kind == EventKind.REMOVED:
        return {"service_request_id": row.reference}
    return _representation(row)


def _representation(row):
    return {
        "service_request_id": row.reference,
        "status": "closed" if row.closed_at else "open",
        "service_code": row.category.service_code,
        "service_name": row.category.name,
        "requested_datetime": row.filed_at.isoformat(timespec="seconds"),
        "updated_datetime": row.changed_at.isoformat(timespec="seconds"),
    }
