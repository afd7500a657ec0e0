"""Signed addresses to which residents reply by email: reply+<delivery id>.<signature>@REPLY_DOMAIN.

The id is in base 36 and the signature in base 32, both in lower case, as mail servers may change
the case of an address.
"""

import base64
import hmac
import re
from collections.abc import Iterable

from django.conf import settings
from django.utils.http import base36_to_int, int_to_base36

from notifications.models import Delivery

_SIGNATURE_BYTES = 10  # 80 bits
_ADDRESS = re.compile(r"reply\+([0-9a-z]{1,13})\.([a-z2-7]{16})@([^@\s]+)", re.ASCII)


def build_reply_address(delivery: Delivery) -> str:
    """Return the address for replies to a message about an event; "" if it takes none.

    Reporters and followers get one if settings.REPLY_DOMAIN is set, staff and alerts never.
    """
    is_for_resident = delivery.link_id is not None or delivery.follower_link_id is not None
    if not settings.REPLY_DOMAIN or not is_for_resident or delivery.is_for_staff:
        return ""
    signature = _sign(settings.LINK_SECRET, delivery.pk)
    return f"reply+{int_to_base36(delivery.pk)}.{signature}@{settings.REPLY_DOMAIN}"


def find_delivery_ids(addresses: Iterable[str]) -> set[int]:
    """Return the ids of the deliveries that these addresses name; others are ignored.

    Signatures by a secret of LINK_SECRET_FALLBACKS count, too.
    """
    return {pk for address in addresses if (pk := _parse_reply_address(address)) is not None}


def _parse_reply_address(address: str) -> int | None:
    """Return the id of the delivery, or None for another address or a wrong signature."""
    found = _ADDRESS.fullmatch(address.strip().lower())
    if found is None or found[3] != settings.REPLY_DOMAIN.lower():
        return None
    pk = base36_to_int(found[1])
    secrets = (settings.LINK_SECRET, *settings.LINK_SECRET_FALLBACKS)
    is_ours = any(hmac.compare_digest(_sign(secret, pk), found[2]) for secret in secrets)
    return pk if is_ours else None


def _sign(secret: str, pk: int) -> str:
    """Return the signature of a delivery's id, 16 letters and digits."""
    mac = hmac.digest(secret.encode(), f"reply-address:{pk}".encode(), "sha256")
    return base64.b32encode(mac[:_SIGNATURE_BYTES]).decode().lower()
