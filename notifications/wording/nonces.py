"""Nonces of the links in mails: a repeated attempt must send the same link."""

import uuid

from notifications.models import Delivery

_NONCE_NAMESPACE = uuid.UUID(
    "6f2f5bd8-5f0e-4a37-9d0b-1f7f6d4a3c11"
)  # the namespace of their nonces


def derive_nonce(delivery: Delivery, row_id: int | str) -> uuid.UUID:
    """Return a UUID for a link in this mail, the same at each attempt; not a secret."""
    return uuid.uuid5(_NONCE_NAMESPACE, f"{delivery.pk}:{row_id}")
