"""Endpoints of web push: adding and deleting them, and the push services that may be called."""

import uuid
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import get_language

from accounts.models import User
from lib import clock, outbound
from lib.web_push import BrowserKeys
from requests_app.models import Device, PushEndpoint
from requests_app.models.push_endpoint import MAX_PER_OWNER

LIFETIME = timedelta(days=365)  # since the last message that the service accepted


def is_push_on() -> bool:
    """Return whether this installation has keys, and browsers keep the service worker."""
    return bool(settings.VAPID_PUBLIC_KEY and settings.OFFLINE)


def find_service(url: str) -> str | None:
    """Return the entry of settings.PUSH_SERVICES to which the address belongs, else None.

    An entry is a domain, whose hosts are called by https on the default port, or a "host:port",
    which may be private and may use http. No network access.
    """
    services = settings.PUSH_SERVICES
    if not url.isascii():
        return None
    try:
        found = outbound.parse_destination(url, services)
    except outbound.FailedCall:
        return None
    name = f"{found.host}:{found.port}"
    if found.is_allowed:
        return name
    return next((each for each in services if f".{found.host}".endswith(f".{each}")), None)


@transaction.atomic
def save_endpoint(url: str, keys: BrowserKeys, owner: User | Device) -> PushEndpoint:
    """Save the address and keys for this owner, and return the endpoint.

    An address that is known gets the new owner, keys and language; its token stays. Residents and
    staff have a row each, so that signing out ends only that of staff. The owner's oldest endpoints
    above MAX_PER_OWNER are deleted. Staff get messages in the city's language.
    """
    is_staff = isinstance(owner, User)
    values = {
        "url": url,
        "p256dh": keys.p256dh,
        "auth": keys.auth,
        "language": settings.LANGUAGE_CODE if is_staff else get_language(),
        "user": owner if is_staff else None,
        "device": None if is_staff else owner,
    }
    new = PushEndpoint(nonce=uuid.uuid4())
    identity = {"nonce": new.nonce, "token_hash": PushEndpoint.hash_token(new.token)}
    endpoint, _is_new = PushEndpoint.objects.update_or_create(
        url_hash=PushEndpoint.hash_url(url, is_staff=is_staff),
        defaults=values,
        create_defaults=values | identity,
    )
    kept = owner.push_endpoints.order_by("-created_at", "-pk")[:MAX_PER_OWNER]
    owner.push_endpoints.exclude(pk__in=list(kept.values_list("pk", flat=True))).delete()
    return endpoint


def delete_endpoint(url: str, owner: User | Device) -> None:
    """Delete the owner's endpoint with this address; do nothing if there is none."""
    owner.push_endpoints.filter(url=url).delete()


def delete_staff_endpoint(url: str) -> bool:
    """Delete the staff's endpoint with this address; return whether a resident's remains.

    Only the browser and its push service know the address, so it is the permission.
    """
    hashes = [PushEndpoint.hash_url(url, is_staff=is_staff) for is_staff in (True, False)]
    found = PushEndpoint.objects.filter(url_hash__in=hashes)
    found.filter(user__isnull=False).delete()
    return found.exists()


def delete_by_token(token: str) -> bool:
    """Delete the endpoint whose messages have this token; return False if there is none."""
    count, _by_model = PushEndpoint.objects.filter(
        token_hash=PushEndpoint.hash_token(token)
    ).delete()
    return count > 0


def delete_unused_endpoints() -> None:
    """Delete the endpoints to which no message was sent for LIFETIME."""
    last = clock.now() - LIFETIME
    never_used = PushEndpoint.objects.filter(used_at=None, created_at__lt=last)
    (never_used | PushEndpoint.objects.filter(used_at__lt=last)).delete()
