"""Signed addresses to which residents reply by email: reply+<delivery id>.<signature>@REPLY_DOMAIN.

The id is in base 36 and the signature in base 32, both in lower case, as mail servers may change
the case of an address. A header field of each mail has a token of the same form for its bounces.
"""

import base64
import hmac
import re
from collections.abc import Iterable

from django.conf import settings
from django.utils.http import base36_to_int, int_to_base36

from notifications.models import Delivery

BOUNCE_FIELD = "X-Santa311-Bounce"  # of each mail: a token that mail servers return with a bounce
_SIGNATURE_BYTES = 10  # 80 bits
_TOKEN = re.compile(r"([0-9a-z]{1,13})\.([a-z2-7]{16})", re.ASCII)
_REPLY, _BOUNCE = "reply-address", "bounce"  # what a signature is for


def build_reply_address(delivery: Delivery) -> str:
    """Return the address for replies to a message about an event; "" if it takes none.

    Reporters and followers get one if settings.REPLY_DOMAIN is set, staff and alerts never.
    """
    is_for_resident = delivery.link_id is not None or delivery.follower_link_id is not None
    if not settings.REPLY_DOMAIN or not is_for_resident or delivery.is_for_staff:
        return ""
    return f"reply+{_build_token(delivery, _REPLY)}@{settings.REPLY_DOMAIN}"


def build_bounce_token(delivery: Delivery) -> str:
    """Return the token by which a bounce of the message is recognized.

    The reply address cannot serve for this: everybody who gets a copy of a reply knows it.
    """
    return _build_token(delivery, _BOUNCE)


def find_delivery_ids(addresses: Iterable[str]) -> set[int]:
    """Return the ids of the deliveries that these addresses name; others are ignored.

    Signatures by a secret of LINK_SECRET_FALLBACKS count, too.
    """
    parts = (address.strip().lower().partition("@") for address in addresses)
    own = [name for name, _at, domain in parts if domain == settings.REPLY_DOMAIN.lower()]
    tokens = [name.removeprefix("reply+") for name in own if name.startswith("reply+")]
    return _find_signed_ids(tokens, _REPLY)


def find_bounced_ids(tokens: Iterable[str]) -> set[int]:
    """Return the ids of the deliveries of these tokens of bounces; others are ignored."""
    return _find_signed_ids(tokens, _BOUNCE)


def _build_token(delivery: Delivery, purpose: str) -> str:
    signature = _sign(settings.LINK_SECRET, delivery.pk, purpose)
    return f"{int_to_base36(delivery.pk)}.{signature}"


def _find_signed_ids(tokens: Iterable[str], purpose: str) -> set[int]:
    """Return the ids of the tokens with a right signature for this purpose."""
    secrets = (settings.LINK_SECRET, *settings.LINK_SECRET_FALLBACKS)
    ids = set()
    for token in tokens:
        if found := _TOKEN.fullmatch(token):
            pk = base36_to_int(found[1])
            own = [_sign(secret, pk, purpose) for secret in secrets]
            if any(hmac.compare_digest(each, found[2]) for each in own):
                ids.add(pk)
    return ids


def _sign(secret: str, pk: int, purpose: str) -> str:
    """Return the signature of a delivery's id, 16 letters and digits."""
    mac = hmac.digest(secret.encode(), f"{purpose}:{pk}".encode(), "sha256")
    return base64.b32encode(mac[:_SIGNATURE_BYTES]).decode().lower()
